import { expect, test } from 'vitest'
import type { GridHouse, MyGrid, Need } from '../api/work'
import { inOrder, isOpen, isToday, markOf, nextOpen, progress, withHouse } from './need'

const zone = 'Asia/Shanghai'

const house = (code: string, order: number, ...needs: Need[]): GridHouse => ({
  code, order, needs, point: [0, 0], name: '', address: '', state: 'in_use', floors: null, dwellings: 0, heads: null, permits: null, confirmedTo: null, lastVisit: null,
})

test('a house is marked with what matters most', () => {
  expect(markOf(house('a', 0, 'proposal_open', 'headcount', 'confirm'))).toBe('confirm')
  expect(markOf(house('a', 0, 'proposal_open', 'headcount'))).toBe('headcount')
  expect(markOf(house('a', 0, 'proposal_open'))).toBe('proposal_open')
  expect(markOf(house('a', 0))).toBe('none')
})

test('a proposal that waits for a clerk sends nobody to the house', () => {
  expect(isOpen(house('a', 0, 'proposal_open'))).toBe(false)
  expect(isOpen(house('a', 0, 'headcount'))).toBe(true)
})

test('the next house follows the walk, around its end, and is never the same', () => {
  const houses = [house('c', 2, 'confirm'), house('a', 0, 'confirm'), house('d', 3), house('b', 1)]
  expect(inOrder(houses).map((h) => h.code)).toEqual(['a', 'b', 'c', 'd'])
  expect(nextOpen(houses, null)?.code).toBe('a')
  expect(nextOpen(houses, 'a')?.code).toBe('c')
  expect(nextOpen(houses, 'c')?.code).toBe('a')
  expect(nextOpen(houses, 'd')?.code).toBe('a')
  expect(nextOpen([house('a', 0, 'confirm'), house('b', 1)], 'a')).toBeNull()
  expect(nextOpen([house('a', 0)], null)).toBeNull()
  expect(nextOpen(houses, 'not here')?.code).toBe('a')
})

test('a confirmed house is one more today and one less open; taken back, it is as before', () => {
  const grid: MyGrid = { at: '2026-11-24', cells: [], outline: { type: 'MultiPolygon', coordinates: [] }, bbox: null, houses: [house('a', 0, 'confirm'), house('b', 1, 'confirm')], today: { confirmed: 0, open: 2 }, proposals: [] }
  const seen = { ...house('a', 0), lastVisit: { id: '1', at: '2026-11-23T19:00:10Z', result: 'no_change' as const, note: '', mine: true } }
  const after = withHouse(grid, seen, zone)
  expect(after.today).toEqual({ confirmed: 1, open: 1 })
  expect(progress(after.today)).toBe(0.5)
  expect(withHouse(after, seen, zone).today).toEqual({ confirmed: 1, open: 1 })
  expect(withHouse(after, house('a', 0, 'confirm'), zone).today).toEqual({ confirmed: 0, open: 2 })
  expect(withHouse(grid, { ...seen, needs: ['confirm'], lastVisit: { ...seen.lastVisit, result: 'no_access' } }, zone).today).toEqual({ confirmed: 0, open: 2 })
})

test('a day without houses is done', () => {
  expect(progress({ confirmed: 0, open: 0 })).toBe(1)
})

test('a day is the registry\'s, not the device\'s', () => {
  expect(isToday('2026-11-23T16:01:00Z', '2026-11-24', 'Asia/Shanghai')).toBe(true)
  expect(isToday('2026-11-23T16:01:00Z', '2026-11-23', 'UTC')).toBe(true)
  expect(isToday('2026-11-23T16:01:00Z', '2026-11-24', 'UTC')).toBe(false)
})
