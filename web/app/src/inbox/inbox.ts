// The clerks' inbox: what officers have proposed, the one in hand, and what is done with it.
import { batch, computed, effect, signal } from '@preact/signals'
import { ProblemError, UnreachableError } from '../api/http'
import * as registry from '../api/registry'
import type { Building } from '../api/types'
import * as work from '../api/work'
import { account, dirty, info, leaving, sessionEnded, task } from '../view/desk'

export type Filter = 'open' | 'decided'
export const filter = signal<Filter>('open')
export const proposals = signal<work.Proposal[] | null>(null)
export const failure = signal<'none' | 'unreachable' | 'failed'>('none')
/** Where the list goes on; null at its end. */
export const next = signal<string | null>(null)

export type Step = 'list' | 'read' | 'accept' | 'refuse'
export const step = signal<Step>('list')
export const chosen = signal<string | null>(null)
export const inHand = computed(() => proposals.value?.find((p) => p.id === chosen.value) ?? null)
/** The proposal pointed at in the list. */
export const pointed = signal<string | null>(null)

/** The building that the proposal in hand is about, as it is now; `etag` for what is changed. */
export const about = signal<{ building: Building; etag: string } | 'failed' | null>(null)

export const zone = (): string => info.peek()?.timezone ?? 'UTC'

const again = 60_000 // ms: proposals are about people's work and are not on the public stream
let running: AbortController | null = null

export async function refresh(): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  const of = filter.peek()
  try {
    const page = await work.proposals(of === 'open' ? 'open' : 'any', '', run.signal)
    if (run.signal.aborted) return
    batch(() => {
      failure.value = 'none'
      proposals.value = of === 'open' ? page.proposals : page.proposals.filter((p) => p.state !== 'open')
      next.value = page.next
      if (chosen.value && !inHand.value && !dirty.value) toList()
    })
  } catch (error) {
    if (run.signal.aborted) return
    if (error instanceof ProblemError && error.status === 401) sessionEnded()
    failure.value = error instanceof UnreachableError ? 'unreachable' : 'failed'
  }
}

export async function more(): Promise<void> {
  const cursor = next.peek()
  if (!cursor) return
  const of = filter.peek()
  try {
    const page = await work.proposals(of === 'open' ? 'open' : 'any', cursor)
    if (of !== filter.peek()) return
    batch(() => {
      proposals.value = [...(proposals.peek() ?? []), ...page.proposals.filter((p) => of === 'open' || p.state !== 'open')]
      next.value = page.next
    })
  } catch {
    failure.value = 'failed'
  }
}

export function begin(): () => void {
  const quit = [
    effect(() => {
      void filter.value
      if (account.value) void refresh()
    }),
    effect(() => {
      if (task.value === 'none' && (step.peek() === 'accept' || step.peek() === 'refuse')) step.value = chosen.peek() ? 'read' : 'list'
    }),
    effect(() => {
      const code = inHand.value?.code ?? null
      about.value = null
      if (code) void learn(code)
    }),
  ]
  const look = () => {
    if (document.visibilityState === 'visible' && step.peek() !== 'accept' && step.peek() !== 'refuse') void refresh()
  }
  const timer = setInterval(look, again)
  addEventListener('online', look)
  document.addEventListener('visibilitychange', look)
  return () => {
    for (const stop of quit) stop()
    clearInterval(timer)
    removeEventListener('online', look)
    document.removeEventListener('visibilitychange', look)
  }
}

/** Asks for the building again, as after somebody changed it. */
export async function learn(code: string): Promise<void> {
  try {
    const answer = await registry.building(code)
    if (inHand.peek()?.code === code) about.value = { building: answer.value, etag: answer.etag }
  } catch {
    if (inHand.peek()?.code === code) about.value = 'failed'
  }
}

export function open(id: string): void {
  leaving(() =>
    batch(() => {
      task.value = 'none'
      pointed.value = null
      chosen.value = id
      step.value = 'read'
    }),
  )
}

export function toList(): void {
  leaving(() =>
    batch(() => {
      task.value = 'none'
      chosen.value = null
      step.value = 'list'
    }),
  )
}

export function choose(of: Filter): void {
  if (of === filter.peek()) return
  batch(() => {
    proposals.value = null
    next.value = null
    filter.value = of
  })
}

export function take(what: 'accept' | 'refuse'): void {
  leaving(() =>
    batch(() => {
      task.value = what === 'accept' ? 'draw' : 'edit'
      step.value = what
    }),
  )
}

/** The proposal has been decided: the next one is in hand, or the list. */
export function decided(id: string): void {
  const left = proposals.peek()?.filter((p) => p.id !== id) ?? []
  const place = proposals.peek()?.findIndex((p) => p.id === id) ?? 0
  batch(() => {
    dirty.value = false
    task.value = 'none'
    proposals.value = left
    const following = left[Math.min(Math.max(0, place), left.length - 1)]
    chosen.value = following?.id ?? null
    step.value = following ? 'read' : 'list'
  })
  void refresh()
}
