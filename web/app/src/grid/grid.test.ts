import { beforeEach, describe, expect, test } from 'vitest'
import type { Load, Proposal } from '../api/grid'
import { borders, labelAt, looksOf, touching } from './colouring'
import { dissolve } from './dissolve'
import { toInstant, toLocal } from './instants'
import { Lattice, insideRing } from './lattice'
import { metricsOf, move, name, ownersOf, planOf, toAssignment, unnamed } from './plan'
import * as selection from './selection'
import { inverse } from './undoing'

// A cell in Vaduz with the six around it, and one far away.
const middle = '8a1f8d28ac87fff'
const far = '8a1f8d2a6b6ffff'
const around = ringOf(middle)
const lattice = new Lattice([middle, ...around, far])

/** The neighbours, found by stepping across each edge among all cells of the parent's neighbourhood. */
function ringOf(cell: string): string[] {
  // The digits of the finest resolution and the one above, all combinations: more than enough cells to find six in.
  const stem = BigInt(`0x${cell}`) & ~(0o7777n << 15n)
  const all = Array.from({ length: 7 ** 4 }, (_, n) => {
    const digits = [n % 7, Math.floor(n / 7) % 7, Math.floor(n / 49) % 7, Math.floor(n / 343)]
    return (stem | digits.reduce((bits, digit, i) => bits | (BigInt(digit) << BigInt(15 + 3 * i)), 0n)).toString(16)
  })
  return new Lattice(all).beyond(cell).filter((other) => other !== null)
}

describe('the pattern of cells', () => {
  test('each inner cell has six neighbours, each of which has it as one', () => {
    expect(around).toHaveLength(6)
    expect(new Set(around).size).toBe(6)
    for (const other of around) expect(lattice.beyond(other)).toContain(middle)
    expect(lattice.beyond(far)).toEqual([null, null, null, null, null, null])
  })

  test('a place is in the cell around it; beyond all cells is nobody', () => {
    for (const cell of lattice.cells) expect(lattice.at(lattice.shapeOf(cell)!.center)).toBe(cell)
    expect(lattice.at([0, 0])).toBeNull()
  })

  test('the brush takes the middles within reach, and what lies under its tip', () => {
    const at = lattice.shapeOf(middle)!.center
    expect(lattice.near(at, 5)).toEqual([middle])
    expect(new Set(lattice.near(at, 160))).toEqual(new Set([middle, ...around]))
    const corner = lattice.shapeOf(middle)!.ring[0]!
    const beside: [number, number] = [corner[0] * 0.9 + at[0] * 0.1, corner[1] * 0.9 + at[1] * 0.1]
    expect(lattice.near(beside, 1)).toEqual([middle])
  })

  test('a lasso takes the cells whose middles it holds', () => {
    const box = lattice.boundsOf([middle, ...around])!
    const ring: [number, number][] = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]]
    expect(new Set(lattice.within(ring))).toEqual(new Set([middle, ...around]))
    expect(lattice.within(ring.slice(0, 2))).toEqual([])
    expect(insideRing([0, 0], [[-1, -1], [1, -1], [0, 2]])).toBe(true)
    expect(insideRing([2, 0], [[-1, -1], [1, -1], [0, 2]])).toBe(false)
  })

  test('what is no cell is left out', () => expect(new Lattice(['nonsense', middle, middle]).cells).toEqual([middle]))
})

describe('looks', () => {
  test('a number has its look every day; neighbours never share a tone', () => {
    expect([...looksOf([0, 1, 8, 33], new Map()).values()]).toEqual([{ tone: 0, hatch: 0 }, { tone: 1, hatch: 0 }, { tone: 0, hatch: 1 }, { tone: 1, hatch: 0 }])
    const beside = new Map([[0, new Set([8])], [8, new Set([0])]])
    const looks = looksOf([8, 0], beside)
    expect(looks.get(0)).toEqual({ tone: 0, hatch: 0 })
    expect(looks.get(8)!.tone).not.toBe(0)
    expect(looksOf([8, 0], beside, looksOf([8], new Map())).get(8)).toEqual({ tone: 0, hatch: 1 })
    expect(looksOf([8, 0], beside, looksOf([8], new Map())).get(0)!.tone).not.toBe(0)
  })

  test('territories that share an edge touch; borders run around and between them, each once', () => {
    const owners = new Map([[middle, 1], ...around.map((cell): [string, number] => [cell, 2]), [far, 3]])
    expect(touching(lattice, owners).get(1)).toEqual(new Set([2]))
    expect(touching(lattice, owners).has(3)).toBe(false)
    // Six between, 18 around the flower, six around the lone cell.
    expect(borders(lattice, owners)).toHaveLength(30)
  })

  test('a name stands in one of the cells', () => {
    expect(lattice.at(labelAt(lattice, [middle, ...around])!)).toBe(middle)
    expect(labelAt(lattice, [])).toBeNull()
  })
})

test('cells melt into one shape with its holes, and apart into several', () => {
  const [whole] = dissolve(lattice, new Set([middle, ...around]))
  expect(whole!.map((ring) => ring.length)).toEqual([19])
  const [flower, alone] = dissolve(lattice, new Set([...around, far]))
  expect(flower!.map((ring) => ring.length)).toEqual([19, 7])
  expect(alone!.map((ring) => ring.length)).toEqual([7])
  expect(insideRing(lattice.shapeOf(middle)!.center, flower![1]!)).toBe(true)
  expect(flower![0]![0]).toEqual(flower![0]!.at(-1))
  expect(dissolve(lattice, new Set())).toEqual([])
})

