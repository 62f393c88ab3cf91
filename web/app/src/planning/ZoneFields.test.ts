import { expect, test } from 'vitest'
import type { Zone } from './api'
import { blank, changedBody, draftOf, newBody, rebase } from './ZoneFields'

const zone: Zone = { id: '3', name: 'East', kind: 'priority', note: '', source: 'drawn', version: 2, bounds: [0, 0, 1, 1], area: 5, validFrom: '2020-01-01', validTo: null, recordedFrom: '2026-01-01T00:00:00Z' }

test('only what differs is sent', () => {
  expect(changedBody(zone, draftOf(zone))).toBeNull()
  expect(changedBody(zone, { ...draftOf(zone), reason: 'only a reason' })).toBeNull()
  expect(changedBody(zone, { ...draftOf(zone), name: ' East side ', validFrom: '2024-01-01', reason: ' plan 7 ' })).toEqual({
    name: 'East side',
    validFrom: '2024-01-01',
    reason: 'plan 7',
  })
})

test('an end is set and opened again', () => {
  expect(changedBody(zone, { ...draftOf(zone), validTo: '2030-01-01' })).toEqual({ validTo: '2030-01-01' })
  expect(changedBody({ ...zone, validTo: '2030-01-01' }, { ...draftOf(zone), validTo: '' })).toEqual({ validTo: null })
})

test('what somebody else changed meanwhile stays, what was typed here, too', () => {
  const now: Zone = { ...zone, version: 3, note: 'theirs', kind: 'custom' }
  const draft = rebase({ ...draftOf(zone), name: 'Mine', kind: 'optimised' }, zone, now)
  expect(changedBody(now, draft)).toEqual({ name: 'Mine', kind: 'optimised' })
})

test('a new zone leaves out what is empty', () => {
  expect(newBody({ ...blank, name: ' West ' })).toEqual({ name: 'West', kind: 'priority', note: '' })
})
