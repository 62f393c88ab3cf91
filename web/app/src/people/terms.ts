// Roles and when they hold, while somebody edits them: instants as text of date-time fields, on the registry's clock.
import type { RoleTerm } from '../api/people'
import type { Role } from '../api/types'
import { toInstant, toLocal } from '../grid/instants'

export interface TermDraft {
  role: Role
  /** Empty is now. */
  from: string
  /** Empty is without an end. */
  to: string
  /** As the registry has it, so that what was not touched is sent back to the second. */
  was: RoleTerm | null
}

export const draftOf = (term: RoleTerm, zone: string): TermDraft => ({ role: term.role, from: toLocal(term.from, zone), to: term.to === null ? '' : toLocal(term.to, zone), was: term })

export const fresh = (role: Role): TermDraft => ({ role, from: '', to: '', was: null })

/** What the server is told; a term that was not touched goes back as it came. */
export function termOf({ role, from, to, was }: TermDraft, zone: string): { role: Role; from?: string; to?: string | null } {
  const begins = was && toLocal(was.from, zone) === from ? was.from : toInstant(from, zone)
  const ends = to === '' ? null : was?.to && toLocal(was.to, zone) === to ? was.to : toInstant(to, zone)
  return { role, ...(begins ? { from: begins } : {}), to: ends }
}

/** The places of terms that end before they begin. */
export function backwards(terms: readonly TermDraft[], zone: string, now: string): number[] {
  return terms.flatMap((term, i) => {
    const { from, to } = termOf(term, zone)
    return to && to <= (from ?? now) ? [i] : []
  })
}

export const same = (a: readonly TermDraft[], b: readonly TermDraft[]): boolean =>
  a.length === b.length && a.every((x, i) => x.role === b[i]!.role && x.from === b[i]!.from && x.to === b[i]!.to)

/** An account's name as it may be: what people type with capitals is taken as small letters. */
export const accountName = (text: string): string => text.trim().toLowerCase()
export const isAccountName = (text: string): boolean => /^[\p{Ll}\p{Lo}\p{Nd}][\p{Ll}\p{Lo}\p{Nd}._-]{0,59}$/u.test(text)