describe('cells in hand', () => {
  beforeEach(selection.forget)
  const now = () => [...selection.chosen.value.cells].sort()

  test('a gesture is one step back, however many cells it touched', () => {
    selection.toggle('a')
    selection.begin()
    expect(selection.touch(['b', 'c'], true)).toEqual(['b', 'c'])
    expect(selection.touch(['c', 'd'], true)).toEqual(['d'])
    selection.end()
    expect(now()).toEqual(['a', 'b', 'c', 'd'])
    selection.undo()
    expect(now()).toEqual(['a'])
    selection.undo()
    expect(now()).toEqual([])
    expect(selection.canUndo.value).toBe(false)
  })

  test('what changed nothing leaves no step; taking out is a step, too', () => {
    selection.choose(['a', 'b'])
    selection.choose(['a'])
    selection.choose(['b'], false)
    expect(now()).toEqual(['a'])
    selection.undo()
    expect(now()).toEqual(['a', 'b'])
    selection.clear()
    selection.undo()
    expect(now()).toEqual(['a', 'b'])
  })
})

describe('instants on the registry’s clock', () => {
  test('summer and winter, and the nights between', () => {
    expect(toInstant('2026-07-01T08:00', 'Europe/Vaduz')).toBe('2026-07-01T06:00:00Z')
    expect(toInstant('2026-12-01T08:00', 'Europe/Vaduz')).toBe('2026-12-01T07:00:00Z')
    expect(toInstant('2026-03-29T03:00', 'Europe/Vaduz')).toBe('2026-03-29T01:00:00Z')
    expect(toInstant('2026-10-25T03:30', 'Europe/Vaduz')).toBe('2026-10-25T02:30:00Z')
    expect(toInstant('2026-11-23T00:00', 'Asia/Shanghai')).toBe('2026-11-22T16:00:00Z')
    for (const text of ['', '2026-13-01T00:00', '2026-01-01']) expect(toInstant(text, 'Europe/Vaduz')).toBeNull()
  })
  test('and back', () => {
    for (const text of ['2026-07-01T08:00', '2026-12-31T23:59']) expect(toLocal(toInstant(text, 'America/St_Johns')!, 'America/St_Johns')).toBe(text)
    expect(toLocal('never', 'UTC')).toBe('')
  })
})

describe('a plan', () => {
  const houses = new Map([[middle, 10], ...around.map((cell, i): [string, number] => [cell, i + 1])])
  const loadOf = (cells: Iterable<string>): Load => {
    const list = [...cells]
    const sum = list.reduce((n, cell) => n + (houses.get(cell) ?? 0), 0)
    return { cells: list.length, houses: sum, dwellings: sum * 2, heads: null }
  }
  const proposal: Proposal = {
    territories: [
      { person: { name: 'mei', displayName: '王美' }, cells: [middle, ...around.slice(0, 2)], load: 26, houses: 13 },
      { person: null, cells: around.slice(2), load: 36, houses: 18 },
    ],
    measure: 'dwellings',
    metrics: { mean: 31, maxOverMean: 1.16, minOverMean: 0.84, balanced: false, contiguous: true, compactness: 0.8, changedHouses: 18, changedShare: 1, barrierShare: 0 },
    problems: [],
  }
  const before = new Map([middle, ...around].map((cell): [string, number] => [cell, 4]))
  const plan = planOf(proposal, new Map([['mei', 4], ['li', 7]]))

  test('people keep their numbers, newcomers get others; fairness is reckoned in the plan’s measure', () => {
    expect(plan.territories.map((t) => t.number)).toEqual([4, 8])
    const metrics = metricsOf(plan, before, lattice, loadOf)
    expect(metrics.maxOverMean).toBeCloseTo(36 / 31)
    expect(metrics.changedHouses).toBe(18)
    expect(metrics.changedShare).toBeCloseTo(18 / 31)
    expect(metrics.contiguous).toBe(true)
  })

  test('cells are moved between its territories; what falls apart is told', () => {
    const moved = move(plan, new Set([around[3]!, far]), 4)
    expect(ownersOf(moved).get(around[3]!)).toBe(4)
    expect(ownersOf(moved).has(far)).toBe(false)
    expect(moved.compactness).toBeNull()
    expect(metricsOf(moved, before, lattice, loadOf).contiguous).toBe(false)
    expect(move(plan, new Set([far]), 4)).toBe(plan)
  })

  test('is applied only when everybody has a name', () => {
    expect(toAssignment(plan, null, 'fair')).toBeNull()
    expect(unnamed(plan)).toHaveLength(1)
    const named = name(plan, 8, { name: 'li' })
    expect(toAssignment(named, '2026-12-01T00:00:00Z', 'fair')).toEqual({
      role: 'officer',
      reason: 'fair',
      from: '2026-12-01T00:00:00Z',
      plan: [{ person: 'mei', cells: [middle, ...around.slice(0, 2)] }, { person: 'li', cells: around.slice(2) }],
    })
  })
})

test('a change is taken back by assigning as it was, in one event', () => {
  const to = { name: 'mei' }
  const preview = { changes: [{ cell: 'a', from: { name: 'li' }, to, houses: 1 }, { cell: 'b', from: null, to, houses: 2 }, { cell: 'c', from: { name: 'li' }, to, houses: 3 }], loads: [], gaps: 0, doubles: 0 }
  expect(inverse(preview, 'officer', null, 'back')).toEqual({ role: 'officer', reason: 'back', plan: [{ person: 'li', cells: ['a', 'c'] }, { person: null, cells: ['b'] }] })
  expect(inverse({ ...preview, changes: preview.changes.slice(1, 2) }, 'officer', '2027-01-01T00:00:00Z', 'back')).toEqual({ role: 'officer', reason: 'back', from: '2027-01-01T00:00:00Z', person: null, cells: ['b'] })
  expect(inverse({ ...preview, changes: [] }, 'officer', null, 'back')).toBeNull()
})
