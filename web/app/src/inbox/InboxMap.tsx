// What is proposed, on the map: the sketches, the house that the proposal in hand is about, and the pen while it is
// accepted.
import type { Bounds, Position } from '../api/types'
import type { Proposal } from '../api/work'
import { sketch } from '../clerk/sketch'
import { texts } from '../i18n'
import { boundsOf } from '../map/affected'
import { FieldMapView } from '../map/FieldMapView'
import type { FieldMap } from '../map/field-map'
import { hint, info } from '../view/desk'
import { about, inHand, pointed, proposals, step } from './inbox'
import { words } from './texts'

const place = (p: Proposal | null | undefined): Position | null => {
  const box = p?.geometry && boundsOf(p.geometry.coordinates)
  return box ? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] : null
}

const building = () => (about.value && about.value !== 'failed' ? about.value.building : null)

const shows: readonly ((map: FieldMap) => void)[] = [
  (map) => {
    const all = inHand.value ? [inHand.value] : (proposals.value ?? [])
    // Under the pen the sketch is the pen's.
    map.showShapes(step.value === 'accept' && sketch.value ? [] : all.flatMap((p) => (p.geometry ? [p.geometry] : [])))
  },
  (map) => map.showOpen(hint.value ?? (step.value === 'accept' && sketch.value ? null : (building()?.geometry ?? null))),
  (map) => map.showChosen(null, place(proposals.value?.find((p) => p.id === pointed.value))),
  (map) => {
    const p = inHand.value
    if (!p && proposals.value) overview(map, proposals.peek()!)
    const box = p && (boundsOf(p.geometry?.coordinates ?? null) ?? boundsOf(building()?.geometry?.coordinates ?? null))
    if (box) map.showBounds(box, 18.5)
  },
]

let seen = 0

/** All that waits, when it is there for the first time; afterwards the map stays where the clerk looks. */
function overview(map: FieldMap, list: readonly Proposal[]): void {
  const box = boundsOf(list.flatMap((p) => (p.geometry ? [p.geometry.coordinates] : [])))
  if (box && seen === 0) map.showBounds(box, 15)
  if (box) seen++
}

export function InboxMap() {
  const t = words.value
  const all = info.value?.bounds as Bounds | null | undefined
  return (
    <FieldMapView
      name={texts.value.pages.names.inbox}
      label={t.mapLabel}
      ready
      begin={null}
      whole={all ? { label: texts.value.map.whole, bounds: all } : null}
      picked={() => undefined}
      shows={shows}
    />
  )
}
