// The texts of the assignment map, which come with that page alone.
import type { GridRole, Load, Measure } from '../api/grid'
import type { Tab } from '../grid/state'
import type { Tool } from '../map/grid-map'

type Text = string
type Of<A extends unknown[]> = (...args: A) => string

export interface GridMessages {
  cancel: Text
  unknown: Text
  load: Of<[Load]>
  map: { title: Text; label: Text; failedHint: Text; atCross: Record<Tool, Text> }
  tools: Record<'label' | 'tool' | 'mode' | 'add' | 'remove' | 'brush' | 'cornerBack' | 'close' | 'undo' | 'clear' | 'none' | 'keys', Text> & {
    names: Record<Tool, Text>
    hints: Record<Tool, Text>
    brushSizes: readonly Text[]
    corners: Of<[number]>
  }
  tabs: { label: Text; names: Record<Tab, Text> }
  picker: Record<'placeholder' | 'searching' | 'failed' | 'nothing' | 'people' | 'places', Text>
  when: Record<'now' | 'emptyIsNow', Text>
  territories: Record<
    'title' | 'role' | 'at' | 'forbidden' | 'failed' | 'retry' | 'loading' | 'empty' | 'emptyMay' | 'order' | 'show' | 'assign' | 'handover' | 'absence',
    Text
  > & {
    roles: Record<GridRole, Text>
    /** One of them, in the middle of a sentence. */
    roleNames: Record<GridRole, Text>
    orders: Record<'load' | 'name', Text>
    summary: Of<[number, string]>
    gaps: Of<[number]>
    houses: Of<[number]>
    take: Of<[number]>
  }
  assign: Record<
    | 'title' | 'chooseFirst' | 'administrators' | 'who' | 'personNeeded' | 'from' | 'reason' | 'reasonHint' | 'back' | 'look' | 'working' | 'nobody'
    | 'undoReason' | 'choosing' | 'community' | 'communityHint' | 'communityFailed' | 'communityEmpty' | 'takePlace' | 'notYours',
    Text
  > & {
    ways: Record<'person' | 'nobody', Text>
    wayHints: Record<'person' | 'nobody', Text>
    person: Record<GridRole, Text>
    commit: Of<[number, string]>
    done: Of<[number, string]>
  }
  changes: Record<'nothing' | 'nobody' | 'becomes', Text> & { title: Of<[number]>; amount: Of<[number, number]>; gaps: Of<[number]>; doubles: Of<[number]> }
  loads: Record<'title' | 'measure' | 'person' | 'before' | 'after', Text> & { measures: Record<Measure, Text> }
  undoing: Record<'label' | 'text' | 'keep' | 'confirm' | 'open' | 'dismiss' | 'done', Text>
  handover: Record<'text' | 'to' | 'which' | 'all' | 'at', Text> & {
    title: Of<[string]>
    chosen: Of<[number]>
    commit: Of<[number, string]>
    done: Of<[string, string, number]>
  }
  gaps: Record<'text' | 'noCommunity', Text> & {
    title: Record<GridRole, Text>
    summary: Of<[number, string]>
    takeAll: Of<[number]>
    missing: Of<[string[]]>
    more: Of<[number]>
    cut: Of<[number]>
  }
  absences: Record<
    | 'title' | 'text' | 'add' | 'failed' | 'none' | 'now' | 'noSubstitute' | 'withdraw' | 'withdrawSure' | 'withdrawn' | 'keep' | 'formTitle' | 'person'
    | 'standIn' | 'standInHint' | 'from' | 'to' | 'toHint' | 'toNeeded' | 'backwards' | 'save',
    Text
  > & { period: Of<[string, string]>; substitute: Of<[string]>; withdrawOf: Of<[string]>; saved: Of<[string]> }
  plan: Record<
    | 'title' | 'text' | 'area' | 'place' | 'placeNeeded' | 'amount' | 'officers' | 'per' | 'numberNeeded' | 'measure' | 'changeHint' | 'more' | 'seed'
    | 'seedHint' | 'working' | 'stop' | 'ask' | 'notYours' | 'drop' | 'onlyPlan' | 'yes' | 'no' | 'adjusted' | 'adjustHint' | 'meantFor' | 'open'
    | 'applyTitle' | 'apply' | 'applySure',
    Text
  > & {
    areas: Record<'all' | 'community', Text>
    areaChosen: Of<[number]>
    ways: Record<'officers' | 'per', Text>
    change: Of<[number]>
    viewTitle: Of<[number]>
    metrics: Record<'maxOverMean' | 'minOverMean' | 'contiguous' | 'compactness' | 'changed', Text>
    problems: Record<'cell_too_heavy' | 'max_change_too_small' | 'not_balanced' | 'not_contiguous', Text>
    newcomer: Of<[number]>
    adjustNow: Of<[number]>
    giveChosen: Of<[number]>
    waiting: Of<[number]>
    sure: Of<[number, string]>
    done: Of<[number]>
  }
  files: Record<
    | 'title' | 'export' | 'download' | 'import' | 'importText' | 'example' | 'file' | 'unread' | 'faultList' | 'row' | 'what' | 'check',
    Text
  > & { exportText: Of<[string, string]>; plan: Of<[number, number]>; faults: Of<[number]>; apply: Of<[number]>; done: Of<[number]> }
  /** By the slug of the problem. */
  refusals: Record<string, Text>
}
