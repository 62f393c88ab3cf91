import { expect, test } from 'vitest'
import { codeFault, codeLike, inFours } from './code'

test('a code is written in fours', () => expect(inFours('112345678973')).toBe('1123 4567 8973'))

test.each([
  ['112345678973', '112345678973'],
  ['1123 4567 8973', '112345678973'],
  ['1123-4567-8973', '112345678973'],
  ['１１２３ ４５６７ ８９７３', '112345678973'],
  ['编码：1123 4567 8973', '112345678973'],
  ['  1123\u00a04567\u20118973 ', '112345678973'],
  ['https://codes.example.org/h/112345678973?lang=zh', '112345678973'],
  ['11234567897', '11234567897'], // a digit is missing: the server says what it may have been
])('%s reads as a code', (typed, digits) => expect(codeLike(typed)).toBe(digits))

test.each(['Landstrasse 12', 'w123', '1123', '', 'osm:112345678973x', '12345678901234567'])('%s does not', (typed) =>
  expect(codeLike(typed)).toBeNull(),
)

test.each([
  ['1123 4567 897', { is: 'length', digits: 11 }],
  ['1O234567897３', { is: 'letters' }],
  ['112345678973', null],
  ['Oilfield 12', null],
])('%s is faulty as %o', (typed, fault) => expect(codeFault(typed)).toEqual(fault))
