// The field map on a page, with its buttons. What it shows comes from the page, as steps that follow the page's signals.
import { effect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Bounds, Position } from '../api/types'
import { pen, sketch } from '../clerk/sketch'
import { lang, texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { info, say } from '../view/desk'
import { theme } from '../view/theme'
import { shownMap } from './current'
import { FieldMap } from './field-map'

interface Props {
  /** The page's name, for the region. */
  name: string
  label: string
  /** The map is made once this is so, with the box it begins with. */
  ready: boolean
  begin: Bounds | null
  /** The button that shows everything. */
  whole: { label: string; bounds: Bounds } | null
  /** The button that asks the device where it is. */
  self?: { label: string; nowhere: string }
  picked(code: string): void
  /** Each puts something on the map, and again whenever a signal it has read changes. */
  shows: readonly ((map: FieldMap) => void)[]
}

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`

export function FieldMapView({ name, label, ready, begin, whole, self, picked, shows }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<FieldMap | null>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value
  const now = ready && first !== null

  useEffect(() => {
    if (!now || !box.current) return
    let made: FieldMap
    try {
      made = new FieldMap(
        box.current,
        label,
        { style: styleUrl(), view: null, bounds: begin ?? (first.bounds as Bounds | null), center: first.center as Position, zoom: first.zoom },
        { picked, drawn: () => box.current?.setAttribute('data-drawn', `${Number(box.current.dataset['drawn'] ?? 0) + 1}`) },
        pen,
      )
    } catch {
      setFailed(true)
      return
    }
    shownMap.value = made
    setMap(made)
    const steps = [...shows, (m: FieldMap) => m.setStyle(styleUrl()), (m: FieldMap) => m.showSketch(sketch.value?.now ?? null)]
    const quit = steps.map((step) => effect(() => step(made)))
    return () => {
      for (const stop of quit) stop()
      shownMap.value = null
      made.remove()
    }
    // The map is made once; what it shows follows the signals.
  }, [now])
  useEffect(() => map?.setLabel(label), [map, label])

  const t = texts.value.map
  return (
    <section class="map" aria-label={name}>
      <div class="map-canvas" ref={box} />
      {failed && (
        <div class="map-failed" role="status">
          <strong>{t.failed}</strong>
          <p>{t.failedHint}</p>
        </div>
      )}
      {sketch.value && <span class="cross" aria-hidden="true" />}
      {map && (
        <div class="map-buttons">
          <button type="button" class="icon-button" aria-label={t.zoomIn} title={t.zoomIn} onClick={() => map.zoomBy(1)}>
            <Icon name="plus" />
          </button>
          <button type="button" class="icon-button" aria-label={t.zoomOut} title={t.zoomOut} onClick={() => map.zoomBy(-1)}>
            <Icon name="minus" />
          </button>
          {whole && (
            <button type="button" class="icon-button" aria-label={whole.label} title={whole.label} onClick={() => map.showBounds(whole.bounds)}>
              <Icon name="whole" />
            </button>
          )}
          {self && 'geolocation' in navigator && isSecureContext && (
            <button type="button" class="icon-button" aria-label={self.label} title={self.label} onClick={() => whereAmI(map, self.nowhere)}>
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
function whereAmI(map: FieldMap, nowhere: string): void {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const at: Position = [coords.longitude, coords.latitude]
      map.showSelf(at)
      map.goTo(at)
    },
    () => say(nowhere),
    { enableHighAccuracy: true, timeout: 10_000 },
  )
}
