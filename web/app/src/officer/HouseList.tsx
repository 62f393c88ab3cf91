// The houses in the order in which to walk, with how far the day has come. One stop for Tab, arrows inside; pointing at a
// line rings the house on the map.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { GridHouse } from '../api/work'
import { lang, showDate, texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { MarkSign } from './MarkSign'
import { Proposals } from './Proposals'
import { UndoBar } from './UndoBar'
import { type Filter, filter, goOn, grid, open, openCode, pointed, take, toDo, walk } from './day'
import { markOf, progress } from './need'
import { words } from './texts'

const page = 60
const filters: readonly Filter[] = ['open', 'all', 'proposals']

export function HouseList() {
  const t = words.value
  const now = grid.value!
  const title = useRef<HTMLHeadingElement>(null)
  const came = useRef(false)
  // Coming back from a house, reading goes on here; the first load leaves the focus where it is.
  useEffect(() => {
    if (came.current || history.length > 1) title.current?.focus({ preventScroll: true })
    came.current = true
  }, [])
  const counts = { open: toDo.value.length, all: walk.value.length, proposals: now.proposals.length }
  return (
    <section class="walk" aria-labelledby="walk-title">
      <header class="walk-head">
        <h2 id="walk-title" class="visually-hidden" tabIndex={-1} ref={title}>
          {t.list}
        </h2>
        <Progress />
        <div class="segmented wide" role="group" aria-label={t.filterLabel}>
          {filters.map((f) => (
            <button key={f} type="button" aria-pressed={filter.value === f} onClick={() => (filter.value = f)}>
              {t.filters[f](counts[f])}
            </button>
          ))}
        </div>
      </header>
      <div class="walk-body">{filter.value === 'proposals' ? <Proposals /> : <Houses houses={filter.value === 'open' ? toDo.value : walk.value} />}</div>
      <footer class="act-bar">
        <UndoBar />
        <button type="button" class="button" onClick={() => take('propose', 'new_building')}>
          <Icon name="draw" /> {t.newHouse}
        </button>
        {toDo.value.length > 0 && (
          <button type="button" class="button primary main-act" onClick={() => goOn(openCode.peek())}>
            {now.today.confirmed === 0 ? t.start : t.goOn}
          </button>
        )}
      </footer>
    </section>
  )
}

function Progress() {
  const t = words.value
  const { today } = grid.value!
  const part = progress(today)
  return (
    <div class="day">
      <p id="day-words">{t.progress(today.confirmed, today.open)}</p>
      <progress aria-label={t.progressLabel} max={1} value={part} />
    </div>
  )
}

function Houses({ houses }: { houses: GridHouse[] }) {
  const t = words.value
  const list = useRef<HTMLOListElement>(null)
  const [at, setAt] = useState(0)
  const [shown, setShown] = useState(page)
  if (walk.value.length === 0) return <Note title={t.noHouses} text={t.noHousesHint} />
  if (houses.length === 0) return <Note title={t.allDone} text={t.allDoneHint(grid.value!.today.confirmed)} />
  const rows = houses.slice(0, shown)
  const stop = Math.min(at, rows.length - 1)

  function keyDown(event: KeyboardEvent): void {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(rows.length - 1, to))
    setAt(next)
    list.current?.querySelectorAll<HTMLElement>('.stop')[next]?.focus()
  }

  return (
    <>
      <ol class="rows stops" ref={list} onKeyDown={keyDown} onPointerLeave={() => (pointed.value = null)} aria-describedby="walk-hint">
        {rows.map((house, index) => (
          <li key={house.code}>
            <button
              type="button"
              class="row stop"
              tabIndex={index === stop ? 0 : -1}
              onFocus={() => {
                setAt(index)
                pointed.value = house.code
              }}
              onBlur={() => (pointed.value = null)}
              onPointerEnter={() => (pointed.value = house.code)}
              onClick={() => open(house.code)}
            >
              <MarkSign mark={markOf(house)} />
              <span class="stop-words">
                <span class="row-main">{nameOf(house)}</span>
                <span class="stop-side">{sideOf(house)}</span>
              </span>
              <span class="stop-order" aria-hidden="true">
                {house.order + 1}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p class="visually-hidden" id="walk-hint">
        {t.listHint}
      </p>
      {rows.length < houses.length && (
        <button type="button" class="button more" onClick={() => setShown(shown + 2 * page)}>
          {t.more(Math.min(2 * page, houses.length - rows.length))}
        </button>
      )}
    </>
  )
}

const Note = ({ title, text }: { title: string; text: string }) => (
  <div class="walk-note" role="status">
    <strong>{title}</strong>
    <p>{text}</p>
  </div>
)

/** What people call the house; without a name its code, which hangs beside the door. */
export const nameOf = (house: Pick<GridHouse, 'name' | 'address' | 'code'>): string => house.address || house.name || inFours(house.code)

/** In a line: how many live there, when somebody last looked. */
function sideOf(house: GridHouse): string {
  const t = words.value
  const people = house.needs.includes('headcount') || house.heads === null ? t.headsUnknown : t.heads(house.heads)
  const visit = house.lastVisit ? t.seen(showDate(house.lastVisit.at.slice(0, 10), lang.value)) : t.neverSeen
  return [house.dwellings > 0 ? t.dwellings(house.dwellings) : '', people, visit].filter(Boolean).join(' · ') || texts.value.none
}
