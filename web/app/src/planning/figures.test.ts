import { expect, test } from 'vitest'
import { change, figure, perKm2, shareOf } from './figures'

const sums = { buildings: 3, dwellings: 4, population: null, permits: null, floorArea: 1250, unconfirmed: 0 }

test('what is not told says why', () => {
  expect(figure({ ...sums, few: true }, 'population')).toBe('< 5 houses')
  expect(figure(sums, 'population')).toBe('n/a')
  expect(figure(sums, 'floorArea')).toBe('1,250 m²')
})

test('shares and densities only where both are known', () => {
  expect(shareOf(1, 4)).toBe(0.25)
  expect([shareOf(null, 4), shareOf(1, null), shareOf(0, 0)]).toEqual([null, null, null])
  expect(perKm2(500, 250_000)).toBe(2000)
  expect([perKm2(null, 1), perKm2(3, 0)]).toEqual([null, null])
})

test('changes have a sign and, from something, a part', () => {
  expect(change(110, 100)).toBe('+10 (+10 %)')
  expect(change(75, 100)).toBe('−25 (−25 %)')
  expect(change(5, 5)).toBe('±0 (0 %)')
  expect(change(5, 0)).toBe('+5')
  expect(change(null, 5)).toBe('')
})
