// The first day the registry knows anything of, for the slider's beginning.
import { signal } from '@preact/signals'
import { info } from '../view/desk'
import { inView } from '../view/inview'

export const earliest = signal<string | null>(null)

/** Looks at what is on the screen: the map's own box tells no day. */
export async function learnEarliest(): Promise<void> {
  const days = inView.peek().buildings.flatMap((b) => b.validFrom ?? [])
  const first = days.toSorted()[0]
  if (first && (earliest.peek() === null || first < earliest.peek()!)) earliest.value = first
  void info
}
