// The open building as the server last told it. It is asked again when it changes anywhere, and never guessed.
import { effect, signal } from '@preact/signals'
import { ProblemError } from '../api/http'
import * as registry from '../api/registry'
import type { Building, History } from '../api/types'
import { query } from '../time/moment'
import { selected } from './desk'

export interface Open {
  code: string
  building: Building | null
  etag: string
  history: History | null
  failure: 'none' | 'not_found' | 'failed'
}

export const record = signal<Open | null>(null)

let running: AbortController | null = null

/** Asks for the open building again. What is on the screen stays until the answer is here; true when it is another. */
export async function reload(): Promise<boolean> {
  const code = selected.peek()
  running?.abort()
  if (code === null) {
    record.value = null
    return false
  }
  const run = (running = new AbortController())
  if (record.peek()?.code !== code) record.value = { code, building: null, etag: '', history: null, failure: 'none' }
  try {
    const [answer, history] = await Promise.all([registry.building(code, run.signal, query.peek()), registry.history(code, run.signal, query.peek())])
    if (run.signal.aborted) return false
    const before = record.peek()?.etag
    record.value = { code, building: answer.value, etag: answer.etag, history, failure: 'none' }
    return before !== '' && before !== answer.etag
  } catch (error) {
    if (run.signal.aborted) return false
    const missing = error instanceof ProblemError && (error.status === 404 || error.status === 422)
    const before = record.peek()
    record.value = {
      ...(before?.code === code ? before : { code, building: null, etag: '', history: null }),
      failure: missing ? 'not_found' : 'failed',
    }
    return false
  }
}

/** Starts following the selection; returns the way to stop. */
export const watchSelection = (): (() => void) =>
  effect(() => {
    void selected.value
    void query.value
    void reload()
  })
