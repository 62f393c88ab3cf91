// The cells taken in hand, and the steps back. One gesture, however many cells it touches, is one step.
import { computed, signal } from '@preact/signals'

/** A new object at every change; the set inside is the same one while a gesture lasts. */
export const chosen = signal<{ cells: ReadonlySet<string> }>({ cells: new Set() })
const past = signal<readonly ReadonlySet<string>[]>([])
export const canUndo = computed(() => past.value.length > 0)
export const count = computed(() => chosen.value.cells.size)

const mostSteps = 50
let gesture: Set<string> | null = null

/** Begins a gesture: what follows until its end is one step. */
export function begin(): void {
  past.value = [...past.peek(), chosen.peek().cells].slice(-mostSteps)
  gesture = new Set(chosen.peek().cells)
}

/** Adds cells to the gesture under way, or takes them out of it; tells which changed. */
export function touch(cells: Iterable<string>, add: boolean): string[] {
  if (!gesture) begin()
  const changed: string[] = []
  for (const cell of cells) {
    if (gesture!.has(cell) === add) continue
    if (add) gesture!.add(cell)
    else gesture!.delete(cell)
    changed.push(cell)
  }
  if (changed.length > 0) chosen.value = { cells: gesture! }
  return changed
}

/** Ends the gesture; one that changed nothing leaves no step. */
export function end(): void {
  const before = past.peek().at(-1)
  if (gesture && before && before.size === gesture.size && [...gesture].every((cell) => before.has(cell))) past.value = past.peek().slice(0, -1)
  gesture = null
}

/** One step by itself. */
export function choose(cells: Iterable<string>, add = true): void {
  begin()
  touch(cells, add)
  end()
}

export const toggle = (cell: string): void => choose([cell], !chosen.peek().cells.has(cell))

/** Puts these in the place of whatever was chosen. */
export function replace(cells: Iterable<string>): void {
  begin()
  const next = new Set(cells)
  touch([...chosen.peek().cells].filter((cell) => !next.has(cell)), false)
  touch(next, true)
  end()
}

export const clear = (): void => replace([])

export function undo(): void {
  const before = past.peek().at(-1)
  if (!before) return
  gesture = null
  past.value = past.peek().slice(0, -1)
  chosen.value = { cells: before }
}

/** After what was chosen has been dealt with, there is nothing to go back to. */
export function forget(): void {
  gesture = null
  past.value = []
  chosen.value = { cells: new Set() }
}
