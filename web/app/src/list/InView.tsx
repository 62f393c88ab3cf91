// The buildings in view: one list with one stop for Tab, arrows inside. Pointing at a line marks the house on the map.
import { useRef, useState } from 'preact/hooks'
import type { Bounds, Building } from '../api/types'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { StateMark } from '../card/Chips'
import { mayWrite } from '../time/moment'
import { account, hint, info, isClerk, open, take } from '../view/desk'
import { inView, places } from '../view/inview'
import { house } from '../map/current'

export function InView() {
  const t = texts.value
  const { state, buildings, more } = inView.value
  if (info.value && info.value.buildings === 0) return <Empty />
  return (
    <section class="inview" aria-labelledby="inview-title">
      <header class="panel-head">
        <h2 id="inview-title">{t.list.title}</h2>
        {mayWrite.value && (
          <button type="button" class="button small" aria-keyshortcuts="M" onClick={() => take('merge')}>
            <Icon name="merge" /> {t.life.merge}
          </button>
        )}
        {mayWrite.value && (
          <button type="button" class="button primary small" onClick={() => take('draw')}>
            <Icon name="draw" /> {t.clerk.draw}
          </button>
        )}
      </header>
      <p class="inview-count" role="status">
        {state === 'listed' && (buildings.length === 0 ? t.list.none : t.list.count(buildings.length, more))}
        {state === 'too_wide' && t.list.tooWide}
        {state === 'failed' && t.list.failed}
      </p>
      {buildings.length > 0 && <Rows buildings={buildings} />}
      {state === 'too_wide' && places.value.length > 0 && <Places />}
    </section>
  )
}

function Places() {
  const t = texts.value
  return (
    <ul class="rows" aria-label={t.search.divisions}>
      {places.value.map((d) => (
        <li key={d.id}>
          <button type="button" class="row" onClick={() => house.value?.showBounds(d.bounds as Bounds)}>
            <span class="row-main">{d.name}</span>
            <span class="row-side">{t.map.buildings(d.buildings ?? 0)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Rows({ buildings }: { buildings: Building[] }) {
  const t = texts.value
  const list = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(0)
  const stop = Math.min(at, buildings.length - 1)

  function keyDown(event: KeyboardEvent): void {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: buildings.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(buildings.length - 1, to))
    setAt(next)
    list.current?.querySelectorAll<HTMLElement>('button')[next]?.focus()
  }

  return (
    <ul class="rows" ref={list} onKeyDown={keyDown} aria-describedby="rows-hint" onPointerLeave={() => (hint.value = null)}>
      {buildings.map((b, index) => (
        <li key={b.code}>
          <button
            type="button"
            class="row"
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => {
              setAt(index)
              hint.value = b.geometry
            }}
            onBlur={() => (hint.value = null)}
            onPointerEnter={() => (hint.value = b.geometry)}
            onClick={() => {
              hint.value = null
              open(b.code)
            }}
          >
            <StateMark state={b.state} />
            <span class="row-main">{b.name || b.address || b.community?.name || t.state[b.state ?? 'in_use']}</span>
            <span class="code">{inFours(b.code)}</span>
          </button>
        </li>
      ))}
      <li class="visually-hidden" id="rows-hint">
        {t.list.hint}
      </li>
    </ul>
  )
}

function Empty() {
  const t = texts.value
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{t.empty.title}</h2>
      {account.value && isClerk.value ? (
        <>
          <p>{t.empty.clerk}</p>
          <p>
            <code>{t.empty.command}</code>
          </p>
          <p class="quiet-text">{t.empty.formats}</p>
          <button type="button" class="button primary" onClick={() => take('draw')}>
            <Icon name="draw" /> {t.clerk.draw}
          </button>
        </>
      ) : (
        <>
          <p>{t.empty.public}</p>
          <p>
            <code>{t.empty.command}</code>
          </p>
          <p class="quiet-text">{t.empty.formats}</p>
        </>
      )}
    </section>
  )
}
