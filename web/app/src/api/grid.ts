// Who answers for which cell: assignments, territories, gaps, absences, plans. One function a request.
import { ask } from './http'
import type { components } from './schema'
import type { Bounds, Position } from './types'

type Schemas = components['schemas']

export type GridRole = 'officer' | 'administrator'

/** A person as far as the asker may know them: the public learns the office alone. */
export interface PersonRef {
  name?: string
  displayName?: string
  office?: string
  phone?: string
}

/** What somebody answers for; heads are null for who may not see them. */
export interface Load {
  cells: number
  houses: number
  dwellings: number
  heads: number | null
}

export interface Territory {
  person: PersonRef
  /** Stable: the same person has the same number every day. */
  ordinal: number
  cells: string[]
  load: Load
}

export interface Gap {
  cell: string
  center: Position
  buildings: number
  missing: GridRole[]
  community: string | null
}

export interface GapPage {
  at: string
  gaps: Gap[]
  total: number
  next: string | null
}

/** What one cell holds, as the density map counts it. */
export interface CellFigures {
  cell: string
  buildings: number
  dwellings: number | null
  population: number | null
}

export interface NewAssignment {
  role: GridRole
  /** Null takes the cells away from whoever has them. */
  person?: string | null
  cells?: string[]
  community?: string
  /** Several people at once, as one event. */
  plan?: PlanPart[]
  from?: string
  to?: string
  reason: string
}

export interface PlanPart {
  person: string | null
  cells: string[]
}

export interface AssignmentPreview {
  changes: { cell: string; from: PersonRef | null; to: PersonRef | null; houses: number }[]
  loads: { person: PersonRef; before: Load; after: Load }[]
  gaps: number
  doubles: number
}

export interface Handover {
  fromPerson: string
  toPerson: string
  role: GridRole
  at?: string
  cells?: string[]
  reason: string
}

export interface Assigned {
  /** Null if nothing was different. */
  event: string | null
  changed: number
}

export interface Absence {
  id: string
  person: PersonRef
  substitute: PersonRef | null
  from: string
  to: string
}

export interface NewAbsence {
  person: string
  substitute: string | null
  from: string
  to: string
}

export interface ImportReport {
  rows: number
  changed: number
  /** The field begins with the line of the table. */
  errors: { field: string; reason: string }[]
}

export type ProposalTask = Schemas['FairDivisionTask']
export type Proposal = Schemas['FairDivision']
/** What is shared fairly. */
export type Measure = Proposal['measure']

const root = '/api/v1'
const optional = (signal?: AbortSignal) => (signal ? { signal } : {})
const asked = (fields: Record<string, string | null | undefined>) => {
  const query = new URLSearchParams(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')).toString()
  return query && `?${query}`
}
const keyed = (key: string) => ({ 'idempotency-key': key })

/** `at` is an instant; null is now. */
export const territories = async (role: GridRole, at: string | null, signal?: AbortSignal) =>
  (await ask<{ territories: Territory[] }>(`${root}/assignments/territories${asked({ role, at })}`, optional(signal))).value.territories

export const gaps = async (at: string | null, role: GridRole | null, cursor: string | null, signal?: AbortSignal) =>
  (await ask<GapPage>(`${root}/assignments/gaps${asked({ at, role, cursor, limit: '500' })}`, optional(signal))).value

/** What the cells of a box, or of a division, hold. */
export const figures = async (of: { bbox: Bounds } | { division: string }, resolution: number, signal?: AbortSignal) =>
  (
    await ask<{ cells: CellFigures[] }>(
      `${root}/density${asked({ res: `${resolution}`, ...('bbox' in of ? { bbox: of.bbox.join(',') } : { division: of.division }) })}`,
      optional(signal),
    )
  ).value.cells

/** What the change would do. Nothing is changed. */
export const previewAssignment = async (body: NewAssignment, signal?: AbortSignal) =>
  (await ask<AssignmentPreview>(`${root}/assignments?dryRun=true`, { method: 'POST', body, ...optional(signal) })).value

export const assign = async (body: NewAssignment, key: string) => (await ask<Assigned>(`${root}/assignments`, { method: 'POST', body, headers: keyed(key) })).value

export const handOver = async (body: Handover, key: string) =>
  (await ask<Assigned>(`${root}/assignments/handover`, { method: 'POST', body, headers: keyed(key) })).value

export const previewHandover = async (body: Handover) =>
  (await ask<AssignmentPreview>(`${root}/assignments/handover?dryRun=true`, { method: 'POST', body })).value

export const importAssignments = async (table: string, dryRun: boolean, reason: string, key: string) =>
  (
    await ask<ImportReport>(`${root}/assignments/import${asked({ dryRun: dryRun ? 'true' : null, reason })}`, {
      method: 'POST',
      text: { type: 'text/csv; charset=utf-8', content: table },
      headers: dryRun ? {} : keyed(key),
    })
  ).value

/** Where the table of assignments is fetched from. */
export const exportAddress = (role: GridRole | null, at: string | null) => `${root}/assignments${asked({ role, at, format: 'csv' })}`

export const absences = async (signal?: AbortSignal) => (await ask<{ absences: Absence[] }>(`${root}/absences`, optional(signal))).value.absences

export const addAbsence = async (body: NewAbsence, key: string) => (await ask<Absence>(`${root}/absences`, { method: 'POST', body, headers: keyed(key) })).value

export const withdrawAbsence = async (id: string) => void (await ask<void>(`${root}/absences/${encodeURIComponent(id)}`, { method: 'DELETE' }))

/** Reckons a fair division; that takes seconds. Nothing is changed. */
export const propose = async (body: ProposalTask, signal?: AbortSignal) =>
  (await ask<Proposal>(`${root}/grid/proposals`, { method: 'POST', body, ...optional(signal) })).value
