// An outline under the pen, as a value: every step gives a new one, so undo is a list and tests need no map.
import type { Geometry, Position } from '../api/types'

/** Which corner: the part of a MultiPolygon, the ring in it (0 is the outside, the others are courtyards), the corner. */
export interface Corner {
  part: number
  ring: number
  index: number
}

export interface Outline {
  /** A line is what a building is cut along. */
  shape: 'polygon' | 'point' | 'line'
  /** Closed rings without the repeated last corner; for a point one ring of one corner, for a line its corners. */
  parts: Position[][][]
  /** Corners set so far of a ring that is not closed yet. */
  trail: Position[]
  chosen: Corner | null
}

export interface Sketch {
  now: Outline
  past: Outline[]
  /** False while it equals what it began with. */
  touched: boolean
}

const empty = (shape: Outline['shape']): Outline => ({ shape, parts: [], trail: [], chosen: null })

export const begin = (shape: Outline['shape']): Sketch => ({ now: empty(shape), past: [], touched: false })

/** Takes up what the registry holds, ready for adjusting. */
export function fromGeometry(geometry: Geometry): Sketch {
  const now = empty(geometry.type === 'Point' ? 'point' : 'polygon')
  const open = (ring: Position[]) => ring.slice(0, -1).map(([lon, lat]): Position => [lon, lat])
  if (geometry.type === 'Point') now.parts = [[[geometry.coordinates as unknown as Position]]]
  else if (geometry.type === 'Polygon') now.parts = [(geometry.coordinates as Position[][]).map(open)]
  else now.parts = (geometry.coordinates as Position[][][]).map((part) => part.map(open))
  return { now, past: [], touched: false }
}

/** GeoJSON of a finished outline, nine decimals as the registry keeps them; null while it is not finished. */
export function toGeometry({ shape, parts, trail }: Outline): Geometry | null {
  const first = parts[0]?.[0]?.[0]
  if (!first || trail.length > 0 || shape === 'line') return null
  if (shape === 'point') return { type: 'Point', coordinates: round(first) }
  const closed = parts.map((part) => part.map((ring) => [...ring, ring[0]!].map(round)))
  return closed.length === 1 ? { type: 'Polygon', coordinates: closed[0]! } : { type: 'MultiPolygon', coordinates: closed }
}

export const isFinished = (outline: Outline): boolean => outline.parts.length > 0 && outline.trail.length === 0

/** Sets the next corner; a point is finished by its first. Does nothing to a finished polygon. */
export function place(sketch: Sketch, at: Position): Sketch {
  const { now } = sketch
  if (now.shape === 'point') return step(sketch, { ...now, parts: [[[at]]], chosen: null })
  if (now.shape === 'line') return step(sketch, { ...now, parts: [[[...lineOf(now), at]]], chosen: null })
  if (isFinished(now)) return sketch
  const last = now.trail.at(-1)
  if (last && last[0] === at[0] && last[1] === at[1]) return sketch
  return step(sketch, { ...now, trail: [...now.trail, at] })
}

/** The corners of a line set so far. */
export const lineOf = (outline: Outline): Position[] => (outline.shape === 'line' ? (outline.parts[0]?.[0] ?? []) : [])

/** Closes the ring under the pen; needs three corners. */
export function close(sketch: Sketch): Sketch {
  const { now } = sketch
  if (now.trail.length < 3) return sketch
  return step(sketch, { ...now, parts: [[now.trail]], trail: [] })
}

export function undo(sketch: Sketch): Sketch {
  const now = sketch.past.at(-1)
  if (!now) return sketch
  const past = sketch.past.slice(0, -1)
  return { now, past, touched: past.length > 0 }
}

export const cornerAt = (outline: Outline, { part, ring, index }: Corner): Position | undefined =>
  outline.parts[part]?.[ring]?.[index]

