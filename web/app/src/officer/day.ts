// The officer's day: the grid as the server last told it, the house in hand, and what is being done with it. Only the
// functions here change these signals.
import { batch, computed, effect, signal } from '@preact/signals'
import { ProblemError, UnreachableError } from '../api/http'
import { type Change, follow } from '../api/live'
import type { GridHouse, MyGrid, ProposalKind } from '../api/work'
import * as work from '../api/work'
import type { Trouble } from '../clerk/submission'
import { overlap } from '../map/affected'
import { shownMap } from '../map/current'
import { account, dirty, info, leaving, link, say, sessionEnded, task } from '../view/desk'
import { inOrder, isOpen, nextOpen, withHouse } from './need'
import { words } from './texts'

export const grid = signal<MyGrid | null>(null)
/** Why the grid is not there, or not fresh. */
export const failure = signal<'none' | 'unreachable' | 'failed'>('none')
/** When the server last answered. */
export const heardAt = signal<Date | null>(null)

export type Step = 'list' | 'house' | 'visit' | 'count' | 'propose'
export const step = signal<Step>('list')
/** The house in hand. */
export const openCode = signal<string | null>(null)
export const openHouse = computed<GridHouse | null>(() => grid.value?.houses.find((house) => house.code === openCode.value) ?? null)
export const proposing = signal<ProposalKind>('new_building')
/** The house pointed at in the list. */
export const pointed = signal<string | null>(null)
export type Filter = 'open' | 'all' | 'proposals'
export const filter = signal<Filter>('open')

/** The visit just made, until another is made or it is taken back. */
export const undoable = signal<{ visit: string; code: string; name: string } | null>(null)

/** The houses in walking order, and how many of them need the officer. */
export const walk = computed(() => inOrder(grid.value?.houses ?? []))
export const toDo = computed(() => walk.value.filter(isOpen))

export const zone = (): string => info.peek()?.timezone ?? 'UTC'

let etag = ''
let running: AbortController | null = null

/** Asks for the grid again; what is on the screen stays until another is here. */
export async function refresh(): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  try {
    const answer = await work.myGrid(grid.peek() ? etag : '', run.signal)
    if (run.signal.aborted) return
    batch(() => {
      failure.value = 'none'
      heardAt.value = new Date()
      if (answer) {
        etag = answer.etag
        grid.value = answer.value
        // A house that has left the grid closes, unless something is being typed about it.
        if (openCode.value && !openHouse.value && !dirty.value) toList()
      }
    })
  } catch (error) {
    if (run.signal.aborted) return
    if (error instanceof ProblemError && error.status === 401) sessionEnded()
    failure.value = error instanceof UnreachableError ? 'unreachable' : 'failed'
  }
}

/** Begins the page: loads, follows the server, keeps the browser's back button. Returns the way to stop. */
export function begin(): () => void {
  openCode.value = codeInHash()
  step.value = openCode.value ? 'house' : 'list'
  void refresh()
  const quit = [
    follow({ link: (state) => (link.value = state), missed: () => void refresh(), change: changed }),
    // Another sign-in, as after a session that ended, is another grid.
    effect(() => {
      if (account.value) void refresh()
    }),
    // Whatever puts a form down, be it Esc on the map, leads back to the house or the list.
    effect(() => {
      if (task.value === 'none' && step.peek() !== 'list' && step.peek() !== 'house') step.value = openCode.peek() ? 'house' : 'list'
    }),
  ]
  const back = () => {
    const code = codeInHash()
    if (code !== openCode.peek()) leaving(() => show(code))
  }
  // A phone that was in the pocket shows yesterday: it asks when it is looked at again.
  const awake = () => {
    if (document.visibilityState === 'visible') void refresh()
  }
  addEventListener('popstate', back)
  addEventListener('online', awake)
  document.addEventListener('visibilitychange', awake)
  return () => {
    for (const stop of quit) stop()
    removeEventListener('popstate', back)
    removeEventListener('online', awake)
    document.removeEventListener('visibilitychange', awake)
  }
}

const codeInHash = () => /^#([1-9]\d{11})$/.exec(location.hash)?.[1] ?? null

function changed({ bbox, layers }: Change): void {
  shownMap.peek()?.refresh(layers, bbox)
  const box = grid.peek()?.bbox
  if (box && (!bbox || overlap(bbox, box))) void refresh()
}

function show(code: string | null): void {
  batch(() => {
    task.value = 'none'
    openCode.value = code
    pointed.value = null
    step.value = code ? 'house' : 'list'
  })
}

/** Opens a house; from the list it is a step that the browser's back button takes back. */
export function open(code: string): void {
  leaving(() => {
    if (openCode.peek() === null) history.pushState({ fromList: true }, '', `#${code}`)
    else history.replaceState(history.state, '', `#${code}`)
    show(code)
  })
}

export function toList(): void {
  leaving(() => {
    history.replaceState(null, '', location.pathname + location.search)
    show(null)
  })
}

/** Takes a form in hand. */
export function take(next: 'visit' | 'count'): void
export function take(next: 'propose', kind: ProposalKind): void
export function take(next: 'visit' | 'count' | 'propose', kind?: ProposalKind): void {
  leaving(() =>
    batch(() => {
      if (kind) proposing.value = kind
      if (kind === 'new_building') openCode.value = null
      task.value = next === 'propose' ? 'draw' : 'edit'
      step.value = next
    }),
  )
}

/** The form in hand has done its work. */
export function done(): void {
  dirty.value = false
  task.value = 'none'
}

/** The server's answer to a visit, on the screen at once. */
export function heard(house: GridHouse | null): void {
  const now = grid.peek()
  if (now && house) grid.value = withHouse(now, house, zone())
}

/** What a refusal means for the walk: the house is not this officer's any more, or is no more. The list says so, too. */
export function refused(trouble: Trouble): void {
  if (!(trouble instanceof ProblemError)) return
  const why = { not_your_cell: words.peek().notYours, retired: words.peek().ended, void: words.peek().ended }[trouble.slug]
  if (!why) return
  dirty.value = false
  say(why)
  void refresh()
}

export function goOn(after: string | null): void {
  const next = nextOpen(grid.peek()?.houses ?? [], after)
  if (next) open(next.code)
  else toList()
}
