// A line that cuts a house: pure geometry on degrees, good for the few metres it is about.
import type { Bounds, Position } from '../api/types'

/**
 * Lengthens both ends of a line, straight on, until they lie outside the box by a tenth of its size. A line without
 * length has no direction and stays.
 */
export function extended(line: readonly Position[], box: Bounds): Position[] {
  const first = line[0]
  const last = line.at(-1)
  if (!first || !last || line.length < 2) return [...line]
  const margin = Math.max(box[2] - box[0], box[3] - box[1]) / 10
  const wide: Bounds = [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin]
  const start = onward(line[1]!, first, wide)
  const end = onward(line.at(-2)!, last, wide)
  return [start, ...line.slice(1, -1), end]
}

/** From a point on through another until outside of the box; the other itself when it is outside already. */
function onward(from: Position, through: Position, box: Bounds): Position {
  const [dx, dy] = [through[0] - from[0], through[1] - from[1]]
  const inside = through[0] > box[0] && through[0] < box[2] && through[1] > box[1] && through[1] < box[3]
  if (!inside || (dx === 0 && dy === 0)) return through
  const reach = (at: number, step: number, low: number, high: number) => (step > 0 ? (high - at) / step : step < 0 ? (low - at) / step : Infinity)
  const steps = Math.min(reach(through[0], dx, box[0], box[2]), reach(through[1], dy, box[1], box[3]))
  return [through[0] + dx * steps, through[1] + dy * steps]
}

/** What share of all each area is; equal shares when there is no area. */
export function sharesOf(areas: readonly number[]): number[] {
  const sum = areas.reduce((a, b) => a + b, 0)
  return areas.map((area) => (sum > 0 ? area / sum : 1 / areas.length))
}

/** The most of a house that may leave it while it keeps its code. */
export const carveShare = 0.2

/** Two parts, the smaller of them small enough to leave the house without ending it. */
export const mayCarve = (areas: readonly number[]): boolean => areas.length === 2 && Math.min(...sharesOf(areas)) <= carveShare
