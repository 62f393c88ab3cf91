// What can be counted in a cell, under the names that the API and the tiles have for it.
import type { CellSums } from './api'

export type Measure = 'population' | 'dwellings' | 'buildings' | 'floorArea' | 'unconfirmed'
export const measures: readonly Measure[] = ['population', 'dwellings', 'buildings', 'floorArea', 'unconfirmed']

/** A cell's number; null where it is not told to whoever asks. */
export const valueOf = (cell: CellSums, measure: Measure): number | null => cell[measure]

/** Cells from the most to the least; those whose number is not told come last. */
export function ranked(cells: readonly CellSums[], measure: Measure): CellSums[] {
  return cells
    .filter((cell) => valueOf(cell, measure) !== 0)
    .toSorted((a, b) => (valueOf(b, measure) ?? -1) - (valueOf(a, measure) ?? -1) || (a.cell < b.cell ? -1 : 1))
}
