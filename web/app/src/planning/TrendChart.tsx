// Lines of several zones over the years, as SVG of our own: it prints sharp, follows the theme, and weighs nothing.
// Every line has a letter beside its end, so that colour alone tells nothing, and a table below holds the numbers.
import { useState } from 'preact/hooks'
import { lang, showDate } from '../i18n'
import { toNumber } from '../time/days'
import type { TrendPoint } from './api'
import { type Series, apart, dayMarks, pathOf, ticks } from './chart'
import { words } from './texts'

export const trendMeasures = ['population', 'dwellings', 'buildings'] as const
export type TrendMeasure = (typeof trendMeasures)[number]

interface Props {
  trend: readonly TrendPoint[]
  names: ReadonlyMap<string, string>
  /** Small, for the panel: without a table. */
  compact?: boolean
}

const tones = 6
const most = 12 // lines that can be told apart; more are in the table
const letterOf = (i: number) => String.fromCharCode(65 + i)

export function TrendChart({ trend, names, compact = false }: Props) {
  const w = words.value
  const [chosen, setMeasure] = useState<TrendMeasure | null>(null)
  const able = trendMeasures.filter((m) => trend.some((point) => typeof point[m] === 'number'))
  const measure = chosen && able.includes(chosen) ? chosen : able[0]
  if (!measure) return <p class="quiet-text">{w.trendNone}</p>
  const days = [...new Set(trend.map((point) => point.on))].toSorted()
  const ids = [...names.keys()].filter((id) => trend.some((point) => point.zone === id))
  const at = new Map(trend.map((point) => [`${point.zone} ${point.on}`, point[measure] ?? null]))
  const series: Series[] = ids.map((id) => ({ name: names.get(id)!, values: days.map((day) => at.get(`${id} ${day}`) ?? null) }))
  const day = (date: string) => showDate(date, lang.value)
  return (
    <figure class={`trend${compact ? ' compact' : ''}`}>
      {able.length > 1 && (
        <div class="segmented no-print" role="group" aria-label={w.trendOf}>
          {able.map((name) => (
            <button key={name} type="button" aria-pressed={name === measure} onClick={() => setMeasure(name)}>
              {w.trendMeasure[name]}
            </button>
          ))}
        </div>
      )}
      {!compact && <figcaption>{w.trendMeasure[measure]}</figcaption>}
      <Lines series={series.slice(0, most)} days={days} compact={compact} label={w.trendAlt(day(days[0]!), day(days.at(-1)!), series.length)} />
      {!compact && (
        <ul class="plain trend-key">
          {series.slice(0, most).map((s, i) => (
            <li key={ids[i]}>
              <span class={`trend-letter tone-${(i % tones) + 1}`}>{letterOf(i)}</span> {s.name}
            </li>
          ))}
        </ul>
      )}
      <details class="more no-print">
        <summary>{w.trendTable}</summary>
        <div class="table-scroll" tabIndex={0} role="region" aria-label={w.trendTable}>
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">{w.validOn}</th>
                {series.map((s, i) => (
                  <th key={ids[i]} scope="col" class="number">
                    {s.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((date, i) => (
                <tr key={date}>
                  <th scope="row">{day(date)}</th>
                  {series.map((s, j) => (
                    <td key={ids[j]} class="number">
                      {s.values[i] === null ? w.unknown : w.number(s.values[i]!)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function Lines({ series, days, compact, label }: { series: Series[]; days: string[]; compact: boolean; label: string }) {
  const w = words.value
  const [width, height] = compact ? [360, 170] : [720, 300]
  const [left, right, top, bottom] = [compact ? 52 : 64, 26, 10, 26]
  const marks = ticks(Math.max(0, ...series.flatMap((s) => s.values.map((v) => v ?? 0))))
  const [first, last] = [toNumber(days[0]!), toNumber(days.at(-1)!)]
  const x = (i: number) => left + ((width - left - right) * (toNumber(days[i]!) - first)) / Math.max(1, last - first)
  const y = (v: number) => height - bottom - ((height - top - bottom) * v) / marks.at(-1)!
  const ends = series.map((s) => s.values.findLastIndex((v) => v !== null))
  const letters = apart(ends.map((end, i) => (end < 0 ? 0 : y(series[i]!.values[end]!))), 14, top + 6, height - bottom)
  return (
    <svg class="lines" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {marks.map((v) => (
        <g key={v}>
          <line class="grid" x1={left} x2={width - right} y1={y(v)} y2={y(v)} />
          <text class="tick" x={left - 8} y={y(v)} dy="0.35em" text-anchor="end">
            {w.number(v)}
          </text>
        </g>
      ))}
      {dayMarks(days, compact ? 4 : 7).map((i) => (
        <text key={i} class="tick" x={x(i)} y={height - 6} text-anchor={i === 0 ? 'start' : i === days.length - 1 ? 'end' : 'middle'}>
          {days[i]!.slice(0, 7)}
        </text>
      ))}
      {series.map((s, i) => (
        <g key={s.name} class={`tone-${(i % tones) + 1}`}>
          <path class={`line${i >= tones ? ' dashed' : ''}`} d={pathOf(s.values, x, y)} />
          {series.length > 1 && ends[i]! >= 0 && (
            <text class="line-letter" x={x(ends[i]!) + 6} y={letters[i]} dy="0.35em">
              {letterOf(i)}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}
