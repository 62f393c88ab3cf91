// A building's facts as they are being typed, what differs from the registry, and what is sent for it.
import type { Building, Correction, Evidence, ExternalId, Geometry, Legality, Registration, State } from '../api/types'

export type StandingState = Exclude<State, 'demolished' | 'not_realised'>

export interface Draft {
  state: StandingState
  evidence: Evidence
  inQuestion: boolean
  legality: Legality
  floors: string
  height: string
  name: string
  address: string
  externalIds: ExternalId[]
}

export interface Why {
  /** Empty or 2006-01-02. */
  validFrom: string
  reason: string
  document: string
}

export type DraftField = keyof Draft

export const draftFields: readonly DraftField[] = [
  'name',
  'address',
  'floors',
  'height',
  'state',
  'evidence',
  'inQuestion',
  'legality',
  'externalIds',
]

export const standingStates: readonly StandingState[] = ['planned', 'under_construction', 'in_use', 'unusable']

export const newDraft = (): Draft => ({
  state: 'in_use',
  evidence: 'observed',
  inQuestion: false,
  legality: 'unknown',
  floors: '',
  height: '',
  name: '',
  address: '',
  externalIds: [],
})

export const noWhy = (): Why => ({ validFrom: '', reason: '', document: '' })

export function draftOf(b: Building): Draft {
  return {
    state: standingStates.find((state) => state === b.state) ?? 'in_use',
    evidence: b.evidence ?? 'observed',
    inQuestion: b.inQuestion,
    legality: b.legality ?? 'unknown',
    floors: b.floors === null ? '' : `${b.floors}`,
    height: b.height === null ? '' : `${b.height}`,
    name: b.name,
    address: b.address,
    externalIds: b.externalIds.map(({ source, id }) => ({ source, id })),
  }
}

/** The fields that differ; spaces around text and rows without anything in them do not count. */
export function changedFields(base: Draft, draft: Draft): DraftField[] {
  return draftFields.filter((field) => JSON.stringify(tidy(base)[field]) !== JSON.stringify(tidy(draft)[field]))
}

/** Mine over theirs: the new state of the registry with what was changed in this form. */
export function rebase(old: Draft, mine: Draft, theirs: Draft): { draft: Draft; disputed: DraftField[] } {
  const changed = changedFields(old, mine)
  const draft = { ...theirs, ...Object.fromEntries(changed.map((field) => [field, mine[field]])) }
  const disputed = changedFields(old, theirs).filter((field) => changed.includes(field))
  return { draft, disputed }
}

/** Fields that cannot be sent as they are typed. */
export function unreadable(draft: Draft): DraftField[] {
  const bad: DraftField[] = []
  if (Number.isNaN(number(draft.floors)) || !Number.isInteger(number(draft.floors) ?? 0)) bad.push('floors')
  if (Number.isNaN(number(draft.height))) bad.push('height')
  return bad
}

export function correctionOf(base: Draft, draft: Draft, why: Why): Correction {
  const all = facts(draft)
  const changed = Object.fromEntries(changedFields(base, draft).map((field) => [field, all[field]]))
  return { ...changed, ...given(why) }
}

/** What is empty is left out, so that a new building has the registry's own defaults. */
export function registrationOf(draft: Draft, why: Why, geometry: Geometry): Registration {
  const { floors, height, name, address, externalIds, ...rest } = facts(draft)
  return {
    geometry,
    ...rest,
    ...(floors === null ? {} : { floors }),
    ...(height === null ? {} : { height }),
    ...(name ? { name } : {}),
    ...(address ? { address } : {}),
    ...(externalIds.length > 0 ? { externalIds } : {}),
    ...given(why),
  }
}

/** The parts of why that were filled in. */
export function given(why: Why): { validFrom?: string; reason?: string; document?: string } {
  const entries = Object.entries(why).map(([key, value]) => [key, (value as string).trim()] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

export const isGiven = (why: Why): boolean => Object.keys(given(why)).length > 0

function facts(draft: Draft) {
  const { floors, height, ...rest } = tidy(draft)
  return { ...rest, floors: number(floors), height: number(height) }
}

function tidy(draft: Draft): Draft {
  return {
    ...draft,
    floors: plain(draft.floors),
    height: plain(draft.height),
    name: draft.name.trim(),
    address: draft.address.trim(),
    externalIds: draft.externalIds
      .map(({ source, id }) => ({ source: source.trim(), id: id.trim() }))
      .filter(({ source, id }) => source !== '' || id !== ''),
  }
}

// Full-width digits and a decimal comma are what keyboards give.
const plain = (typed: string) => typed.normalize('NFKC').trim().replace(',', '.')

/** Null for nothing, NaN for what is no number. */
function number(typed: string): number | null {
  const text = plain(typed)
  if (text === '') return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
}
