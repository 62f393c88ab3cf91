// Keeps the numbers of the view true: asks when the view or the moment changes, and when the server says that something
// has changed there.
import { effect } from '@preact/signals'
import { UnreachableError } from '../api/http'
import { type Change, follow } from '../api/live'
import type { Bounds } from '../api/types'
import { overlap } from '../map/affected'
import { query } from '../time/moment'
import { account, link } from '../view/desk'
import * as api from './api'
import { density, frame, map } from './desk'

let running: AbortController | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Asks a moment later, so that a moving map asks once. */
function askSoon(wait: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => void ask(), wait)
}

async function ask(): Promise<void> {
  const now = frame.peek()
  if (!now) return
  running?.abort()
  const run = (running = new AbortController())
  density.value = { ...density.peek(), state: 'loading' }
  try {
    const box = now.bounds.map((v) => Math.round(v * 1e6) / 1e6) as Bounds
    const answer = await api.density(now.res, box, query.peek(), run.signal)
    if (!run.signal.aborted) density.value = { state: 'listed', answer }
  } catch (error) {
    if (run.signal.aborted) return
    density.value = { ...density.peek(), state: 'failed' }
    if (error instanceof UnreachableError) askSoon(4000)
  }
}

export const retry = (): void => askSoon(0)

/** Starts following; returns the way to stop. */
export function keepTrue(): () => void {
  const stops = [
    effect(() => {
      void [query.value, account.value]
      const now = frame.value
      if (now) askSoon(120)
    }),
    follow({
      link: (state) => (link.value = state),
      missed: () => {
        map.peek()?.refresh(null, null)
        askSoon(0)
      },
      change: (change) => changed(change),
    }),
  ]
  return () => {
    clearTimeout(timer)
    running?.abort()
    for (const stop of stops) stop()
  }
}

function changed({ bbox, layers }: Change): void {
  // Whoever may see the population of a cell may see it change; which house it was is not told.
  const touched = layers.filter((layer) => layer === 'density' || layer === 'buildings' || layer === 'zones')
  if (touched.length === 0) return
  map.peek()?.refresh(touched.includes('buildings') ? [...new Set([...touched, 'density'])] : touched, bbox)
  const now = frame.peek()
  // At once; in a flood of changes an answer that is on its way is waited for a little.
  if (now && (!bbox || overlap(bbox, now.bounds))) askSoon(density.peek().state === 'loading' ? 200 : 0)
}
