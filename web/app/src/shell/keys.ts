// Keys that work anywhere on the page: "/" searches, Esc goes one step back.
import { helpOpen, lifeKeys } from '../life/keys'
import { open, pendingLeave, putDown, selected, signInOpen, task } from '../view/desk'

export function pageKeys(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  if (helpOpen.value || pendingLeave.value || signInOpen.value !== 'no') return
  if (event.key === '/' && !isTyping(event.target)) {
    event.preventDefault()
    const search = document.getElementById('search')
    search?.focus()
    if (search instanceof HTMLInputElement) search.select()
  } else if (event.key === 'Escape') {
    if (task.value !== 'none') putDown()
    else if (selected.value !== null) open(null)
  } else if (!isTyping(event.target) && lifeKeys(event)) {
    event.preventDefault()
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}
