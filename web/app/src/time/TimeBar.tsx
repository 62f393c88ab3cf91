// The time bar on the map: a day by date, by slider or by steps, and the banner that says which town this is.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang, showDate, texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { firstDay, toDay, toNumber, yearMarks } from './days'
import { elsewhen, goTo, moment, readDay, timeOpen } from './moment'

/** Which town is on the screen, when it is not today's; where the page edits, also that it does not now. */
export function TimeBanner({ editing = true }: { editing?: boolean }) {
  const t = texts.value
  const { on, known } = moment.value
  if (!elsewhen.value) return null
  const day = showDate(on ?? info.value?.today ?? '', lang.value)
  return (
    <div class="time-banner" role="status">
      <p>
        <strong>{t.life.townOn(day)}</strong>
        {known && <span>{t.life.asKnown(showDate(known, lang.value))}</span>}
        {editing && <span class="time-banner-off">{t.life.editingOff}</span>}
      </p>
      <button type="button" class="button small" onClick={() => goTo({ on: null, known: null })}>
        {t.life.backToToday}
      </button>
    </div>
  )
}

/** With children: what the page puts between slider and dates, as playing the years. */
export function TimeBar({ children }: { children?: ComponentChildren }) {
  const t = texts.value
  const today = info.value?.today
  if (!today) return null
  if (!timeOpen.value) {
    return (
      <button type="button" class="button time-open" aria-keyshortcuts="T" aria-expanded={false} onClick={() => (timeOpen.value = true)}>
        <Icon name="clock" /> {t.life.time}
      </button>
    )
  }
  return <Bar today={today}>{children}</Bar>
}

const pause = 120 // ms between a movement of the slider and the town that follows

function Bar({ today, children }: { today: string; children?: ComponentChildren }) {
  const t = texts.value
  const { on, known } = moment.value
  const first = firstDay(info.value?.since ?? today, today)
  const last = on !== null && on > today ? on : today
  const shown = on ?? today
  // The thumb follows the hand at once; the town follows when the hand rests.
  const [held, setHeld] = useState<number | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const at = held ?? toNumber(shown)

  const choose = (day: string | null) => {
    clearTimeout(timer.current)
    setHeld(null)
    goTo({ on: day === today ? null : day, known })
  }
  const slide = (value: number) => {
    setHeld(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => choose(toDay(value)), pause)
  }

  return (
    <section class="time-bar" aria-label={t.life.timeLabel}>
      <div class="time-slide">
        <input
          type="range"
          class="time-range"
          aria-label={t.life.slider}
          aria-valuetext={showDate(toDay(at), lang.value)}
          min={Math.min(toNumber(first), toNumber(shown))}
          max={toNumber(last)}
          step={1}
          value={at}
          onInput={(event) => slide(Number(event.currentTarget.value))}
        />
        <div class="time-years" aria-hidden="true">
          {yearMarks(first, last).map(({ year, at: place }) => (
            <span key={year} style={{ left: `${place * 100}%` }}>
              {year}
            </span>
          ))}
        </div>
      </div>
      {children}
      <div class="time-fields">
        <label>
          <span>{t.life.day}</span>
          <input
            type="date"
            value={toDay(at)}
            onChange={(event) => {
              const day = readDay(event.currentTarget.value)
              if (day) choose(day)
            }}
          />
        </label>
        <label>
          <span>{t.life.knownOn}</span>
          <input
            type="date"
            value={known ?? ''}
            max={today}
            onChange={(event) => {
              const day = readDay(event.currentTarget.value)
              if (day || event.currentTarget.value === '') goTo({ on, known: day === today ? null : day })
            }}
          />
        </label>
        <button type="button" class="button" aria-disabled={!elsewhen.value} onClick={() => (setHeld(null), goTo({ on: null, known: null }))}>
          {t.life.today}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t.life.closeTime}
          title={t.life.closeTime}
          onClick={() => {
            goTo({ on: null, known: null })
            timeOpen.value = false
          }}
        >
          <Icon name="close" />
        </button>
      </div>
    </section>
  )
}
