// Ties the desk to the address bar, the server's stream and the map, once, at the start.
import { effect } from '@preact/signals'
import { type Change, follow } from '../api/live'
import type { Bounds } from '../api/types'
import { texts } from '../i18n'
import { overlap } from '../map/affected'
import { house } from '../map/current'
import { inFours } from '../registry/code'
import { dirty, info, isOwnWrite, learnAccount, link, open, say, selected, task } from './desk'
import { formatHash, parseHash } from './hash'
import { inView, listPlaces, listSoon } from './inview'
import { watchDwellings } from '../dwellings/state'
import { query } from '../time/moment'
import { learnMap } from './first'
import { record, reload, watchSelection } from './record'

export function start(): void {
  selected.value = parseHash(location.hash).code
  void learnMap()
  void learnAccount()
  void listPlaces()
  watchSelection()
  watchDwellings()
  keepAddress()
  effect(() => {
    void query.value
    const map = house.peek()
    if (map) listSoon(map.bounds, 0)
  })
  follow({
    link: (state) => (link.value = state),
    missed: () => everythingMayHaveChanged(),
    change: (change) => somethingChanged(change),
  })
  addEventListener('beforeunload', (event) => {
    if (dirty.peek()) event.preventDefault()
  })
}

/** Opening a house is a step in the browser's history; moving the map is not. */
function keepAddress(): void {
  let fromAddress = false
  effect(() => {
    const code = selected.value
    if (fromAddress || code === parseHash(location.hash).code) return
    const view = house.peek()?.view ?? parseHash(location.hash).view
    history.pushState(null, '', formatHash({ view, code }) || '#')
  })
  addEventListener('popstate', () => {
    const { code } = parseHash(location.hash)
    if (code === selected.peek()) return
    fromAddress = true
    open(code)
    fromAddress = false
    // An unsaved form keeps its building open until the person has agreed to leave it.
    if (selected.peek() !== code) history.pushState(null, '', formatHash({ view: house.peek()?.view ?? null, code: selected.peek() }))
  })
}

function everythingMayHaveChanged(): void {
  const map = house.peek()
  map?.refresh(null, null)
  if (map) listSoon(map.bounds, 0)
  void listPlaces()
  if (task.peek() === 'none') void reload()
  void learnMap()
}

function somethingChanged({ codes, more, bbox, layers }: Change): void {
  const map = house.peek()
  map?.refresh(layers, bbox)
  if (layers.includes('zones')) void listPlaces()
  const shown = inView.peek().bounds
  if (map && shown && (!bbox || overlap(bbox, shown))) listSoon(map.bounds, 50)
  const code = selected.peek()
  // A form in hand keeps the version it began with: saving tells (412) and offers the new one.
  if (code && (codes.includes(code) || more) && task.peek() === 'none') {
    void reload().then((changed) => changed && !isOwnWrite(record.peek()!.building!) && say(texts.peek().live.changed(inFours(code))))
  }
  if (info.peek() && growsBeyond(bbox, info.peek()!.bounds as Bounds | null)) void learnMap()
}

const growsBeyond = (box: Bounds | null, known: Bounds | null): boolean =>
  box !== null && (known === null || box[0] < known[0] || box[1] < known[1] || box[2] > known[2] || box[3] > known[3])
