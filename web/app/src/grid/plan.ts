// A division that is only a plan: who would get which cells, what that would be like, and what a person's own
// adjustments make of it. Pure; the server made the plan and applies it.
import type { Load, Measure, NewAssignment, PersonRef, Proposal } from '../api/grid'
import type { Lattice } from './lattice'

export interface PlanTerritory {
  number: number
  /** Null while nobody has been named for it. */
  person: PersonRef | null
  cells: ReadonlySet<string>
}

export interface Plan {
  territories: readonly PlanTerritory[]
  measure: Measure
  problems: Proposal['problems']
  /** The server's word on compactness holds until a hand has changed something. */
  compactness: number | null
}

export interface PlanMetrics {
  maxOverMean: number
  minOverMean: number
  contiguous: boolean
  compactness: number | null
  changedHouses: number
  changedShare: number
}

type LoadOf = (cells: Iterable<string>) => Load

/** People keep their numbers, so that they keep their colours; newcomers get numbers beyond all of them. */
export function planOf(proposal: Proposal, numbers: ReadonlyMap<string, number>): Plan {
  let free = Math.max(-1, ...numbers.values())
  const territories = proposal.territories.map(({ person, cells }): PlanTerritory => {
    const known = person?.name === undefined ? undefined : numbers.get(person.name)
    return { number: known ?? ++free, person, cells: new Set(cells) }
  })
  return { territories, measure: proposal.measure, problems: proposal.problems, compactness: proposal.metrics.compactness }
}

/** Gives cells to another of the plan's territories. Cells that no territory has are none of the plan's. */
export function move(plan: Plan, cells: ReadonlySet<string>, to: number): Plan {
  const taken = new Set<string>()
  const rest = plan.territories.map((t) => {
    if (t.number === to || ![...t.cells].some((cell) => cells.has(cell))) return t
    const kept = new Set<string>()
    for (const cell of t.cells) (cells.has(cell) ? taken : kept).add(cell)
    return { ...t, cells: kept }
  })
  if (taken.size === 0) return plan
  return { ...plan, compactness: null, territories: rest.map((t) => (t.number === to ? { ...t, cells: new Set([...t.cells, ...taken]) } : t)) }
}

export const name = (plan: Plan, number: number, person: PersonRef | null): Plan => ({
  ...plan,
  territories: plan.territories.map((t) => (t.number === number ? { ...t, person } : t)),
})

export function ownersOf(plan: Plan): Map<string, number> {
  const owners = new Map<string, number>()
  for (const { number, cells } of plan.territories) for (const cell of cells) owners.set(cell, number)
  return owners
}

/** `before` says who has a cell today, by number. Only houses that somebody has today can change hands. */
export function metricsOf(plan: Plan, before: ReadonlyMap<string, number>, lattice: Lattice, loadOf: LoadOf): PlanMetrics {
  const loads = plan.territories.map((t) => loadOf(t.cells)[plan.measure] ?? 0)
  const mean = loads.reduce((a, b) => a + b, 0) / Math.max(1, loads.length)
  let [changed, held] = [0, 0]
  for (const { number, cells } of plan.territories) {
    for (const cell of cells) {
      const now = before.get(cell)
      if (now === undefined) continue
      const { houses } = loadOf([cell])
      held += houses
      if (now !== number) changed += houses
    }
  }
  return {
    maxOverMean: mean > 0 ? Math.max(...loads) / mean : 1,
    minOverMean: mean > 0 ? Math.min(...loads) / mean : 1,
    contiguous: contiguous(plan, lattice),
    compactness: plan.compactness,
    changedHouses: changed,
    changedShare: held > 0 ? changed / held : 0,
  }
}

/** Whether each territory is in one piece within each connected piece of the whole area. */
function contiguous(plan: Plan, lattice: Lattice): boolean {
  const owners = ownersOf(plan)
  const beside = new Map<string, string[]>()
  for (const cell of owners.keys()) beside.set(cell, lattice.beyond(cell).filter((other) => other !== null && owners.has(other)) as string[])
  const area = pieces(beside, () => true)
  const own = pieces(beside, (a, b) => owners.get(a) === owners.get(b))
  const first = new Map<string, number>()
  for (const [cell, owner] of owners) {
    const key = `${area.get(cell)} ${owner}`
    const piece = own.get(cell)!
    if (first.has(key) && first.get(key) !== piece) return false
    first.set(key, piece)
  }
  return true
}

/** For each cell the number of its piece, where neighbours hold together as `joined` says. */
function pieces(beside: ReadonlyMap<string, readonly string[]>, joined: (a: string, b: string) => boolean): Map<string, number> {
  const piece = new Map<string, number>()
  let next = 0
  for (const start of beside.keys()) {
    if (piece.has(start)) continue
    const waiting = [start]
    piece.set(start, next)
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      for (const other of beside.get(cell)!) {
        if (piece.has(other) || !joined(cell, other)) continue
        piece.set(other, next)
        waiting.push(other)
      }
    }
    next++
  }
  return piece
}

/** Those that nobody has been named for. */
export const unnamed = (plan: Plan): readonly PlanTerritory[] => plan.territories.filter((t) => !t.person?.name && t.cells.size > 0)

/** The plan as one change of assignments; null while a territory has nobody. */
export function toAssignment(plan: Plan, from: string | null, reason: string): NewAssignment | null {
  if (unnamed(plan).length > 0) return null
  const parts = plan.territories.filter((t) => t.cells.size > 0).map((t) => ({ person: t.person!.name!, cells: [...t.cells] }))
  return { role: 'officer', plan: parts, reason, ...(from ? { from } : {}) }
}
