import { expect, test } from 'vitest'
import { type ReportAddress, formatReport, parseReport } from './address'

const whole: ReportAddress = {
  zones: ['3', '12'],
  kinds: ['priority', 'custom'],
  validOn: '2026-11-23',
  compareOn: '2020-01-01',
  knownAt: '2026-11-23T09:15:00.000001Z',
}

test('the address makes the same report again', () => {
  expect(parseReport(formatReport(whole))).toEqual(whole)
  const bare: ReportAddress = { zones: null, kinds: [], validOn: null, compareOn: null, knownAt: null }
  expect(parseReport(formatReport(bare))).toEqual(bare)
  expect(parseReport(formatReport({ ...whole, knownAt: '2026-11-23' }))?.knownAt).toBe('2026-11-23')
})

test('an instant with an offset survives the address', () => {
  const knownAt = '2026-11-23T09:15:00+08:00'
  expect(parseReport(formatReport({ ...whole, knownAt }))?.knownAt).toBe(knownAt)
})

test('nonsense is as if it were not there; without a report there is none', () => {
  expect(parseReport('?zones=1')).toBeNull()
  expect(parseReport('?report&zones=0,x,5,5&kinds=best&validOn=soon&compareOn=2020-02-30&knownAt=yesterday')).toEqual({
    zones: ['5'],
    kinds: [],
    validOn: null,
    compareOn: null,
    knownAt: null,
  })
})
