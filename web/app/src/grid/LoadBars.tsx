// What each person would answer for before and after a change, as numbers with small bars beside them.
import { useState } from 'preact/hooks'
import type { AssignmentPreview } from '../api/grid'
import { lang } from '../i18n'
import { nameOf } from './state'
import { t } from './texts'

type Measure = 'houses' | 'dwellings' | 'heads'
const measures: readonly Measure[] = ['houses', 'dwellings', 'heads']

export function LoadBars({ loads }: { loads: AssignmentPreview['loads'] }) {
  const m = t.value.loads
  const told = measures.filter((measure) => loads.some(({ before, after }) => (before[measure] ?? 0) + (after[measure] ?? 0) > 0))
  const [wanted, setWanted] = useState<Measure>('houses')
  const measure = told.includes(wanted) ? wanted : (told[0] ?? 'houses')
  const most = Math.max(1, ...loads.flatMap(({ before, after }) => [before[measure] ?? 0, after[measure] ?? 0]))
  const number = (n: number | null) => (n === null ? t.value.unknown : n.toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en'))
  return (
    <section class="loads" aria-label={m.title}>
      <header class="loads-head">
        <h3>{m.title}</h3>
        {told.length > 1 && (
          <div class="segmented small" role="group" aria-label={m.measure}>
            {told.map((name) => (
              <button key={name} type="button" aria-pressed={name === measure} onClick={() => setWanted(name)}>
                {m.measures[name]}
              </button>
            ))}
          </div>
        )}
      </header>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{m.person}</th>
              <th scope="col">{m.before}</th>
              <th scope="col">{m.after}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {loads.map(({ person, before, after }) => (
              <tr key={person.name}>
                <th scope="row">{nameOf(person)}</th>
                <td>{number(before[measure])}</td>
                <td>{number(after[measure])}</td>
                <td class="bars" aria-hidden="true">
                  <span class="bar before" style={{ width: `${(100 * (before[measure] ?? 0)) / most}%` }} />
                  <span class="bar after" style={{ width: `${(100 * (after[measure] ?? 0)) / most}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
