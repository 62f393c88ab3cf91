// A pattern written out while it is being typed, as the registry will write it out: every room on every floor. The
// registry decides; this only shows what is coming.

export interface Pattern {
  floors: string
  rooms: string
  label: string
}

/** Why a pattern gives nothing; the texts are the page's. */
export type Fault = 'floors' | 'rooms' | 'rooms_missing' | 'floors_missing' | 'repeats' | 'too_many'

export interface Floor {
  floor: number
  labels: string[]
}

export type Written = { floors: Floor[]; count: number } | { fault: Fault; at: keyof Pattern }

export const most = 5000
const [lowest, highest] = [-20, 300]

export function writeOut({ floors, rooms, label }: Pattern): Written {
  const storeys = list(floors, floorRange)
  if (!storeys) return { fault: 'floors', at: 'floors' }
  const doors = list(rooms, roomRange)
  if (!doors) return { fault: 'rooms', at: 'rooms' }
  const template = label.trim() || '{floor}{room}'
  if (doors.length > 1 && !template.includes('{room}')) return { fault: 'rooms_missing', at: 'label' }
  if (storeys.length > 1 && !template.includes('{floor}')) return { fault: 'floors_missing', at: 'label' }
  const count = storeys.length * doors.length
  if (count > most) return { fault: 'too_many', at: 'floors' }
  const written = storeys.map((floor): Floor => ({ floor: Number(floor), labels: doors.map((room) => template.replaceAll('{floor}', floor).replaceAll('{room}', room)) }))
  if (new Set(written.flatMap((f) => f.labels)).size < count) return { fault: 'repeats', at: 'label' }
  return { floors: written, count }
}

/** Items and ranges; null for what is no list, and for an item given twice. */
function list(text: string, range: (item: string) => string[] | null): string[] | null {
  const all: string[] = []
  for (const item of text.normalize('NFKC').split(',')) {
    const items = range(item.trim())
    if (!items || items.length === 0) return null
    all.push(...items)
    if (all.length > most) return null
  }
  return new Set(all).size === all.length ? all : null
}

function floorRange(item: string): string[] | null {
  const match = /^(-?\d{1,3})(?:\s*-\s*(-?\d{1,3}))?$/.exec(item)
  if (!match) return null
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])]
  if (from > to || from < lowest || to > highest) return null
  return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)
}

function roomRange(item: string): string[] | null {
  const letters = /^([A-Za-z])(?:\s*-\s*([A-Za-z]))?$/.exec(item)
  if (letters) {
    const [from, to] = [letters[1]!.charCodeAt(0), (letters[2] ?? letters[1]!).charCodeAt(0)]
    if (from > to || from >= 97 !== to >= 97) return null
    return Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i))
  }
  const numbers = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(item)
  if (!numbers) return null
  const [from, to] = [Number(numbers[1]), Number(numbers[2] ?? numbers[1])]
  if (from > to || to - from >= most) return null
  return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`.padStart(numbers[1]!.length, '0'))
}
