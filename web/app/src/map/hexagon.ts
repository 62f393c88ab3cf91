// The hexagon of an H3 cell, reckoned from its index alone: which of the icosahedron's faces it lies on, where on that
// face, and from there to the globe. After Uber's H3 library (Apache-2.0), of which this is the one small part that a
// map of cells needs; the whole library would not fit into what a page may weigh.
//
// Where a cell of an odd resolution lies across an edge of the icosahedron, H3 gives it another corner or two to follow
// the fold. Those are left out: the drawing is off by less than a line's width.
import type { Position } from '../api/types'

export interface Hexagon {
  center: Position
  /** Six corners, five of a pentagon, counter-clockwise, not closed. */
  ring: Position[]
}

/** Coordinates along a face's i and j axes, which stand at 120°. */
type Axial = readonly [number, number]
interface OnFace {
  face: number
  at: Axial
}

// Of each base cell its face and, as one number in base 3, its i, j and k there. The pentagons are those at i = 2.
const baseCells =
  '192c10290i1c112009231314393cbi490063012471210c61ai6030b94c330440530373bc70a9ci6a7a4131344369b08151ei50c9ac44cc79b3a0dia1b193836i' +
  '8091e95ag48a59c07ic3a390d9g1f4f3g3ecdc5i89e09ae1h1c1g0h4f1ga99f0d08id3haj3e3j4h3d1h0g99ifaf9i4i1j1h9j0i3iajij9i0jai9'

/** The directions of the seven digits, as steps on the face. */
const digits: readonly Axial[] = [[0, 0], [-1, -1], [0, 1], [-1, 0], [1, 0], [0, -1], [1, 1]]

/** From a cell's middle to its corners, in steps of the finer grid that has points there. */
const corners: readonly Axial[] = [[2, 1], [1, 2], [-1, 1], [-2, -1], [-1, -2], [1, -1]]
const oddCorners: readonly Axial[] = [[5, 4], [1, 5], [-4, 1], [-5, -4], [-1, -5], [4, -1]]

// One step of a grid, told in steps of the next finer one: seven times as many cells, turned one way or the other, or three.
const finer7 = ([a, b]: Axial): Axial => [2 * a + b, 3 * b - a]
const finer7r = ([a, b]: Axial): Axial => [3 * a - b, a + 2 * b]
const coarser7r = ([a, b]: Axial): Axial => [Math.round((2 * a + b) / 7), Math.round((3 * b - a) / 7)]
const finer3 = ([a, b]: Axial): Axial => [a + b, 2 * b - a]
const finer3r = ([a, b]: Axial): Axial => [2 * a - b, a + b]
const turnLeft = ([a, b]: Axial): Axial => [a - b, a]
const turnRight = ([a, b]: Axial): Axial => [b, b - a]
const plus = (p: Axial, q: Axial): Axial => [p[0] + q[0], p[1] + q[1]]
const times = (p: Axial, n: number): Axial => [p[0] * n, p[1] * n]

/** The hexagon of a cell written in hexadecimal; null when that is no cell's index. */
export function hexagon(cell: string): Hexagon | null {
  const index = read(cell)
  if (!index) return null
  const { resolution } = index
  const odd = resolution % 2 === 1
  const middle = place(index)
  // The corners lie on a grid nine times as fine, of an odd resolution once more turned into the even one below it.
  let at = finer3r(finer3(middle.at))
  if (odd) at = finer7r(at)
  const grid = odd ? resolution + 1 : resolution
  const ring = (odd ? oddCorners : corners).slice(0, index.pentagon ? 5 : 6).map((corner) => {
    let point: OnFace = { face: middle.face, at: plus(at, corner) }
    let next = overEdge(point, grid, 3, false)
    while (next) {
      point = next
      next = index.pentagon ? overEdge(point, grid, 3, false) : null
    }
    return toGlobe(point, grid)
  })
  const center = toGlobe({ face: middle.face, at }, grid)
  // Across the date line the corners keep on the middle's side, so that the ring is one piece.
  const near = (lon: number) => (lon - center[0] > 180 ? lon - 360 : lon - center[0] < -180 ? lon + 360 : lon)
  return { center, ring: ring.map(([lon, lat]) => [near(lon), lat]) }
}

