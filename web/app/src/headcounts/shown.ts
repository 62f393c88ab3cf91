// The headcounts that were asked for, of one house at a time: shown again after something was stated, gone with the house.
import { signal } from '@preact/signals'
import * as api from '../api/headcounts'
import { ProblemError } from '../api/http'
import { sessionEnded } from '../view/desk'

export interface Shown {
  code: string
  counts: api.Headcounts | null
  failure: 'none' | 'not_yours' | 'failed'
}

export const shown = signal<Shown | null>(null)

let running: AbortController | null = null

export async function show(code: string): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  if (shown.peek()?.code !== code) shown.value = { code, counts: null, failure: 'none' }
  try {
    const counts = await api.headcounts(code, run.signal)
    if (!run.signal.aborted) shown.value = { code, counts, failure: 'none' }
  } catch (error) {
    if (run.signal.aborted) return
    if (error instanceof ProblemError && error.status === 401) sessionEnded()
    const notYours = error instanceof ProblemError && error.status === 403
    shown.value = { code, counts: null, failure: notYours ? 'not_yours' : 'failed' }
  }
}

export function hide(): void {
  running?.abort()
  shown.value = null
}
