import { signal } from '@preact/signals'
import type { Part } from '../map/parts'

/** What the map shows in letters: the parts of a cut, or the houses of a merge. */
export const parts = signal<readonly Part[]>([])
