// The map of a report: drawn once, then a picture, which prints where a live map would stay white.
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang } from '../i18n'
import { boundsOf } from '../map/affected'
import { ZoneMap } from '../map/zone-map'
import { info } from '../view/desk'
import * as api from './api'
import type { Report, Zone } from './api'
import { labelOf } from './figures'
import { words } from './texts'

const patience = 15_000 // ms after which what is drawn by then has to do

export function ReportMap({ report }: { report: Report }) {
  const w = words.value
  const box = useRef<HTMLDivElement>(null)
  const [picture, setPicture] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value
  const [drawn, setDrawn] = useState<Zone[] | null>(null)
  const moment = new URLSearchParams({ validOn: report.validOn, knownAt: report.knownAt }).toString()
  const ids = report.zones.map((zone) => zone.id).join()

  useEffect(() => {
    const run = new AbortController()
    api.zones(moment, run.signal).then(
      (all) => setDrawn(all.filter((zone) => zone.geometry && ids.split(',').includes(zone.id))),
      () => !run.signal.aborted && setFailed(true),
    )
    return () => run.abort()
  }, [moment, ids])

  useEffect(() => {
    if (!first || !box.current || !drawn || drawn.length === 0) return
    setPicture(null)
    setFailed(false)
    let map: ZoneMap | null = null
    let url: string | null = null
    let over = false
    const take = async () => {
      if (over || !map) return
      over = true
      clearTimeout(timer)
      const blob = await map.picture()
      map.remove()
      map = null
      if (blob) setPicture((url = URL.createObjectURL(blob)))
      else setFailed(true)
    }
    const timer = setTimeout(() => void take(), patience)
    try {
      map = new ZoneMap(
        box.current,
        '',
        { style: `/style/houses.json?theme=light&lang=${lang.value}`, view: null, bounds: boundsOf(drawn.map((zone) => zone.geometry!.coordinates)), center: first.center as never, zoom: first.zoom },
        { moved: () => undefined, picked: () => undefined, drawn: (count) => count > 0 && void take() },
        null,
        true,
      )
      map.showMoment(moment)
      map.showZones(drawn.toSorted((a, b) => b.area - a.area).map((z) => ({ id: z.id, kind: z.kind, label: labelOf(z, report.zones.find((row) => row.id === z.id)), geometry: z.geometry!, open: false })))
    } catch {
      setFailed(true)
    }
    return () => {
      over = true
      clearTimeout(timer)
      map?.remove()
      if (url) URL.revokeObjectURL(url)
    }
  }, [drawn, lang.value, first !== null])

  if (drawn?.length === 0) return null
  if (failed) return <p class="quiet-text">{w.mapNone}</p>
  return (
    <figure class="report-map map">
      {picture ? <img src={picture} alt={w.mapAlt(report.zones.map((z) => z.name).join(', '))} /> : <div class="map-canvas" ref={box} aria-hidden="true" />}
      {!picture && (
        <p class="visually-hidden" role="status">
          {w.drawingMap}
        </p>
      )}
      <figcaption class="attribution">{first?.attribution.join(' · ')}</figcaption>
    </figure>
  )
}
