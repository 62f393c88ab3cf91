// What the pointer rests on, beside the pointer's way: the cell's numbers at once, who answers there a moment later. The
// list and the card say the same to those who hold no mouse.
import { useEffect, useState } from 'preact/hooks'
import { account } from '../view/desk'
import { Answers } from './CellCard'
import * as api from './api'
import { cells, pointed, settings, visible } from './desk'
import { figureOf } from './measures'
import { words } from './texts'

const rest = 180 // ms on a cell before anybody is asked

export function Hover() {
  const w = words.value
  const cell = pointed.value
  const sums = cell === null ? undefined : cells.value.find((c) => c.cell === cell)
  const [who, setWho] = useState<api.CellInfo | null>(null)

  useEffect(() => {
    setWho(null)
    if (cell === null) return
    const run = new AbortController()
    const timer = setTimeout(() => api.cellInfo(cell, run.signal).then(setWho, () => undefined), rest)
    return () => {
      clearTimeout(timer)
      run.abort()
    }
  }, [cell, account.value?.name])

  if (!sums || sums.cell === settings.value.cell) return null
  const answers = who && who.cell === cell && (who.officer || who.administrator) ? who : null
  return (
    <aside class="hover" inert>
      <dl class="facts">
        {visible.value.map((measure) => (
          <div key={measure}>
            <dt>{w.measure[measure]}</dt>
            <dd>{figureOf(sums, measure, w)}</dd>
          </div>
        ))}
        {answers && <Answers role={w.officer} person={answers.officer} note="" />}
        {answers && <Answers role={w.administrator} person={answers.administrator} note="" />}
      </dl>
    </aside>
  )
}
