import { signal } from '@preact/signals'
import type { RegistryEvent } from '../api/types'
import { leaving, task } from '../view/desk'

/** The event that is to be taken back. */
export const reverting = signal<RegistryEvent | null>(null)

export function startReverting(event: RegistryEvent): void {
  leaving(() => {
    reverting.value = event
    task.value = 'revert'
  })
}

/** Boundaries and people are nobody's to take back here. */
export const canRevert = (event: RegistryEvent): boolean => event.class === 'registry' && event.type !== 'redraw'
