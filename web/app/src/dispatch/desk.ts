// What the dispatch page shows, and how: signals that stand in the page's address. Only the functions here change them.
import { batch, computed, effect, signal } from '@preact/signals'
import type { Bounds, Position } from '../api/types'
import type { DensityMap } from '../map/density-map'
import { account } from '../view/desk'
import { type Settings, formatSettings, parseSettings } from './address'
import type { CellSums, Density } from './api'
import { breaksOf, countByClass } from './classes'
import { measures, valueOf } from './measures'

export const settings = signal<Settings>(parseSettings(location.search))

export function set(change: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...change }
}

/** The map on the page; null before it is made and where the browser cannot draw one. */
export const map = signal<DensityMap | null>(null)

/** The box on the screen and the resolution of the cells in it; null before there is a map. */
export const frame = signal<{ bounds: Bounds; res: number } | null>(null)

/** What the server last told of the cells in view. */
export const density = signal<{ state: 'loading' | 'listed' | 'failed'; answer: Density | null }>({ state: 'loading', answer: null })

export const cells = computed<readonly CellSums[]>(() => density.value.answer?.cells ?? [])

/** The measures that whoever looks may see; all until the server has answered. */
export const visible = computed(() => {
  const told = density.value.answer?.visible
  return told ? measures.filter((m) => told.includes(m)) : measures
})

/** The cell under the pointer or the focus of the list. */
export const pointed = signal<string | null>(null)

/** Clicking and typing ask who answers; the answer belongs to a place, the numbers to a cell. */
export function choose(cell: string | null, place: Position | null): void {
  set({ cell, place })
}

/** What the numbers in view are put into: breaks, and how many cells each class holds. */
export const shading = computed(() => {
  const { measure, method, classes, scale, held } = settings.value
  const values = cells.value.map((cell) => valueOf(cell, measure))
  const known = values.filter((v) => v !== null)
  const res = density.value.answer?.res ?? null
  const keeps = scale === 'fixed' && held !== null && held.res === res
  const breaks = keeps ? held.breaks : breaksOf(known, method, classes)
  return {
    breaks,
    keeps,
    counts: countByClass(known, breaks),
    few: cells.value.filter((cell) => valueOf(cell, measure) === null && cell.few).length,
    withheld: cells.value.filter((cell) => valueOf(cell, measure) === null && !cell.few).length,
    none: known.filter((v) => v === 0).length,
    n: values.length,
    least: known.reduce((a, b) => (b > 0 && b < a ? b : a), Infinity),
    most: known.reduce((a, b) => Math.max(a, b), 0),
  }
})

/** Starts keeping page, address and account in step; returns the way to stop. */
export function keepStep(): () => void {
  const stops = [
    effect(() => {
      const search = formatSettings(settings.value, location.search)
      if (search !== location.search) history.replaceState(null, '', location.pathname + search + location.hash)
    }),
    // Fixed colours begin with those of the view, and begin anew with another size of cell, measure or method.
    effect(() => {
      const { scale, held } = settings.value
      const res = density.value.answer?.res
      if (scale !== 'fixed' || res === undefined || held?.res === res || cells.value.length === 0) return
      set({ held: { res, breaks: shading.peek().breaks } })
    }),
    // A measure that is not for whoever looks gives way to one that is.
    effect(() => {
      void account.value
      const first = visible.value[0]
      if (first && !visible.value.includes(settings.value.measure)) set({ measure: first })
    }),
  ]
  const back = () => {
    settings.value = parseSettings(location.search)
  }
  addEventListener('popstate', back)
  return () => {
    removeEventListener('popstate', back)
    for (const stop of stops) stop()
  }
}

/** Another way to class lets go of colours that are held. */
export const reclass = (change: Partial<Pick<Settings, 'measure' | 'method' | 'classes' | 'scale'>>) => batch(() => set({ ...change, held: null }))
