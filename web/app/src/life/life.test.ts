import { describe, expect, test } from 'vitest'
import type { Dwelling, Tried } from '../api/life'
import { ProblemError } from '../api/http'
import type { Building, Position } from '../api/types'
import { en } from '../i18n/en'
import { noWhy } from '../registry/draft'
import { extended, mayCarve, sharesOf } from './cutline'
import { type Choice, clashes, dispositionOf, freshLabel, settled } from './disposition'
import { layOut } from './graph'
import { letterOf } from './letters'
import { candidates, largestOf } from './merging'
import { defectText, errorsUnder, partNamed } from './problems'
import { bodyOf, choicesFor, newPlan } from './splitting'

const dwelling = (code: string, label: string) => ({ code, label }) as Dwelling
const tried = (...areas: number[]): Tried[] => areas.map((area, i) => ({ area, geometry: { type: 'Polygon', coordinates: [[[i, 0]]] } }))

describe('the cut line', () => {
  test('is drawn out on both sides until it leaves the box, and a free end stays', () => {
    const line: Position[] = [[0.4, 0.5], [0.6, 0.5]]
    const [start, end] = extended(line, [0, 0, 1, 1]) as [Position, Position]
    expect(start[0]).toBeLessThan(0)
    expect(end[0]).toBeGreaterThan(1)
    expect([start[1], end[1]]).toEqual([0.5, 0.5])
    expect(extended([[-1, 0.5], [0.6, 0.5]], [0, 0, 1, 1])[0]).toEqual([-1, 0.5])
  })
  test('without a direction it stays', () => {
    expect(extended([[0.5, 0.5]], [0, 0, 1, 1])).toEqual([[0.5, 0.5]])
    expect(extended([[0.5, 0.5], [0.5, 0.5]], [0, 0, 1, 1])).toEqual([[0.5, 0.5], [0.5, 0.5]])
  })
  test('a fifth may leave, more may not, nor one of three', () => {
    expect(mayCarve([80, 20])).toBe(true)
    expect(mayCarve([79, 21])).toBe(false)
    expect(mayCarve([90, 5, 5])).toBe(false)
    expect(sharesOf([0, 0])).toEqual([0.5, 0.5])
  })
})

describe('dispositions', () => {
  test('a choice is sent as the API has it', () => {
    expect(dispositionOf('2', 'move:1')).toEqual({ dwelling: '2', action: 'move', to: { child: 1 } })
    expect(dispositionOf('2', 'recreate:112345678973', ' 102 ')).toEqual({ dwelling: '2', action: 'recreate', to: { code: '112345678973' }, label: '102' })
    expect(dispositionOf('2', 'end')).toEqual({ dwelling: '2', action: 'end' })
    expect([dispositionOf('2', 'stay'), dispositionOf('2', '')]).toEqual([null, null])
  })
  test('a choice that is no more falls back', () => {
    const options: Choice[] = ['move:0', 'move:1', 'end']
    expect(settled([dwelling('a', '1'), dwelling('b', '2')], { a: 'move:2', b: 'end' }, options, 'move:0')).toEqual({ a: 'move:0', b: 'end' })
  })
  test('of equal labels the first house keeps its own', () => {
    expect(clashes([[dwelling('a', '101')], [dwelling('b', '101'), dwelling('c', '102')]]).map((d) => d.code)).toEqual(['b'])
    expect(freshLabel('101', new Set(['101', '101-2']))).toBe('101-3')
  })
})

