// Who answers for the open cell or the place that was asked about, as the server says.
import { effect, signal } from '@preact/signals'
import type { Geometry, Position } from '../api/types'
import { boundsOf } from '../map/affected'
import { query } from '../time/moment'
import { account, info } from '../view/desk'
import * as api from './api'
import { cells, settings } from './desk'
import { resolutionOf } from './resolution'

export interface Answered {
  state: 'asking' | 'told' | 'failed'
  cell: string | null
  place: Position | null
  who: api.Answering | null
  /** The cell is larger than the grid's: several may answer. */
  coarse: boolean
  boundary: Geometry | null
  /** The cell's numbers when it was opened, for when it is out of view or not of the size in view. */
  sums: api.CellSums | null
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
  const blank: Answered = { state: 'asking', cell, place, who: null, coarse: cell !== null && resolutionOf(cell) < grid, boundary: null, sums: null, building: null, community: null }
  answered.value = blank
  try {
    const found = place ? await api.lookup({ lon: place[0].toFixed(7), lat: place[1].toFixed(7) }, run.signal) : null
    const of = cell ?? found?.cell ?? null
    const own = of === null ? null : await api.cellInfo(of, run.signal)
    const sums = own && (await sumsOf(own, run.signal))
    if (run.signal.aborted) return
    answered.value = {
      ...blank,
      state: 'told',
      cell: of,
      who: found ?? (blank.coarse ? null : own),
      boundary: own?.boundary ?? null,
      sums,
      building: found?.building ?? null,
      community: found?.community?.name ?? null,
    }
  } catch {
    if (!run.signal.aborted) answered.value = { ...blank, state: 'failed' }
  }
}

async function sumsOf({ cell, boundary }: api.CellInfo, signal: AbortSignal): Promise<api.CellSums | null> {
  const bounds = boundsOf(boundary.coordinates)
  if (!bounds || cells.peek().some((known) => known.cell === cell)) return null
  const answer = await api.density(resolutionOf(cell), bounds, query.peek(), signal)
  return answer.cells.find((found) => found.cell === cell) ?? null
}
