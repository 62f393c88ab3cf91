// The cells that the page knows, as a pattern to point at: which cell is here, which are near, which lie in an outline,
// which touch which. Nothing of it is drawn or asked of the server.
import type { Bounds, Position } from '../api/types'
import { type Hexagon, hexagon } from '../map/hexagon'

const perDegree = (Math.PI / 180) * 6_371_008.8 // metres

export class Lattice {
  readonly cells: readonly string[]
  private readonly hexagons: Hexagon[] = []
  private readonly places = new Map<string, number>()
  private readonly buckets = new Map<number, number[]>()
  private readonly neighbours: (readonly (string | null)[])[] = []
  /** Degrees of longitude are that much shorter here than those of latitude. */
  private readonly shrink: number
  /** From a middle to a corner, in degrees of latitude. */
  private readonly reach: number

  /** Cells that are none are left out. */
  constructor(cells: Iterable<string>) {
    const known: string[] = []
    for (const cell of new Set(cells)) {
      const shape = hexagon(cell)
      if (!shape) continue
      this.places.set(cell, known.length)
      known.push(cell)
      this.hexagons.push(shape)
    }
    this.cells = known
    const first = this.hexagons[0]
    this.shrink = first ? Math.cos((first.center[1] * Math.PI) / 180) : 1
    this.reach = first ? Math.max(...first.ring.map((corner) => this.apart(first.center, corner))) : 1
    this.hexagons.forEach(({ center }, i) => {
      const key = this.bucket(center)
      const bucket = this.buckets.get(key)
      if (bucket) bucket.push(i)
      else this.buckets.set(key, [i])
    })
  }

  /** Where the cell stands in `cells`; undefined when it is not known. */
  indexOf(cell: string): number | undefined {
    return this.places.get(cell)
  }

  /** Its shape, also of a cell that is not among the known ones. */
  shapeOf(cell: string): Hexagon | null {
    const at = this.places.get(cell)
    return at === undefined ? hexagon(cell) : this.hexagons[at]!
  }

  /** The cell that holds the point. */
  at(point: Position): string | null {
    for (const i of this.around(point, this.reach)) {
      if (insideRing(point, this.hexagons[i]!.ring)) return this.cells[i]!
    }
    return null
  }

  /** The cells whose middle lies within so many metres of the point, and the one that holds it. */
  near(point: Position, metres: number): string[] {
    const degrees = metres / perDegree
    const found = this.around(point, Math.max(degrees, this.reach))
    return found.filter((i) => this.apart(point, this.hexagons[i]!.center) <= degrees || insideRing(point, this.hexagons[i]!.ring)).map((i) => this.cells[i]!)
  }

  /** The cells whose middle lies in the ring, which need not be closed. */
  within(ring: readonly Position[]): string[] {
    if (ring.length < 3) return []
    const box = boundsOfRing(ring)
    return this.cells.filter((_, i) => {
      const { center } = this.hexagons[i]!
      return center[0] >= box[0] && center[0] <= box[2] && center[1] >= box[1] && center[1] <= box[3] && insideRing(center, ring)
    })
  }

  /** Per edge of the cell's hexagon the known cell beyond it, or null. */
  beyond(cell: string): readonly (string | null)[] {
    const at = this.places.get(cell)
    if (at === undefined) return []
    return (this.neighbours[at] ??= this.findBeyond(this.hexagons[at]!))
  }

  private findBeyond({ center, ring }: Hexagon): (string | null)[] {
    return ring.map((corner, i) => {
      const next = ring[(i + 1) % ring.length]!
      const across: Position = [corner[0] + next[0] - center[0], corner[1] + next[1] - center[1]]
      // Neighbours are nearly mirror images; nearly, so the middle is looked for a little around.
      const slack = this.apart(center, corner) * 0.4
      const found = this.around(across, slack).find((j) => this.apart(across, this.hexagons[j]!.center) <= slack)
      return found === undefined ? null : this.cells[found]!
    })
  }

  /** The box around the cells, as far as they are cells. */
  boundsOf(cells: Iterable<string>): Bounds | null {
    let box: Bounds | null = null
    for (const cell of cells) {
      for (const [lon, lat] of this.shapeOf(cell)?.ring ?? []) {
        box = box ? [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)] : [lon, lat, lon, lat]
      }
    }
    return box
  }

  private apart(a: Position, b: Position): number {
    return Math.hypot((a[0] - b[0]) * this.shrink, a[1] - b[1])
  }

  private bucket([lon, lat]: Position): number {
    const size = this.reach * 2
    return Math.floor((lon * this.shrink) / size) * 0x2000000 + Math.floor(lat / size)
  }

  /** Cells that may have their middle within so many degrees: all of the buckets that the circle's box touches. */
  private around([lon, lat]: Position, degrees: number): number[] {
    const size = this.reach * 2
    const [x, y] = [lon * this.shrink, lat]
    const found: number[] = []
    for (let i = Math.floor((x - degrees) / size); i <= Math.floor((x + degrees) / size); i++) {
      for (let j = Math.floor((y - degrees) / size); j <= Math.floor((y + degrees) / size); j++) {
        found.push(...(this.buckets.get(i * 0x2000000 + j) ?? []))
      }
    }
    return found
  }
}

/** Even-odd; a point on the line belongs to one side or the other. */
export function insideRing([x, y]: Position, ring: readonly Position[]): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i]!
    const [bx, by] = ring[j]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

function boundsOfRing(ring: readonly Position[]): Bounds {
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of ring) {
    box[0] = Math.min(box[0], lon)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lon)
    box[3] = Math.max(box[3], lat)
  }
  return box
}
