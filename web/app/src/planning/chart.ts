// The geometry of a line chart: round figures on the axis, lines with gaps where nothing is told, names that do not lie
// on each other. Without a document, so that tests need none.

export interface Series {
  name: string
  /** One number a day; null is a gap. */
  values: (number | null)[]
}

/** Round figures from zero to at least the most, about so many. */
export function ticks(most: number, about = 5): number[] {
  if (!(most > 0)) return [0, 1]
  const rough = most / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough)!)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step)
}

/** An SVG path through the points that are there; a lone point between gaps is a dash of no length, drawn round. */
export function pathOf(values: readonly (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let path = ''
  values.forEach((value, i) => {
    if (value === null) return
    const alone = (values[i - 1] ?? null) === null
    path += `${alone ? 'M' : 'L'}${short(x(i))} ${short(y(value))}`
    if (alone && (values[i + 1] ?? null) === null) path += 'h0'
  })
  return path
}

const short = (v: number) => Math.round(v * 10) / 10

/** Moves heights apart until each has its room, in their order, as little as possible; none beyond the limits. */
export function apart(heights: readonly number[], room: number, low: number, high: number): number[] {
  const order = heights.map((at, i) => ({ at, i })).toSorted((a, b) => a.at - b.at)
  let last = low - room
  for (const item of order) last = item.at = Math.max(item.at, last + room)
  let next = high + room
  for (const item of order.toReversed()) next = item.at = Math.min(item.at, next - room)
  const placed = new Array<number>(heights.length)
  for (const { at, i } of order) placed[i] = at
  return placed
}

/** Which days to write under the axis: evenly, the first and the last among them, at most `most`. */
export function dayMarks(days: readonly string[], most = 6): number[] {
  const last = days.length - 1
  if (last < most) return days.map((_, i) => i)
  return Array.from({ length: most }, (_, i) => Math.round((i * last) / (most - 1)))
}
