// What can be counted in a cell, under the names that the API and the tiles have for it.
import type { DispatchMessages } from '../i18n/dispatch-messages'
import type { CellSums, Density } from './api'

export type Measure = 'population' | 'dwellings' | 'buildings' | 'floorArea' | 'unconfirmed'
export const measures: readonly Measure[] = ['population', 'dwellings', 'buildings', 'floorArea', 'unconfirmed']

/** A cell's number; null where it is not told to whoever asks. */
export const valueOf = (cell: CellSums, measure: Measure): number | null => cell[measure]

/** A cell's number as it is written, or why there is none. */
export function figureOf(sums: Density['total'], measure: Measure, w: DispatchMessages): string {
  const value = sums[measure]
  if (value === null) return sums.few ? w.hidden : w.withheld
  return measure === 'floorArea' ? w.amount.floorArea(value) : w.number(value)
}

/** Cells from the most to the least; those whose number is not told come last. */
export function ranked(cells: readonly CellSums[], measure: Measure): CellSums[] {
  return cells
    .filter((cell) => valueOf(cell, measure) !== 0)
    .toSorted((a, b) => (valueOf(b, measure) ?? -1) - (valueOf(a, measure) ?? -1) || (a.cell < b.cell ? -1 : 1))
}
