// Who answers for the open cell or the place that was asked about, as the server says.
import { effect, signal } from '@preact/signals'
import type { Geometry, Position } from '../api/types'
import { account, info } from '../view/desk'
import * as api from './api'
import { settings } from './desk'
import { resolutionOf } from './resolution'

export interface Answered {
  state: 'asking' | 'told' | 'failed'
  cell: string | null
  place: Position | null
  who: api.Answering | null
  /** The cell is larger than the grid's: several may answer. */
  coarse: boolean
  boundary: Geometry | null
  building: api.Lookup['building']
  community: string | null
}

/** Null while no cell is open. */
export const answered = signal<Answered | null>(null)

let running: AbortController | null = null

/** Starts following the selection; returns the way to stop. */
export const keepAnswered = (): (() => void) =>
  effect(() => {
    void account.value
    const { cell, place } = settings.value
    const grid = info.value?.gridResolution
    const before = answered.peek()
    if (grid === undefined || (before?.state === 'told' && before.cell === cell && before.place === place && before.who !== null && sameAccount())) return
    running?.abort()
    if (cell === null && place === null) answered.value = null
    else void ask(cell, place, grid, (running = new AbortController()))
  })

let asked: unknown
function sameAccount(): boolean {
  return asked === account.peek()
}

async function ask(cell: string | null, place: Position | null, grid: number, run: AbortController): Promise<void> {
  asked = account.peek()
  const blank: Answered = { state: 'asking', cell, place, who: null, coarse: cell !== null && resolutionOf(cell) < grid, boundary: null, building: null, community: null }
  answered.value = blank
  try {
    const found = place ? await api.lookup({ lon: place[0].toFixed(7), lat: place[1].toFixed(7) }, run.signal) : null
    const of = cell ?? found?.cell ?? null
    const own = of === null ? null : await api.cellInfo(of, run.signal)
    if (run.signal.aborted) return
    answered.value = {
      ...blank,
      state: 'told',
      cell: of,
      who: found ?? (blank.coarse ? null : own),
      boundary: own?.boundary ?? null,
      building: found?.building ?? null,
      community: found?.community?.name ?? null,
    }
  } catch {
    if (!run.signal.aborted) answered.value = { ...blank, state: 'failed' }
  }
}
