import { expect, test } from 'vitest'
import { formatHash, parseHash } from './hash'

test('what is written is read again', () => {
  const place = { view: { zoom: 16.25, lat: 47.141, lon: 9.5215 }, code: '112345678973' }
  expect(parseHash(formatHash(place))).toEqual(place)
  expect(parseHash(formatHash({ ...place, code: null }))).toEqual({ ...place, code: null })
  expect(parseHash(formatHash({ view: null, code: place.code }))).toEqual({ view: null, code: place.code })
})

test('nearer views have more digits', () => {
  const at = (zoom: number) => formatHash({ view: { zoom, lat: 47.123456789, lon: 9.123456789 }, code: null }).length
  expect(at(20)).toBeGreaterThan(at(8))
})

test.each(['', '#', '#search', '#a/b/c', '#16/91/9', '#16/47/181', '#-1/47/9', '#99/47/9', '#16/47', '#16/47/9/1/2', '#//'])(
  '%s is an empty place',
  (hash) => expect(parseHash(hash).view).toBeNull(),
)

test('a broken code does not spoil the view', () => {
  expect(parseHash('#16/47/9/0123')).toEqual({ view: { zoom: 16, lat: 47, lon: 9 }, code: null })
})
