import { expect, test } from 'vitest'
import { type Settings, defaults, formatCamera, formatSettings, parseCamera, parseSettings } from './address'

const all: Settings = {
  measure: 'floorArea',
  method: 'jenks',
  classes: 7,
  ramp: 'cividis',
  columns: true,
  scale: 'fixed',
  held: { res: 9, breaks: [5, 20, 900] },
  cell: '8a1f8d1a2b3ffff',
  place: [9.520001, 47.14],
  table: true,
}

test('what is written is read again, and the moment stays', () => {
  expect(parseSettings(formatSettings(all, ''))).toEqual(all)
  expect(parseSettings(formatSettings(defaults, ''))).toEqual(defaults)
  expect(new URLSearchParams(formatSettings(defaults, '?on=2019-05-01&columns=1')).get('on')).toBe('2019-05-01')
  expect(formatSettings(defaults, '?on=2019-05-01&columns=1')).not.toContain('columns')
})

test('nonsense is as if it were not there', () => {
  const wrong = '?show=people&method=best&classes=99&colours=rainbow&scale=&breaks=9:5,4&cell=8a&at=1,200&table=yes'
  expect(parseSettings(wrong)).toEqual(defaults)
  for (const breaks of ['x', '16:1', '9:1,1', '9:0', '9', ':3', '9:1,2,3,4,5,6,7,8']) expect(parseSettings(`?breaks=${breaks}`).held, breaks).toBeNull()
  expect(parseSettings('?breaks=9:').held).toEqual({ res: 9, breaks: [] })
})

test('the camera with and without tilt', () => {
  const flat = { zoom: 14.5, lat: 47.141, lon: 9.5215, pitch: 0, bearing: 0 }
  expect(parseCamera(formatCamera(flat))).toEqual(flat)
  expect(parseCamera(formatCamera({ ...flat, pitch: 50, bearing: -30 }))).toEqual({ ...flat, pitch: 50, bearing: -30 })
  for (const hash of ['', '#14/47', '#14/47/9/50', '#14/47/9/99/0', '#14/47/9/50/999', '#14/47/9/x/0']) expect(parseCamera(hash), hash).toBeNull()
})
