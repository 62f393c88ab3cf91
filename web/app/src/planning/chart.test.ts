import { expect, test } from 'vitest'
import { apart, dayMarks, pathOf, ticks } from './chart'

test('the axis has round figures and reaches the most', () => {
  expect(ticks(97)).toEqual([0, 20, 40, 60, 80, 100])
  expect(ticks(3)).toEqual([0, 1, 2, 3])
  expect(ticks(0)).toEqual([0, 1])
  for (const most of [1, 7, 12345, 999999]) expect(ticks(most).at(-1)).toBeGreaterThanOrEqual(most)
})

test('a line has gaps where nothing is told', () => {
  const id = (v: number) => v
  expect(pathOf([1, 2, null, 4, null, 6, 7], id, id)).toBe('M0 1L1 2M3 4h0M5 6L6 7')
  expect(pathOf([null, null], id, id)).toBe('')
})

test('names do not lie on each other, nor beyond the chart', () => {
  expect(apart([10, 11, 50], 12, 0, 100)).toEqual([10, 22, 50])
  expect(apart([99, 98, 97], 10, 0, 100)).toEqual([100, 90, 80])
  expect(apart([], 10, 0, 100)).toEqual([])
})

test('days are marked evenly, ends included', () => {
  expect(dayMarks(['a', 'b'])).toEqual([0, 1])
  const days = Array.from({ length: 25 }, (_, i) => `${i}`)
  expect(dayMarks(days, 5)).toEqual([0, 6, 12, 18, 24])
})
