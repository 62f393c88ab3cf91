// The open cell: its numbers, who answers for it, and how to reach them.
import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../i18n'
import { boundsOf } from '../map/affected'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { elsewhen } from '../time/moment'
import { type Answered, answered } from './answer'
import type { Person } from './api'
import { cells, choose, map, visible } from './desk'
import { figureOf } from './measures'
import { words } from './texts'

export function CellCard() {
  const w = words.value
  const now = answered.value
  const head = useRef<HTMLHeadingElement>(null)
  const key = now && `${now.cell ?? ''} ${now.place?.join() ?? ''}`
  useEffect(() => {
    if (!now) return
    // Opened from the list or by typing, reading goes on in the card; the map keeps the focus of whoever works there.
    if (document.activeElement?.closest('.panel')) head.current?.focus()
    head.current?.closest('.panel-body')?.scrollTo({ top: 0 })
  }, [key])
  if (!now) return null
  const bounds = now.boundary && boundsOf(now.boundary.coordinates)
  return (
    <section class="cell-card" aria-labelledby="cell-title">
      <header class="panel-head">
        <h2 id="cell-title" tabIndex={-1} ref={head}>
          {now.building ? inFours(now.building.code) : now.cell ? w.card(now.cell) : w.here}
        </h2>
        <button type="button" class="icon-button quiet" aria-label={w.close} onClick={() => choose(null, null)}>
          <Icon name="close" />
        </button>
      </header>
      <Who now={now} />
      <Numbers now={now} />
      {bounds && (
        <button type="button" class="button start" onClick={() => map.peek()?.showBounds(bounds, 16)}>
          <Icon name="locate" /> {w.showCell}
        </button>
      )}
    </section>
  )
}

function Numbers({ now }: { now: Answered }) {
  const w = words.value
  const sums = cells.value.find((cell) => cell.cell === now.cell) ?? now.sums
  if (!sums) return null
  return (
    <dl class="facts">
      {now.building && now.cell && (
        <div>
          <dt>{w.cell}</dt>
          <dd class="code">{now.cell}</dd>
        </div>
      )}
      {visible.value.map((measure) => (
        <div key={measure}>
          <dt>{w.measure[measure]}</dt>
          <dd>
            {figureOf(sums, measure, w)}
            {measure === 'population' && sums.population !== null && sums.area > 0 && <small> · {w.perArea(Math.round(sums.population / sums.area))}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Who({ now }: { now: Answered }) {
  const w = words.value
  const t = texts.value
  const named = [now.building?.name, now.building?.address].filter(Boolean).join(', ')
  return (
    <>
      {(named || now.community) && (
        <p>
          {named}
          {named && now.community ? ' · ' : ''}
          {now.community}
        </p>
      )}
      {now.state === 'asking' && <p role="status">{w.whoAsking}</p>}
      {now.state === 'failed' && (
        <p class="field-error" role="status">
          {w.answerFailed}
        </p>
      )}
      {now.state === 'told' && !now.who && now.coarse && <p class="quiet-text">{w.several}</p>}
      {now.who && (
        <>
          {now.who.uncovered && <p class="standing">{w.uncovered}</p>}
          <dl class="facts">
            <Answers role={w.officer} person={now.who.officer} note={now.who.standsInFor ? w.standsInFor(nameOf(now.who.standsInFor) || t.none) : ''} />
            <Answers role={w.administrator} person={now.who.administrator} note="" />
          </dl>
          {elsewhen.value && <p class="quiet-text">{w.answersNow}</p>}
        </>
      )}
    </>
  )
}

const nameOf = (person: Person) => person.displayName || person.name || ''

export function Answers({ role, person, note }: { role: string; person: Person | null; note: string }) {
  const w = words.value
  return (
    <div>
      <dt>{role}</dt>
      <dd>
        {person ? (
          <>
            {nameOf(person) || w.nameHidden}
            {note && <small> ({note})</small>}
            {person.office && <small> · {person.office}</small>}
            {person.phone ? (
              <a class="call" href={`tel:${person.phone.replace(/[^+\d]/g, '')}`} aria-label={w.call(person.phone)}>
                <Icon name="phone" /> {person.phone}
              </a>
            ) : (
              <small> · {w.noPhone}</small>
            )}
          </>
        ) : (
          w.nobody
        )}
      </dd>
    </div>
  )
}
