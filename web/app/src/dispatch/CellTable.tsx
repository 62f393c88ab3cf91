// All cells in view with all their numbers: what the map says, for those who do not see it.
import type { CellSums, Density } from './api'
import { classOf } from './classes'
import { choose, settings, shading, visible } from './desk'
import { figureOf, valueOf } from './measures'
import { words } from './texts'

export function CellTable({ cells, answer }: { cells: CellSums[]; answer: Density }) {
  const w = words.value
  const { measure } = settings.value
  const { breaks } = shading.value
  const columns = visible.value
  const perArea = (value: number | null, area: number) => (value === null || area <= 0 ? '–' : w.number(Math.round(value / area)))
  const show = (cell: Density['total'], name: (typeof columns)[number]) => figureOf(cell, name, w)
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={w.tableCaption(w.measure[measure], cells.length)}>
      <table class="numbers" id="cells">
        <caption class="visually-hidden">{w.tableCaption(w.measure[measure], cells.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{w.rankColumn}</th>
            <th scope="col">{w.cell}</th>
            {columns.map((name) => (
              <th key={name} scope="col" class="number" aria-sort={name === measure ? 'descending' : 'none'}>
                {w.measure[name]}
              </th>
            ))}
            <th scope="col" class="number">
              {w.density}
            </th>
            <th scope="col" class="number">
              {w.class}
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map((cell, i) => {
            const value = valueOf(cell, measure)
            return (
              <tr key={cell.cell}>
                <td class="number">{i + 1}</td>
                <th scope="row">
                  <button type="button" class="link code" onClick={() => choose(cell.cell, null)}>
                    {cell.cell}
                  </button>
                </th>
                {columns.map((name) => (
                  <td key={name} class="number">
                    {show(cell, name)}
                  </td>
                ))}
                <td class="number">{perArea(value, cell.area)}</td>
                <td class="number">{value === null ? '–' : classOf(value, breaks) + 1}</td>
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <td />
            <th scope="row">{w.total}</th>
            {columns.map((name) => (
              <td key={name} class="number">
                {show(answer.total, name)}
              </td>
            ))}
            <td class="number">{perArea(answer.total[measure], answer.cells.reduce((sum, cell) => sum + cell.area, 0))}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
