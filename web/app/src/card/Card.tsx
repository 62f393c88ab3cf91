// The card of the open building.
import { useEffect, useRef } from 'preact/hooks'
import type { Building } from '../api/types'
import { lang, showDate, texts } from '../i18n'
import { revealOpen } from '../map/MapView'
import { inFours } from '../registry/code'
import { wantsReveal } from '../search/reveal'
import { Icon } from '../ui/Icon'
import { PeopleSection } from '../headcounts/PeopleSection'
import { Dwellings } from '../dwellings/Dwellings'
import { LifeTools, ReviveTool, canRevive } from '../life/LifeTools'
import { Lineage } from '../life/Lineage'
import { mayWrite } from '../time/moment'
import { open, take } from '../view/desk'
import { type Open, reload } from '../view/record'
import { Chips } from './Chips'
import { CodePlate } from './CodePlate'
import { Facts } from './Facts'
import { HistoryList } from './HistoryList'

export function Card({ record }: { record: Open }) {
  const t = texts.value
  const title = useRef<HTMLHeadingElement>(null)
  const { code, building, history, failure } = record

  // A card that opens is where reading goes on; a card that is merely brought up to date is not.
  useEffect(() => title.current?.focus({ preventScroll: true }), [code])
  useEffect(() => {
    if (!building || wantsReveal.peek() !== code) return
    wantsReveal.value = null
    revealOpen()
  }, [code, building !== null])

  return (
    <article class="card" aria-labelledby="card-title" aria-busy={!building && failure === 'none'}>
      <header class="card-head">
        <h2 id="card-title" class="visually-hidden" tabIndex={-1} ref={title}>
          {t.card.label(inFours(code))}
        </h2>
        <CodePlate code={code} dim={building !== null && building.status !== 'active'} />
        <button type="button" class="icon-button quiet" aria-label={t.card.close} title={t.card.close} onClick={() => open(null)}>
          <Icon name="close" />
        </button>
      </header>
      {failure !== 'none' && (
        <div class="trouble" role="alert">
          <p>{failure === 'not_found' ? t.card.notFound : t.card.failed}</p>
          {failure === 'failed' && (
            <button type="button" class="button" onClick={() => void reload()}>
              {t.card.retry}
            </button>
          )}
        </div>
      )}
      {!building && failure === 'none' && <p class="quiet-text">{t.card.loading}</p>}
      {building && (
        <>
          <Chips building={building} />
          <Standing building={building} />
          <nav class="card-links">
            {building.geometry && (
              <button type="button" class="button small" onClick={revealOpen}>
                <Icon name="locate" /> {t.card.onMap}
              </button>
            )}
            {(building.status === 'active' || building.status === 'reserved') && (
              <a class="button small" href={`/h/${code}/plate.svg`} target="_blank" rel="noopener">
                <Icon name="plate" /> {t.card.plate}
              </a>
            )}
            <a class="button small" href={`/h/${code}?lang=${lang.value}`} target="_blank" rel="noopener">
              {t.card.page}
            </a>
          </nav>
          {mayWrite.value && (building.status === 'active' || building.status === 'reserved') && <Tools building={building} />}
          {mayWrite.value && canRevive(building) && <ReviveTool />}
          <section aria-labelledby="facts-title">
            <h3 id="facts-title">{t.card.facts}</h3>
            {building.geometry ? <Facts building={building} /> : <p class="quiet-text">{t.card.noGeometry}</p>}
          </section>
        </>
      )}
      {building && <Dwellings code={code} active={building.status === 'active'} />}
      {building && building.status !== 'void' && <PeopleSection code={code} />}
      {building && <Lineage code={code} />}
      {history && (
        <section aria-labelledby="history-title">
          <h3 id="history-title">{t.card.history}</h3>
          <HistoryList events={history.events} />
        </section>
      )}
    </article>
  )
}

/** The sentence that matters when the code is not simply in force. */
function Standing({ building: b }: { building: Building }) {
  const t = texts.value
  const date = b.statusFrom ? showDate(b.statusFrom, lang.value) : t.none
  const sentence = { active: '', reserved: t.card.reserved(date), retired: t.card.retiredNote(date), void: t.card.voidNote }[b.status]
  return (
    <>
      {sentence && <p class="standing">{sentence}</p>}
      {b.successors.length > 0 && (
        <p class="standing">
          {t.card.successors}:{' '}
          {b.successors.map((s) => (
            <button key={s.code} type="button" class="link code" onClick={() => open(s.code)}>
              {inFours(s.code)}{' '}
              {s.share !== null && s.share < 1 && <small class="share">{t.life.percent(s.share)}</small>}
            </button>
          ))}
        </p>
      )}
    </>
  )
}

function Tools({ building }: { building: Building }) {
  const t = texts.value
  return (
    <div class="tools" role="group" aria-label={t.clerk.tools}>
      <button type="button" class="button primary" onClick={() => take('edit')}>
        <Icon name="pen" /> {t.clerk.edit}
      </button>
      {building.geometry && (
        <button type="button" class="button" onClick={() => take('outline')}>
          <Icon name="outline" /> {t.clerk.outline}
        </button>
      )}
      <LifeTools building={building} />
      <button type="button" class="button" onClick={() => take('transition')}>
        <Icon name="state" /> {t.clerk.transition}
      </button>
      <button type="button" class="button" aria-keyshortcuts="R" onClick={() => take('retire')}>
        <Icon name="retire" /> {t.clerk.retire}
      </button>
      <button type="button" class="button" onClick={() => take('void')}>
        <Icon name="void" /> {t.clerk.void}
      </button>
    </div>
  )
}
