// Headcounts as they are being typed: a row for each dwelling, or one for the house as a whole. Only what was changed is
// sent, so that nobody states by accident what nobody has looked at.
import type { Dwelling } from '../api/life'
import type { CountEvidence, Declarer, NewStatement, Statement } from '../api/headcounts'
import { numberOf } from '../dwellings/unit'

export interface CountRow {
  code: string
  /** The room label; empty for the house as a whole. */
  label: string
  /** What holds today. */
  now: Statement | null
  heads: string
  permits: string
}

export interface Source {
  evidence: CountEvidence
  declarer: Declarer
}

/** Who can have said so; the first is what an officer at the door sees. */
export const sources: readonly Source[] = [
  { evidence: 'observed', declarer: 'officer' },
  { evidence: 'declared', declarer: 'occupant' },
  { evidence: 'declared', declarer: 'landlord' },
  { evidence: 'declared', declarer: 'employer' },
]

export const most = 100_000

/** The statement of a code that holds on a day. */
export const holding = (statements: readonly Statement[], code: string, on: string): Statement | null =>
  statements.find((s) => s.code === code && s.from <= on && (s.to === null || s.to > on)) ?? null

/** Dwellings whose code is in force, by label; without any, the house itself. */
export function rowsOf(building: string, dwellings: readonly Dwelling[], statements: readonly Statement[], today: string): CountRow[] {
  const row = (code: string, label: string): CountRow => {
    const now = holding(statements, code, today)
    return { code, label, now, heads: now ? `${now.heads}` : '', permits: now?.permits == null ? '' : `${now.permits}` }
  }
  const active = dwellings.filter((d) => d.status === 'active')
  return active.length === 0 ? [row(building, '')] : active.map((d) => row(d.code, d.label))
}

/** What was typed differs from what holds; an emptied field states nothing. */
export function isChanged({ now, heads, permits }: CountRow): boolean {
  if (heads.trim() === '') return false
  return numberOf(heads) !== (now?.heads ?? null) || (permits.trim() !== '' && numberOf(permits) !== (now?.permits ?? null))
}

export type Fault = 'number' | 'permits'

/** What is wrong with a row; null for nothing. */
export function faultOf({ heads, permits }: CountRow): Fault | null {
  const [people, with_] = [numberOf(heads), numberOf(permits)]
  if (people !== null && !isCount(people)) return 'number'
  if (with_ === null) return null
  if (!isCount(with_)) return 'number'
  return with_ > (people ?? 0) ? 'permits' : null
}

const isCount = (n: number) => Number.isInteger(n) && n >= 0 && n <= most

/** One more or one fewer; from nothing one begins at 1 or 0. */
export function stepped(heads: string, by: 1 | -1): string {
  const n = numberOf(heads)
  if (n === null || Number.isNaN(n)) return by === 1 ? '1' : '0'
  return `${Math.min(most, Math.max(0, Math.round(n) + by))}`
}

export function statementsOf(rows: readonly CountRow[], { evidence, declarer }: Source, from: string): NewStatement[] {
  return rows.filter(isChanged).map(({ code, heads, permits }) => ({
    code,
    heads: numberOf(heads)!,
    ...(permits.trim() === '' ? {} : { permits: numberOf(permits)! }),
    evidence,
    declarer,
    ...(from ? { from } : {}),
  }))
}

export const sumOf = (rows: readonly CountRow[]): number => rows.reduce((sum, row) => sum + (numberOf(row.heads) || 0), 0)
