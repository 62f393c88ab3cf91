import { expect, test } from 'vitest'
import type { Dwelling } from '../api/life'
import type { Statement } from '../api/headcounts'
import { type CountRow, faultOf, holding, isChanged, rowsOf, sources, statementsOf, stepped, sumOf } from './draft'

const said = (code: string, heads: number, from: string, to: string | null = null): Statement => ({
  code, label: '', heads, permits: 1, evidence: 'declared', declarer: 'landlord', from, to, statedAt: `${from}T08:00:00Z`,
})
const dwelling = (code: string, label: string, status: 'active' | 'retired' = 'active') => ({ code, label, status }) as Dwelling
const row = (heads: string, permits = '', now: Statement | null = null): CountRow => ({ code: 'a', label: '101', now, heads, permits })

test('a day has the statement whose half-open period holds it', () => {
  const list = [said('a', 2, '2026-03-01'), said('a', 5, '2025-01-01', '2026-03-01'), said('b', 9, '2025-01-01')]
  expect(holding(list, 'a', '2026-02-28')?.heads).toBe(5)
  expect(holding(list, 'a', '2026-03-01')?.heads).toBe(2)
  expect(holding(list, 'a', '2024-12-31')).toBeNull()
})

test('rows are the dwellings in force, else the house itself', () => {
  expect(rowsOf('h', [dwelling('a', '101'), dwelling('b', '102', 'retired')], [said('a', 3, '2026-01-01')], '2026-11-23')).toEqual([
    { code: 'a', label: '101', now: said('a', 3, '2026-01-01'), heads: '3', permits: '1' },
  ])
  expect(rowsOf('h', [], [], '2026-11-23')).toEqual([{ code: 'h', label: '', now: null, heads: '', permits: '' }])
})

test('only what was changed is sent, full-width digits included', () => {
  const now = said('a', 3, '2026-01-01')
  expect(isChanged(row('3', '1', now))).toBe(false)
  expect(isChanged(row('', '', now))).toBe(false)
  expect(isChanged(row('0', '', now))).toBe(true)
  expect(isChanged(row('3', '2', now))).toBe(true)
  const rows = [row('3', '1', now), { ...row('４', '2'), code: 'b' }, { ...row('0'), code: 'c' }]
  expect(statementsOf(rows, sources[1]!, '')).toEqual([
    { code: 'b', heads: 4, permits: 2, evidence: 'declared', declarer: 'occupant' },
    { code: 'c', heads: 0, evidence: 'declared', declarer: 'occupant' },
  ])
  expect(statementsOf([row('1')], sources[0]!, '2026-11-01')[0]).toMatchObject({ from: '2026-11-01', evidence: 'observed', declarer: 'officer' })
  expect(sumOf(rows)).toBe(7)
})

test('what is no count, and more permits than people, is named', () => {
  expect(['', '0', '100000'].map((heads) => faultOf(row(heads)))).toEqual([null, null, null])
  expect(['-1', '1.5', 'two', '100001'].map((heads) => faultOf(row(heads)))).toEqual(['number', 'number', 'number', 'number'])
  expect(faultOf(row('2', '3'))).toBe('permits')
  expect(faultOf(row('', '1'))).toBe('permits')
  expect(faultOf(row('2', 'x'))).toBe('number')
})

test('buttons step within bounds', () => {
  expect([stepped('', 1), stepped('', -1), stepped('2', 1), stepped('0', -1), stepped('x', 1), stepped('100000', 1)]).toEqual(['1', '0', '3', '0', '1', '100000'])
})
