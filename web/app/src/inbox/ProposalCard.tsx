// One proposal: what the officer saw, the house it is about, and the clerk's two answers.
import { useEffect, useRef } from 'preact/hooks'
import type { Proposal } from '../api/work'
import { Chips } from '../card/Chips'
import { lang, showInstant, texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { about, learn, take, toList, zone } from './inbox'
import { words } from './texts'

export function ProposalCard({ proposal: p }: { proposal: Proposal }) {
  const t = words.value
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus({ preventScroll: true }), [])
  const when = (instant: string) => showInstant(instant, lang.value, zone())
  return (
    <article class="house" aria-labelledby="proposal-title">
      <header class="house-head">
        <button type="button" class="icon-button quiet" aria-label={t.back} title={t.back} onClick={toList}>
          <Icon name="left" />
        </button>
        <div class="house-name">
          <h2 id="proposal-title" tabIndex={-1} ref={title}>
            {t.kind[p.kind]}
          </h2>
          <p class="quiet-text">{t.by(p.by?.displayName || p.by?.name || '', when(p.madeAt))}</p>
        </div>
      </header>
      <div class="house-body">
        {p.state !== 'open' && (
          <p>
            <span class="chip">{t.state[p.state]}</span> {p.decidedAt && <span class="quiet-text">{t.decidedAt(when(p.decidedAt))}</span>}
          </p>
        )}
        <p class={p.note ? 'proposal-note' : 'quiet-text'}>{p.note || t.noNote}</p>
        {!p.geometry && p.kind !== 'demolition' && <p class="quiet-text">{t.noSketch}</p>}
        <section aria-labelledby="about-title">
          <h3 id="about-title">{t.about}</h3>
          {p.code ? <House code={p.code} /> : <p>{t.newHere}</p>}
        </section>
        {p.reason && (
          <section aria-labelledby="answer-title">
            <h3 id="answer-title">{t.answer}</h3>
            <p>{p.reason}</p>
          </section>
        )}
        {p.result && (
          <p>
            <a class="button code" href={`/#${p.result}`}>
              {inFours(p.result)}
            </a>
          </p>
        )}
      </div>
      {p.state === 'open' && (
        <footer class="act-bar">
          <button type="button" class="button" onClick={() => take('refuse')}>
            {t.refuse}
          </button>
          <button type="button" class="button primary main-act" aria-disabled={p.code !== null && !about.value} onClick={() => (p.code === null || (about.value && about.value !== 'failed')) && take('accept')}>
            <Icon name="check" /> {t.accept[p.kind]}
          </button>
        </footer>
      )}
    </article>
  )
}

function House({ code }: { code: string }) {
  const t = words.value
  const now = about.value
  if (now === 'failed') {
    return (
      <p class="field-error">
        {texts.value.card.failed}{' '}
        <button type="button" class="link" onClick={() => void learn(code)}>
          {texts.value.card.retry}
        </button>
      </p>
    )
  }
  const b = now?.building
  return (
    <>
      <p>
        {b && (b.address || b.name) && <strong>{b.address || b.name} </strong>}
        <span class="code">{inFours(code)}</span>
      </p>
      {b && <Chips building={b} />}
      <p>
        <a class="link" href={`/#${code}`}>
          {t.fullCard}
        </a>
      </p>
    </>
  )
}
