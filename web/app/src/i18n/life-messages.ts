// The texts of a house's life (splits, merges, dwellings, lineage, reversals) and of time. Part of Messages.
import type { Edge, Use } from '../api/life'
import type { Fault } from '../dwellings/pattern'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface LifeMessages {
  // Splits
  split: Text
  splitTitle: Text
  splitConfirm: Of<[number]>
  splitDone: Of<[string]>
  splitAnyway: Text
  cutLine: Text
  cutStart: Text
  cutSecond: Text
  cutTrying: Text
  cutRefused: Text
  cutDone: Of<[number]>
  cutHere: Text
  cutExtend: Text
  cutFirst: Text
  cutKeys: Text
  parts: Text
  partName: Of<[string]>
  percent: Of<[number]>
  newCode: Text
  keepsCode: Text
  carveQuestion: Text
  carveNo: Text
  carveNoHint: Text
  carveYes: Text
  carveYesHint: Text
  carveConfirm: Text
  // What becomes of what belonged to a house
  becomesOfDwellings: Text
  headsEnd: Text
  becomesOfIds: Text
  allDwellings: Text
  chooseForAll: Text
  chooseOne: Text
  stays: Text
  ends: Text
  movesTo: Of<[string]>
  recreatedIn: Of<[string]>
  movesElsewhere: Text
  recreatedElsewhere: Text
  destination: Of<[string]>
  whereTo: Text
  retireDwellingsHint: Text
  idTo: Of<[string]>
  idLeft: Text
  idKept: Text
  // Merges
  merge: Text
  mergeTitle: Text
  mergeStart: Text
  mergeSecond: Text
  mergeTrying: Text
  mergeCannot: Text
  mergeTwo: Text
  mergeConfirm: Of<[number]>
  mergeDone: Of<[string]>
  mergeAnyway: Text
  chosenHouses: Text
  together: Of<[string]>
  leaveOut: Of<[string]>
  addFromView: Text
  mergeQuestion: Text
  absorbNo: Text
  absorbNoHint: Text
  absorbYes: Of<[string]>
  absorbYesHint: Of<[string]>
  absorbConfirm: Text
  moveAlong: Of<[number]>
  clash: Text
  clashHint: Text
  newLabel: Of<[string]>
  /** By the slug of a shape's defect. */
  defects: Record<string, Text>
  // Reviving and reverting
  revive: Text
  reviveTitle: Text
  reviveText: Text
  reviveConfirm: Text
  reviveAnyway: Text
  revert: Text
  revertThis: Of<[string]>
  revertTitle: Text
  revertText: Text
  revertTry: Text
  revertConfirm: Text
  revertDone: Of<[string]>
  outcome: Text
  nothingYet: Text
  asBefore: Text
  livesOn: Text
  becomesVoid: Text
  dwellingsToo: Of<[number]>
  blocked: Text
  blockedHint: Text
  // Dwellings
  dwellings: Text
  noDwellings: Text
  dwellingsUnknown: Text
  showAll: Of<[number]>
  alsoIn: Of<[string]>
  label: Text
  floor: Text
  onFloor: Of<[number]>
  useOf: Text
  use: Record<Use, Text>
  area: Text
  areaUnit: Text
  addDwellings: Text
  addTitle: Text
  addConfirm: Text
  added: Of<[number]>
  way: Text
  ways: Record<'pattern' | 'one' | 'table', Text>
  floors: Text
  floorsHint: Text
  rooms: Text
  roomsHint: Text
  template: Text
  templateHint: Text
  willBe: Of<[number]>
  takenLabels: Of<[string, number]>
  frontLabel: Of<[string, string]>
  faults: Record<Fault, Text>
  table: Text
  tableHint: Text
  tableExample: Text
  tableFile: Text
  columnUnknown: Text
  editDwelling: Of<[string]>
  dwellingTitle: Of<[string]>
  dwellingActs: Record<'correct' | 'end' | 'void', Text>
  dwellingActsShort: Record<'correct' | 'end' | 'void', Text>
  dwellingActsHint: Record<'correct' | 'end' | 'void', Of<[string]>>
  // Lineage
  lineage: Text
  lineageLabel: Of<[number]>
  lineageCut: Text
  inWords: Text
  fate: Record<'demolished' | 'not_realised' | 'split' | 'merged' | 'ended', Text>
  /** Parent, child, date, share (or empty). */
  edge: Record<Edge['relation'], Of<[string, string, string, string]>>
  // Time
  time: Text
  timeLabel: Text
  slider: Text
  day: Text
  knownOn: Text
  today: Text
  closeTime: Text
  townOn: Of<[string]>
  asKnown: Of<[string]>
  editingOff: Text
  backToToday: Text
  keys: Record<'title' | 'open' | 'search' | 'time' | 'split' | 'merge' | 'retire' | 'commit' | 'back' | 'help' | 'map', Text>
}
