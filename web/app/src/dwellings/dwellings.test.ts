import { describe, expect, test } from 'vitest'
import { writeOut } from './pattern'
import { dispositionsOf } from './RetireDwellings'
import type { Dwelling } from '../api/life'
import { glance } from './table'
import { changesOf, newUnit, numberOf, unreadable } from './unit'

const labels = (floors: string, rooms: string, label = '') => {
  const written = writeOut({ floors, rooms, label })
  return 'fault' in written ? written.fault : written.floors.flatMap((f) => f.labels).join(' ')
}

describe('a pattern', () => {
  test.each([
    ['1-2', '01-02', '', '101 102 201 202'],
    ['-1,2', 'A-B', '{floor}-{room}', '-1-A -1-B 2-A 2-B'],
    ['-2--1', '9-11', '', '-29 -210 -211 -19 -110 -111'],
    ['１－２', '01，03', '{room}/{floor}', '01/1 03/1 01/2 03/2'],
    ['1', 'a', 'Laden', 'Laden'],
  ])('%s × %s %s', (floors, rooms, label, all) => expect(labels(floors, rooms, label)).toBe(all))
  test.each([
    ['', '01', '', 'floors'],
    ['3-1', '01', '', 'floors'],
    ['301', '01', '', 'floors'],
    ['1,1', '01', '', 'floors'],
    ['1', '', '', 'rooms'],
    ['1', 'A-b', '', 'rooms'],
    ['1', '1-2', '{floor}', 'rooms_missing'],
    ['1-2', '1', '{room}', 'floors_missing'],
    ['1,11', '1,11', '', 'repeats'],
    ['1-100', '1-100', '', 'too_many'],
  ])('%s × %s %s gives nothing: %s', (floors, rooms, label, fault) => expect(labels(floors, rooms, label)).toBe(fault))
})

test('a table at a glance: its delimiter, its columns, its lines', () => {
  expect(glance('')).toBeNull()
  const chinese = glance('\uFEFF房号;楼层;颜色\r\n101;1;"rot"\r\n\r\n102;1;blau\r\n')!
  expect(chinese.header.map((h) => h.column)).toEqual(['label', 'floor', null])
  expect(chinese.lines).toBe(2)
  expect(chinese.sample[0]).toEqual(['101', '1', 'rot'])
})

test('numbers as keyboards give them', () => {
  expect([numberOf('７８，５'), numberOf(' '), numberOf('-1')]).toEqual([78.5, null, -1])
  expect(numberOf('drei')).toBeNaN()
  expect(unreadable({ ...newUnit(), floor: '1.5', area: 'x' })).toEqual(['floor', 'area'])
})

test('only what differs is sent, an emptied number as null', () =>
  expect(changesOf({ ...newUnit(), label: '1', floor: '2', area: '70' }, { ...newUnit(), label: ' 1 ', floor: '', area: '70.0' })).toEqual({ floor: null }))

test('a house does not end before each dwelling has its word and its place', () => {
  const all = [{ code: 'a' }, { code: 'b' }] as Dwelling[]
  expect(dispositionsOf(all, { choices: { a: 'end' }, to: {} })).toBeNull()
  expect(dispositionsOf(all, { choices: { a: 'end', b: 'move:' }, to: { b: '12' } })).toBeNull()
  expect(dispositionsOf(all, { choices: { a: 'end', b: 'move:' }, to: { b: '1123 4567 8973' } })).toEqual([
    { dwelling: 'a', action: 'end' },
    { dwelling: 'b', action: 'move', to: { code: '112345678973' } },
  ])
  expect(dispositionsOf([], { choices: {}, to: {} })).toEqual([])
})
