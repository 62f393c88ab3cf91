// What the assignment map shows: who has which cells at an instant, what the cells hold, and where nobody is. Only the
// functions here ask the server for it.
import { batch, computed, effect, signal } from '@preact/signals'
import * as grid from '../api/grid'
import type { CellFigures, Gap, GridRole, Load, PersonRef, Territory } from '../api/grid'
import { ProblemError } from '../api/http'
import type { Bounds, Role } from '../api/types'
import { account, info } from '../view/desk'
import { Lattice } from './lattice'
import { type Look, looksOf, touching } from './colouring'

export type Tab = 'territories' | 'assign' | 'gaps' | 'absences' | 'plan' | 'files' | 'access'

export const tab = signal<Tab>('territories')
/** Whose territories: officers' or administrators'. */
export const role = signal<GridRole>('officer')
/** The instant shown; null is now. */
export const at = signal<string | null>(null)

export const territories = signal<Territory[] | null>(null)
export const figures = signal<ReadonlyMap<string, CellFigures>>(new Map())
export const gaps = signal<{ list: Gap[]; total: number; at: string } | null>(null)
export type Failure = 'none' | 'forbidden' | 'failed'
export const failure = signal<Failure>('none')
export const loading = signal(false)

const has = (...roles: Role[]) => roles.some((r) => account.value?.roles.includes(r))
/** May give and take cells: the operator everywhere, an administrator in their own. */
export const mayAssign = computed(() => has('operator', 'administrator'))
/** May give and take administrators. */
export const mayAssignAll = computed(() => has('operator'))
/** Changes begin now or later, and from the town as it is. */
export const mayChange = computed(() => mayAssign.value && (at.value === null || at.value > new Date().toISOString()) && (role.value === 'officer' || mayAssignAll.value))

/** Cells that came in by a choice and are in none of the lists. */
const others = signal<ReadonlySet<string>>(new Set())

let pattern = new Lattice([])

/** All cells that are known. The same cells are the same pattern, which is long in the making. */
export const lattice = computed(() => {
  const all = new Set<string>(others.value)
  for (const territory of territories.value ?? []) for (const cell of territory.cells) all.add(cell)
  for (const cell of figures.value.keys()) all.add(cell)
  for (const { cell } of gaps.value?.list ?? []) all.add(cell)
  const known = pattern.cells.length === all.size && pattern.cells.every((cell) => all.has(cell))
  if (!known) pattern = new Lattice(all)
  return pattern
})

/** Sees to it that these cells are drawn and can be taken in hand. */
export function know(cells: Iterable<string>): void {
  const fresh = [...cells].filter((cell) => lattice.peek().indexOf(cell) === undefined)
  if (fresh.length > 0) others.value = new Set([...others.peek(), ...fresh])
}

/** Who is meant by a number: the stable one of a person, and numbers beyond all of those for newcomers of a plan. */
export interface Holder {
  number: number
  person: PersonRef | null
}

/** Another division, shown in the place of the present one: the preview of a change, or the plan of a whole area. */
export const instead = signal<{ owners: ReadonlyMap<string, number>; holders: readonly Holder[]; whole: boolean } | null>(null)

export const ownersNow = computed(() => {
  const owners = new Map<string, number>()
  for (const { ordinal, cells } of territories.value ?? []) for (const cell of cells) owners.set(cell, ordinal)
  return owners
})
export const owners = computed(() => instead.value?.owners ?? ownersNow.value)
export const holders = computed<readonly Holder[]>(() => instead.value?.holders ?? (territories.value ?? []).map(({ ordinal, person }) => ({ number: ordinal, person })))
const looksNow = computed(() => looksOf((territories.value ?? []).map((x) => x.ordinal), touching(lattice.value, ownersNow.value)))
export const looks = computed<ReadonlyMap<number, Look>>(() => {
  if (!instead.value) return looksNow.value
  return looksOf(holders.value.map((h) => h.number), touching(lattice.value, owners.value), instead.value.whole ? undefined : looksNow.value)
})

/** A person as shown: the name people know, else the account's. */
export const nameOf = (person: PersonRef | null | undefined): string => person?.displayName || person?.name || person?.office || ''

/** What cells hold together; heads are null where they are not told of every one. */
export function loadOf(cells: Iterable<string>): Load {
  const load: Load = { cells: 0, houses: 0, dwellings: 0, heads: 0 }
  const known = figures.value
  for (const cell of cells) {
    const here = known.get(cell)
    load.cells++
    load.houses += here?.buildings ?? 0
    load.dwellings += here?.dwellings ?? 0
    if (here && here.population === null) load.heads = null
    else if (load.heads !== null) load.heads += here?.population ?? 0
  }
  return load
}

let running: AbortController | null = null

/** Asks again for everything; what is on the screen stays until the answers are here. */
export async function reload(): Promise<void> {
  running?.abort()
  const run = (running = new AbortController())
  loading.value = true
  try {
    const [list, first] = await Promise.all([grid.territories(role.peek(), at.peek(), run.signal), grid.gaps(at.peek(), role.peek(), null, run.signal)])
    if (run.signal.aborted) return
    batch(() => {
      territories.value = list
      gaps.value = { list: first.gaps, total: first.total, at: first.at }
      failure.value = 'none'
    })
    await Promise.all([moreGaps(first.next, run.signal), learnFigures(run.signal)])
  } catch (error) {
    if (run.signal.aborted) return
    failure.value = error instanceof ProblemError && (error.status === 403 || error.status === 401) ? 'forbidden' : 'failed'
  } finally {
    if (!run.signal.aborted) loading.value = false
  }
}

const mostGaps = 20_000

async function moreGaps(next: string | null, stop: AbortSignal): Promise<void> {
  const before = gaps.peek()
  const list = [...(before?.list ?? [])]
  while (next !== null && list.length < mostGaps) {
    const page: grid.GapPage = await grid.gaps(at.peek(), role.peek(), next, stop)
    list.push(...page.gaps)
    next = page.next
  }
  if (!stop.aborted && before && list.length > before.list.length) gaps.value = { ...before, list }
}

/** What every cell holds. Without it the map still works; counts then come with the preview only. */
async function learnFigures(stop: AbortSignal): Promise<void> {
  const map = info.peek()
  if (!map?.bounds) return
  try {
    const cells = await figuresIn(map.bounds as Bounds, map.gridResolution, stop)
    if (!stop.aborted) figures.value = new Map(cells.map((c) => [c.cell, c]))
  } catch (error) {
    if (!stop.aborted && !(error instanceof ProblemError)) throw error
  }
}

/** One answer has so many cells at most: a box that holds more is asked for in quarters. */
async function figuresIn(box: Bounds, resolution: number, stop: AbortSignal, quarters = 4): Promise<CellFigures[]> {
  try {
    return await grid.figures({ bbox: box }, resolution, stop)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.slug !== 'too_many_cells' || quarters === 0) throw error
  }
  const [west, south, east, north] = box
  const [x, y] = [(west + east) / 2, (south + north) / 2]
  const found: CellFigures[] = []
  for (const part of [[west, south, x, y], [x, south, east, y], [west, y, x, north], [x, y, east, north]] as const) {
    found.push(...(await figuresIn([...part], resolution, stop, quarters - 1)))
  }
  return found
}

/** Starts following role, instant and registry; returns the way to stop. */
export function watch(): () => void {
  return effect(() => {
    void role.value
    void at.value
    if (info.value && account.value) void reload()
  })
}
