import { expect, test } from 'vitest'
import { change, figure } from './figures'

const sums = { buildings: 3, dwellings: 4, population: null, permits: null, floorArea: 1250, unconfirmed: 0 }

test('what is not told says why', () => {
  expect(figure({ ...sums, few: true }, 'population')).toBe('< 5 houses')
  expect(figure(sums, 'population')).toBe('n/a')
  expect(figure(sums, 'floorArea')).toBe('1,250 m²')
})

test('changes have a sign and, from something, a part', () => {
  expect(change(110, 100)).toBe('+10 (+10 %)')
  expect(change(75, 100)).toBe('−25 (−25 %)')
  expect(change(5, 5)).toBe('±0 (0 %)')
  expect(change(5, 0)).toBe('+5')
  expect(change(null, 5)).toBe('')
})
