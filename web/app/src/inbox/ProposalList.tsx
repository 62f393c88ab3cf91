// What waits for a clerk, the oldest first as the server lists it. One stop for Tab, arrows inside.
import { useRef, useState } from 'preact/hooks'
import type { Proposal, ProposalKind } from '../api/work'
import { lang, showInstant } from '../i18n'
import { inFours } from '../registry/code'
import { Icon, type IconName } from '../ui/Icon'
import { choose, failure, filter, more, next, open, pointed, proposals, zone } from './inbox'
import { words } from './texts'

export const kindIcons: Record<ProposalKind, IconName> = { new_building: 'draw', demolition: 'retire', correction: 'pen' }
const kinds: readonly ProposalKind[] = ['new_building', 'demolition', 'correction']

export function ProposalList() {
  const t = words.value
  const list = proposals.value
  const count = filter.value === 'open' && list ? `${list.length}${next.value ? '+' : ''}` : ''
  return (
    <section class="walk" aria-labelledby="inbox-title">
      <header class="walk-head">
        <h2 id="inbox-title">{t.title}</h2>
        <div class="segmented wide" role="group" aria-label={t.filterLabel}>
          {(['open', 'decided'] as const).map((f) => (
            <button key={f} type="button" aria-pressed={filter.value === f} onClick={() => choose(f)}>
              {f === 'open' ? t.open(count) : t.decided}
            </button>
          ))}
        </div>
        {filter.value === 'open' && list && list.length > 0 && (
          <p class="quiet-text">
            {kinds
              .map((kind) => [kind, list.filter((p) => p.kind === kind).length] as const)
              .filter(([, n]) => n > 0)
              .map(([kind, n]) => t.counts[kind](n))
              .join(' · ')}
          </p>
        )}
      </header>
      <div class="walk-body" aria-busy={list === null && failure.value === 'none'}>
        {list === null && failure.value === 'none' && <p class="walk-note quiet-text">{t.loading}</p>}
        {list?.length === 0 && (
          <div class="walk-note" role="status">
            <strong>{filter.value === 'open' ? t.none : t.noneDecided}</strong>
            {filter.value === 'open' && <p>{t.noneHint}</p>}
          </div>
        )}
        {list && list.length > 0 && <Rows list={list} />}
        {next.value && (
          <button type="button" class="button more" onClick={() => void more()}>
            {t.more}
          </button>
        )}
      </div>
    </section>
  )
}

function Rows({ list }: { list: Proposal[] }) {
  const t = words.value
  const rows = useRef<HTMLOListElement>(null)
  const [at, setAt] = useState(0)
  const stop = Math.min(at, list.length - 1)

  function keyDown(event: KeyboardEvent): void {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: list.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const place = Math.max(0, Math.min(list.length - 1, to))
    setAt(place)
    rows.current?.querySelectorAll<HTMLElement>('.stop')[place]?.focus()
  }

  return (
    <>
      <ol class="rows stops" ref={rows} onKeyDown={keyDown} onPointerLeave={() => (pointed.value = null)} aria-describedby="inbox-hint">
        {list.map((p, index) => (
          <li key={p.id}>
            <button
              type="button"
              class="row stop"
              tabIndex={index === stop ? 0 : -1}
              onFocus={() => {
                setAt(index)
                pointed.value = p.id
              }}
              onBlur={() => (pointed.value = null)}
              onPointerEnter={() => (pointed.value = p.id)}
              onClick={() => open(p.id)}
            >
              <Icon name={kindIcons[p.kind]} />
              <span class="stop-words">
                <span class="row-main">
                  {t.kind[p.kind]}
                  {p.code && ` · ${p.address || p.name || inFours(p.code)}`}
                </span>
                <span class="stop-side">{p.note || t.by(p.by?.displayName || p.by?.name || '', showInstant(p.madeAt, lang.value, zone()))}</span>
              </span>
              {p.state !== 'open' && <span class="chip">{t.state[p.state]}</span>}
            </button>
          </li>
        ))}
      </ol>
      <p class="visually-hidden" id="inbox-hint">
        {t.listHint}
      </p>
    </>
  )
}
