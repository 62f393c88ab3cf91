// The cells in view from the fullest on, in step with the map: pointing at a line lights up the cell, and the other way.
import { useEffect, useRef, useState } from 'preact/hooks'
import { CellTable } from './CellTable'
import type { CellSums } from './api'
import { classOf } from './classes'
import { cells, choose, density, map, pointed, set, settings, shading } from './desk'
import { retry } from './follow'
import { figureOf, ranked, valueOf } from './measures'
import { tokensOf } from './ramp'
import { words } from './texts'

const most = 50

export function Ranked() {
  const w = words.value
  const { measure, table } = settings.value
  const { state, answer } = density.value
  const all = ranked(cells.value, measure)
  const total = answer?.total[measure]
  return (
    <section class="ranked" aria-labelledby="ranked-title" aria-busy={state === 'loading'}>
      <header class="panel-head">
        <h2 id="ranked-title">{w.list}</h2>
        {all.length > 0 && (
          <button type="button" class="button small" aria-keyshortcuts="B" aria-pressed={table} onClick={() => set({ table: !table })}>
            {table ? w.listShow : w.tableShow}
          </button>
        )}
      </header>
      <p class="inview-count" role="status">
        {state === 'failed' ? w.failed : !answer ? w.loading : all.length === 0 ? (answer.cells.length > 0 ? w.noneOf(w.measure[measure]) : w.empty) : `${w.updated(answer.cells.length)} · ${typeof total === 'number' ? w.amount[measure](total) : w.hidden}`}
      </p>
      {state === 'failed' && (
        <button type="button" class="button" onClick={retry}>
          {w.retry}
        </button>
      )}
      {answer?.cells.length === 0 && state !== 'failed' && <p class="quiet-text">{w.emptyHint}</p>}
      {answer && !answer.visible.includes('population') && <p class="quiet-text">{w.populationHidden}</p>}
      {all.length > 0 && (table ? <CellTable cells={all} answer={answer!} /> : <Rows all={all} />)}
    </section>
  )
}

function Rows({ all }: { all: CellSums[] }) {
  const w = words.value
  const { measure, ramp, cell: open } = settings.value
  const { breaks, most: fullest } = shading.value
  const tokens = tokensOf(ramp, breaks.length + 1)
  const shown = all.slice(0, most)
  const list = useRef<HTMLOListElement>(null)
  const [at, setAt] = useState(0)
  const stop = Math.min(at, shown.length - 1)
  const over = pointed.value

  // What the pointer finds on the map comes into sight in the list, unless the list itself is being walked.
  useEffect(() => {
    if (over === null || list.current?.contains(document.activeElement) || list.current?.matches(':hover')) return
    list.current?.querySelector(`[data-cell="${over}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [over])

  function keyDown(event: KeyboardEvent): void {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: shown.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(shown.length - 1, to))
    setAt(next)
    list.current?.querySelectorAll<HTMLElement>('button')[next]?.focus()
  }

  const point = (cell: string | null) => {
    pointed.value = cell
    map.peek()?.hint(cell)
  }

  return (
    <>
      <ol class="rows cells" id="cells" ref={list} onKeyDown={keyDown} onPointerLeave={() => point(null)}>
        {shown.map((cell, index) => {
          const value = valueOf(cell, measure)
          return (
            <li key={cell.cell}>
              <button
                type="button"
                class={`row${over === cell.cell ? ' over' : ''}`}
                data-cell={cell.cell}
                tabIndex={index === stop ? 0 : -1}
                aria-current={open === cell.cell}
                aria-describedby="cells-hint"
                onFocus={() => {
                  setAt(index)
                  point(cell.cell)
                }}
                onBlur={() => point(null)}
                onPointerEnter={() => point(cell.cell)}
                onClick={() => choose(cell.cell, null)}
              >
                <span class="cell-rank">{index + 1}</span>
                <span class={`swatch${value === null ? ' few' : ''}`} style={value === null ? {} : { background: `var(${tokens[classOf(value, breaks)]})` }} aria-hidden="true" />
                <span class="row-main">{value === null ? figureOf(cell, measure, w) : w.amount[measure](value)}</span>
                <span class="cell-bar" aria-hidden="true">
                  <span style={{ width: `${value === null ? 0 : (100 * value) / Math.max(1, fullest)}%` }} />
                </span>
                <span class="code">{cell.cell}</span>
              </button>
            </li>
          )
        })}
      </ol>
      <p class="visually-hidden" id="cells-hint">
        {w.listHint}
      </p>
      {all.length > most && <p class="quiet-text">{w.more(all.length - most)}</p>}
    </>
  )
}
