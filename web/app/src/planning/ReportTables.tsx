// The tables of a report: by zone and by kind, each with the whole and what lies outside.
import type { Report, Sums } from './api'
import { type Measure, change, figure } from './figures'
import { KindMark } from './ZoneList'
import { words } from './texts'

const shown: readonly Measure[] = ['population', 'dwellings', 'buildings', 'floorArea']

export function ZoneTable({ made }: { made: Report }) {
  const w = words.value
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={w.byZone}>
      <table class="numbers report-table">
        <Head first={w.column.zone} />
        <tbody>
          {made.zones.map((zone) => (
            <tr key={zone.id}>
              <th scope="row">
                <KindMark kind={zone.kind} /> {zone.name}
                <small>{w.kind[zone.kind]}</small>
              </th>
              <Figures sums={zone} before={zone.before} area={zone.area} of={zone} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              {w.whole}
              {made.overlaps.length > 0 && <small>{w.wholeHint}</small>}
            </th>
            <Figures sums={made.total} before={made.total.before} area={null} of={null} />
          </tr>
          <tr class="lesser">
            <th scope="row">{w.outside}</th>
            <Figures sums={made.outside} before={made.outside.before} area={null} of={null} />
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

export function KindTable({ made }: { made: Report }) {
  const w = words.value
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={w.byKind}>
      <table class="numbers report-table">
        <Head first={w.column.kind} />
        <tbody>
          {made.kinds.map((row) => (
            <tr key={row.kind}>
              <th scope="row">
                <KindMark kind={row.kind} /> {w.kind[row.kind]}
                <small>{w.count(row.zones)}</small>
              </th>
              <Figures sums={row} before={row.before} area={row.area} of={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Head({ first }: { first: string }) {
  const w = words.value
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {(['population', 'share', 'density', 'dwellings', 'buildings', 'floorArea', 'area'] as const).map((name) => (
          <th key={name} scope="col" class="number">
            {w.column[name]}
          </th>
        ))}
      </tr>
    </thead>
  )
}

interface FiguresProps {
  sums: Sums
  before: Sums | null
  area: number | null
  /** Share and density, where there is a row of its own for them. */
  of: { share: number | null; densityPerKm2: number | null } | null
}

function Figures({ sums, before, area, of }: FiguresProps) {
  const w = words.value
  const cell = (measure: Measure) => (
    <td key={measure} class="number">
      {figure(sums, measure)}
      {before && <small class="change">{change(sums[measure], before[measure])}</small>}
    </td>
  )
  return (
    <>
      {cell(shown[0]!)}
      <td class="number">{of?.share == null ? '' : w.percent(of.share)}</td>
      <td class="number">{of?.densityPerKm2 == null ? '' : w.number(Math.round(of.densityPerKm2))}</td>
      {shown.slice(1).map(cell)}
      <td class="number">{area === null ? '' : w.area(area)}</td>
    </>
  )
}
