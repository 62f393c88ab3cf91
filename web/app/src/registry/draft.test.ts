import { describe, expect, test } from 'vitest'
import type { Building } from '../api/types'
import { changedFields, correctionOf, draftOf, given, newDraft, noWhy, rebase, registrationOf, unreadable } from './draft'

const house: Building = {
  code: '112345678973', kind: 'building', version: 3, status: 'active', statusFrom: '2013-08-03', retiredAs: null, state: 'in_use',
  evidence: 'observed', inQuestion: false, legality: 'unknown', geometry: { type: 'Point', coordinates: [9.5, 47.1] }, point: [9.5, 47.1],
  cell: '8a1f8d2a6b6ffff', area: null, community: null, floors: 3, height: null, name: 'Rathaus', address: '', externalIds: [{ source: 'osm', id: 'w1' }],
  validFrom: '2013-08-03', validTo: null, recordedFrom: '2026-11-23T05:00:00Z', successors: [],
}

describe('what is sent', () => {
  test('only what differs, numbers as numbers', () => {
    const draft = { ...draftOf(house), floors: ' ４ ', height: '9,5', name: 'Rathaus ' }
    expect(changedFields(draftOf(house), draft)).toEqual(['floors', 'height'])
    expect(correctionOf(draftOf(house), draft, { ...noWhy(), reason: ' storey added ' })).toEqual({ floors: 4, height: 9.5, reason: 'storey added' })
  })
  test('an emptied number is cleared, an emptied name too', () => {
    expect(correctionOf(draftOf(house), { ...draftOf(house), floors: '', name: '' }, noWhy())).toEqual({ floors: null, name: '' })
  })
  test('a row without anything in it is no external id', () => {
    const draft = { ...draftOf(house), externalIds: [...house.externalIds, { source: ' ', id: '' }] }
    expect(changedFields(draftOf(house), draft)).toEqual([])
  })
  test('a registration leaves out what is empty', () => {
    const geometry = { type: 'Point' as const, coordinates: [9.5, 47.1] }
    expect(registrationOf(newDraft(), noWhy(), geometry)).toEqual({ geometry, state: 'in_use', evidence: 'observed', inQuestion: false, legality: 'unknown' })
  })
  test('why: only what was filled in', () => expect(given({ validFrom: '2026-11-23', reason: ' ', document: '' })).toEqual({ validFrom: '2026-11-23' }))
})

test('what is no number is told before it is sent', () => {
  expect(unreadable({ ...newDraft(), floors: '3.5', height: 'tall' })).toEqual(['floors', 'height'])
  expect(unreadable({ ...newDraft(), floors: '-1', height: '12.5' })).toEqual([])
})

test('mine over theirs: my changes stay, theirs come in, and what both touched is named', () => {
  const old = draftOf(house)
  const mine = { ...old, floors: '4', name: 'Altes Rathaus' }
  const theirs = { ...old, floors: '5', address: 'Städtle 1' }
  const { draft, disputed } = rebase(old, mine, theirs)
  expect(draft).toEqual({ ...old, floors: '4', name: 'Altes Rathaus', address: 'Städtle 1' })
  expect(disputed).toEqual(['floors'])
})
