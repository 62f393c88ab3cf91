// The dwellings of the open building, asked for whenever the building is.
import { effect, signal } from '@preact/signals'
import * as life from '../api/life'
import { query } from '../time/moment'
import { leaving, task } from '../view/desk'
import { record } from '../view/record'

export interface DwellingList {
  code: string
  dwellings: life.Dwelling[]
  failed: boolean
}

export const dwellings = signal<DwellingList | null>(null)

/** The one under the pen. */
export const editing = signal<life.Dwelling | null>(null)

export function startEditing(dwelling: life.Dwelling): void {
  leaving(() => {
    editing.value = dwelling
    task.value = 'dwelling'
  })
}

let running: AbortController | null = null

export async function loadDwellings(code: string): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  try {
    const list = await life.dwellings(code, query.peek(), run.signal)
    if (!run.signal.aborted) dwellings.value = { code, dwellings: list, failed: false }
  } catch {
    if (!run.signal.aborted) dwellings.value = { code, dwellings: [], failed: true }
  }
}

/** Asks again each time the open building has been told anew; returns the way to stop. */
export const watchDwellings = (): (() => void) =>
  effect(() => {
    const open = record.value
    if (open?.building && open.history) void loadDwellings(open.code)
    else if (dwellings.peek()?.code !== open?.code) dwellings.value = null
  })
