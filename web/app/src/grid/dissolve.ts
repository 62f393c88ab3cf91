// Cells melted into the shape they cover together.
import type { Position } from '../api/types'
import type { Lattice } from './lattice'

interface Edge {
  cell: string
  at: number
}

/**
 * A MultiPolygon: per connected piece its outer ring, counter-clockwise, and its holes, clockwise, all closed. The way
 * around is found from which cells touch which, not from coordinates, so that no rounding can break a ring.
 */
export function dissolve(lattice: Lattice, cells: ReadonlySet<string>): Position[][][] {
  const beyond = new Map<string, (string | null)[]>()
  for (const cell of cells) if (lattice.indexOf(cell) !== undefined) beyond.set(cell, lattice.beyond(cell).map((other) => (other !== null && cells.has(other) ? other : null)))
  const piece = new Map<string, number>()
  const polygons: Position[][][] = []
  for (const start of beyond.keys()) {
    if (piece.has(start)) continue
    const members = [start]
    piece.set(start, polygons.length)
    for (let i = 0; i < members.length; i++) {
      for (const other of beyond.get(members[i]!)!) {
        if (other === null || piece.has(other)) continue
        piece.set(other, polygons.length)
        members.push(other)
      }
    }
    polygons.push(ringsOf(lattice, members, beyond))
  }
  return polygons
}

function ringsOf(lattice: Lattice, members: readonly string[], beyond: ReadonlyMap<string, readonly (string | null)[]>): Position[][] {
  const done = new Set<string>()
  const rings: Position[][] = []
  for (const cell of members) {
    beyond.get(cell)!.forEach((other, at) => {
      if (other !== null || done.has(`${cell} ${at}`)) return
      const ring: Position[] = []
      let edge: Edge = { cell, at }
      while (!done.has(`${edge.cell} ${edge.at}`)) {
        done.add(`${edge.cell} ${edge.at}`)
        ring.push(lattice.shapeOf(edge.cell)!.ring[edge.at]!)
        edge = after(edge, beyond)
      }
      rings.push([...ring, ring[0]!])
    })
  }
  // The ring around the piece is the one that turns left; what turns right is a hole.
  return rings.toSorted((a, b) => area(b) - area(a))
}

/** The next edge of the rim: the cell's own next one, or that of the neighbour which hides it. */
function after({ cell, at }: Edge, beyond: ReadonlyMap<string, readonly (string | null)[]>): Edge {
  let here = cell
  let next = (at + 1) % beyond.get(here)!.length
  for (let other = beyond.get(here)![next]; other; other = beyond.get(here)![next]) {
    const shared = beyond.get(other)!.indexOf(here)
    here = other
    next = (shared + 1) % beyond.get(here)!.length
  }
  return { cell: here, at: next }
}

const area = (ring: readonly Position[]) => ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0)
