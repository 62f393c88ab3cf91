// Taking a change of assignments back: not by deleting what happened, but by a new event that assigns the cells as they
// were.
import { signal } from '@preact/signals'
import type { AssignmentPreview, GridRole, NewAssignment } from '../api/grid'

/** The change that takes this one back; null when it changed nothing. `from` is when the first one began. */
export function inverse(preview: AssignmentPreview, role: GridRole, from: string | null, reason: string): NewAssignment | null {
  const before = new Map<string | null, string[]>()
  for (const change of preview.changes) {
    const who = change.from?.name ?? null
    const cells = before.get(who)
    if (cells) cells.push(change.cell)
    else before.set(who, [change.cell])
  }
  if (before.size === 0) return null
  const parts = [...before].map(([person, cells]) => ({ person, cells }))
  const common = { role, reason, ...(from ? { from } : {}) }
  return parts.length === 1 ? { ...common, ...parts[0]! } : { ...common, plan: parts }
}

/** What was changed last on this page, and how to take it back. */
export const last = signal<{ text: string; back: NewAssignment } | null>(null)
