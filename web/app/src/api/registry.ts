// The requests of the house map, one function each.
import { ask, type Answer } from './http'
import type {
  Bounds,
  Building,
  Account,
  BuildingPage,
  CodeStatus,
  Correction,
  DivisionPage,
  EventReceipt,
  History,
  MapInfo,
  NewEvent,
  Registration,
  Session,
} from './types'

const root = '/api/v1'
const at = (code: string) => `${root}/buildings/${encodeURIComponent(code)}`

export const mapInfo = async () => (await ask<MapInfo>(`${root}/map`)).value

/** `query` is the moment asked for, as validOn and knownAt. */
export const building = (code: string, signal?: AbortSignal, query = ''): Promise<Answer<Building>> =>
  ask(`${at(code)}${query && `?${query}`}`, optional(signal))

export const history = async (code: string, signal?: AbortSignal, query = '') =>
  (await ask<History>(`${at(code)}/history${query && `?${query}`}`, optional(signal))).value

export const codeStatus = async (spelling: string, signal?: AbortSignal) =>
  (await ask<CodeStatus>(`${root}/codes/${encodeURIComponent(spelling)}`, optional(signal))).value

/** Standing buildings whose footprint touches the box, by code. */
export const buildingsIn = async (bounds: Bounds, limit: number, signal?: AbortSignal, query = '') =>
  (await ask<BuildingPage>(`${root}/buildings?${new URLSearchParams({ bbox: bounds.join(','), limit: `${limit}` })}${query && `&${query}`}`, optional(signal)))
    .value

/** Buildings by external id, or by part of a name or an address. */
export const buildingsLike = async (q: string, limit: number, signal?: AbortSignal) =>
  (await ask<BuildingPage>(`${root}/buildings?${new URLSearchParams({ q, limit: `${limit}` })}`, optional(signal))).value

export const divisionsLike = async (q: string, limit: number, signal?: AbortSignal) =>
  (await ask<DivisionPage>(`${root}/divisions?${new URLSearchParams({ q, limit: `${limit}` })}`, optional(signal))).value

export const divisions = async (limit: number) => (await ask<DivisionPage>(`${root}/divisions?limit=${limit}`)).value

export const register = (body: Registration, key: string): Promise<Answer<Building>> =>
  ask(`${root}/buildings`, { method: 'POST', body, headers: { 'idempotency-key': key } })

export const correct = (code: string, body: Correction, etag: string, key: string): Promise<Answer<Building>> =>
  ask(at(code), { method: 'PATCH', body, headers: { 'idempotency-key': key, 'if-match': etag } })

export const addEvent = (code: string, body: NewEvent, etag: string, key: string): Promise<Answer<EventReceipt>> =>
  ask(`${at(code)}/events`, { method: 'POST', body, headers: { 'idempotency-key': key, 'if-match': etag } })

export const session = async () => (await ask<Session>(`${root}/session`)).value.account

export const signIn = async (name: string, password: string) =>
  (await ask<{ account: Account }>(`${root}/session`, { method: 'POST', body: { name, password } })).value.account

export const signOut = async () => void (await ask<void>(`${root}/session`, { method: 'DELETE' }))

const optional = (signal?: AbortSignal) => (signal ? { signal } : {})
