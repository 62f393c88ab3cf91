// The texts of the dispatch page.
import type { Method } from '../dispatch/classes'
import type { Measure } from '../dispatch/measures'
import type { Ramp } from '../dispatch/address'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface DispatchMessages {
  title: Text
  mapLabel: Text
  number: Of<[number]>
  measure: Record<Measure, Text>
  /** A number with its unit: "1,204 people". */
  amount: Record<Measure, Of<[number]>>
  perArea: Of<[number]>
  measureLabel: Text
  notForYou: Text
  populationHidden: Text

  who: Text
  whoLabel: Text
  whoPlaceholder: Text
  whoAsk: Text
  whoHint: Text
  whoNone: Text
  whoFailed: Text
  whoOthers: Text
  whoAsking: Text
  here: Text

  display: Text
  flat: Text
  columns: Text
  scale: Text
  scaleView: Text
  scaleFixed: Text
  scaleHint: Record<'view' | 'fixed', Text>
  method: Text
  methods: Record<Method, Text>
  classes: Text
  ramp: Text
  ramps: Record<Ramp, Text>
  share: Text
  shared: Text
  shareFailed: Text
  keys: Text
  north: Text

  legend: Text
  legendOf: Of<[string, string]>
  classRange: Of<[string, string]>
  from: Of<[string]>
  cellCount: Of<[number]>
  few: Text
  none: Text
  withheld: Text
  hidden: Text
  resolution: Of<[number, string]>
  total: Text

  list: Text
  listHint: Text
  rank: Of<[number]>
  tableShow: Text
  listShow: Text
  tableCaption: Of<[string, number]>
  cell: Text
  rankColumn: Text
  density: Text
  permits: Text
  class: Text
  more: Of<[number]>
  noneOf: Of<[string]>
  empty: Text
  emptyHint: Text
  loading: Text
  failed: Text
  retry: Text
  updated: Of<[number]>

  card: Of<[string]>
  close: Text
  showCell: Text
  officer: Text
  administrator: Text
  standsInFor: Of<[string]>
  uncovered: Text
  nobody: Text
  several: Text
  nameHidden: Text
  office: Text
  phone: Text
  call: Of<[string]>
  noPhone: Text
  house: Text
  community: Text
  nothingInCell: Text
  answerFailed: Text
  answersNow: Text

  play: Text
  pause: Text
  step: Text
  steps: Record<'month' | 'quarter' | 'year', Text>
  ended: Text

  keyList: readonly (readonly [string, Text])[]
}
