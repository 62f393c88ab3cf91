// How many live in a house: what was stated, and stating it. Every reading is written down with who read.
import { ask } from './http'

export type CountEvidence = 'declared' | 'observed' | 'estimated'
export type Declarer = 'landlord' | 'employer' | 'occupant' | 'officer' | 'clerk' | 'statistics'

export interface Statement {
  /** The dwelling, or the building itself. */
  code: string
  /** The dwelling's room label; empty for the building. */
  label: string
  heads: number
  permits: number | null
  evidence: CountEvidence
  declarer: Declarer
  from: string
  to: string | null
  statedAt: string
}

export interface Headcounts {
  code: string
  total: { heads: number; permits: number; dwellings: number; confirmedTo: string | null }
  statements: Statement[]
}

export interface NewStatement {
  code: string
  heads: number
  permits?: number
  evidence: CountEvidence
  declarer: Declarer
  from?: string
}

const root = '/api/v1'

export const headcounts = async (code: string, signal?: AbortSignal) =>
  (await ask<Headcounts>(`${root}/buildings/${encodeURIComponent(code)}/headcounts`, signal ? { signal } : {})).value

export const state = async (statements: NewStatement[], reason: string, key: string) =>
  void (await ask<unknown>(`${root}/headcounts`, {
    method: 'POST',
    body: { statements, ...(reason ? { reason } : {}) },
    headers: { 'idempotency-key': key },
  }))
