// Numbers as they are written: what may not be seen, shares, changes between two days.
import { query } from '../time/moment'
import type { Sums, Zone } from './api'
import { words } from './texts'

export const measures = ['population', 'dwellings', 'buildings', 'floorArea', 'unconfirmed'] as const
export type Measure = (typeof measures)[number]

/** A number, or why there is none. */
export function figure(sums: Sums, measure: Measure): string {
  const w = words.value
  const value = sums[measure]
  if (value === null) return sums.few ? w.few : w.unknown
  return measure === 'floorArea' ? `${w.number(value)} m²` : w.number(value)
}

/** "+120 (+3.1 %)"; empty where one of both is not told. */
export function change(now: number | null, before: number | null): string {
  if (now === null || before === null) return ''
  const w = words.value
  const by = now - before
  const sign = by > 0 ? '+' : by < 0 ? '−' : '±'
  const part = before === 0 ? '' : ` (${by === 0 ? '' : sign}${w.percent(Math.abs(by / before))})`
  return `${sign}${w.number(Math.abs(by))}${part}`
}

/** What is written on a zone on the map: its name, and how many live in it as far as that is known and told. */
export function labelOf(zone: Zone, row: Sums | undefined): string {
  const w = words.value
  if (!row) return zone.name
  return row.population === null ? (row.few ? `${zone.name}\n${w.few}` : zone.name) : `${zone.name}\n${w.people(row.population)}`
}

/** The moment of the page as a report has it. */
export function reportMoment(today: string): { validOn: string; knownAt: string | null } {
  const now = new URLSearchParams(query.peek())
  return { validOn: now.get('validOn') ?? today, knownAt: now.get('knownAt') }
}
