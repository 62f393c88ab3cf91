// The nouns of the API, by the names the rest of the UI uses. They come from openapi.yaml, so that a
// change of the contract is a type error here and not a surprise at nine in the evening.
import type { components } from './schema'

type Schemas = components['schemas']

export type Building = Schemas['Building']
export type BuildingPage = Schemas['BuildingPage']
export type Registration = Schemas['Registration']
export type Correction = Schemas['Correction']
export type NewEvent = Schemas['NewTransition'] | Schemas['NewRetirement'] | Schemas['NewVoid']
export type EventReceipt = Schemas['EventReceipt']
export type RegistryEvent = Schemas['Event']
export type History = Schemas['History']
export type CodeStatus = Schemas['CodeStatus']
export type Division = Schemas['Division']
export type DivisionPage = Schemas['DivisionPage']
export type MapInfo = Schemas['Map']
export type Session = Schemas['Session']
export type Account = NonNullable<Session['account']>
export type Problem = Schemas['Problem']
export type Geometry = Schemas['Geometry']
export type ExternalId = Schemas['ExternalId']
export type State = Schemas['State']
export type Evidence = Schemas['Evidence']
export type Legality = Schemas['Legality']
export type Status = Building['status']
export type Role = Schemas['Role']

/** Longitude, latitude in degrees, WGS 84. */
export type Position = [number, number]
/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number]
