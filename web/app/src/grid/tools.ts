// What hands on the map mean here: taking cells in hand by click, brush, lasso and polygon, or by keys at the cross.
import { effect, signal } from '@preact/signals'
import type { Position } from '../api/types'
import type { Pen } from '../map/drawing'
import type { GridMap, Hands, Tool } from '../map/grid-map'
import * as outline from '../map/outline'
import type { Sketch } from '../map/outline'
import * as selection from './selection'
import { lattice, mayChange, owners } from './state'

export const map = signal<GridMap | null>(null)
export const tool = signal<Tool>('pick')
/** True while hands take cells out of the selection. */
export const taking = signal(false)
/** The brush's radius in pixels. */
export const brush = signal(24)
/** The ring under the pen, of the lasso's and the polygon's keys and clicks. */
export const ring = signal<Sketch | null>(null)

export const brushes = [12, 24, 48, 96] as const

const draws = (now: Tool) => now === 'polygon' || now === 'lasso'

/** A new tool begins with nothing drawn. */
export const watchTool = (): (() => void) =>
  effect(() => {
    ring.value = mayChange.value && draws(tool.value) ? outline.begin('polygon') : null
  })

export const hands: Hands = {
  tool: () => (mayChange.peek() ? tool.peek() : 'pick'),
  pick: (at) => pick(at),
  press(at) {
    selection.begin()
    paint(at, at)
  },
  stroke: paint,
  release: selection.end,
  lasso: (points) => take(lattice.peek().within(points)),
  key,
}

/** Without leave to change anything a click still tells whose cell it is: the territory is marked in the list. */
export const pointedAt = signal<number | null>(null)

function pick(at: Position): void {
  const cell = lattice.peek().at(at)
  pointedAt.value = cell === null ? null : (owners.peek().get(cell) ?? null)
  if (cell !== null && mayChange.peek()) selection.toggle(cell)
}

/** Everything under the brush on the way from one place to the other. */
function paint(from: Position, to: Position): void {
  const now = map.peek()
  if (!now) return
  const radius = now.metresOf(brush.peek())
  const pattern = lattice.peek()
  const steps = Math.max(1, Math.ceil(metres(from, to) / (radius * 0.7)))
  const cells = new Set<string>()
  for (let i = 0; i <= steps; i++) {
    const at: Position = [from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps]
    for (const cell of pattern.near(at, radius)) cells.add(cell)
  }
  selection.touch(cells, !taking.peek())
}

const metres = (a: Position, b: Position) => Math.hypot((b[0] - a[0]) * Math.cos((a[1] * Math.PI) / 180), b[1] - a[1]) * 111_195

export const take = (cells: Iterable<string>): void => selection.choose(cells, !taking.peek())

/** What the tool does at the middle of the map: for keys, and for thumbs by a button. */
export function atCross(): void {
  const at = map.peek()?.center
  if (!at || !mayChange.peek()) return
  switch (tool.peek()) {
    case 'pick':
      return pick(at)
    case 'brush':
      selection.begin()
      paint(at, at)
      return selection.end()
    default:
      change((s) => outline.place(s, at))
  }
}

/** Closes the ring under the pen and takes what lies in it. */
export function closeRing(): void {
  const now = ring.peek()
  if (!now || now.now.trail.length < 3) return
  take(lattice.peek().within(now.now.trail))
  ring.value = outline.begin('polygon')
}

export const takeBackCorner = (): void => change(outline.undo)

function change(step: (s: Sketch) => Sketch): void {
  const now = ring.peek()
  if (now) ring.value = step(now)
}

export const pen: Pen = {
  outline: () => ring.peek()?.now ?? null,
  place: (at) => tool.peek() === 'polygon' && change((s) => outline.place(s, at)),
  close: closeRing,
  grab: () => undefined,
  drag: () => undefined,
  split: () => undefined,
  key: () => false, // all keys come by the hands
}

const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function key(event: KeyboardEvent): boolean {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
    selection.undo()
    return true
  }
  if (event.ctrlKey || event.metaKey) return false
  const arrow = arrows[event.key]
  if (arrow) {
    const pixels = event.shiftKey ? 100 : 20
    map.peek()?.panBy(arrow[0] * pixels, arrow[1] * pixels)
    return true
  }
  const drawing = ring.peek()
  switch (event.key) {
    case ' ':
      atCross()
      return true
    case 'Enter':
      closeRing()
      return drawing !== null
    case 'Backspace':
      if (drawing && drawing.now.trail.length > 0) takeBackCorner()
      else selection.undo()
      return true
    case 'Escape':
      if (!drawing || drawing.now.trail.length === 0) return false
      ring.value = outline.begin('polygon')
      return true
    default:
      return false
  }
}
