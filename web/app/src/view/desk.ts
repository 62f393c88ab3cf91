// What is on the desk: the open building, what the clerk is doing with it, and who is signed in. The screen is a
// function of these signals; only the functions here change them.
import { computed, signal } from '@preact/signals'
import { UnreachableError } from '../api/http'
import * as registry from '../api/registry'
import type { Account, Building, Geometry, MapInfo } from '../api/types'
import type { Link } from '../api/live'

export type Task = 'none' | 'draw' | 'edit' | 'outline' | 'transition' | 'retire' | 'void' | 'revive' | 'split' | 'merge' | 'dwellings' | 'dwelling' | 'revert' | 'counts' | 'countTable'

/** What /api/v1/map says of this registry; null until it has answered. */
export const info = signal<MapInfo | null>(null)
/** The open building's code; null shows the list of buildings in view. */
export const selected = signal<string | null>(null)
export const task = signal<Task>('none')
/** True while the task in hand holds something that was not saved. */
export const dirty = signal(false)
/** A step that waits for "leave without saving?". */
export const pendingLeave = signal<(() => void) | null>(null)
export const link = signal<Link>('connecting')
/** The building pointed at in a list, to be shown on the map. */
export const hint = signal<Geometry | null>(null)

/** Undefined until the server has said who this is; null for the public. */
export const account = signal<Account | null | undefined>(undefined)
export const isClerk = computed(() => account.value?.roles.includes('clerk') ?? false)
export const signInOpen = signal<'no' | 'asked' | 'ended'>('no')

/** Said politely to screen readers and shown for a moment. */
export const notice = signal<{ text: string; id: number } | null>(null)
let notices = 0
export function say(text: string): void {
  notice.value = { text, id: ++notices }
}

/** Does the step now, or after the person agreed to lose what is not saved. */
export function leaving(step: () => void): void {
  if (!dirty.value) step()
  else pendingLeave.value = () => {
    dirty.value = false
    step()
  }
}

export function open(code: string | null): void {
  if (code === selected.value && task.value === 'none') return
  leaving(() => {
    task.value = 'none'
    selected.value = code
  })
}

export function take(next: Task): void {
  leaving(() => {
    if (next === 'draw') selected.value = null
    task.value = next
  })
}

/** Ends the task in hand; the card or the list is there again. */
export function putDown(): void {
  leaving(() => (task.value = 'none'))
}

/** What this page itself wrote last: the stream tells it, too, but it is no news. */
let written: Pick<Building, 'code' | 'version'> | null = null
export function wrote(saved: Building): void {
  written = saved
}
export const isOwnWrite = (now: Building): boolean => written?.code === now.code && written.version === now.version

/** After a write: what the server answered is shown. */
export function finish(saved: Building): void {
  wrote(saved)
  dirty.value = false
  task.value = 'none'
  selected.value = saved.code
}

export async function learnAccount(): Promise<void> {
  try {
    account.value = await registry.session()
  } catch (error) {
    if (!(error instanceof UnreachableError)) account.value = null
    else if (account.value === undefined) account.value = null
  }
}

/** A write was refused because nobody is signed in any more. */
export function sessionEnded(): void {
  account.value = null
  signInOpen.value = 'ended'
}
