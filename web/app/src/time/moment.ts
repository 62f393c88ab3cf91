// The moment the page shows: now, or the town on another day, perhaps as it was known on yet another. It stands in the
// page's address (?on=2019-05-01&known=2020-01-01), so that it can be sent to a colleague.
import { batch, computed, signal } from '@preact/signals'
import { isClerk, leaving, task } from '../view/desk'

export interface Moment {
  /** The day in the world, 2006-01-02; null is today. */
  on: string | null
  /** The day whose end the registry's knowledge is taken from; null is now. */
  known: string | null
}

const day = /^\d{4}-\d{2}-\d{2}$/

/** A date that exists; anything else is null. */
export function readDay(text: string | null): string | null {
  if (text === null || !day.test(text)) return null
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text
}

export function parseMoment(search: string): Moment {
  const query = new URLSearchParams(search)
  return { on: readDay(query.get('on')), known: readDay(query.get('known')) }
}

/** The query of an address with another moment; what else stands in it stays. */
export function formatMoment({ on, known }: Moment, search = ''): string {
  const query = new URLSearchParams(search)
  for (const [name, day] of [['on', on], ['known', known]] as const) {
    if (day) query.set(name, day)
    else query.delete(name)
  }
  return query.size > 0 ? `?${query}` : ''
}

export const moment = signal<Moment>(parseMoment(location.search))

/** The page shows something else than the present. */
export const elsewhen = computed(() => moment.value.on !== null || moment.value.known !== null)

/** What reads and tiles are asked for with; empty for the present. */
export const query = computed(() => {
  const { on, known } = moment.value
  return new URLSearchParams({ ...(on ? { validOn: on } : {}), ...(known ? { knownAt: known } : {}) }).toString()
})

/** Changes are made to the present registry only. */
export const mayWrite = computed(() => isClerk.value && !elsewhen.value)

/** The time bar is unfolded. */
export const timeOpen = signal(elsewhen.peek())

/** Shows another moment; a form in hand is left first, with the person's consent. */
export function goTo(next: Moment): void {
  const now = moment.peek()
  if (now.on === next.on && now.known === next.known) return
  leaving(() => {
    batch(() => {
      if (next.on !== null || next.known !== null) task.value = 'none'
      moment.value = next
    })
    history.replaceState(null, '', location.pathname + formatMoment(next, location.search) + location.hash)
  })
}

/** Follows the browser's back and forward buttons. */
export function followAddress(): () => void {
  const back = () => {
    const next = parseMoment(location.search)
    const now = moment.peek()
    if (now.on !== next.on || now.known !== next.known) moment.value = next
    if (next.on || next.known) timeOpen.value = true
  }
  addEventListener('popstate', back)
  return () => removeEventListener('popstate', back)
}
