// What becomes of a dwelling when its building ends, as one choice of a list: "end", "stay", "move:0" to the first new
// building of the event, "recreate:112345678973" under a new code in a building that stays.
import type { Disposition, Dwelling } from '../api/life'

export type Choice = '' | 'end' | 'stay' | `${'move' | 'recreate'}:${string}`

/** Null for what needs no word: it stays, or nobody has decided. */
export function dispositionOf(dwelling: string, choice: Choice, label = ''): Disposition | null {
  if (choice === '' || choice === 'stay') return null
  if (choice === 'end') return { dwelling, action: 'end' }
  const [action, to] = choice.split(':') as ['move' | 'recreate', string]
  const target = /^\d{1,3}$/.test(to) ? { child: Number(to) } : { code: to }
  return { dwelling, action, to: target, ...(label.trim() ? { label: label.trim() } : {}) }
}

/** The choices that can still be chosen; others fall back to the given one. */
export function settled(dwellings: readonly Dwelling[], chosen: Readonly<Record<string, Choice>>, options: readonly Choice[], fallback: Choice): Record<string, Choice> {
  return Object.fromEntries(
    dwellings.map(({ code }) => {
      const choice = chosen[code]
      return [code, choice !== undefined && options.includes(choice) ? choice : fallback]
    }),
  )
}

/** Dwellings whose label another one, of an earlier house, has too: they cannot all keep it in one building. */
export function clashes(houses: readonly (readonly Dwelling[])[]): Dwelling[] {
  const seen = new Set<string>()
  const all: Dwelling[] = []
  for (const dwelling of houses.flat()) {
    if (seen.has(dwelling.label)) all.push(dwelling)
    seen.add(dwelling.label)
  }
  return all
}

/** A label that nobody has yet: 101 becomes 101-2. */
export function freshLabel(label: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) {
    const next = `${label}-${n}`
    if (!taken.has(next)) return next
  }
}
