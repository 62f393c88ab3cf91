// The open zone: what it is, what lives in it on the day of the page, and what a planner may do with it.
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang, showDate } from '../i18n'
import { shownMap } from '../map/current'
import { boundsOf } from '../map/affected'
import { elsewhen } from '../time/moment'
import { Icon } from '../ui/Icon'
import * as api from './api'
import type { TrendPoint, Zone } from './api'
import { isPlanner, openZoneById, rowOf, sums, take } from './desk'
import { figure, measures } from './figures'
import { KindMark, openReport } from './ZoneList'
import { TrendChart } from './TrendChart'
import { words } from './texts'

export function ZoneCard({ zone }: { zone: Zone }) {
  const w = words.value
  const row = rowOf.value.get(zone.id)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (document.activeElement?.closest('.panel')) head.current?.focus()
  }, [zone.id])
  const day = (date: string) => showDate(date, lang.value)
  const bounds = zone.geometry && boundsOf(zone.geometry.coordinates)
  const overlaps = (sums.value?.overlaps ?? []).filter((o) => o.zones.includes(zone.id))
  return (
    <section class="planning card" aria-labelledby="zone-title">
      <header class="panel-head">
        <h2 id="zone-title" tabIndex={-1} ref={head}>
          {zone.name}
        </h2>
        <button type="button" class="icon-button quiet" aria-label={w.close} onClick={() => openZoneById(null)}>
          <Icon name="close" />
        </button>
      </header>
      <p class="zone-kind-line">
        <KindMark kind={zone.kind} /> {w.kind[zone.kind]}
      </p>
      {isPlanner.value && !elsewhen.value && (
        <div class="tools">
          {(['facts', 'outline', 'end'] as const).map((name) => (
            <button key={name} type="button" class="button small" onClick={() => take(name)}>
              {w.act[name]}
            </button>
          ))}
        </div>
      )}
      <dl class="facts">
        {row &&
          measures.map((measure) => (
            <div key={measure}>
              <dt>{w.column[measure]}</dt>
              <dd>
                {figure(row, measure)}
                {measure === 'population' && row.densityPerKm2 !== null && <small> · {w.perKm2(row.densityPerKm2)}</small>}
                {measure === 'population' && row.share !== null && <small> · {w.percent(row.share)}</small>}
              </dd>
            </div>
          ))}
        <div>
          <dt>{w.column.area}</dt>
          <dd>{w.area(zone.area)}</dd>
        </div>
        <div>
          <dt>{w.valid}</dt>
          <dd>{zone.validTo ? w.until(day(zone.validFrom), day(zone.validTo)) : w.from(day(zone.validFrom))}</dd>
        </div>
        {zone.note && (
          <div>
            <dt>{w.note}</dt>
            <dd>{zone.note}</dd>
          </div>
        )}
        {zone.source && (
          <div>
            <dt>{w.source}</dt>
            <dd>{zone.source}</dd>
          </div>
        )}
      </dl>
      {overlaps.length > 0 && (
        <ul class="plain field-note">
          {overlaps.map((o) => {
            const other = o.zones.find((id) => id !== zone.id) ?? zone.id
            return <li key={other}>{w.overlapLine(zone.name, sums.value?.zones.find((z) => z.id === other)?.name ?? other, o.buildings)}</li>
          })}
        </ul>
      )}
      <Trend zone={zone} />
      <div class="card-links">
        {bounds && (
          <button type="button" class="button" onClick={() => shownMap.peek()?.showBounds(bounds, 17)}>
            <Icon name="locate" /> {w.showZone}
          </button>
        )}
        <button type="button" class="button" onClick={() => openReport([zone.id])}>
          {w.reportMarked(1)}
        </button>
      </div>
    </section>
  )
}

/** The zone's years, asked for once the zone is open. */
function Trend({ zone }: { zone: Zone }) {
  const w = words.value
  const [trend, setTrend] = useState<TrendPoint[] | null>(null)
  useEffect(() => {
    setTrend(null)
    const run = new AbortController()
    api.trend([zone.id], run.signal).then(setTrend, () => undefined)
    return () => run.abort()
  }, [zone.id, zone.version])
  if (!trend || trend.length < 2) return null
  return (
    <section>
      <h3>{w.trend}</h3>
      <TrendChart trend={trend} names={new Map([[zone.id, zone.name]])} compact />
    </section>
  )
}
