// The texts about how many live in a house. They come with the pages that show it.
import type { CountEvidence, Declarer } from '../api/headcounts'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface CountsMessages {
  people: Text
  show: Text
  showHint: Text
  loading: Text
  failed: Text
  notYours: Text
  total: Of<[number, number]>
  noneStated: Text
  permits: Text
  permitsOf: Of<[number]>
  confirmedTo: Of<[string]>
  unconfirmed: Text
  building: Text
  heads: Text
  headsOf: Of<[string]>
  permitsFor: Of<[string]>
  source: Text
  sourceHint: Text
  /** Evidence and who said it, together. */
  said: Record<CountEvidence, Text>
  by: Record<Declarer, Text>
  from: Text
  since: Of<[string]>
  until: Of<[string]>
  stated: Of<[string]>
  history: Text
  state: Text
  title: Text
  hint: Text
  hintBuilding: Text
  withPermits: Text
  more: Of<[string]>
  less: Of<[string]>
  unchanged: Text
  save: Text
  saved: Of<[number]>
  notNumber: Text
  tooManyPermits: Text
  fromHint: Text
  upload: Text
  uploadTitle: Text
  uploadHint: Text
  file: Text
  table: Text
  tryIt: Text
  tried: Of<[number]>
  apply: Of<[number]>
  applied: Of<[number]>
  rowWrong: Of<[string, string]>
  looked: Text
  lookedShow: Text
  lookedNone: Text
  lookedMore: Text
  takeBack: Text
  takeBackOf: Of<[string, string]>
  takeBackTitle: Text
  takeBackHint: Of<[string, string]>
  takenBack: Text
  chooseFile: Text
  same: Of<[number]>
  act: Record<string, Text>
}
