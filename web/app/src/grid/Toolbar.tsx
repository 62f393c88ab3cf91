// The tools on the map: how cells are taken in hand, how many are, and the steps back.
import type { Tool } from '../map/grid-map'
import { Icon } from '../ui/Icon'
import * as selection from './selection'
import { loadOf } from './state'
import { t } from './texts'
import { type IconName } from '../ui/Icon'
import { brush, brushes, closeRing, ring, takeBackCorner, taking, tool } from './tools'

const tools: readonly (readonly [Tool, IconName])[] = [
  ['pick', 'pick'],
  ['brush', 'brush'],
  ['lasso', 'lasso'],
  ['polygon', 'outline'],
]

export function Toolbar() {
  const m = t.value.tools
  const trail = ring.value?.now.trail.length ?? 0
  const n = selection.count.value
  return (
    <section class="grid-tools" aria-label={m.label}>
      <div class="segmented icons" role="group" aria-label={m.tool}>
        {tools.map(([name, icon]) => (
          <button key={name} type="button" aria-pressed={tool.value === name} aria-label={m.names[name]} title={m.hints[name]} onClick={() => (tool.value = name)}>
            <Icon name={icon} />
          </button>
        ))}
      </div>
      <div class="segmented icons" role="group" aria-label={m.mode}>
        <button type="button" aria-pressed={!taking.value} aria-label={m.add} title={m.add} onClick={() => (taking.value = false)}>
          <Icon name="plus" />
        </button>
        <button type="button" aria-pressed={taking.value} aria-label={m.remove} title={m.remove} onClick={() => (taking.value = true)}>
          <Icon name="minus" />
        </button>
      </div>
      {tool.value === 'brush' && (
        <label class="grid-brush">
          <span class="visually-hidden">{m.brush}</span>
          <select value={`${brush.value}`} title={m.brush} onChange={(event) => (brush.value = Number(event.currentTarget.value))}>
            {brushes.map((size, i) => (
              <option key={size} value={`${size}`}>
                {m.brushSizes[i]}
              </option>
            ))}
          </select>
        </label>
      )}
      {trail > 0 && (
        <>
          <button type="button" class="button small" onClick={takeBackCorner}>
            {m.cornerBack}
          </button>
          <button type="button" class="button small" aria-disabled={trail < 3} onClick={closeRing}>
            <Icon name="check" /> {m.close}
          </button>
        </>
      )}
      <button type="button" class="icon-button" aria-label={m.undo} title={m.undo} aria-disabled={!selection.canUndo.value} onClick={selection.undo}>
        <Icon name="undo" />
      </button>
      <p class="grid-count" role="status">
        {n === 0 ? (trail > 0 ? m.corners(trail) : m.none) : t.value.load(loadOf(selection.chosen.value.cells))}
      </p>
    </section>
  )
}
