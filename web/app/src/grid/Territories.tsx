// Who has what: the territories as a list, with what can be done about one.
import { useSignalEffect } from '@preact/signals'
import { useRef, useState } from 'preact/hooks'
import type { GridRole, PersonRef, Territory } from '../api/grid'
import type { Bounds } from '../api/types'
import { Icon } from '../ui/Icon'
import { InstantField, whenText } from './InstantField'
import * as selection from './selection'
import { at, failure, gaps, lattice, loading, looks, mayChange, nameOf, reload, role, tab, territories } from './state'
import { Swatch } from './Swatch'
import { t } from './texts'
import { map, pointedAt } from './tools'

interface Props {
  onAssign(person: PersonRef): void
  onHandover(person: PersonRef): void
  onAbsence(person: PersonRef): void
}

type Order = 'name' | 'load'

export function Territories(props: Props) {
  const m = t.value.territories
  const [order, setOrder] = useState<Order>('load')
  const [open, setOpen] = useState<number | null>(null)
  const list = useRef<HTMLUListElement>(null)
  // A click on the map opens the territory it met.
  useSignalEffect(() => {
    const number = pointedAt.value
    if (number === null) return
    setOpen(number)
    requestAnimationFrame(() => list.current?.querySelector(`[data-number="${number}"]`)?.scrollIntoView({ block: 'nearest' }))
  })
  const all = (territories.value ?? []).toSorted((a, b) => (order === 'load' ? b.load.houses - a.load.houses : 0) || nameOf(a.person).localeCompare(nameOf(b.person)))
  return (
    <section class="grid-tab" aria-labelledby="territories-title">
      <header class="panel-head">
        <h2 id="territories-title">{m.title}</h2>
        <div class="segmented small" role="group" aria-label={m.role}>
          {(['officer', 'administrator'] as const).map((name: GridRole) => (
            <button key={name} type="button" aria-pressed={role.value === name} onClick={() => (role.value = name)}>
              {m.roles[name]}
            </button>
          ))}
        </div>
      </header>
      <InstantField label={m.at} value={at.value} onChange={(instant) => (at.value = instant)} />
      {failure.value !== 'none' ? (
        <div class="trouble" role="alert">
          <p>{failure.value === 'forbidden' ? m.forbidden : m.failed}</p>
          <button type="button" class="button" onClick={() => void reload()}>
            {m.retry}
          </button>
        </div>
      ) : (
        <p class="inview-count" role="status">
          {territories.value === null ? m.loading : m.summary(all.length, whenText(at.value))}
          {loading.value && territories.value !== null && ` ${m.loading}`}
        </p>
      )}
      {gaps.value && gaps.value.total > 0 && (
        <button type="button" class="gap-note" onClick={() => (tab.value = 'gaps')}>
          <Icon name="alert" /> {m.gaps(gaps.value.total)}
        </button>
      )}
      {territories.value?.length === 0 && failure.value === 'none' && <p class="empty-note">{mayChange.value ? m.emptyMay : m.empty}</p>}
      {all.length > 1 && (
        <div class="segmented small" role="group" aria-label={m.order}>
          {(['load', 'name'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={order === name} onClick={() => setOrder(name)}>
              {m.orders[name]}
            </button>
          ))}
        </div>
      )}
      <ul class="rows" ref={list}>
        {all.map((territory) => (
          <Row key={territory.ordinal} territory={territory} most={Math.max(1, ...all.map((x) => x.load.houses))} open={open === territory.ordinal} onToggle={() => setOpen(open === territory.ordinal ? null : territory.ordinal)} {...props} />
        ))}
      </ul>
    </section>
  )
}

interface RowProps extends Props {
  territory: Territory
  most: number
  open: boolean
  onToggle(): void
}

function Row({ territory: { person, ordinal, cells, load }, most, open, onToggle, onAssign, onHandover, onAbsence }: RowProps) {
  const m = t.value.territories
  const show = () => {
    const box = lattice.peek().boundsOf(cells)
    if (box) map.peek()?.showBounds(box as Bounds)
  }
  return (
    <li data-number={ordinal}>
      <button
        type="button"
        class="row territory"
        aria-expanded={open}
        onClick={() => {
          onToggle()
          if (!open) show()
        }}
      >
        <Swatch look={looks.value.get(ordinal)} />
        <span class="row-main">{nameOf(person)}</span>
        <span class="row-side">{m.houses(load.houses)}</span>
        <span class="row-bar" aria-hidden="true">
          <span style={{ width: `${(100 * load.houses) / most}%` }} />
        </span>
      </button>
      {open && (
        <div class="row-detail">
          <p class="quiet-text">{[person.office, person.phone].filter(Boolean).join(' · ')}</p>
          <p>{t.value.load(load)}</p>
          <div class="sketch-buttons">
            <button type="button" class="button small" onClick={show}>
              <Icon name="locate" /> {m.show}
            </button>
            {mayChange.value && (
              <>
                <button type="button" class="button small" onClick={() => selection.choose(cells)}>
                  <Icon name="plus" /> {m.take(cells.length)}
                </button>
                <button type="button" class="button small" onClick={() => onAssign(person)}>
                  <Icon name="person" /> {m.assign}
                </button>
                <button type="button" class="button small" onClick={() => onHandover(person)}>
                  <Icon name="swap" /> {m.handover}
                </button>
                <button type="button" class="button small" onClick={() => onAbsence(person)}>
                  <Icon name="clock" /> {m.absence}
                </button>
              </>
            )}
          </div>
        </div>
      )}
    </li>
  )
}
