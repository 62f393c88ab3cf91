// The house in hand: what it needs, who lives in it, and the one button that most visits end with.
import { useEffect, useRef } from 'preact/hooks'
import * as work from '../api/work'
import { StateMark } from '../card/Chips'
import { TroubleBox } from '../clerk/TroubleBox'
import { useSubmission } from '../clerk/submission'
import { holding } from '../headcounts/draft'
import { words as countWords } from '../headcounts/texts'
import { lang, showDate, showInstant, texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { nameOf } from './HouseList'
import { MarkSign } from './MarkSign'
import { UndoBar, undo } from './UndoBar'
import { goOn, grid, heard, refresh, refused, take, toList, undoable, walk, zone } from './day'
import { type Inside, useInside } from './house'
import { isToday } from './need'
import { words } from './texts'

// A thumb that taps twice must not confirm the next house, which has not been looked at.
const settleTime = 450 // ms

export function HouseCard({ house }: { house: work.GridHouse }) {
  const t = words.value
  const title = useRef<HTMLHeadingElement>(null)
  const opened = useRef(performance.now())
  const inside = useInside(house.code)
  const submission = useSubmission()
  useEffect(() => title.current?.focus({ preventScroll: true }), [])
  useEffect(() => refused(submission.trouble), [submission.trouble])
  const name = nameOf(house)
  const countFirst = !house.needs.includes('confirm') && house.needs.includes('headcount')

  async function noChange(): Promise<void> {
    if (performance.now() - opened.current < settleTime) return
    const body: work.NewVisit = { code: house.code, result: 'no_change' }
    const answer = await submission.send(body, (key) => work.visit(body, key))
    if (!answer) return
    heard(answer.house)
    undoable.value = { visit: answer.visit.id, code: house.code, name }
    goOn(house.code)
    void refresh()
  }

  return (
    <article class="house" aria-labelledby="house-title">
      <header class="house-head">
        <button type="button" class="icon-button quiet" aria-label={t.back} title={t.back} onClick={toList}>
          <Icon name="left" />
        </button>
        <div class="house-name">
          <h2 id="house-title" tabIndex={-1} ref={title}>
            {name}
          </h2>
          <p class="quiet-text">
            {name !== inFours(house.code) && <span class="code">{inFours(house.code)} · </span>}
            {t.place(house.order + 1, walk.value.length)}
          </p>
        </div>
      </header>
      <div class="house-body">
        <TroubleBox trouble={submission.trouble} fields={[]} />
        <ul class="chips">
          {(house.needs.length > 0 ? house.needs : (['none'] as const)).map((need) => (
            <li key={need} class="chip">
              <MarkSign mark={need} named={false} /> {t.mark[need]}
            </li>
          ))}
          <li class="chip">
            <StateMark state={house.state} /> {texts.value.state[house.state]}
          </li>
        </ul>
        <LastVisit house={house} name={name} />
        <Living house={house} inside={inside} />
        <p class="house-more">
          <button type="button" class="link" onClick={() => take('propose', 'correction')}>
            {t.propose.correction}
          </button>
          <button type="button" class="link" onClick={() => take('propose', 'demolition')}>
            {t.propose.demolition}
          </button>
          <a class="link" href={`/#${house.code}`}>
            {t.openCard}
          </a>
        </p>
      </div>
      <footer class="act-bar">
        <UndoBar />
        <button type="button" class="button" onClick={() => take('visit')}>
          {t.other}
        </button>
        {countFirst ? (
          <button type="button" class="button primary main-act" onClick={() => take('count')}>
            <Icon name="people" /> {t.count}
          </button>
        ) : (
          <button type="button" class="button primary main-act" aria-disabled={submission.busy} onClick={() => void noChange()}>
            <Icon name="check" /> {t.noChange}
          </button>
        )}
      </footer>
    </article>
  )
}

function LastVisit({ house, name }: { house: work.GridHouse; name: string }) {
  const t = words.value
  const visit = house.lastVisit
  if (!visit) return <p class="quiet-text">{t.neverSeen}</p>
  const mine = visit.mine && isToday(visit.at, grid.value?.at ?? '', zone())
  return (
    <div class="last-visit">
      <p>
        {mine
          ? t.mineToday(t.result[visit.result], new Intl.DateTimeFormat(lang.value === 'zh' ? 'zh-Hans' : 'en', { timeStyle: 'short', timeZone: zone() }).format(new Date(visit.at)))
          : `${t.lastVisit}: ${showInstant(visit.at, lang.value, zone())} · ${t.result[visit.result]}`}
      </p>
      {visit.note && <p class="quiet-text">{visit.note}</p>}
      {house.confirmedTo && <p class="quiet-text">{t.confirmedTo(showDate(house.confirmedTo, lang.value))}</p>}
      {mine && undoable.value?.visit !== visit.id && (
        <button type="button" class="button" onClick={() => void undo(visit.id, name)}>
          <Icon name="undo" /> {t.undo}
        </button>
      )}
    </div>
  )
}

/** Dwellings with how many live in each; without dwellings the house's own number. */
function Living({ house, inside }: { house: work.GridHouse; inside: Inside }) {
  const t = words.value
  const c = countWords.value
  const today = info.value?.today ?? ''
  const active = inside.dwellings?.filter((d) => d.status === 'active') ?? []
  const own = active.length === 0 && inside.statements ? holding(inside.statements, house.code, today) : null
  const total = house.needs.includes('headcount') || house.heads === null ? c.noneStated : c.total(house.heads, house.dwellings)
  return (
    <section aria-labelledby="living-title">
      <h3 id="living-title">{c.people}</h3>
      <p>
        <strong>{total}</strong>
        {house.permits ? ` · ${c.permitsOf(house.permits)}` : ''}
        {own && <span class="quiet-text"> · {`${c.said[own.evidence]} ${c.since(showDate(own.from, lang.value))}`}</span>}
      </p>
      {inside.failed && (
        <p class="field-error">
          {c.failed}{' '}
          <button type="button" class="link" onClick={inside.reload}>
            {texts.value.card.retry}
          </button>
        </p>
      )}
      {active.length > 0 && (
        <ul class="living plain">
          {active.map((d) => {
            const said = inside.statements && holding(inside.statements, d.code, today)
            return (
              <li key={d.code}>
                <span>{d.label}</span>
                <strong>{said ? said.heads : texts.value.none}</strong>
                <span class="quiet-text">{said && `${c.said[said.evidence]} ${c.since(showDate(said.from, lang.value))}`}</span>
              </li>
            )
          })}
        </ul>
      )}
      {(house.needs.includes('confirm') || !house.needs.includes('headcount')) && (
        <button type="button" class="button start" onClick={() => take('count')}>
          <Icon name="people" /> {t.count}
        </button>
      )}
    </section>
  )
}
