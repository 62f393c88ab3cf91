import { expect, test } from 'vitest'
import type { Building } from '../api/types'
import { en } from '../i18n/en'
import { choicesOf } from './choices'
import type { Found } from './find'

const nothing: Found = { words: '', code: null, buildings: [], divisions: [], more: false }

test('a code comes first, with its state', () => {
  const status = { code: '112345678973', kind: 'building', status: 'active', statusFrom: null, retiredAs: null, state: 'in_use', successors: [] } as const
  expect(choicesOf({ ...nothing, code: { is: 'issued', status: { ...status, successors: [] } } }, en)).toEqual([
    { key: '112345678973', main: '1123 4567 8973', side: 'In use', code: '112345678973' },
  ])
})

test('suggestions for a slip are offered, nothing more', () => {
  const found = { ...nothing, code: { is: 'bad' as const, suggestions: ['112345678973'] } }
  expect(choicesOf(found, en).map((c) => c.code)).toEqual(['112345678973'])
})

test('a house is told by name and address, else by its external ids, else by its code', () => {
  const house = (more: object) => ({ code: '112345678973', name: '', address: '', externalIds: [], ...more }) as unknown as Building
  const main = (more: object) => choicesOf({ ...nothing, buildings: [house(more)] }, en)[0]!.main
  expect(main({ name: 'Rathaus', address: 'Städtle 6' })).toBe('Rathaus, Städtle 6')
  expect(main({ externalIds: [{ source: 'osm', id: 'w1' }] })).toBe('osm:w1')
  expect(main({})).toBe('1123 4567 8973')
})

test('a division without a boundary cannot be gone to', () => {
  const division = { id: '1', source: 'osm', code: 'x', name: 'Vaduz', level: 5, parent: null, buildings: 3, validFrom: null, validTo: null }
  expect(choicesOf({ ...nothing, divisions: [{ ...division, bounds: null }] }, en)).toEqual([])
  expect(choicesOf({ ...nothing, divisions: [{ ...division, bounds: [9, 47, 10, 48] }] }, en)[0]).toMatchObject({ main: 'Vaduz', side: '3 buildings' })
})
