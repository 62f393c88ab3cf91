// One-letter keys for what clerks do all day, and the help that lists them.
import { signal } from '@preact/signals'
import { goTo, mayWrite, moment, timeOpen } from '../time/moment'
import { selected, take, task } from '../view/desk'
import { record } from '../view/record'

export const helpOpen = signal(false)

/** True when the key was one of these. Not called while somebody types. */
export function lifeKeys(event: KeyboardEvent): boolean {
  if (event.key === '?') {
    helpOpen.value = true
    return true
  }
  if (event.shiftKey) return false
  if (event.key === 'Enter' && task.peek() !== 'none') return commit(event.target)
  switch (event.key.toLowerCase()) {
    case 't':
      timeOpen.value = !timeOpen.peek()
      if (!timeOpen.peek() && (moment.peek().on || moment.peek().known)) goTo({ on: null, known: null })
      return true
    case 's':
      return begin('split', true)
    case 'm':
      return begin('merge', false)
    case 'r':
      return begin('retire', true)
    default:
      return false
  }
}

function begin(next: 'split' | 'merge' | 'retire', needsHouse: boolean): boolean {
  if (!mayWrite.peek() || task.peek() !== 'none') return false
  const { building } = record.peek() ?? { building: null }
  const here = selected.peek() !== null && building?.code === selected.peek() && building.status === 'active'
  if (needsHouse && !here) return false
  if (next === 'split' && building?.geometry?.type === 'Point') return false
  take(next)
  return true
}

/** Enter on the map sends the form in hand; a button or a field has its own Enter. */
function commit(target: EventTarget | null): boolean {
  if (target instanceof HTMLElement && target.closest('button, a, input, select, textarea, summary, dialog, [role="option"]')) return false
  const form = document.querySelector<HTMLFormElement>('#panel form.form')
  form?.requestSubmit()
  return form !== null
}
