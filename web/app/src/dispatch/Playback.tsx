import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Icon } from '../ui/Icon'
import { info, say } from '../view/desk'
import { firstDay } from '../time/days'
import { goTo, moment, timeOpen } from '../time/moment'
import { density } from './desk'
import { type Step, nextDay, startDay, stepMonths } from './playing'
import { words } from './texts'

/** How often the map has come to rest with all tiles drawn. */
export const drawn = signal(0)
export const playing = signal(false)
const step = signal<Step>('year')

const seen = 900 // ms that a day stays on the screen
const patience = 6000 // ms after which a day that does not come is passed over

/** The day on the screen has been counted and drawn. */
const ready = computed(() => density.value.state !== 'loading' && density.value.answer?.validOn === (moment.value.on ?? info.value?.today))

export function playOrPause(): void {
  const today = info.peek()?.today
  if (!today) return
  if (playing.peek()) {
    playing.value = false
    return
  }
  timeOpen.value = true
  const { on, known } = moment.peek()
  goTo({ on: startDay(on, firstDay(info.peek()?.since ?? today, today), today), known })
  playing.value = true
}

export function Playback() {
  const w = words.value
  const on = moment.value.on
  const today = info.value?.today

  useEffect(() => {
    if (!playing.value || !today) return
    const begun = Date.now()
    const before = drawn.peek()
    const timer = setInterval(() => {
      const waited = Date.now() - begun
      if (waited < seen || ((!ready.peek() || drawn.peek() === before) && waited < patience)) return
      clearInterval(timer)
      const next = on === null ? null : nextDay(on, today, step.peek())
      goTo({ on: next, known: moment.peek().known })
      if (next === null) {
        playing.value = false
        say(words.peek().ended)
      }
    }, 50)
    return () => clearInterval(timer)
  }, [playing.value, on, today])
  // Whoever leaves the time bar has seen enough.
  useEffect(() => () => void (playing.value = false), [])

  return (
    <div class="playback">
      <button type="button" class="button" aria-pressed={playing.value} aria-keyshortcuts="P" onClick={playOrPause}>
        <Icon name={playing.value ? 'pause' : 'play'} /> {playing.value ? w.pause : w.play}
      </button>
      <label>
        <span>{w.step}</span>
        <select value={step.value} onChange={(event) => (step.value = event.currentTarget.value as Step)}>
          {(Object.keys(stepMonths) as Step[]).map((name) => (
            <option key={name} value={name}>
              {w.steps[name]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