describe('what is sent for a split', () => {
  const ids = [{ source: 'osm', id: 'w1' }, { source: 'egid', id: '7' }]
  test('every dwelling and every id has its place, ids never two', () => {
    const plan = { ...newPlan(), names: ['West', ''], ids: { 'egid 7': 'stay' } }
    const body = bodyOf({ plan, tried: tried(6, 4), carving: false, chosen: { d: 'move:1' }, ids, why: { ...noWhy(), reason: ' plan ' }, override: '' })
    expect(body).toEqual({
      type: 'split',
      children: [{ geometry: tried(1)[0]!.geometry, name: 'West' }, { geometry: tried(1, 1)[1]!.geometry }],
      externalIds: [{ source: 'osm', id: 'w1', to: { child: 0 } }, { source: 'egid', id: '7', to: null }],
      dwellings: [{ dwelling: 'd', action: 'move', to: { child: 1 } }],
      reason: 'plan',
    })
  })
  test('carved out, only what leaves is named', () => {
    const plan = { ...newPlan(), carve: true, names: ['', 'Kiosk'], ids: { 'osm w1': '0' } }
    const body = bodyOf({ plan, tried: tried(9, 1), carving: true, chosen: { d: 'stay', e: 'move:0' }, ids, why: noWhy(), override: 'measured anew' })
    expect(body).toEqual({
      type: 'carve_out',
      part: { geometry: tried(1, 1)[1]!.geometry, name: 'Kiosk' },
      rest: tried(1)[0]!.geometry,
      externalIds: [{ source: 'osm', id: 'w1' }],
      dwellings: [{ dwelling: 'e', action: 'move', to: { child: 0 } }],
      override: { reason: 'measured anew' },
    })
  })
  test('each part can be chosen, to go to or to begin anew in', () => {
    expect(choicesFor(3, false, en).map(([key]) => key)).toEqual(['move:0', 'move:1', 'move:2', 'recreate:0', 'recreate:1', 'recreate:2', 'end'])
    expect(choicesFor(2, true, en)[0]![0]).toBe('stay')
  })
})

describe('merging', () => {
  const house = (code: string, area: number, floors: number | null, lon: number) => ({ code, area, floors, point: [lon, 47], geometry: { type: 'Polygon', coordinates: [] } }) as unknown as Building
  test('floor area decides who keeps a code', () => expect(largestOf([house('a', 100, 1, 9), house('b', 60, 3, 9), house('c', 90, null, 9)])).toBe(1))
  test('the nearest come first, the chosen not at all', () => {
    const all = [house('a', 1, 1, 9), house('b', 1, 1, 9.2), house('c', 1, 1, 9.1)]
    expect(candidates(all, [{ code: 'a', house: { value: all[0]!, etag: '' }, dwellings: [] }]).map((b) => b.code)).toEqual(['c', 'b'])
  })
})

describe('refusals', () => {
  const trouble = new ProblemError({ type: '/problems/invalid_fields', title: '', status: 422, errors: [{ field: 'dwellings.212345678968.to', reason: 'is required' }, { field: 'parents', reason: 'apart: part 2 is 3.10 m from the others' }] }, null)
  test('are found at their place', () => {
    expect(errorsUnder(trouble, 'dwellings')).toEqual([['212345678968.to', 'is required']])
    expect(errorsUnder(trouble, 'dwelling')).toEqual([])
    expect(partNamed(errorsUnder(trouble, 'parents')[0]![1])).toBe(1)
  })
  test('a defect is told in the language of the page, an unknown one as it came', () => {
    expect(defectText('apart: part 2 is 3 m away', en)).toBe(en.life.defects['apart'])
    expect(defectText('no_such: thing', en)).toBe('no_such: thing')
  })
})

describe('the lineage', () => {
  test('children stand below all their parents, in the order that keeps lines short', () => {
    // a splits into b and c; c and d merge into e.
    const { nodes, generations } = layOut(['a', 'b', 'c', 'd', 'e'], [{ parent: 'a', child: 'b' }, { parent: 'a', child: 'c' }, { parent: 'c', child: 'e' }, { parent: 'd', child: 'e' }])
    const at = Object.fromEntries(nodes.map((n) => [n.code, n]))
    expect(generations).toBe(3)
    expect([at['a']!.generation, at['b']!.generation, at['c']!.generation, at['e']!.generation]).toEqual([0, 1, 1, 2])
    for (const row of [0, 1, 2]) {
      const xs = nodes.filter((n) => n.generation === row).map((n) => n.x)
      expect(new Set(xs).size).toBe(xs.length)
    }
  })
  test('a code alone is a graph too, and links to nowhere are left out', () =>
    expect(layOut(['a'], [{ parent: 'a', child: 'x' }])).toEqual({ nodes: [{ code: 'a', generation: 0, x: 0.5 }], width: 1, generations: 1 }))
})

test('letters go on after Z', () => expect([0, 25, 26, 27].map(letterOf)).toEqual(['A', 'Z', 'A2', 'B2']))
