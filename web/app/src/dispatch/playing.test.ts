import { expect, test } from 'vitest'
import { nextDay, startDay } from './playing'

test('playing walks to today and stops there', () => {
  const days = []
  for (let day: string | null = '2023-01-31'; day !== null; day = nextDay(day, '2023-12-31', 'quarter')) days.push(day)
  expect(days).toEqual(['2023-01-31', '2023-04-30', '2023-07-30', '2023-10-30'])
  expect(nextDay('2022-12-31', '2023-12-31', 'year')).toBeNull()
})

test('playing begins where the page is, else at the beginning', () => {
  expect(startDay('2020-05-01', '2013-01-01', '2026-11-23')).toBe('2020-05-01')
  expect(startDay(null, '2013-01-01', '2026-11-23')).toBe('2013-01-01')
  expect(startDay('2030-01-01', '2013-01-01', '2026-11-23')).toBe('2013-01-01')
})