interface Index {
  resolution: number
  base: number
  pentagon: boolean
  /** One digit a resolution, from the coarsest. */
  digits: number[]
}

function read(cell: string): Index | null {
  if (!/^[0-9a-f]{15}$/i.test(cell)) return null
  const high = Number.parseInt(cell.slice(0, 7), 16)
  const low = Number.parseInt(cell.slice(7), 16)
  const resolution = (high >>> 20) & 15
  const base = (high >>> 13) & 127
  if (high >>> 24 !== 8 || base > 121) return null
  const path: number[] = []
  for (let r = 1; r <= resolution; r++) {
    const shift = (15 - r) * 3
    const digit = shift >= 32 ? (high >>> (shift - 32)) & 7 : shift === 30 ? ((low >>> 30) | (high << 2)) & 7 : (low >>> shift) & 7
    if (digit === 7) return null
    path.push(digit)
  }
  return { resolution, base, pentagon: isPentagon(base) && path.every((d) => d === 0), digits: path }
}

const isPentagon = (base: number) => baseCells[2 * base + 1] === 'i'

/** Where a cell's middle lies, in steps of its own grid. */
function place({ resolution, base, digits: path }: Index): OnFace {
  const leading = path.find((d) => d !== 0) ?? 0
  // A pentagon lacks one of its six sectors: what would lie there is told by the next one.
  const turned = isPentagon(base) && leading === 5 ? path.map((d) => [0, 3, 6, 2, 5, 1, 4][d]!) : path
  const home = Number.parseInt(baseCells[2 * base + 1]!, 36)
  const k = home % 3
  const face = Number.parseInt(baseCells[2 * base]!, 36)
  let at: Axial = [Math.floor(home / 9) - k, (Math.floor(home / 3) % 3) - k]
  turned.forEach((digit, i) => {
    at = plus(i % 2 === 0 ? finer7(at) : finer7r(at), digits[digit]!)
  })
  const odd = resolution % 2 === 1
  const grid = odd ? resolution + 1 : resolution
  let point: OnFace = { face, at: odd ? finer7r(at) : at }
  let next = overEdge(point, grid, 1, isPentagon(base) && leading === 4)
  if (!next) return { face, at }
  while (next) {
    point = next
    next = isPentagon(base) ? overEdge(point, grid, 1, false) : null
  }
  return odd ? { face: point.face, at: coarser7r(point.at) } : point
}

/** The same point told on the face beside, when it lies beyond the edge; null when it does not. */
function overEdge({ face, at }: OnFace, grid: number, scale: number, missingSector: boolean): OnFace | null {
  const step = 7 ** (grid / 2) * scale
  const least = Math.min(at[0], at[1], 0)
  const [i, j, k] = [at[0] - least, at[1] - least, -least]
  if (i + j + k <= 2 * step) return null
  const side = k > 0 ? (j > 0 ? 'jk' : 'ki') : 'ij'
  let from = at
  if (side === 'ki' && missingSector) from = plus(turnRight(plus(at, [-2 * step, 0])), [2 * step, 0])
  const { face: other, by, turns } = beside(face, side)
  for (let n = 0; n < turns; n++) from = turnLeft(from)
  return { face: other, at: plus(from, times(by, step)) }
}

function beside(face: number, side: 'ij' | 'ki' | 'jk'): { face: number; by: Axial; turns: number } {
  const row = Math.floor(face / 5)
  const round = (n: number, to = row) => to * 5 + ((face + n) % 5)
  if (side === 'jk') return { face: face + [5, -5, 5, -5][row]!, by: [-2, 0], turns: 3 }
  if (row === 0) return side === 'ij' ? { face: round(4), by: [0, -2], turns: 1 } : { face: round(1), by: [2, 2], turns: 5 }
  if (row === 3) return side === 'ij' ? { face: round(1), by: [0, -2], turns: 1 } : { face: round(4), by: [2, 2], turns: 5 }
  if (side === 'ij') return { face: face + (row === 1 ? 5 : -5), by: [2, 2], turns: 3 }
  return { face: row === 1 ? round(4, 2) : round(1, 1), by: [0, -2], turns: 3 }
}

