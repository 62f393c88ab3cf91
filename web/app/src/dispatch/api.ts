// The requests of the dispatch page.
import { ask } from '../api/http'
import type { components } from '../api/schema'
import type { Bounds } from '../api/types'

type Schemas = components['schemas']

/** H3 cells with what stands and lives in them; null is what whoever asks may not see. */
export type Density = Schemas['Density']
export type CellSums = Density['cells'][number]
export type Person = Schemas['Person']
export type CellInfo = Schemas['Cell']
export type Lookup = Schemas['Lookup']

/** Who answers somewhere at a moment. */
export type Answering = Pick<CellInfo, 'officer' | 'administrator' | 'standsInFor' | 'uncovered'>

const root = '/api/v1'
const more = (query: string) => (query ? `&${query}` : '')

/** `query` is the moment asked for, as validOn and knownAt. */
export const density = async (res: number, bounds: Bounds, query: string, signal: AbortSignal) =>
  (await ask<Density>(`${root}/density?res=${res}&bbox=${bounds.join(',')}${more(query)}`, { signal })).value

export const cellInfo = async (cell: string, signal: AbortSignal) => (await ask<CellInfo>(`${root}/cells/${encodeURIComponent(cell)}`, { signal })).value

export const lookup = async (what: Record<string, string>, signal: AbortSignal) =>
  (await ask<Lookup>(`${root}/lookup?${new URLSearchParams(what)}`, { signal })).value
