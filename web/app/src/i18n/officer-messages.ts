// The texts of the officer's page. They come with that page alone.
import type { Mark } from '../officer/need'
import type { ProposalKind, ProposalState, VisitResult } from '../api/work'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface OfficerMessages {
  mapLabel: Text
  whole: Text
  whereAmI: Text
  nowhere: Text
  loading: Text
  failed: Text
  old: Of<[string]>
  noCells: Text
  noCellsHint: Text
  noHouses: Text
  noHousesHint: Text
  allDone: Text
  allDoneHint: Of<[number]>
  /** Confirmed today, still open. */
  progress: Of<[number, number]>
  progressLabel: Text
  list: Text
  listHint: Text
  filters: Record<'open' | 'all' | 'proposals', Of<[number]>>
  filterLabel: Text
  more: Of<[number]>
  start: Text
  goOn: Text
  newHouse: Text
  place: Of<[number, number]>
  mark: Record<Mark, Text>
  dwellings: Of<[number]>
  heads: Of<[number]>
  headsUnknown: Text
  neverSeen: Text
  seen: Of<[string]>
  confirmedTo: Of<[string]>
  back: Text
  noChange: Text
  other: Text
  count: Text
  confirmed: Of<[string]>
  undo: Text
  undone: Of<[string]>
  mineToday: Of<[string, string]>
  result: Record<VisitResult, Text>
  resultHint: Record<'changed' | 'no_access' | 'gone', Text>
  visitTitle: Text
  whatFound: Text
  note: Text
  noteHint: Text
  personal: Text
  save: Text
  alsoDemolition: Text
  propose: Record<ProposalKind, Text>
  proposeTitle: Record<ProposalKind, Text>
  proposeHint: Record<ProposalKind, Text>
  addSketch: Text
  whatIsWrong: Text
  send: Text
  sent: Text
  noProposals: Text
  kind: Record<ProposalKind, Text>
  state: Record<ProposalState, Text>
  made: Of<[string]>
  answered: Of<[string]>
  answer: Text
  became: Text
  withdraw: Text
  withdrawn: Text
  lastVisit: Text
  openCard: Text
  tooLate: Text
  notYours: Text
  ended: Text
}
