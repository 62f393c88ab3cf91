// Every text of the UI, by its meaning. A language is one value of this type: a missing text does not compile.
import type { LifeMessages } from './life-messages'
import type { PageName } from '../shell/pages'
import type { RegistryEvent, Evidence, Legality, State, Status } from '../api/types'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface Messages {
  life: LifeMessages
  brand: Text
  title: Text
  skip: Text
  search: Record<
    | 'label' | 'placeholder' | 'clear' | 'nothing' | 'nothingHint' | 'searching' | 'notIssued' | 'badCode'
    | 'badCodeAlone' | 'letters' | 'failed' | 'divisions' | 'more',
    Text
  > & { results: Of<[number]>; digits: Of<[number]> }
  map: Record<'label' | 'zoomIn' | 'zoomOut' | 'whole' | 'failed' | 'failedHint', Text> & { buildings: Of<[number]> }
  list: Record<'title' | 'none' | 'hint' | 'tooWide' | 'failed', Text> & { count: Of<[number, boolean]> }
  empty: Record<'title' | 'public' | 'clerk' | 'command' | 'formats', Text>
  live: Record<'connecting' | 'live' | 'lost' | 'liveHint' | 'lostHint', Text> & { changed: Of<[string]> }
  theme: Record<'label' | 'system' | 'light' | 'dark', Text>
  language: Record<'switchTo', Text>
  menu: Record<'open', Text>
  pages: {
    label: Text
    names: Record<PageName, Text>
    /** What the page is for, as the object of "is for": "officers and the houses of their cells". */
    purpose: Record<PageName, Text>
    signInFirst: Of<[string]>
    notYours: Of<[string, string]>
  }
  session: Record<
    'signIn' | 'signOut' | 'signedOut' | 'title' | 'name' | 'password' | 'show' | 'wrong' | 'ended' | 'required',
    Text
  > & { signedInAs: Of<[string]>; signInAt: Of<[string]>; limited: Of<[number]> }
  card: Record<
    | 'close' | 'copy' | 'copied' | 'copyFailed' | 'onMap' | 'plate' | 'page' | 'more' | 'less' | 'loading' | 'facts' | 'history'
    | 'loadMore' | 'notFound' | 'failed' | 'retry' | 'inQuestion' | 'successors' | 'noGeometry' | 'document' | 'voidNote'
    | 'outlineChanged',
    Text
  > & Record<'label' | 'by' | 'from' | 'reserved' | 'retiredNote', Of<[string]>>
  field: Record<
    | 'code' | 'status' | 'state' | 'evidence' | 'inQuestion' | 'legality' | 'geometry' | 'point' | 'area' | 'cell' | 'community'
    | 'floors' | 'height' | 'heightUnit' | 'name' | 'address' | 'externalIds' | 'externalSource' | 'externalId' | 'validFrom'
    | 'validTo' | 'statusFrom' | 'recordedFrom' | 'reason' | 'document' | 'as' | 'retiredAs' | 'successors',
    Text
  >
  none: Text
  squareMetres: Of<[number]>
  metres: Of<[number]>
  state: Record<State, Text>
  status: Record<Status, Text>
  retiredAs: Record<'demolished' | 'not_realised' | 'split' | 'merged', Text>
  evidence: Record<Evidence, Text>
  legality: Record<Legality, Text>
  /** By event type; a type that is not here is shown as the server names it. */
  event: Record<string, Text> & Partial<Record<RegistryEvent['type'], Text>>
  yes: Text
  no: Text
  clerk: Record<
    | 'tools' | 'draw' | 'edit' | 'outline' | 'transition' | 'retire' | 'void' | 'save' | 'register' | 'cancel' | 'saving'
    | 'unchanged' | 'leaveTitle' | 'leaveText' | 'leave' | 'stay' | 'optional' | 'addExternalId'
    | 'validFromHint' | 'registerFromHint' | 'reasonHint' | 'notNumber',
    Text
  > & { changed: Of<[number]>; saved: Of<[string]>; registered: Of<[string]>; removeExternalId: Of<[string]> }
  draw: Record<
    | 'title' | 'outlineTitle' | 'polygon' | 'point' | 'shape' | 'start' | 'startPoint' | 'donePoint' | 'addCorner'
    | 'setPoint' | 'undo' | 'finish' | 'again' | 'previous' | 'nextCorner' | 'remove' | 'keys' | 'editKeys' | 'needed',
    Text
  > & { next: Of<[number]>; few: Of<[number]>; done: Of<[string]>; editing: Of<[string]>; selected: Of<[number, number]> }
  act: Record<
    | 'transitionTitle' | 'newState' | 'retireTitle' | 'retireText' | 'demolished' | 'demolishedHint' | 'notRealised'
    | 'notRealisedHint' | 'retireConfirm' | 'voidTitle' | 'voidText' | 'voidConfirm' | 'apply' | 'today' | 'choose',
    Text
  >
  trouble: Record<
    | 'overlapWith' | 'override' | 'overrideSave' | 'overrideReason' | 'stale' | 'staleHint' | 'reload' | 'rebased'
    | 'unreachable' | 'forbidden',
    Text
  > & {
    showOther: Of<[string]>
    theirs: Of<[string]>
    limited: Of<[number]>
    server: Of<[string]>
    /** By the slug of the problem; without an entry the server's own sentence is shown. */
    titles: Record<string, Text>
  }
  attribution: Text
  notice: Text
  dismiss: Text
}
