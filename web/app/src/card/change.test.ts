import { expect, test } from 'vitest'
import { en } from '../i18n/en'
import { zh } from '../i18n/zh'
import { changeLines } from './change'

const lines = (changes: Record<string, unknown[]>, t = en) => changeLines(changes, t).map((l) => l.said || `${l.label}: ${l.from} > ${l.to}`)

test('values are told in the language of the page', () => {
  expect(lines({ state: ['in_use', 'unusable'], floors: [null, 4], inQuestion: [false, true] })).toEqual([
    'State: In use > Unusable',
    'Floors: – > 4',
    'In question: no > yes',
  ])
  expect(lines({ state: ['in_use', 'unusable'] }, zh)).toEqual(['实物状态: 使用中 > 不可使用'])
})
test('a redrawn outline is one sentence, not four numbers', () =>
  expect(lines({ geometry: [true, true], point: [[9, 47], [9.1, 47]], area: [10, 12], cell: ['a', 'b'] })).toEqual(['Outline redrawn']))
test('a field this page does not know is still told', () => expect(lines({ colour: ['red', 'blue'] })).toEqual(['colour: red > blue']))
test('external ids are read as a list', () =>
  expect(lines({ externalIds: [[], [{ source: 'osm', id: 'w1' }]] })).toEqual(['External ids: – > osm:w1']))
test('nothing changed, nothing told', () => expect(lines({})).toEqual([]))
