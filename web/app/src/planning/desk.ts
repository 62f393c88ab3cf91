// What the planning page has on its desk: the zones of the day, their numbers, the open one, and what is done with it.
import { batch, computed, effect, signal } from '@preact/signals'
import { ProblemError, UnreachableError } from '../api/http'
import { follow } from '../api/live'
import { shownMap } from '../map/current'
import { query } from '../time/moment'
import { account, dirty, leaving, link, task } from '../view/desk'
import * as api from './api'
import type { Report, Zone, ZoneRow } from './api'

export type Act = 'none' | 'draw' | 'upload' | 'divisions' | 'facts' | 'outline' | 'end'

export const act = signal<Act>('none')
/** The id of the open zone. */
export const openId = signal<string | null>(new URLSearchParams(location.search).get('zone'))
/** Zones that are marked for the report; none means all. */
export const marked = signal<ReadonlySet<string>>(new Set())

export const zones = signal<{ state: 'loading' | 'listed' | 'failed'; list: Zone[] }>({ state: 'loading', list: [] })
/** The numbers of all zones on the day; null until they are here, or for who may not see them. */
export const sums = signal<Report | null>(null)

export const openZone = computed(() => zones.value.list.find((zone) => zone.id === openId.value) ?? null)
export const rowOf = computed(() => new Map<string, ZoneRow>((sums.value?.zones ?? []).map((row) => [row.id, row])))

export const isPlanner = computed(() => account.value?.roles.includes('planner') ?? false)

export function openZoneById(id: string | null): void {
  leaving(() => {
    batch(() => {
      putAway()
      openId.value = id
    })
  })
}

export function take(next: Act): void {
  leaving(() => {
    batch(() => {
      dirty.value = false
      if (next === 'draw' || next === 'upload' || next === 'divisions') openId.value = null
      act.value = next
      // The pen belongs to the page's task; Esc on the map puts that down.
      task.value = next === 'draw' ? 'draw' : next === 'outline' ? 'outline' : 'none'
    })
  })
}

export const putDown = (): void => leaving(putAway)

function putAway(): void {
  batch(() => {
    dirty.value = false
    act.value = 'none'
    task.value = 'none'
  })
}

/** After a write: the zones are asked for again, and the one that was written is open. */
export function finish(id: string | null): void {
  putAway()
  openId.value = id
  void load()
}

let running: AbortController | null = null
let timer: ReturnType<typeof setTimeout> | undefined

const loadSoon = (wait: number): void => {
  clearTimeout(timer)
  timer = setTimeout(() => void load(), wait)
}

export async function load(): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  const moment = query.peek()
  try {
    const list = await api.zones(moment, run.signal)
    if (run.signal.aborted) return
    zones.value = { state: 'listed', list }
    const report = list.length > 0 ? await api.report(new URLSearchParams(`${moment}&step=none`), run.signal) : null
    if (!run.signal.aborted) sums.value = report
  } catch (error) {
    if (run.signal.aborted) return
    if (error instanceof ProblemError && zones.peek().state === 'listed') sums.value = null
    else zones.value = { ...zones.peek(), state: 'failed' }
    if (error instanceof UnreachableError) loadSoon(4000)
  }
}

/** Follows the server's changes; returns the way to stop. */
export const keepTrue = (): (() => void) =>
  follow({
    link: (state) => (link.value = state),
    missed: () => {
      shownMap.peek()?.refresh(null, null)
      loadSoon(0)
    },
    change: ({ layers, bbox }) => {
      shownMap.peek()?.refresh(layers, bbox)
      if (layers.some((layer) => layer === 'zones' || layer === 'density' || layer === 'buildings')) loadSoon(150)
    },
  })

/** Starts keeping page, address and server in step; returns the way to stop. */
export function keepStep(): () => void {
  const stops = [
    effect(() => {
      void [query.value, account.value]
      loadSoon(50)
    }),
    effect(() => {
      if (task.value === 'none' && (act.peek() === 'draw' || act.peek() === 'outline')) act.value = 'none'
    }),
    effect(() => {
      const search = new URLSearchParams(location.search)
      if (openId.value) search.set('zone', openId.value)
      else search.delete('zone')
      const next = search.size > 0 ? `?${search}` : ''
      if (next !== location.search) history.replaceState(null, '', location.pathname + next + location.hash)
    }),
  ]
  return () => {
    clearTimeout(timer)
    running?.abort()
    for (const stop of stops) stop()
  }
}
