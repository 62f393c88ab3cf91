// The map on the page: makes it, keeps the address bar and the desk in step with it.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang, texts } from '../i18n'
import { picked } from '../life/merging'
import { parts } from '../life/parts'
import { TimeBanner, TimeBar } from '../time/TimeBar'
import { followAddress, query } from '../time/moment'
import { pen, sketch } from '../clerk/sketch'
import { hint, info, selected, task } from '../view/desk'
import { formatHash, parseHash } from '../view/hash'
import { listSoon } from '../view/inview'
import { record } from '../view/record'
import { theme } from '../view/theme'
import { Icon } from '../ui/Icon'
import { boundsOf } from './affected'
import { house, shownMap } from './current'
import { HouseMap } from './house-map'

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`

export function MapView() {
  const box = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value

  useEffect(() => {
    if (!first || !box.current) return
    const place = parseHash(location.hash)
    let map: HouseMap
    try {
      map = new HouseMap(
        box.current,
        texts.peek().map.label,
        { style: styleUrl(), view: place.view, bounds: first.bounds as never, center: first.center as never, zoom: first.zoom },
        { moved: () => moved(map), picked, drawn: (buildings) => box.current?.setAttribute('data-buildings', `${buildings}`) },
        pen,
      )
    } catch {
      setFailed(true)
      return
    }
    map.showMoment(query.peek())
    house.value = shownMap.value = map
    moved(map)
    const back = () => {
      const { view } = parseHash(location.hash)
      if (view) map.jumpTo(view)
    }
    addEventListener('popstate', back)
    const unfollow = followAddress()
    return () => {
      removeEventListener('popstate', back)
      unfollow()
      house.value = shownMap.value = null
      map.remove()
    }
    // The map is made once, when the first view is known.
  }, [first !== null])

  useSignalEffect(() => house.value?.setStyle(styleUrl()))
  useSignalEffect(() => house.value?.setLabel(texts.value.map.label))
  useSignalEffect(() => house.value?.showHint(hint.value))
  useSignalEffect(() => house.value?.showMoment(query.value))
  useSignalEffect(() => {
    void theme.value // the parts take their colours from the theme
    house.value?.showParts(parts.value)
  })
  useSignalEffect(() => house.value?.showSketch(sketch.value?.now ?? null))
  useSignalEffect(() => {
    const geometry = record.value?.building?.geometry ?? null
    // While the outline is under the pen, the pen shows it; while parts are tried, they do.
    house.value?.showOpen(task.value === 'outline' || parts.value.length > 0 ? null : geometry)
  })

  const t = texts.value
  return (
    <section class="map" aria-label={t.title}>
      <div class="map-canvas" ref={box} />
      {failed && (
        <div class="map-failed" role="status">
          <strong>{t.map.failed}</strong>
          <p>{t.map.failedHint}</p>
        </div>
      )}
      {sketch.value && <span class="cross" aria-hidden="true" />}
      <TimeBanner />
      <TimeBar />
      <div class="map-buttons">
        <button type="button" class="icon-button" aria-label={t.map.zoomIn} title={t.map.zoomIn} onClick={() => house.value?.zoomBy(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={t.map.zoomOut} title={t.map.zoomOut} onClick={() => house.value?.zoomBy(-1)}>
          <Icon name="minus" />
        </button>
        {first?.bounds && (
          <button
            type="button"
            class="icon-button"
            aria-label={t.map.whole}
            title={t.map.whole}
            onClick={() => house.value?.showBounds(first.bounds as never)}
          >
            <Icon name="whole" />
          </button>
        )}
      </div>
      <p class="attribution">{first?.attribution.join(' · ')}</p>
    </section>
  )
}

function moved(map: HouseMap): void {
  const hash = formatHash({ view: map.view, code: selected.peek() })
  if (hash !== location.hash) history.replaceState(null, '', hash)
  listSoon(map.bounds)
}

/** Shows the open building where it is, without moving the map when it is in view already. */
export function revealOpen(): void {
  const geometry = record.peek()?.building?.geometry
  const bounds = geometry && boundsOf(geometry.coordinates)
  if (bounds) house.peek()?.reveal(bounds)
}
