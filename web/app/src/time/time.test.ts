import { expect, test } from 'vitest'
import { addMonths, firstDay, toDay, toNumber, yearMarks } from './days'
import { formatMoment, parseMoment, readDay } from './moment'

test('days are numbers and come back', () => {
  expect(toNumber('1970-01-01')).toBe(0)
  for (const day of ['1969-12-31', '2016-02-29', '2026-11-23']) expect(toDay(toNumber(day))).toBe(day)
})
test('only days that exist are read', () => {
  expect(readDay('2019-05-01')).toBe('2019-05-01')
  for (const wrong of [null, '', '2019-02-30', '2019-5-1', 'yesterday', '2019-13-01']) expect(readDay(wrong)).toBeNull()
})
test('months end where they end', () => {
  expect(addMonths('2026-03-31', -1)).toBe('2026-02-28')
  expect(addMonths('2026-01-15', -2)).toBe('2025-11-15')
})
test('the slider reaches back to the first day, a year at least', () => {
  expect(firstDay('2013-08-03', '2026-11-23')).toBe('2013-01-01')
  expect(firstDay('2026-11-01', '2026-11-23')).toBe('2025-01-01')
})
test('years stand where they begin, few of them', () => {
  const marks = yearMarks('2013-01-01', '2026-11-23')
  expect(marks.map((m) => m.year)).toEqual([2015, 2020, 2025])
  expect(marks[0]!.at).toBeCloseTo(2 / 13.9, 2)
  expect(yearMarks('1850-01-01', '2026-11-23').length).toBeLessThanOrEqual(6)
})
test('the moment stands in the address; nonsense there is the present', () => {
  const then = { on: '2019-05-01', known: '2020-01-01' }
  expect(parseMoment(formatMoment(then))).toEqual(then)
  expect(formatMoment({ on: null, known: null })).toBe('')
  expect(formatMoment({ on: '2019-05-01', known: null }, '?show=dwellings&known=2020-01-01')).toBe('?show=dwellings&on=2019-05-01')
  expect(parseMoment('?on=soon&known=2020-02-31')).toEqual({ on: null, known: null })
})
