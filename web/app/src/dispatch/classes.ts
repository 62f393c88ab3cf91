// Putting numbers into classes, as a map's legend shows them. A class is told by where it begins; zero is no class: a
// cell without anything stays open ground.

/** Numbers of equal frequency, of equal width, of natural groups, or between round figures. */
export type Method = 'quantile' | 'equal' | 'jenks' | 'pretty'
export const methods: readonly Method[] = ['quantile', 'jenks', 'equal', 'pretty']

export const fewestClasses = 3
export const mostClasses = 7

/**
 * Where the second and every later class begins: whole numbers, rising. Fewer than asked for where the numbers do not
 * give more, none where all are the same. Only numbers above zero count.
 */
export function breaksOf(values: readonly number[], method: Method, classes: number): number[] {
  const sorted = values.filter((v) => v > 0).toSorted((a, b) => a - b)
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined || least === most) return []
  const raw = { quantile, equal, jenks, pretty }[method](sorted, classes)
  const whole = raw.map((b) => Math.ceil(b))
  // A class that nothing can fall into is none.
  return [...new Set(whole)].filter((b) => b > least && b <= most)
}

/** The class of a number: how many breaks it has reached. */
export function classOf(value: number, breaks: readonly number[]): number {
  let at = 0
  while (at < breaks.length && value >= breaks[at]!) at++
  return at
}

/** How many numbers above zero fall into each class. */
export function countByClass(values: readonly number[], breaks: readonly number[]): number[] {
  const counts = new Array<number>(breaks.length + 1).fill(0)
  for (const value of values) if (value > 0) counts[classOf(value, breaks)]!++
  return counts
}

function quantile(sorted: readonly number[], classes: number): number[] {
  return steps(classes).map((i) => sorted[Math.floor((i * sorted.length) / classes)]!)
}

function equal(sorted: readonly number[], classes: number): number[] {
  const [least, most] = [sorted[0]!, sorted.at(-1)!]
  return steps(classes).map((i) => least + ((most - least) * i) / classes)
}

/** Multiples of 1, 2 or 5 times a power of ten: the finest that need no more classes than asked for. */
function pretty(sorted: readonly number[], classes: number): number[] {
  const most = sorted.at(-1)!
  const rough = most / classes
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => Math.floor(most / s) < classes) ?? 10 * power
  return Array.from({ length: Math.floor(most / step) }, (_, i) => (i + 1) * step)
}

const steps = (classes: number) => Array.from({ length: classes - 1 }, (_, i) => i + 1)

/**
 * Jenks' natural breaks: the classes with the least squared distance from their means, exactly, by Ckmeans (Wang and
 * Song 2011). The best beginning of the last class only moves right as numbers are added, which halves the work at
 * every step.
 */
function jenks(sorted: readonly number[], classes: number): number[] {
  const n = sorted.length
  const k = Math.min(classes, new Set(sorted).size)
  const cost = squares(sorted)
  let before = sorted.map((_, i) => cost(0, i))
  const begins: Int32Array[] = [new Int32Array(n)]
  for (let c = 1; c < k; c++) {
    const row = new Array<number>(n).fill(Infinity)
    const begin = new Int32Array(n)
    fill(c, n - 1, c, n - 1)
    before = row
    begins.push(begin)

    function fill(low: number, high: number, from: number, to: number): void {
      if (low > high) return
      const mid = (low + high) >> 1
      for (let j = Math.max(c, from); j <= Math.min(mid, to); j++) {
        const total = before[j - 1]! + cost(j, mid)
        if (total < row[mid]!) [row[mid], begin[mid]] = [total, j]
      }
      fill(low, mid - 1, from, begin[mid]!)
      fill(mid + 1, high, begin[mid]!, to)
    }
  }
  const breaks: number[] = []
  for (let c = k - 1, end = n - 1; c > 0; c--) {
    const begin = begins[c]![end]!
    breaks.unshift(sorted[begin]!)
    end = begin - 1
  }
  return breaks
}

/** The squared distances of sorted[i…j] from their mean, in constant time. */
function squares(sorted: readonly number[]): (i: number, j: number) => number {
  const shift = sorted[Math.floor(sorted.length / 2)]! // keeps the sums small, and with them what rounding takes
  const sum = [0]
  const square = [0]
  for (const value of sorted) {
    sum.push(sum.at(-1)! + value - shift)
    square.push(square.at(-1)! + (value - shift) ** 2)
  }
  return (i, j) => {
    const total = sum[j + 1]! - sum[i]!
    return Math.max(0, square[j + 1]! - square[i]! - (total * total) / (j - i + 1))
  }
}
