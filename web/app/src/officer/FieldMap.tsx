// The officer's map beside the list: territory, houses by what they need, the house in hand, and the pen.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Bounds, Position } from '../api/types'
import { pen, sketch } from '../clerk/sketch'
import { lang, texts } from '../i18n'
import { shownMap } from '../map/current'
import { FieldMap as Map } from '../map/field-map'
import { Icon } from '../ui/Icon'
import { info, say } from '../view/desk'
import { theme } from '../view/theme'
import { filter, grid, open, openHouse, pointed, walk } from './day'
import { isOpen, markOf } from './need'
import { words } from './texts'

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`

export function FieldMap() {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<Map | null>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value
  const ready = first !== null && grid.value !== null

  useEffect(() => {
    if (!first || !ready || !box.current) return
    const bounds = grid.peek()!.bbox ?? (first.bounds as Bounds | null)
    let made: Map
    try {
      made = new Map(
        box.current,
        words.peek().mapLabel,
        { style: styleUrl(), view: null, bounds, center: first.center as Position, zoom: first.zoom },
        { picked: open, drawn: () => box.current?.setAttribute('data-drawn', `${Number(box.current.dataset['drawn'] ?? 0) + 1}`) },
        pen,
      )
    } catch {
      setFailed(true)
      return
    }
    shownMap.value = made
    setMap(made)
    return () => {
      shownMap.value = null
      made.remove()
    }
    // The map is made once, when registry and grid are known.
  }, [ready])

  useSignalEffect(() => (shownMap.value as Map | null)?.setStyle(styleUrl()))
  useSignalEffect(() => (shownMap.value as Map | null)?.setLabel(words.value.mapLabel))
  useSignalEffect(() => (shownMap.value as Map | null)?.showTerritory(grid.value?.outline ?? null))
  useSignalEffect(() => {
    void theme.value // the marks take their colours from the theme
    const all = filter.value !== 'open'
    const houses = walk.value.filter((house) => all || isOpen(house) || house.code === openHouse.value?.code || markOf(house) !== 'confirm')
    ;(shownMap.value as Map | null)?.showHouses(houses.map((house) => ({ code: house.code, at: house.point, mark: markOf(house), label: `${house.order + 1}` })))
  })
  useSignalEffect(() => {
    const shapes = (grid.value?.proposals ?? []).flatMap((p) => (p.state === 'open' && p.geometry ? [p.geometry] : []))
    ;(shownMap.value as Map | null)?.showShapes(shapes)
  })
  useSignalEffect(() => {
    const hinted = walk.value.find((house) => house.code === pointed.value)
    ;(shownMap.value as Map | null)?.showChosen(openHouse.value?.point ?? null, hinted?.point ?? null)
  })
  useSignalEffect(() => {
    const at = openHouse.value?.point
    if (at) (shownMap.value as Map | null)?.goTo(at)
  })
  useSignalEffect(() => (shownMap.value as Map | null)?.showSketch(sketch.value?.now ?? null))

  const t = words.value
  return (
    <section class="map" aria-label={texts.value.pages.names.myGrid}>
      <div class="map-canvas" ref={box} />
      {failed && (
        <div class="map-failed" role="status">
          <strong>{texts.value.map.failed}</strong>
          <p>{texts.value.map.failedHint}</p>
        </div>
      )}
      {sketch.value && <span class="cross" aria-hidden="true" />}
      {map && (
        <div class="map-buttons">
          <button type="button" class="icon-button" aria-label={texts.value.map.zoomIn} title={texts.value.map.zoomIn} onClick={() => map.zoomBy(1)}>
            <Icon name="plus" />
          </button>
          <button type="button" class="icon-button" aria-label={texts.value.map.zoomOut} title={texts.value.map.zoomOut} onClick={() => map.zoomBy(-1)}>
            <Icon name="minus" />
          </button>
          {grid.value?.bbox && (
            <button type="button" class="icon-button" aria-label={t.whole} title={t.whole} onClick={() => map.showBounds(grid.peek()!.bbox!)}>
              <Icon name="whole" />
            </button>
          )}
          {'geolocation' in navigator && isSecureContext && (
            <button type="button" class="icon-button" aria-label={t.whereAmI} title={t.whereAmI} onClick={() => whereAmI(map)}>
              <Icon name="locate" />
            </button>
          )}
        </div>
      )}
      <p class="attribution">{first?.attribution.join(' · ')}</p>
    </section>
  )
}

/** Asked of the device, shown on the map, and kept nowhere. */
function whereAmI(map: Map): void {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const at: Position = [coords.longitude, coords.latitude]
      map.showSelf(at)
      map.goTo(at)
    },
    () => say(words.peek().nowhere),
    { enableHighAccuracy: true, timeout: 10_000 },
  )
}
