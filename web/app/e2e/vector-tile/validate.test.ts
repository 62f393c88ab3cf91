// The validator itself against the published fixtures, valid and invalid ones alike.
// @vitest-environment node
import { each } from '@mapbox/mvt-fixtures'
import { describe, expect, test } from 'vitest'
import { geometryFindings } from './geometry'
import { validate } from './validate'

interface Fixture {
  id: string
  description: string
  validity: { v1: boolean; v2: boolean; error?: string }
  buffer: Buffer
}

const fixtures: Fixture[] = []
each((fixture: Fixture) => fixtures.push(fixture))

// Where this validator is stricter than the fixtures' own verdict, and why.
const stricter: Record<string, string> = {
  '016': 'section 4.2: a feature must contain a type; here it is left to the default',
  '039': 'a layer of version 1; ours are of version 2',
  '057': 'section 4.3.3.1: a count must be followed by as many positions',
}

describe('published fixtures', () => {
  test('are all here', () => expect(fixtures.length).toBeGreaterThan(60))

  for (const { id, description, validity, buffer } of fixtures) {
    test(`${id} ${description.slice(0, 70)}`, () => {
      const { findings } = validate(new Uint8Array(buffer))
      if (validity.v2 && !stricter[id]) expect(findings).toEqual([])
      else expect(findings).not.toEqual([])
    })
  }
})

describe('rings', () => {
  const zig = (n: number) => (n >= 0 ? 2 * n : -2 * n - 1)
  const ring = (points: [number, number][], cursor: [number, number] = [0, 0]): number[] => {
    const out: number[] = []
    let [x, y] = cursor
    points.forEach(([px, py], i) => {
      if (i === 0) out.push(9)
      if (i === 1) out.push(((points.length - 1) << 3) | 2)
      out.push(zig(px - x), zig(py - y))
      ;[x, y] = [px, py]
    })
    return [...out, 15]
  }
  const square: [number, number][] = [[0, 0], [10, 0], [10, 10], [0, 10]]

  test('a square is right', () => expect(geometryFindings(3, ring(square))).toEqual([]))
  test('turned around it is an interior ring without an exterior', () =>
    expect(geometryFindings(3, ring([...square].reverse()))).toEqual(['the first ring of a polygon is an interior one']))
  test('a bow tie meets itself', () => expect(geometryFindings(3, ring([[0, 0], [10, 10], [10, 0], [0, 12]]))[0]).toMatch(/meets itself/))
  test('a spike folds back', () => expect(geometryFindings(3, ring([[0, 0], [10, 0], [20, 0], [10, 0], [10, 10]]))[0]).toMatch(/meets itself/))
  test('a repeated first position', () =>
    expect(geometryFindings(3, ring([...square, [0, 0]]))).toContain('a ring repeats its first position before ClosePath'))
  test('a hole has to be inside', () => {
    const hole = (by: number): [number, number][] => [[2 + by, 2], [2 + by, 4], [4 + by, 4], [4 + by, 2]]
    expect(geometryFindings(3, [...ring(square), ...ring(hole(0), [0, 10])])).toEqual([])
    expect(geometryFindings(3, [...ring(square), ...ring(hole(20), [0, 10])])).toEqual(['an interior ring is not enclosed by the exterior one'])
  })
})
