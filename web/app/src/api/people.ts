// Offices, people and their accounts, and who looked at what. One function a request.
import { ask } from './http'
import type { Load } from './grid'
import type { Role } from './types'

export interface Office {
  id: string
  name: string
  phone: string
  address: string
  division: { id: string; name: string } | null
  closed: boolean
}

export interface OfficeFields {
  name: string
  phone: string
  address: string
  division: string | null
}

/** A role and when it holds; an open end is null. */
export interface RoleTerm {
  role: Role
  from: string
  to: string | null
}

/** Without a beginning it holds from now. */
export interface RoleWish {
  role: Role
  from?: string
  to?: string | null
}

export interface Person {
  name: string
  displayName: string
  office: { id: string; name: string } | null
  roles: RoleTerm[]
  disabled: boolean
  load: Load | null
}

export interface PersonPage {
  people: Person[]
  next: string | null
}

export interface PersonChange {
  displayName?: string
  office?: string | null
  roles?: RoleWish[]
}

export interface Access {
  at: string
  account: string
  act: string
  codes: string[]
}

export interface AccessPage {
  accesses: Access[]
  next: string | null
}

const root = '/api/v1'
const optional = (signal?: AbortSignal) => (signal ? { signal } : {})
const asked = (fields: Record<string, string | null | undefined>) => {
  const query = new URLSearchParams(Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')).toString()
  return query && `?${query}`
}

export interface PeopleFilter {
  q?: string
  role?: string
  office?: string
  cursor?: string | null
  limit?: string
}

export const people = async (filter: PeopleFilter, signal?: AbortSignal) => (await ask<PersonPage>(`${root}/people${asked({ ...filter })}`, optional(signal))).value

export const changePerson = async (name: string, body: PersonChange) =>
  (await ask<Person>(`${root}/people/${encodeURIComponent(name)}`, { method: 'PATCH', body })).value

export const offices = async (signal?: AbortSignal) => (await ask<{ offices: Office[] }>(`${root}/offices`, optional(signal))).value.offices
export const addOffice = async (body: OfficeFields, key: string) =>
  (await ask<Office>(`${root}/offices`, { method: 'POST', body, headers: { 'idempotency-key': key } })).value
export const changeOffice = async (id: string, body: Partial<OfficeFields> & { closed?: boolean }) =>
  (await ask<Office>(`${root}/offices/${encodeURIComponent(id)}`, { method: 'PATCH', body })).value

export interface NewAccount {
  name: string
  displayName: string
  roles: RoleWish[]
}

export interface AccountWithPassword {
  account: { name: string; displayName: string; roles: Role[]; disabled: boolean }
  /** Shown once. */
  password?: string
}

export const addAccount = async (body: NewAccount) => (await ask<AccountWithPassword>(`${root}/accounts`, { method: 'POST', body })).value
export const resetPassword = async (name: string) =>
  (await ask<AccountWithPassword>(`${root}/accounts/${encodeURIComponent(name)}`, { method: 'PATCH', body: { password: 'reset' } })).value
export const setDisabled = async (name: string, disabled: boolean) =>
  (await ask<AccountWithPassword>(`${root}/accounts/${encodeURIComponent(name)}`, { method: 'PATCH', body: { disabled } })).value

export interface AccessFilter {
  code?: string
  account?: string
  from?: string | null
  to?: string | null
  cursor?: string | null
}

export const accesses = async (filter: AccessFilter, signal?: AbortSignal) => (await ask<AccessPage>(`${root}/access${asked({ ...filter })}`, optional(signal))).value
