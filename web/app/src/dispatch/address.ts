// The address of what the dispatch page shows. The settings and the selection stand in the query, beside the moment that
// the time bar keeps there; the camera stands behind #, as on the house map, with tilt and turn where there are any.
import type { Position } from '../api/types'
import type { Camera } from '../map/density-map'
import { formatHash, parseHash } from '../view/hash'
import { type Method, fewestClasses, methods, mostClasses } from './classes'
import { type Measure, measures } from './measures'

export type Ramp = 'viridis' | 'cividis'
export const ramps: readonly Ramp[] = ['viridis', 'cividis']

/** Class breaks that stay as they are while the map moves; they are of one size of cell. */
export interface Held {
  res: number
  breaks: number[]
}

export interface Settings {
  measure: Measure
  method: Method
  classes: number
  ramp: Ramp
  columns: boolean
  /** Colours scaled to the view, or held. */
  scale: 'view' | 'fixed'
  held: Held | null
  /** The open cell. */
  cell: string | null
  /** The place that was asked about. */
  place: Position | null
  /** The table of all cells in view is shown instead of the list. */
  table: boolean
}

export const defaults: Settings = {
  measure: 'population',
  method: 'quantile',
  classes: 5,
  ramp: 'viridis',
  columns: false,
  scale: 'view',
  held: null,
  cell: null,
  place: null,
  table: false,
}

/** Reads what formatSettings wrote; what makes no sense there is as if it were not there. */
export function parseSettings(search: string): Settings {
  const query = new URLSearchParams(search)
  const oneOf = <T extends string>(name: string, all: readonly T[], or: T): T => all.find((value) => value === query.get(name)) ?? or
  const classes = Number(query.get('classes'))
  const held = readHeld(query.get('breaks'))
  const cell = query.get('cell')
  return {
    measure: oneOf('show', measures, defaults.measure),
    method: oneOf('method', methods, defaults.method),
    classes: Number.isInteger(classes) && classes >= fewestClasses && classes <= mostClasses ? classes : defaults.classes,
    ramp: oneOf('colours', ramps, defaults.ramp),
    columns: query.get('columns') === '1',
    scale: oneOf('scale', ['view', 'fixed'], defaults.scale),
    held,
    cell: cell !== null && /^8[0-9a-f]{14}$/.test(cell) ? cell : null,
    place: readPlace(query.get('at')),
    table: query.get('table') === '1',
  }
}

/** The query of an address with these settings; what others keep there stays. The measure is always named. */
export function formatSettings(settings: Settings, search: string): string {
  const query = new URLSearchParams(search)
  const put = (name: string, value: string | null) => (value === null ? query.delete(name) : query.set(name, value))
  const unless = (value: string, usual: string) => (value === usual ? null : value)
  put('show', settings.measure)
  put('method', unless(settings.method, defaults.method))
  put('classes', unless(`${settings.classes}`, `${defaults.classes}`))
  put('colours', unless(settings.ramp, defaults.ramp))
  put('columns', settings.columns ? '1' : null)
  put('scale', unless(settings.scale, defaults.scale))
  put('breaks', settings.scale === 'fixed' && settings.held ? `${settings.held.res}:${settings.held.breaks.join(',')}` : null)
  put('cell', settings.cell)
  put('at', settings.place ? settings.place.map((v) => v.toFixed(6)).join(',') : null)
  put('table', settings.table ? '1' : null)
  return `?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`
}

function readHeld(text: string | null): Held | null {
  const match = /^(\d{1,2}):(\d{0,12}(?:,\d{1,12}){0,6})$/.exec(text ?? '')
  if (!match || Number(match[1]) > 15) return null
  const breaks = match[2] === '' ? [] : match[2]!.split(',').map(Number)
  return breaks.some((b, i) => b <= (breaks[i - 1] ?? 0)) ? null : { res: Number(match[1]), breaks }
}

function readPlace(text: string | null): Position | null {
  const [lon, lat, ...rest] = (text ?? '').split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  return rest.length === 0 && Math.abs(lon!) <= 180 && Math.abs(lat!) <= 90 ? [lon!, lat!] : null
}

export function formatCamera({ pitch, bearing, ...view }: Camera): string {
  const flat = formatHash({ view, code: null })
  return pitch < 0.5 && Math.abs(bearing) < 0.5 ? flat : `${flat}/${pitch.toFixed(0)}/${bearing.toFixed(0)}`
}

export function parseCamera(hash: string): Camera | null {
  const parts = hash.replace(/^#/, '').split('/')
  const { view } = parseHash(parts.slice(0, 3).join('/'))
  if (!view) return null
  if (parts.length === 3) return { ...view, pitch: 0, bearing: 0 }
  const [pitch, bearing] = [Number(parts[3]), Number(parts[4])]
  return parts.length === 5 && pitch >= 0 && pitch <= 60 && Math.abs(bearing) <= 180 ? { ...view, pitch, bearing } : null
}
