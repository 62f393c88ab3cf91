// A split as it is being decided, and what is sent for it.
import type { NewCarveOut, NewSplit, Tried } from '../api/life'
import type { ExternalId } from '../api/types'
import type { Messages } from '../i18n/messages'
import { type Why, given } from '../registry/draft'
import { type Choice, dispositionOf } from './disposition'
import { letterOf } from './letters'

export interface SplitPlan {
  /** The house keeps its code, and only the small part gets one. */
  carve: boolean
  /** By part. */
  names: string[]
  /** By the dwelling's code. */
  dwellings: Record<string, Choice>
  /** By source and id: the part's place, or "stay" with the house that was. */
  ids: Record<string, string>
}

export const newPlan = (): SplitPlan => ({ carve: false, names: [], dwellings: {}, ids: {} })

export const idKey = ({ source, id }: ExternalId): string => `${source} ${id}`

/** What may become of a dwelling. A part that is carved out is the event's only new building. */
export function choicesFor(parts: number, carving: boolean, t: Messages): [Choice, string][] {
  if (carving) {
    const b = letterOf(1)
    return [['stay', t.life.stays], ['move:0', t.life.movesTo(b)], ['recreate:0', t.life.recreatedIn(b)], ['end', t.life.ends]]
  }
  const all = Array.from({ length: parts }, (_, i) => i)
  return [
    ...all.map((i): [Choice, string] => [`move:${i}`, t.life.movesTo(letterOf(i))]),
    ...all.map((i): [Choice, string] => [`recreate:${i}`, t.life.recreatedIn(letterOf(i))]),
    ['end', t.life.ends],
  ]
}

export function idChoicesFor(parts: number, carving: boolean, t: Messages): [string, string][] {
  if (carving) return [['stay', t.life.idKept], ['0', t.life.idTo(letterOf(1))]]
  const all = Array.from({ length: parts }, (_, i): [string, string] => [`${i}`, t.life.idTo(letterOf(i))])
  return [...all, ['stay', t.life.idLeft]]
}

interface Decided {
  plan: SplitPlan
  /** Larger parts first. */
  tried: readonly Tried[]
  carving: boolean
  chosen: Readonly<Record<string, Choice>>
  ids: readonly ExternalId[]
  why: Why
  /** Empty without one. */
  override: string
}

export function bodyOf({ plan, tried, carving, chosen, ids, why, override }: Decided): NewSplit | NewCarveOut {
  const named = (index: number) => {
    const name = plan.names[index]?.trim()
    return { geometry: tried[index]!.geometry, ...(name ? { name } : {}) }
  }
  const dispositions = Object.entries(chosen).flatMap(([code, choice]) => dispositionOf(code, choice) ?? [])
  const rest = {
    ...(dispositions.length > 0 ? { dwellings: dispositions } : {}),
    ...given(why),
    ...(override.trim() ? { override: { reason: override.trim() } } : {}),
  }
  if (carving) {
    const gone = ids.filter((id) => plan.ids[idKey(id)] === '0').map(({ source, id }) => ({ source, id }))
    return { type: 'carve_out', part: named(1), rest: tried[0]!.geometry, ...(gone.length > 0 ? { externalIds: gone } : {}), ...rest }
  }
  const places = ids.map(({ source, id }) => {
    const place = plan.ids[idKey({ source, id })] ?? '0'
    const child = Number(place)
    return { source, id, to: place === 'stay' ? null : { child: child < tried.length ? child : 0 } }
  })
  return { type: 'split', children: tried.map((_, i) => named(i)), ...(places.length > 0 ? { externalIds: places } : {}), ...rest }
}
