// The texts of the planning page.
import type { Act } from '../planning/desk'
import type { ZoneKind } from '../planning/api'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface PlanningMessages {
  title: Text
  mapLabel: Text
  number: Of<[number]>
  kind: Record<ZoneKind, Text>
  kindHint: Text
  people: Of<[number]>
  area: Of<[number]>
  percent: Of<[number]>
  few: Text
  unknown: Text
  column: Record<'zone' | 'kind' | 'zones' | 'population' | 'dwellings' | 'buildings' | 'floorArea' | 'permits' | 'unconfirmed' | 'area' | 'density' | 'share' | 'change', Text>
  perKm2: Of<[number]>

  zones: Text
  count: Of<[number]>
  none: Text
  noneHint: Text
  noneOnDay: Text
  loading: Text
  failed: Text
  retry: Text
  numbersFailed: Text
  mark: Of<[string]>
  report: Text
  reportMarked: Of<[number]>
  open: Of<[string]>

  act: Record<Exclude<Act, 'none'>, Text>
  actHint: Record<'draw' | 'upload' | 'divisions', Text>
  close: Text
  showZone: Text
  valid: Text
  from: Of<[string]>
  until: Of<[string, string]>
  ended: Of<[string]>
  source: Text
  note: Text
  name: Text
  nameNeeded: Text
  kindLabel: Text
  validTo: Text
  validToHint: Text
  factsFromHint: Text
  newFromHint: Text
  reasonHint: Text
  save: Text
  drawSave: Text
  saved: Of<[string]>
  drawn: Of<[string]>
  endText: Text
  endOn: Text
  endHint: Text
  endConfirm: Text
  endedNow: Of<[string]>
  notPlanner: Text
  editingPast: Text
  unchanged: Text

  file: Text
  fileHint: Text
  fileNeeded: Text
  fileKind: Text
  fileKindHint: Text
  fileSource: Text
  fileSourceHint: Text
  plan: Text
  planning: Text
  apply: Of<[number]>
  planTitle: Text
  planNothing: Text
  planLine: Record<'rows' | 'new' | 'changed' | 'same' | 'ambiguous' | 'rejected' | 'gone', Text>
  row: Text
  reason: Text
  leftOut: Text
  /** Before the reason for which a field of a row is left out, while the row is taken. */
  noted: Text
  /** By the slug of a reason; without an entry the server's word is shown. */
  reasons: Record<string, Text>
  imported: Of<[number]>

  divisionsText: Text
  divisionsFilter: Text
  divisionsChosen: Of<[number]>
  divisionsNeeded: Text
  divisionsNone: Text
  divisionsSave: Of<[number]>
  divisionsDone: Of<[number]>
  level: Of<[number]>

  reportTitle: Text
  reportOn: Of<[string]>
  reportCompared: Of<[string, string]>
  reportKnown: Of<[string]>
  refresh: Text
  back: Text
  print: Text
  csv: Text
  geojson: Text
  copyLink: Text
  copied: Text
  copyFailed: Text
  compareOn: Text
  compareNone: Text
  validOn: Text
  knownAt: Text
  knownHint: Text
  byZone: Text
  byKind: Text
  whole: Text
  wholeHint: Text
  outside: Text
  before: Of<[string]>
  trend: Text
  trendOf: Text
  trendAlt: Of<[string, string, number]>
  trendTable: Text
  trendNone: Text
  trendMeasure: Record<'population' | 'dwellings' | 'buildings', Text>
  overlaps: Text
  overlapLine: Of<[string, string, number]>
  overlapHint: Text
  overlapNone: Text
  mapAlt: Of<[string]>
  mapNone: Text
  drawingMap: Text
  sources: Text
  sourceText: Of<[string, string]>
  exactText: Text
  fewText: Text
  reportEmpty: Text
  absent: Of<[number]>
  reportFailed: Text
  reportSignIn: Text
  keyOfKinds: Text
  letter: Text
}
