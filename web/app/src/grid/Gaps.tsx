// Where houses stand and nobody answers for them, at any instant.
import { useState } from 'preact/hooks'
import type { Gap } from '../api/grid'
import type { Bounds } from '../api/types'
import { Icon } from '../ui/Icon'
import { InstantField, whenText } from './InstantField'
import * as selection from './selection'
import { at, failure, gaps, lattice, loading, mayChange, reload, role, tab } from './state'
import { t } from './texts'
import { map } from './tools'

const step = 50

export function Gaps() {
  const m = t.value.gaps
  const [shown, setShown] = useState(step)
  const list = gaps.value?.list ?? []
  const total = gaps.value?.total ?? 0
  return (
    <section class="grid-tab" aria-labelledby="gaps-title">
      <header class="panel-head">
        <h2 id="gaps-title">{m.title[role.value]}</h2>
      </header>
      <p class="form-text">{m.text}</p>
      <InstantField label={t.value.territories.at} value={at.value} onChange={(instant) => (at.value = instant)} />
      {failure.value !== 'none' ? (
        <div class="trouble" role="alert">
          <p>{failure.value === 'forbidden' ? t.value.territories.forbidden : t.value.territories.failed}</p>
          <button type="button" class="button" onClick={() => void reload()}>
            {t.value.territories.retry}
          </button>
        </div>
      ) : (
        <p class={`verdict ${total > 0 ? 'bad' : 'good'}`} role="status">
          {gaps.value === null ? (
            t.value.territories.loading
          ) : (
            <>
              <Icon name={total > 0 ? 'alert' : 'check'} /> {m.summary(total, whenText(at.value))}
            </>
          )}
          {loading.value && gaps.value !== null && ` ${t.value.territories.loading}`}
        </p>
      )}
      {mayChange.value && list.length > 0 && (
        <button
          type="button"
          class="button"
          onClick={() => {
            selection.replace(list.map((gap) => gap.cell))
            tab.value = 'assign'
          }}
        >
          <Icon name="plus" /> {m.takeAll(list.length)}
        </button>
      )}
      <ul class="rows">
        {list.slice(0, shown).map((gap) => (
          <li key={gap.cell}>
            <button type="button" class="row" onClick={() => show(gap)}>
              <Icon name="locate" />
              <span class="row-main">{gap.community ?? m.noCommunity}</span>
              <span class="row-side">{m.missing(gap.missing.map((r) => t.value.territories.roleNames[r]))}</span>
              <span class="row-side">{t.value.territories.houses(gap.buildings)}</span>
            </button>
          </li>
        ))}
      </ul>
      {list.length > shown && (
        <button type="button" class="button" onClick={() => setShown(shown + step)}>
          {m.more(list.length - shown)}
        </button>
      )}
      {total > list.length && !loading.value && <p class="quiet-text">{m.cut(list.length)}</p>}
    </section>
  )
}

function show(gap: Gap): void {
  const box = lattice.peek().boundsOf([gap.cell])
  if (!box) return
  // The cell with what is around it.
  const [w, h] = [box[2] - box[0], box[3] - box[1]]
  map.peek()?.showBounds([box[0] - w, box[1] - h, box[2] + w, box[3] + h] as Bounds)
  if (mayChange.peek()) selection.replace([gap.cell])
}
