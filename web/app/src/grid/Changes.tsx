// What a change of assignments would do, before it is done.
import { useEffect, useRef } from 'preact/hooks'
import type { AssignmentPreview } from '../api/grid'
import { Icon } from '../ui/Icon'
import { LoadBars } from './LoadBars'
import { nameOf } from './state'
import { t } from './texts'

export function Changes({ preview }: { preview: AssignmentPreview }) {
  // It stands in the place of the form's fields: reading goes on here.
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [preview])
  const m = t.value.changes
  const { changes, loads, gaps, doubles } = preview
  if (changes.length === 0) return <p class="field-note">{m.nothing}</p>
  const ways = new Map<string, { from: string; to: string; cells: number; houses: number }>()
  for (const { from, to, houses } of changes) {
    const key = `${from?.name ?? ''} ${to?.name ?? ''}`
    const way = ways.get(key) ?? { from: nameOf(from) || m.nobody, to: nameOf(to) || m.nobody, cells: 0, houses: 0 }
    way.cells++
    way.houses += houses
    ways.set(key, way)
  }
  return (
    <section class="changes" aria-labelledby="changes-title">
      <h3 id="changes-title" tabIndex={-1} ref={heading}>
        <span role="status">{m.title(changes.length)}</span>
      </h3>
      <ul class="plain">
        {[...ways.values()].map(({ from, to, cells, houses }) => (
          <li key={`${from} ${to}`}>
            <span class="change-way">
              {from} <span aria-label={m.becomes}>→</span> <strong>{to}</strong>
            </span>{' '}
            <span class="quiet-text">{m.amount(cells, houses)}</span>
          </li>
        ))}
      </ul>
      <p class={`verdict ${gaps > 0 ? 'bad' : 'good'}`}>
        <Icon name={gaps > 0 ? 'alert' : 'check'} /> {m.gaps(gaps)}
      </p>
      <p class={`verdict ${doubles > 0 ? 'bad' : 'good'}`}>
        <Icon name={doubles > 0 ? 'alert' : 'check'} /> {m.doubles(doubles)}
      </p>
      {loads.length > 0 && <LoadBars loads={loads} />}
    </section>
  )
}
