// The requests of the dispatch page.
import { ask } from '../api/http'
import type { Bounds, Geometry } from '../api/types'

/** What stands in a cell on a day; null for what whoever asks may not see. */
export interface CellSums {
  cell: string
  buildings: number
  dwellings: number
  population: number | null
  /** True where the population is withheld because fewer than five houses are lived in. */
  few?: boolean
  permits: number | null
  /** m² */
  floorArea: number
  unconfirmed: number
  /** km² */
  area: number
}

export interface Density {
  res: number
  validOn: string
  knownAt: string | null
  cells: CellSums[]
  total: Omit<CellSums, 'cell'>
  /** The measures that whoever asks may see. */
  visible: string[]
}

export interface Person {
  name?: string
  displayName?: string
  office?: string
  phone?: string
}

export interface Answering {
  officer: Person | null
  administrator: Person | null
  /** For whom the officer stands in. */
  standsInFor?: Person | null
  /** Nobody works as officer: the administrator answers. */
  uncovered?: boolean
}

export interface CellInfo extends Answering {
  cell: string
  boundary: Geometry
  resolution: number
}

export interface Lookup extends Answering {
  building: { code: string; name: string; address: string; point: [number, number] | null; geometry: Geometry | null } | null
  cell: string | null
  community: { name: string } | null
}

const root = '/api/v1'
const more = (query: string) => (query ? `&${query}` : '')

/** `query` is the moment asked for, as validOn and knownAt. */
export const density = async (res: number, bounds: Bounds, query: string, signal: AbortSignal) =>
  (await ask<Density>(`${root}/density?res=${res}&bbox=${bounds.join(',')}${more(query)}`, { signal })).value

export const cellInfo = async (cell: string, signal: AbortSignal) => (await ask<CellInfo>(`${root}/cells/${encodeURIComponent(cell)}`, { signal })).value

export const lookup = async (what: Record<string, string>, signal: AbortSignal) =>
  (await ask<Lookup>(`${root}/lookup?${new URLSearchParams(what)}`, { signal })).value
