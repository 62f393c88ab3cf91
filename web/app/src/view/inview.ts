// The buildings in view as a list: the way to the map without seeing it or holding a mouse.
import { signal } from '@preact/signals'
import * as registry from '../api/registry'
import type { Bounds, Building, Division } from '../api/types'
import { query } from '../time/moment'

export interface InView {
  state: 'loading' | 'listed' | 'too_wide' | 'failed'
  buildings: Building[]
  more: boolean
  /** The box that was asked for. */
  bounds: Bounds | null
}

export const inView = signal<InView>({ state: 'loading', buildings: [], more: false, bounds: null })

const most = 60
const widest = 0.08 // degrees: about where the map begins to draw houses
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
    const page = await registry.buildingsIn(box, most, run.signal, query.peek())
    if (run.signal.aborted) return
    inView.value = { state: 'listed', buildings: page.buildings, more: page.next !== null, bounds }
  } catch {
    if (!run.signal.aborted) inView.value = { state: 'failed', buildings: [], more: false, bounds }
  }
}

/** The smallest divisions with houses in them, the fullest first: where to go from a view that is too wide for houses. */
export const places = signal<Division[]>([])

export async function listPlaces(): Promise<void> {
  try {
    const { divisions } = await registry.divisions(200)
    const finest = Math.max(...divisions.map((d) => d.level))
    places.value = divisions
      .filter((d) => d.level === finest && d.bounds && (d.buildings ?? 0) > 0)
      .sort((a, b) => (b.buildings ?? 0) - (a.buildings ?? 0))
  } catch {
    // The list of places is a convenience; the map and the search lead everywhere, too.
  }
}
