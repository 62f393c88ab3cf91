// The texts of the people page, which come with that page alone.
import type { Role } from '../api/types'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface PeopleMessages {
  tabs: Record<'label' | 'people' | 'offices' | 'access', Text>
  search: Text
  allRoles: Text
  allOffices: Text
  role: Text
  office: Text
  noOffice: Text
  count: Of<[number, boolean]>
  none: Text
  noneHint: Text
  failed: Text
  more: Text
  add: Text
  addTitle: Text
  account: Text
  accountHint: Text
  accountBad: Text
  displayName: Text
  displayNameHint: Text
  roles: Text
  rolesNeeded: Text
  needed: Text
  roleNames: Record<Role, Text>
  from: Text
  to: Text
  openEnd: Text
  addRole: Text
  removeRole: Of<[string]>
  endBeforeStart: Text
  save: Text
  saving: Text
  saved: Of<[string]>
  create: Text
  created: Of<[string]>
  disabled: Text
  disable: Text
  enable: Text
  disableSure: Of<[string]>
  disableText: Text
  disabledDone: Of<[string]>
  enabledDone: Of<[string]>
  reset: Text
  resetSure: Text
  resetText: Text
  passwordTitle: Of<[string]>
  passwordText: Text
  copy: Text
  copied: Text
  copyFailed: Text
  close: Text
  load: Text
  noLoad: Text
  absences: Text
  noAbsences: Text
  seeAccess: Text
  officesTitle: Text
  officesText: Text
  noOffices: Text
  addOffice: Text
  officeName: Text
  phone: Text
  phoneHint: Text
  address: Text
  division: Text
  closed: Text
  closeOffice: Text
  reopenOffice: Text
  editOffice: Of<[string]>
  officeSaved: Of<[string]>
  accessTitle: Text
  accessText: Text
  accessEntries: Text
  code: Text
  accessAccount: Text
  ask: Text
  asking: Text
  accessNone: Text
  when: Text
  who: Text
  act: Text
  codes: Text
  moreCodes: Of<[number]>
  /** By the act's name; one that is not here is shown as the server names it. */
  acts: Record<string, Text>
  tokens: Text
  tokensText: Text
  people: Text
  cancel: Text
  back: Text
  loadText: Of<[{ cells: number; houses: number; dwellings: number; heads: number | null }]>
  cellsOnly: Of<[number]>
}
