// The requests of an officer's day and of the clerks' inbox: my grid, visits, proposals and their answers.
import { type Answer, ask, askIfChanged } from './http'
import type { Bounds, Geometry, Position, Registration, State } from './types'

export type Need = 'confirm' | 'headcount' | 'proposal_open'
export type VisitResult = 'no_change' | 'changed' | 'no_access' | 'gone'
export type ProposalKind = 'new_building' | 'demolition' | 'correction'
export type ProposalState = 'open' | 'accepted' | 'refused' | 'withdrawn'

export interface GridVisit {
  id: string
  at: string
  result: VisitResult
  note: string
  /** Made by the account that asks. */
  mine: boolean
}

export interface GridHouse {
  code: string
  point: Position
  name: string
  address: string
  state: State
  floors: number | null
  dwellings: number
  heads: number | null
  permits: number | null
  confirmedTo: string | null
  lastVisit: GridVisit | null
  needs: Need[]
  order: number
}

export interface Proposal {
  id: string
  kind: ProposalKind
  state: ProposalState
  code: string | null
  geometry: Geometry | null
  note: string
  by: { name: string; displayName: string } | null
  madeAt: string
  decidedAt: string | null
  reason: string
  /** The house that came of it. */
  result: string | null
}

export interface MyGrid {
  at: string
  cells: string[]
  outline: Geometry | null
  bbox: Bounds | null
  houses: GridHouse[]
  today: { confirmed: number; open: number }
  proposals: Proposal[]
}

export interface NewVisit {
  code: string
  result: VisitResult
  note?: string
}

export interface NewProposal {
  kind: ProposalKind
  code?: string
  geometry?: Geometry
  note: string
}

export interface Decision {
  decision: 'accepted' | 'refused'
  reason?: string
  /** What accepting does: the registration of the new building, or what happens to the one in question. */
  event?: Registration | Record<string, unknown>
}

const root = '/api/v1'

/** Null when nothing has changed since the etag. */
export const myGrid = (etag: string, signal?: AbortSignal): Promise<Answer<MyGrid> | null> =>
  askIfChanged(`${root}/officers/me/grid`, etag, signal)

export const visit = async (body: NewVisit, key: string) =>
  (await ask<{ visit: GridVisit; house: GridHouse }>(`${root}/visits`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value

export const undoVisit = async (id: string) => void (await ask<unknown>(`${root}/visits/${encodeURIComponent(id)}`, { method: 'DELETE' }))

export const propose = async (body: NewProposal, key: string) =>
  (await ask<Proposal>(`${root}/proposals`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value

export const proposals = async (state: ProposalState, cursor = '') =>
  (await ask<{ proposals: Proposal[]; next: string | null }>(`${root}/proposals?${new URLSearchParams({ state, ...(cursor ? { cursor } : {}) })}`)).value

export const decide = async (id: string, body: Decision, key: string, etag = '') =>
  (await ask<Proposal>(`${root}/proposals/${encodeURIComponent(id)}/decision`, {
    method: 'POST',
    body,
    headers: { 'idempotency-key': key, ...(etag ? { 'if-match': etag } : {}) },
  })).value

export const withdrawProposal = async (id: string) => void (await ask<unknown>(`${root}/proposals/${encodeURIComponent(id)}`, { method: 'DELETE' }))
