// Every deed of the page has a key; what is typed into a field is no deed.
import { signal } from '@preact/signals'
import { timeOpen } from '../time/moment'
import { pendingLeave, signInOpen } from '../view/desk'
import { playOrPause } from './Playback'
import { whoField } from './Who'
import { choose, map, reclass, set, settings, visible } from './desk'
import { measures } from './measures'

export const helpOpen = signal(false)

export function pageKeys(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  if (helpOpen.value || pendingLeave.value || signInOpen.value !== 'no') return
  if (event.key === 'Escape') {
    if (settings.value.cell || settings.value.place) choose(null, null)
    return
  }
  if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')) return
  if (event.key === 'Enter' && event.target instanceof HTMLCanvasElement) {
    const at = map.peek()?.center
    if (at) choose(null, at)
    return
  }
  const deed = deeds[event.key.toLowerCase()]
  if (!deed) return
  event.preventDefault()
  deed()
}

const deeds: Record<string, () => void> = {
  '/': () => document.getElementById(whoField)?.focus(),
  '?': () => (helpOpen.value = true),
  e: () => set({ columns: !settings.peek().columns }),
  f: () => reclass({ scale: settings.peek().scale === 'view' ? 'fixed' : 'view' }),
  b: () => set({ table: !settings.peek().table }),
  l: () => document.querySelector<HTMLElement>('#cells [tabindex="0"], .table-scroll')?.focus(),
  m: () => map.peek()?.focus(),
  t: () => (timeOpen.value = !timeOpen.peek()),
  p: playOrPause,
  ...Object.fromEntries(measures.map((measure, i) => [`${i + 1}`, () => visible.peek().includes(measure) && reclass({ measure })])),
}
