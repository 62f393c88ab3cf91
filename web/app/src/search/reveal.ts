import { signal } from '@preact/signals'

/** A code that was looked for: when its card is here, the map goes to it. A click on the map never moves the map. */
export const wantsReveal = signal<string | null>(null)
