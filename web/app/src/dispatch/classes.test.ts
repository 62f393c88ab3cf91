import { expect, test } from 'vitest'
import { breaksOf, classOf, countByClass, methods } from './classes'

test('quantiles hold equally many', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1)
  const breaks = breaksOf(values, 'quantile', 4)
  expect(breaks).toEqual([26, 51, 76])
  expect(countByClass(values, breaks)).toEqual([25, 25, 25, 25])
})

test('equal intervals are equally wide', () => {
  expect(breaksOf([0, 10, 20, 110], 'equal', 5)).toEqual([30, 50, 70, 90])
})

test('pretty breaks are round, and no more than asked for', () => {
  expect(breaksOf([1, 97], 'pretty', 5)).toEqual([20, 40, 60, 80])
  expect(breaksOf([3, 1234], 'pretty', 5)).toEqual([500, 1000])
  expect(breaksOf([1, 2, 3], 'pretty', 5)).toEqual([2, 3])
})

test('natural breaks part the groups that the eye sees', () => {
  expect(breaksOf([1, 2, 3, 50, 51, 52, 900, 901], 'jenks', 3)).toEqual([50, 900])
})

// Every way to cut twelve numbers into four is tried.
test('natural breaks are the best there are', () => {
  const values = [1, 1, 2, 6, 7, 11, 12, 30, 33, 34, 80, 99]
  const cost = (group: number[]) => {
    const mean = group.reduce((a, b) => a + b, 0) / group.length
    return group.reduce((sum, v) => sum + (v - mean) ** 2, 0)
  }
  let best = Infinity
  for (let a = 1; a < 10; a++)
    for (let b = a + 1; b < 11; b++)
      for (let c = b + 1; c < 12; c++) best = Math.min(best, [[0, a], [a, b], [b, c], [c, 12]].reduce((sum, [i, j]) => sum + cost(values.slice(i, j)), 0))
  const breaks = breaksOf(values, 'jenks', 4)
  const groups = [0, 1, 2, 3].map((c) => values.filter((v) => classOf(v, breaks) === c))
  expect(groups.reduce((sum, g) => sum + cost(g), 0)).toBeCloseTo(best, 9)
})

test.each(methods)('%s: breaks rise, are whole, and every number has a class', (method) => {
  let seed = 7
  const next = () => (seed = (seed * 48271) % 2147483647)
  for (let round = 0; round < 60; round++) {
    const values = Array.from({ length: next() % 200 }, () => Math.floor((next() % 1000) ** 2 / (1 + (next() % 900))))
    for (let classes = 3; classes <= 7; classes++) {
      const breaks = breaksOf(values, method, classes)
      expect(breaks.length).toBeLessThan(classes)
      breaks.forEach((b, i) => {
        expect(Number.isInteger(b)).toBe(true)
        if (i > 0) expect(b).toBeGreaterThan(breaks[i - 1]!)
      })
      expect(countByClass(values, breaks).reduce((a, b) => a + b, 0)).toBe(values.filter((v) => v > 0).length)
    }
  }
})

test('nothing, one number, and only zeros have one class', () => {
  for (const method of methods) for (const values of [[], [5], [0, 0], [3, 3, 3, 0]]) expect(breaksOf(values, method, 5)).toEqual([])
})
