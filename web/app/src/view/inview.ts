// The buildings in view as a list: the way to the map without seeing it or holding a mouse.
import { signal } from '@preact/signals'
import * as registry from '../api/registry'
import type { Bounds, Building } from '../api/types'

export interface InView {
  state: 'loading' | 'listed' | 'too_wide' | 'failed'
  buildings: Building[]
  more: boolean
  /** The box that was asked for. */
  bounds: Bounds | null
}

export const inView = signal<InView>({ state: 'loading', buildings: [], more: false, bounds: null })

const most = 60
const widest = 0.25 // degrees: beyond it a list of houses helps nobody
let running: AbortController | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Asks for the list a moment later, so that a moving map asks once. */
export function listSoon(bounds: Bounds, wait = 200): void {
  clearTimeout(timer)
  timer = setTimeout(() => void list(bounds), wait)
}

async function list(bounds: Bounds): Promise<void> {
  running?.abort()
  const [west, south, east, north] = bounds
  if (east - west > widest || north - south > widest) {
    inView.value = { state: 'too_wide', buildings: [], more: false, bounds }
    return
  }
  const run = (running = new AbortController())
  try {
    const box = [west, south, east, north].map((v) => Math.round(v * 1e7) / 1e7) as Bounds
    const page = await registry.buildingsIn(box, most, run.signal)
    if (run.signal.aborted) return
    inView.value = { state: 'listed', buildings: page.buildings, more: page.next !== null, bounds }
  } catch {
    if (!run.signal.aborted) inView.value = { state: 'failed', buildings: [], more: false, bounds }
  }
}
