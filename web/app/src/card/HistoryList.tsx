// What happened to the building, newest first: what, when, by whom, why.
import { useState } from 'preact/hooks'
import type { RegistryEvent } from '../api/types'
import { lang, showDate, showInstant, texts } from '../i18n'
import { canRevert, startReverting } from '../life/reverting'
import { mayWrite } from '../time/moment'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { changeLines } from './change'

const page = 10

export function HistoryList({ events }: { events: RegistryEvent[] }) {
  const t = texts.value
  const [shown, setShown] = useState(page)
  return (
    <>
      <ol class="history">
        {events.slice(0, shown).map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
      {events.length > shown && (
        <button type="button" class="button" onClick={() => setShown(shown + 5 * page)}>
          {t.card.loadMore}
        </button>
      )}
    </>
  )
}

function Entry({ event }: { event: RegistryEvent }) {
  const t = texts.value
  const l = lang.value
  const lines = event.type === 'register' || event.type === 'import' ? [] : changeLines(event.changes, t)
  return (
    <li>
      <p class="event-head">
        <strong>{t.event[event.type] ?? event.type}</strong>
        {event.validFrom && <span>{t.card.from(showDate(event.validFrom, l))}</span>}
      </p>
      {lines.length > 0 && (
        <ul class="changes">
          {lines.map((line) => (
            <li key={line.field}>
              {line.said || (
                <>
                  <span class="quiet-text">{line.label}</span> {line.from} <span aria-hidden="true">→</span>
                  <span class="visually-hidden">:</span> <strong>{line.to}</strong>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {event.reason && <p class="event-reason">{event.reason}</p>}
      {event.document && (
        <p class="quiet-text">
          {t.card.document}: {event.document}
        </p>
      )}
      <p class="quiet-text">
        <time dateTime={event.at}>{showInstant(event.at, l, info.value?.timezone ?? 'UTC')}</time> {event.actor && t.card.by(event.actor)}
      </p>
      {mayWrite.value && canRevert(event) && (
        <button type="button" class="link revert" aria-label={t.life.revertThis(t.event[event.type] ?? event.type)} onClick={() => startReverting(event)}>
          <Icon name="undo" /> {t.life.revert}
        </button>
      )}
    </li>
  )
}
