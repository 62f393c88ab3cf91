// The requests of an officer's day and of the clerks' inbox: my grid, visits, proposals and their answers.
import { type Answer, ask, askIfChanged } from './http'
import type { components } from './schema'
import type { Bounds, Building, Geometry, Position } from './types'

type Schemas = components['schemas']

export type GridHouse = Omit<Schemas['GridHouse'], 'point'> & { point: Position }
export type MyGrid = Omit<Schemas['MyGrid'], 'houses' | 'bbox' | 'outline'> & { houses: GridHouse[]; bbox: Bounds | null; outline: Geometry }
export type Need = GridHouse['needs'][number]
export type VisitResult = Schemas['VisitResult']
export type NewVisit = Schemas['NewVisit']
export type VisitReceipt = Omit<Schemas['VisitReceipt'], 'house'> & { house: GridHouse | null }
export type Proposal = Schemas['Proposal']
export type ProposalKind = Schemas['ProposalKind']
export type ProposalState = Proposal['state']
export type ProposalPage = Schemas['ProposalPage']
export type NewProposal = Schemas['NewProposal']
export interface Decision {
  decision: 'accepted' | 'refused'
  reason?: string
  /** What accepting records: the registration of the new building, or what happens to the one in question. */
  event?: Record<string, unknown>
}

const root = '/api/v1'

/** Null when nothing has changed since the etag. */
export const myGrid = (etag: string, signal?: AbortSignal): Promise<Answer<MyGrid> | null> =>
  askIfChanged(`${root}/officers/me/grid`, etag, signal)

export const visit = async (body: NewVisit, key: string) =>
  (await ask<VisitReceipt>(`${root}/visits`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value

export const undoVisit = async (id: string) => (await ask<VisitReceipt>(`${root}/visits/${id}`, { method: 'DELETE' })).value

export const propose = async (body: NewProposal, key: string) =>
  (await ask<Proposal>(`${root}/proposals`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value

export const proposals = async (state: ProposalState | 'any', cursor = '', signal?: AbortSignal) =>
  (await ask<ProposalPage>(`${root}/proposals?${new URLSearchParams({ state, ...(cursor ? { cursor } : {}) })}`, signal ? { signal } : {})).value

/** `version` is the house's that was seen, where the decision records something about one. */
export const decide = async (id: string, body: Decision, version: number | null, key: string) =>
  (
    await ask<{ proposal: Proposal; building: Building | null }>(`${root}/proposals/${id}/decision`, {
      method: 'POST',
      body,
      headers: { 'idempotency-key': key, ...(version === null ? {} : { 'if-match': `"${version}"` }) },
    })
  ).value

export const withdrawProposal = async (id: string) => (await ask<Proposal>(`${root}/proposals/${id}`, { method: 'DELETE' })).value
