// The outline under the pen, and what pen and keys do to it.
import { computed, signal } from '@preact/signals'
import type { Geometry, Position } from '../api/types'
import { shownMap } from '../map/current'
import type { Pen } from '../map/drawing'
import * as outline from '../map/outline'
import type { Outline, Sketch } from '../map/outline'
import { dirty, putDown } from '../view/desk'

/** Null while nobody draws. */
export const sketch = signal<Sketch | null>(null)

/** The finished outline as GeoJSON; null while it is not finished. */
export const drawn = computed<Geometry | null>(() => (sketch.value ? outline.toGeometry(sketch.value.now) : null))

/** The finished outline for saving; one whose corners are all set but that is not closed yet is closed now. */
export function takeDrawn(): Geometry | null {
  if (!drawn.peek()) steps.close()
  return drawn.peek()
}

export function startDrawing(shape: Outline['shape']): void {
  sketch.value = outline.begin(shape)
}

export function startAdjusting(geometry: Geometry): void {
  sketch.value = outline.fromGeometry(geometry)
}

export function stopDrawing(): void {
  sketch.value = null
}

export const steps = {
  place: (at: Position | undefined = shownMap.peek()?.center) => at && change((s) => outline.place(s, at)),
  close: () => change(outline.close),
  undo: () => change(outline.undo),
  choose: (direction: 1 | -1) => change((s) => outline.choose(s, direction)),
  remove: () => change((s) => (s.now.chosen ? outline.remove(s, s.now.chosen) : s)),
  again: () => change((s) => outline.begin(s.now.shape)),
}

export const pen: Pen = {
  outline: () => sketch.peek()?.now ?? null,
  place: (at) => steps.place(at),
  close: () => steps.close(),
  grab: (corner) => change((s) => outline.pick(s, corner)),
  drag: (corner, to, fresh) => change((s) => outline.move(s, corner, to, fresh)),
  split: (after, at) => change((s) => outline.insert(s, after, at)),
  key,
}

function change(step: (s: Sketch) => Sketch): void {
  const now = sketch.peek()
  if (!now) return
  sketch.value = step(now)
  if (sketch.value.touched) dirty.value = true
}

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function key(event: KeyboardEvent): boolean {
  const now = sketch.peek()?.now
  const map = shownMap.peek()
  if (!now || !map) return false
  const arrow = arrows[event.key]
  if (arrow) {
    const chosen = now.chosen
    const corner = chosen && outline.cornerAt(now, chosen)
    if (chosen && corner) {
      const pixels = event.shiftKey ? 10 : 1
      change((s) => outline.move(s, chosen, map.shift(corner, arrow[0] * pixels, arrow[1] * pixels)))
    } else {
      const pixels = event.shiftKey ? 80 : 10
      map.panBy(arrow[0] * pixels, arrow[1] * pixels)
    }
    return true
  }
  switch (event.key) {
    case ' ':
      steps.place()
      return true
    case 'Enter':
      if (now.shape === 'line') return false
      steps.close()
      return true
    case 'Backspace':
      steps.undo()
      return true
    case 'Delete':
      steps.remove()
      return true
    case 'n':
    case 'p':
      steps.choose(event.key === 'n' ? 1 : -1)
      return true
    case 'Escape':
      if (now.chosen) change((s) => outline.pick(s, null))
      else if (now.shape === 'line' && now.parts.length > 0) steps.undo()
      else putDown()
      return true
    default:
      return false
  }
}
