// How territories look on the map: a tone and a hatching each, the same one every day, and never the same tone as a
// territory that it touches. Names are written beside, so that nobody depends on either.
import type { Lattice } from './lattice'

/** As many as there are --terr-n tokens. */
export const tones = 8
/** Plain, and three ways to be hatched. */
export const hatches = 4

export interface Look {
  tone: number
  hatch: number
}

/** Which territories touch which, by their numbers. */
export type Touching = ReadonlyMap<number, ReadonlySet<number>>

export function touching(lattice: Lattice, owners: ReadonlyMap<string, number>): Touching {
  const pairs = new Map<number, Set<number>>()
  const note = (a: number, b: number) => {
    const known = pairs.get(a)
    if (known) known.add(b)
    else pairs.set(a, new Set([b]))
  }
  for (const [cell, owner] of owners) {
    for (const other of lattice.beyond(cell)) {
      const theirs = other === null ? undefined : owners.get(other)
      if (theirs !== undefined && theirs !== owner) note(owner, theirs)
    }
  }
  return pairs
}

/**
 * A territory's look follows from its number alone, unless a territory of a lower number beside it has that tone
 * already: then it takes the next tone that none of those has. So a change moves the looks of its neighbours at most.
 * Looks to be kept are kept: while a change is only shown, nobody is to look like somebody else.
 */
export function looksOf(numbers: Iterable<number>, beside: Touching, kept: ReadonlyMap<number, Look> = new Map()): Map<number, Look> {
  const looks = new Map(kept)
  for (const number of [...new Set(numbers)].toSorted((a, b) => a - b)) {
    if (kept.has(number)) continue
    const own = Math.abs(number)
    const taken = new Set([...(beside.get(number) ?? [])].map((other) => looks.get(other)?.tone))
    const free = Array.from({ length: tones }, (_, i) => (own + i) % tones).find((tone) => !taken.has(tone))
    looks.set(number, { tone: free ?? own % tones, hatch: Math.floor(own / tones) % hatches })
  }
  return looks
}

/** The lines between territories, and around them: each edge once. */
export function borders(lattice: Lattice, owners: ReadonlyMap<string, number>): [number, number][][] {
  const lines: [number, number][][] = []
  for (const [cell, owner] of owners) {
    const ring = lattice.shapeOf(cell)?.ring
    if (!ring) continue
    lattice.beyond(cell).forEach((other, i) => {
      const theirs = other === null ? undefined : owners.get(other)
      if (theirs === owner || (theirs !== undefined && other! < cell)) return
      lines.push([ring[i]!, ring[(i + 1) % ring.length]!])
    })
  }
  return lines
}

/** The largest of the pieces that cells fall into; the first of several. */
function largestPiece(lattice: Lattice, cells: readonly string[]): readonly string[] {
  const left = new Set(cells)
  let largest: string[] = []
  for (const first of cells) {
    if (!left.delete(first)) continue
    const piece = [first]
    for (const cell of piece) {
      for (const other of lattice.beyond(cell)) if (other !== null && left.delete(other)) piece.push(other)
    }
    if (piece.length > largest.length) largest = piece
  }
  return largest
}

/** Where to write a territory's name: in its largest piece, the middle of the cell nearest to that piece's middle. */
export function labelAt(lattice: Lattice, cells: readonly string[]): [number, number] | null {
  const centers = largestPiece(lattice, cells).map((cell) => lattice.shapeOf(cell)?.center).filter((c) => c !== undefined)
  if (centers.length === 0) return null
  const mean = [0, 1].map((n) => centers.reduce((sum, c) => sum + c[n]!, 0) / centers.length) as [number, number]
  return centers.reduce((best, c) => (Math.hypot(c[0] - mean[0], c[1] - mean[1]) < Math.hypot(best[0] - mean[0], best[1] - mean[1]) ? c : best))
}
