// The map of the dispatch page: makes it, and keeps it in step with desk, address bar and theme.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Bounds } from '../api/types'
import { lang, texts } from '../i18n'
import { shownMap } from '../map/current'
import { DensityMap } from '../map/density-map'
import { TimeBanner, TimeBar } from '../time/TimeBar'
import { query } from '../time/moment'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { theme } from '../view/theme'
import { Hover } from './Hover'
import { Playback, drawn } from './Playback'
import { formatCamera, parseCamera } from './address'
import { answered } from './answer'
import { choose, frame, map, pointed, settings, shading } from './desk'
import { coloursOf } from './ramp'
import { deepestTiles, resolutionAt, sideOf } from './resolution'
import { words } from './texts'

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`
const source = () => ({ tiles: `${location.origin}/tiles/density/{z}/{x}/{y}.mvt`, minzoom: 0, maxzoom: deepestTiles })
/** A column of the fullest cell is so many of its sides high. */
const tallest = 5

export function DensityView() {
  const box = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value

  useEffect(() => {
    if (!first || !box.current) return
    const camera = parseCamera(location.hash)
    let made: DensityMap
    try {
      made = new DensityMap(
        box.current,
        words.peek().mapLabel,
        { style: styleUrl(), view: camera, camera, bounds: first.bounds as Bounds | null, center: first.center as never, zoom: first.zoom },
        source(),
        {
          moved: () => moved(made, first.gridResolution),
          picked: (at, cell) => choose(cell, at),
          pointed: (cell) => (pointed.value = cell),
          drawn: (cells) => {
            box.current?.setAttribute('data-cells', `${cells}`)
            drawn.value++
          },
        },
      )
    } catch {
      setFailed(true)
      // Without a map the list and the table still count the whole registry.
      if (first.bounds) frame.value = { bounds: first.bounds as Bounds, res: resolutionAt(first.zoom, first.gridResolution) }
      return
    }
    made.showMoment(query.peek())
    made.setTilted(settings.peek().columns)
    map.value = shownMap.value = made
    moved(made, first.gridResolution)
    const back = () => {
      const to = parseCamera(location.hash)
      if (to) made.jumpToCamera(to)
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
      map.value = shownMap.value = null
      made.remove()
    }
    // The map is made once, when the first view is known.
  }, [first !== null])

  useSignalEffect(() => map.value?.setStyle(styleUrl()))
  useSignalEffect(() => map.value?.setLabel(words.value.mapLabel))
  useSignalEffect(() => map.value?.showMoment(query.value))
  useSignalEffect(() => {
    const { columns } = settings.value
    map.value?.setTilted(columns)
  })
  useSignalEffect(() => {
    void theme.value // the colours are the theme's
    const { measure, ramp, columns } = settings.value
    const { breaks, most } = shading.value
    const res = frame.value?.res ?? 0
    map.value?.show({ field: measure, breaks, colours: coloursOf(ramp, breaks.length + 1), columns, tallest: Math.max(most, breaks.at(-1) ?? 1), height: sideOf(res) * tallest })
  })
  useSignalEffect(() => {
    const now = answered.value
    map.value?.mark(now?.boundary ?? null, now?.place ?? null)
  })

  const t = texts.value
  const w = words.value
  return (
    <section class="map" aria-label={w.title}>
      <div class="map-canvas" ref={box} />
      {failed && (
        <div class="map-failed" role="status">
          <strong>{t.map.failed}</strong>
          <p>{t.map.failedHint}</p>
        </div>
      )}
      <span class="cross" aria-hidden="true" />
      <Hover />
      <TimeBanner editing={false} />
      <TimeBar>
        <Playback />
      </TimeBar>
      <div class="map-buttons">
        <button type="button" class="icon-button" aria-label={t.map.zoomIn} title={t.map.zoomIn} onClick={() => map.value?.zoomBy(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.zoomOut} title={t.map.zoomOut} onClick={() => map.value?.zoomBy(-1)}>
          <Icon name="minus" />
        </button>
        {first?.bounds && (
          <button type="button" class="icon-button" aria-label={t.map.whole} title={t.map.whole} onClick={() => map.value?.showBounds(first.bounds as Bounds)}>
            <Icon name="whole" />
          </button>
        )}
      </div>
      <p class="attribution">{first?.attribution.join(' · ')}</p>
    </section>
  )
}

function moved(made: DensityMap, grid: number): void {
  const hash = formatCamera(made.camera)
  if (hash !== location.hash) history.replaceState(null, '', location.pathname + location.search + hash)
  frame.value = { bounds: made.bounds, res: resolutionAt(made.view.zoom, grid) }
}
