// How many live in a house: what was stated, and stating it. Every reading is written down with who read.
import { ask } from './http'
import type { components } from './schema'

type Schemas = components['schemas']

export type CountEvidence = Schemas['HeadcountEvidence']
export type Declarer = Schemas['Declarer']
/** About the dwelling with the label, or with an empty label about the building itself. */
export type Statement = Schemas['Headcount']
export type Headcounts = Schemas['Headcounts']
export type NewStatement = Schemas['NewHeadcounts']['statements'][number]
export type Stated = Schemas['HeadcountsStated']
export type Withdrawal = Schemas['HeadcountWithdrawal']

const root = '/api/v1'

export const headcounts = async (code: string, signal?: AbortSignal) =>
  (await ask<Headcounts>(`${root}/buildings/${encodeURIComponent(code)}/headcounts`, signal ? { signal } : {})).value

export const state = async (statements: NewStatement[], key: string) =>
  (await ask<Stated>(`${root}/headcounts`, { method: 'POST', body: { statements }, headers: { 'idempotency-key': key } })).value

/** A table with a header line, taken whole or not at all; tried first, without changing anything. `rest` is what rows leave out. */
export const stateTable = async (table: string, rest: { evidence: CountEvidence; declarer: Declarer }, dryRun: boolean, key: string) =>
  (
    await ask<Stated>(`${root}/headcounts?${new URLSearchParams({ ...rest, ...(dryRun ? { dryRun: 'true' } : {}) })}`, {
      method: 'POST',
      text: { type: 'text/csv; charset=utf-8', content: table },
      headers: { 'idempotency-key': key },
    })
  ).value

/** The statement before it holds on in its place. */
export const withdraw = async (body: Withdrawal, key: string) =>
  (await ask<Stated>(`${root}/headcounts/withdrawals`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value
