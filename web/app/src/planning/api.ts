// The requests of the planning page.
import { type Answer, ask } from '../api/http'
import type { components } from '../api/schema'
import type { Division, DivisionPage, Geometry } from '../api/types'

type Schemas = components['schemas']

export type ZoneKind = Schemas['ZoneKind']
export const kinds: readonly ZoneKind[] = ['optimised', 'priority', 'restricted', 'prohibited', 'custom']

export type Zone = Schemas['Zone']
/** What houses come to; null is what whoever asks may not see. */
export type Sums = Schemas['Sums']
export type Report = Schemas['ZoneReport']
export type ZoneRow = Schemas['ZoneRow']
export type TrendPoint = Schemas['TrendPoint']
export type ImportPlan = Schemas['ZoneImport']

export interface ZoneBody {
  name?: string
  kind?: ZoneKind
  note?: string
  geometry?: Geometry
  validFrom?: string
  validTo?: string | null
  reason?: string
}

const root = '/api/v1/zones'
const at = (id: string) => `${root}/${encodeURIComponent(id)}`
const keyed = (key: string) => ({ 'idempotency-key': key })

/** Every zone of the moment (validOn and knownAt), with its outline. */
export async function zones(query: string, signal: AbortSignal): Promise<Zone[]> {
  const all: Zone[] = []
  let cursor: string | null = null
  do {
    const page: Schemas['ZonePage'] = (
      await ask<Schemas['ZonePage']>(`${root}?geometry=true&limit=200${query && `&${query}`}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { signal })
    ).value
    all.push(...page.zones)
    cursor = page.next
  } while (cursor)
  return all
}

export const zone = (id: string): Promise<Answer<Zone>> => ask(at(id))

export const draw = (body: ZoneBody, key: string): Promise<Answer<Zone>> => ask(root, { method: 'POST', body, headers: keyed(key) })

export const correct = (id: string, body: ZoneBody, etag: string, key: string): Promise<Answer<Zone>> =>
  ask(at(id), { method: 'PATCH', body, headers: { ...keyed(key), 'if-match': etag } })

export const end = (id: string, body: { on?: string; reason?: string }, etag: string, key: string): Promise<Answer<Zone | undefined>> =>
  ask(`${at(id)}/end`, { method: 'POST', body, headers: { ...keyed(key), 'if-match': etag } })

export const fromDivisions = async (body: { divisions: string[]; kind: ZoneKind; validFrom?: string; reason?: string }, key: string) =>
  (await ask<Schemas['DrawnZones']>(`${root}/from-divisions`, { method: 'POST', body, headers: keyed(key) })).value.zones

/** Sends a file as it is; with dryRun it is only told what would happen. */
export const upload = async (file: Blob, options: Record<string, string>, dryRun: boolean, key: string) =>
  (
    await ask<ImportPlan>(`${root}/import?${new URLSearchParams({ ...options, dryRun: `${dryRun}` })}`, {
      method: 'POST',
      text: { type: file.type || 'application/octet-stream', content: file },
      headers: keyed(key),
    })
  ).value

export const reportUrl = (query: URLSearchParams, format: 'json' | 'csv' | 'geojson') => `${root}/report?${query}${query.size > 0 ? '&' : ''}format=${format}`

export const report = async (query: URLSearchParams, signal: AbortSignal) => (await ask<Report>(reportUrl(query, 'json'), { signal })).value

export async function divisions(signal: AbortSignal): Promise<Division[]> {
  const all: Division[] = []
  let cursor: string | null = null
  do {
    const page: DivisionPage = (await ask<DivisionPage>(`/api/v1/divisions?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { signal })).value
    all.push(...page.divisions)
    cursor = page.next
  } while (cursor && all.length < 2000)
  return all
}

/** How zones went over the years; without limits the server chooses them from the registry's history. */
export const trend = async (ids: readonly string[], signal: AbortSignal) =>
  (await ask<Schemas['ZoneTrend']>(`${root}/trend?zones=${ids.join(',')}`, { signal })).value.trend
