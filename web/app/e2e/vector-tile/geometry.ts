// Section 4.3 of the specification: the command stream of a feature's geometry.

type Point = readonly [number, number]
type Ring = Point[]

const point = 1
const line = 2
const polygon = 3
const moveTo = 1
const lineTo = 2
const closePath = 7

interface Command {
  id: number
  count: number
  /** Absolute positions; empty for ClosePath. */
  to: Point[]
}

export function geometryFindings(type: number, numbers: readonly number[]): string[] {
  const commands = read(numbers)
  if (typeof commands === 'string') return [commands]
  switch (type) {
    case point:
      return commands.length === 1 && commands[0]!.id === moveTo && commands[0]!.count > 0 ? [] : ['a point is more than one MoveTo']
    case line:
      return lines(commands)
    case polygon:
      return polygons(commands)
    default:
      return []
  }
}

function read(numbers: readonly number[]): Command[] | string {
  const commands: Command[] = []
  let x = 0
  let y = 0
  for (let i = 0; i < numbers.length; ) {
    const head = numbers[i++]!
    const [id, count] = [head & 7, head >>> 3]
    if (id === closePath) {
      if (count !== 1) return `ClosePath has the count ${count}`
      commands.push({ id, count, to: [] })
      continue
    }
    if (id !== moveTo && id !== lineTo) return `unknown command ${id}`
    if (i + 2 * count > numbers.length) return `a command promises ${count} positions and the stream ends`
    const to: Point[] = []
    for (let n = 0; n < count; n++) {
      const [dx, dy] = [zigzag(numbers[i++]!), zigzag(numbers[i++]!)]
      if (id === lineTo && dx === 0 && dy === 0) return 'a LineTo goes nowhere'
      x += dx
      y += dy
      to.push([x, y])
    }
    commands.push({ id, count, to })
  }
  return commands
}

const zigzag = (n: number) => (n % 2 === 0 ? n / 2 : -(n + 1) / 2)

function lines(commands: Command[]): string[] {
  for (let i = 0; i < commands.length; i += 2) {
    const [start, rest] = [commands[i]!, commands[i + 1]]
    if (start.id !== moveTo || start.count !== 1) return ['a line does not begin with one MoveTo']
    if (!rest || rest.id !== lineTo || rest.count < 1) return ['a line has no LineTo']
  }
  return []
}

function polygons(commands: Command[]): string[] {
  const wrong: string[] = []
  let outside: Ring | null = null
  let inside: Ring[] = []
  for (let i = 0; i < commands.length; i += 3) {
    const [start, rest, end] = [commands[i]!, commands[i + 1], commands[i + 2]]
    if (start.id !== moveTo || start.count !== 1) return [...wrong, 'a ring does not begin with one MoveTo']
    if (!rest || rest.id !== lineTo || rest.count < 2) return [...wrong, 'a ring has fewer than two LineTo']
    if (!end || end.id !== closePath) return [...wrong, 'a ring is not closed']
    const ring: Ring = [start.to[0]!, ...rest.to]
    if (same(ring[0]!, ring.at(-1)!)) wrong.push('a ring repeats its first position before ClosePath')
    const crossing = touches(ring)
    if (crossing) wrong.push(`a ring meets itself at ${crossing}`)
    const area = twiceArea(ring)
    if (area === 0) wrong.push('a ring has no area')
    else if (area > 0) {
      outside = ring
      inside = []
    } else if (!outside) wrong.push('the first ring of a polygon is an interior one')
    else {
      if (!within(ring, outside)) wrong.push('an interior ring is not enclosed by the exterior one')
      if (inside.some((other) => meet(ring, other))) wrong.push('interior rings intersect')
      inside.push(ring)
    }
  }
  return wrong
}

const same = (a: Point, b: Point) => a[0] === b[0] && a[1] === b[1]

/** Twice the area by the surveyor's formula, positive for exterior rings (y grows downwards). */
function twiceArea(ring: Ring): number {
  let sum = 0
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!]
    sum += a[0] * b[1] - b[0] * a[1]
  }
  return sum
}

const side = (a: Point, b: Point, p: Point) => Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))
const between = (a: Point, b: Point, p: Point) =>
  Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1])

/** How two segments meet: not, at a point of theirs, or crossing. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)]
  if (s1 !== s2 && s3 !== s4 && s1 * s2 <= 0 && s3 * s4 <= 0 && (s1 || s2) && (s3 || s4)) return true
  return (s1 === 0 && between(a, b, c)) || (s2 === 0 && between(a, b, d)) || (s3 === 0 && between(c, d, a)) || (s4 === 0 && between(c, d, b))
}

/** Where a ring crosses or touches itself, else null. Neighbouring edges may share their corner and nothing else. */
function touches(ring: Ring): string | null {
  const n = ring.length
  for (let i = 0; i < n; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % n]!]
    // The next edge must not fold back over this one.
    const c = ring[(i + 2) % n]!
    if (n > 2 && side(a, b, c) === 0 && (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0) return `${b}`
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue
      if (cross(a, b, ring[j]!, ring[(j + 1) % n]!)) return `${ring[j]}`
    }
  }
  return null
}

/** Rings may touch at single positions; crossing is what counts. */
function meet(one: Ring, two: Ring): boolean {
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i]!, one[(i + 1) % one.length]!]
    for (let j = 0; j < two.length; j++) {
      const [c, d] = [two[j]!, two[(j + 1) % two.length]!]
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true
    }
  }
  return false
}

/** Every corner of the ring lies inside the other or on its border, and no edge crosses it. */
const within = (ring: Ring, outside: Ring): boolean => ring.every((p) => holds(outside, p)) && !meet(ring, outside)

function holds(ring: Ring, p: Point): boolean {
  let odd = false
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!]
    if (side(a, b, p) === 0 && between(a, b, p)) return true
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
  }
  return odd
}