/** Moves a corner. Steps of one drag are one step to undo: only its first says `fresh`. */
export function move(sketch: Sketch, corner: Corner, to: Position, fresh = true): Sketch {
  if (!cornerAt(sketch.now, corner)) return sketch
  const now = replaceRing(sketch.now, corner, (ring) => ring.with(corner.index, to))
  const chosen = { ...now, chosen: corner }
  return fresh ? step(sketch, chosen) : { ...sketch, now: chosen }
}

/** Adds a corner behind the given one and chooses it. */
export function insert(sketch: Sketch, after: Corner, at: Position): Sketch {
  const index = after.index + 1
  const now = replaceRing(sketch.now, after, (ring) => ring.toSpliced(index, 0, at))
  return step(sketch, { ...now, chosen: { ...after, index } })
}

/** Takes a corner away; a ring keeps at least three, a line one. */
export function remove(sketch: Sketch, corner: Corner): Sketch {
  const ring = sketch.now.parts[corner.part]?.[corner.ring]
  if (!ring || ring.length <= (sketch.now.shape === 'line' ? 1 : 3)) return sketch
  const now = replaceRing(sketch.now, corner, (r) => r.toSpliced(corner.index, 1))
  return step(sketch, { ...now, chosen: { ...corner, index: corner.index % (ring.length - 1) } })
}

/** Every corner, part by part and ring by ring: the order in which keys walk them. */
export function corners(outline: Outline): Corner[] {
  return outline.parts.flatMap((rings, part) =>
    rings.flatMap((ring, r) => ring.map((_, index): Corner => ({ part, ring: r, index }))),
  )
}

/** Half-way between a corner and the next one of its ring. */
export function middle(outline: Outline, corner: Corner): Position {
  const ring = outline.parts[corner.part]![corner.ring]!
  const [a, b] = [ring[corner.index]!, ring[(corner.index + 1) % ring.length]!]
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
}

export const sameCorner = (a: Corner | null, b: Corner): boolean =>
  a !== null && a.part === b.part && a.ring === b.ring && a.index === b.index

/** Chooses the next (1) or previous (-1) corner, around the end. */
export function choose(sketch: Sketch, direction: 1 | -1): Sketch {
  const all = corners(sketch.now)
  if (all.length === 0) return sketch
  const at = all.findIndex((corner) => sameCorner(sketch.now.chosen, corner))
  const next = at < 0 ? (direction === 1 ? 0 : all.length - 1) : (at + direction + all.length) % all.length
  return pick(sketch, all[next]!)
}

export const pick = (sketch: Sketch, chosen: Corner | null): Sketch => ({ ...sketch, now: { ...sketch.now, chosen } })

/** Square metres on a local plane, to tell the person drawing; the registry measures by itself. */
export function areaOf({ parts }: Outline): number {
  return parts.reduce((sum, rings) => sum + rings.reduce((area, ring, i) => area + (i === 0 ? 1 : -1) * ringArea(ring), 0), 0)
}

function ringArea(ring: Position[]): number {
  const origin = ring[0]
  if (!origin || ring.length < 3) return 0
  const perDegree = (Math.PI / 180) * 6_371_008.8
  const shrink = Math.cos((origin[1] * Math.PI) / 180)
  let twice = 0
  for (let i = 0; i < ring.length; i++) {
    const [x1, y1] = ring[i]!
    const [x2, y2] = ring[(i + 1) % ring.length]!
    twice += (x1 - origin[0]) * (y2 - origin[1]) - (x2 - origin[0]) * (y1 - origin[1])
  }
  return (Math.abs(twice) / 2) * perDegree * perDegree * shrink
}

const step = (sketch: Sketch, now: Outline): Sketch => ({ now, past: [...sketch.past, sketch.now], touched: true })

function replaceRing(outline: Outline, { part, ring }: Corner, change: (ring: Position[]) => Position[]): Outline {
  const rings = outline.parts[part]
  const old = rings?.[ring]
  if (!rings || !old) return outline
  return { ...outline, parts: outline.parts.with(part, rings.with(ring, change(old))) }
}

const round = ([lon, lat]: Position): Position => [Math.round(lon * 1e9) / 1e9, Math.round(lat * 1e9) / 1e9]
