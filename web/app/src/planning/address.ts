// The address of a report. It holds the zones, the day, the day compared with and the instant of knowledge, so that the
// same address makes the same report later, whatever has been corrected since.
import { readDay } from '../time/moment'
import { type ZoneKind, kinds } from './api'

export type TrendStep = 'month' | 'year'

export interface ReportAddress {
  /** Null: every zone of the day. */
  zones: string[] | null
  kinds: ZoneKind[]
  validOn: string | null
  compareOn: string | null
  /** An instant, or the day whose end is meant. */
  knownAt: string | null
}

/** What the page's address asks for; null when it asks for no report. */
export function parseReport(search: string): ReportAddress | null {
  const query = new URLSearchParams(search)
  if (query.get('report') === null) return null
  const ids = query.get('zones')?.split(',').filter((id) => /^[1-9]\d{0,17}$/.test(id)) ?? []
  return {
    zones: ids.length > 0 ? [...new Set(ids)] : null,
    kinds: kinds.filter((kind) => query.get('kinds')?.split(',').includes(kind)),
    validOn: readDay(query.get('validOn')),
    compareOn: readDay(query.get('compareOn')),
    knownAt: readInstant(query.get('knownAt')),
  }
}

/** What the server is asked for. */
export function reportQuery({ zones, kinds: of, validOn, compareOn, knownAt }: ReportAddress): URLSearchParams {
  const query = new URLSearchParams()
  if (zones) query.set('zones', zones.join(','))
  if (of.length > 0) query.set('kinds', of.join(','))
  if (validOn) query.set('validOn', validOn)
  if (compareOn) query.set('compareOn', compareOn)
  if (knownAt) query.set('knownAt', knownAt)
  return query
}

export const formatReport = (address: ReportAddress): string => `?report=1&${reportQuery(address)}`.replaceAll('%2C', ',').replaceAll('%3A', ':').replace(/&$/, '')

function readInstant(text: string | null): string | null {
  if (text === null) return null
  if (readDay(text)) return text
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}
