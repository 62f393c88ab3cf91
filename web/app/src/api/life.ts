// The requests of a house's life: splits, merges, dwellings, lineage, reversals. One function each.
import { ask, type Answer } from './http'
import type { components } from './schema'
import type { Building, EventReceipt, Geometry, Position } from './types'

type Schemas = components['schemas']

export type Dwelling = Schemas['Dwelling']
export type NewDwellings = Schemas['NewDwellings']
export type DwellingPattern = Schemas['DwellingPattern']
export type DwellingCorrection = Schemas['DwellingCorrection']
export type NewDwellingEvent = Schemas['NewDwellingEvent']
export type DwellingReceipt = Schemas['DwellingReceipt']
export type Use = Schemas['Use']
export type Disposition = Schemas['Disposition']
export type NewSplit = Schemas['NewSplit']
export type NewCarveOut = Schemas['NewCarveOut']
export type NewRevival = Schemas['NewRevival']
export type NewMerge = Schemas['NewMerge']
export type NewAbsorption = Schemas['NewAbsorption']
export type NewRevert = Schemas['NewRevert']
export type Outcome = Schemas['Outcome']
export type LineageGraph = Schemas['LineageGraph']
export type LineageNode = LineageGraph['nodes'][number]
export type Edge = Schemas['Edge']
/** An outline that is only tried, with its area in square metres. */
export interface Tried {
  geometry: Geometry
  area: number
}

const root = '/api/v1'
const at = (code: string) => `${root}/buildings/${encodeURIComponent(code)}`
const asked = (query: string) => (query ? `?${query}` : '')
const optional = (signal?: AbortSignal) => (signal ? { signal } : {})

/** What a cut along the line would give, larger parts first. Nothing is changed. */
export const cut = async (code: string, line: Position[], signal?: AbortSignal) =>
  (await ask<{ parts: Tried[] }>(`${at(code)}/cut`, { method: 'POST', body: { line: { type: 'LineString', coordinates: line } }, ...optional(signal) })).value.parts

/** What the outlines would be, melted together. Nothing is changed. */
export const joined = async (parents: string[], signal?: AbortSignal) =>
  (await ask<Tried>(`${root}/merges/preview`, { method: 'POST', body: { parents }, ...optional(signal) })).value

export const happen = (code: string, body: NewSplit | NewCarveOut | NewRevival, etag: string, key: string): Promise<Answer<EventReceipt>> =>
  ask(`${at(code)}/events`, { method: 'POST', body, headers: { 'idempotency-key': key, 'if-match': etag } })

export const merge = (body: NewMerge, key: string): Promise<Answer<Outcome>> =>
  ask(`${root}/merges`, { method: 'POST', body, headers: { 'idempotency-key': key } })

export const absorb = (body: NewAbsorption, key: string): Promise<Answer<Outcome>> =>
  ask(`${root}/absorptions`, { method: 'POST', body, headers: { 'idempotency-key': key } })

export const revert = (body: NewRevert, key: string): Promise<Answer<Outcome>> =>
  ask(`${root}/reverts`, { method: 'POST', body, headers: { 'idempotency-key': key } })

/** `query` is the moment asked for, as validOn and knownAt. */
export const lineage = async (code: string, query: string, signal?: AbortSignal) =>
  (await ask<LineageGraph>(`${at(code)}/lineage${asked(query)}`, optional(signal))).value

export const dwellings = async (code: string, query = '', signal?: AbortSignal) =>
  (await ask<{ dwellings: Dwelling[] }>(`${at(code)}/dwellings${asked(query)}`, optional(signal))).value.dwellings

export const addDwellings = (code: string, body: NewDwellings, key: string): Promise<Answer<Outcome>> =>
  ask(`${at(code)}/dwellings`, { method: 'POST', body, headers: { 'idempotency-key': key } })

/** A table with a header line; what is wrong is named by its line. */
export const addTable = (code: string, table: string, why: Record<string, string>, key: string): Promise<Answer<Outcome>> =>
  ask(`${at(code)}/dwellings${asked(new URLSearchParams(why).toString())}`, {
    method: 'POST',
    text: { type: 'text/csv; charset=utf-8', content: table },
    headers: { 'idempotency-key': key },
  })

export const dwellingEvent = (code: string, body: NewDwellingEvent, etag: string, key: string): Promise<Answer<DwellingReceipt>> =>
  ask(`${root}/dwellings/${code}/events`, { method: 'POST', body, headers: { 'idempotency-key': key, 'if-match': etag } })

/** The version of a building or dwelling as If-Match takes it. */
export const etagOf = (thing: Building | Dwelling): string => `"${thing.version}"`
