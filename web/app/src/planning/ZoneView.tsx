// The map of the planning page: makes it, and keeps it in step with desk, address bar and theme.
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Bounds } from '../api/types'
import { pen, sketch } from '../clerk/sketch'
import { lang, texts } from '../i18n'
import { shownMap } from '../map/current'
import { ZoneMap } from '../map/zone-map'
import { TimeBanner, TimeBar } from '../time/TimeBar'
import { query } from '../time/moment'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { formatHash, parseHash } from '../view/hash'
import { theme } from '../view/theme'
import { act, openId, openZoneById, rowOf, zones } from './desk'
import { labelOf } from './figures'
import { words } from './texts'

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`

export function ZoneView() {
  const box = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  // A signal, so that what follows begins anew when the map is there.
  const map = useSignal<ZoneMap | null>(null)
  const first = info.value

  useEffect(() => {
    if (!first || !box.current) return
    const { view } = parseHash(location.hash)
    let made: ZoneMap
    try {
      made = new ZoneMap(
        box.current,
        words.peek().mapLabel,
        { style: styleUrl(), view, bounds: first.bounds as Bounds | null, center: first.center as never, zoom: first.zoom },
        {
          moved: () => {
            const hash = formatHash({ view: made.view, code: null })
            if (hash !== location.hash) history.replaceState(null, '', location.pathname + location.search + hash)
          },
          picked: (ids) => openZoneById(next(ids)),
          drawn: (count) => box.current?.setAttribute('data-zones', `${count}`),
        },
        pen,
      )
    } catch {
      setFailed(true)
      return
    }
    made.showMoment(query.peek())
    map.value = shownMap.value = made
    return () => {
      map.value = shownMap.value = null
      made.remove()
    }
    // The map is made once, when the first view is known.
  }, [first !== null])

  useSignalEffect(() => map.value?.setStyle(styleUrl()))
  useSignalEffect(() => map.value?.setLabel(words.value.mapLabel))
  useSignalEffect(() => map.value?.showMoment(query.value))
  useSignalEffect(() => map.value?.showSketch(sketch.value?.now ?? null))
  useSignalEffect(() => {
    void theme.value // the labels take their ground from the theme
    const open = openId.value
    // While its outline is under the pen, the pen shows it.
    const hidden = act.value === 'outline' ? open : null
    // The smallest on top: what lies inside another stays to be clicked.
    const sorted = zones.value.list.filter((z) => z.geometry && z.id !== hidden).toSorted((a, b) => b.area - a.area)
    map.value?.showZones(sorted.map((z) => ({ id: z.id, kind: z.kind, label: labelOf(z, rowOf.value.get(z.id)), geometry: z.geometry!, open: z.id === open })))
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
      {sketch.value && <span class="cross" aria-hidden="true" />}
      <TimeBanner />
      <TimeBar />
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

/** Clicking again where zones lie on each other walks through them. */
function next(ids: string[]): string | null {
  if (ids.length === 0) return null
  const at = ids.indexOf(openId.peek() ?? '')
  return ids[(at + 1) % ids.length]!
}