/** The middle of each face as a direction, and the azimuth of its i axis. */
const middles: readonly (readonly [number, number, number])[] = [
  [0.2199307791404606, 0.6583691780274996, 0.7198475378926182], [-0.2139234834501421, 0.1478171829550703, 0.9656017935214205],
  [0.1092625278784797, -0.481195157287321, 0.8697775121287253], [0.7428567301586791, -0.3593941678278028, 0.5648005936517033],
  [0.8112534709140969, 0.3448953237639384, 0.472138773641393], [-0.1055498149613921, 0.9794457296411413, 0.1718874610009365],
  [-0.8075407579970092, 0.1533552485898818, 0.5695261994882688], [-0.2846148069787907, -0.8644080972654206, 0.4144792552473539],
  [0.7405621473854482, -0.6673299564565524, -0.0789837646326737], [0.8512303986474293, 0.4722343788582681, -0.2289137388687808],
  [-0.7405621473854481, 0.6673299564565524, 0.0789837646326737], [-0.8512303986474292, -0.4722343788582682, 0.2289137388687808],
  [0.1055498149613919, -0.9794457296411413, -0.1718874610009365], [0.8075407579970092, -0.1533552485898819, -0.5695261994882688],
  [0.2846148069787908, 0.8644080972654204, -0.4144792552473539], [-0.7428567301586791, 0.3593941678278027, -0.5648005936517033],
  [-0.8112534709140971, -0.3448953237639382, -0.472138773641393], [-0.2199307791404607, -0.6583691780274996, -0.7198475378926182],
  [0.213923483450142, -0.1478171829550704, -0.9656017935214205], [-0.1092625278784796, 0.481195157287321, -0.8697775121287253],
]
const azimuths: readonly number[] = [
  5.61995826852394, 5.760339081714187, 0.78021365439343, 0.43046936397999991, 6.1302691233351114, 2.692877706530643, 2.982963003477244,
  3.532912002790141, 3.494305004259568, 3.0032141694995384, 5.930472956509812, 0.13837848409025485, 0.44871494705915036, 0.15862965011254937,
  5.8918659579792385, 2.7111232896097933, 3.2945088374342683, 3.80481969224544, 3.6644388790551924, 2.3613789991963632,
]

const sqrt7 = Math.sqrt(7)
/** The tangent of the angle that one step of resolution 0 spans, seen from a face's middle. */
const unit = 0.381966011250105

/** Longitude and latitude of a point of the corners' grid. */
function toGlobe({ face, at: [a, b] }: OnFace, grid: number): Position {
  const [x, y] = [a - b / 2, (b * Math.sqrt(3)) / 2]
  const far = Math.atan(((Math.hypot(x, y) / 3) * unit) / sqrt7 ** grid)
  const bearing = azimuths[face]! - Math.atan2(y, x)
  const [mx, my, mz] = middles[face]!
  // North and east as seen from the face's middle.
  const flat = Math.hypot(mx, my)
  const north = [(-mz * mx) / flat, (-mz * my) / flat, flat] as const
  const east = [-my / flat, mx / flat, 0] as const
  const [c, s] = [Math.cos(far), Math.sin(far)]
  const to = (n: 0 | 1 | 2) => s * (Math.cos(bearing) * north[n] + Math.sin(bearing) * east[n])
  const [px, py, pz] = [c * mx + to(0), c * my + to(1), c * mz + to(2)]
  return [(Math.atan2(py, px) * 180) / Math.PI, (Math.atan2(pz, Math.hypot(px, py)) * 180) / Math.PI]
}
