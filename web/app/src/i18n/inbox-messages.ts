// The texts of the clerks' inbox. They come with that page alone.
import type { ProposalKind, ProposalState } from '../api/work'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface InboxMessages {
  mapLabel: Text
  title: Text
  loading: Text
  failed: Text
  filterLabel: Text
  open: Of<[string]>
  decided: Text
  /** How many of a kind. */
  counts: Record<ProposalKind, Of<[number]>>
  none: Text
  noneHint: Text
  noneDecided: Text
  listHint: Text
  more: Text
  kind: Record<ProposalKind, Text>
  state: Record<ProposalState, Text>
  by: Of<[string, string]>
  decidedAt: Of<[string]>
  about: Text
  fullCard: Text
  noNote: Text
  noSketch: Text
  newHere: Text
  answer: Text
  back: Text
  accept: Record<ProposalKind, Text>
  acceptTitle: Record<ProposalKind, Text>
  acceptHint: Record<ProposalKind, Text>
  useSketch: Text
  keepOutline: Text
  asIs: Text
  anyway: Text
  refuse: Text
  refuseTitle: Text
  refuseHint: Text
  refuseConfirm: Text
  tell: Text
  tellHint: Text
  accepted: Of<[string]>
  refused: Text
  gone: Text
  ended: Text
}
