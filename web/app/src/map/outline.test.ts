import { describe, expect, test } from 'vitest'
import type { Position } from '../api/types'
import * as outline from './outline'

const square: Position[] = [[9, 47], [9.001, 47], [9.001, 47.001], [9, 47.001]]
const draw = (points: Position[]) => points.reduce(outline.place, outline.begin('polygon'))
const corner = (index: number, ring = 0, part = 0) => ({ part, ring, index })

describe('drawing', () => {
  test('three corners make an outline, two do not', () => {
    expect(outline.isFinished(outline.close(draw(square.slice(0, 2))).now)).toBe(false)
    expect(outline.toGeometry(outline.close(draw(square.slice(0, 3))).now)).toEqual({
      type: 'Polygon',
      coordinates: [[[9, 47], [9.001, 47], [9.001, 47.001], [9, 47]]],
    })
  })
  test('an outline under the pen is not sent', () => expect(outline.toGeometry(draw(square).now)).toBeNull())
  test('the same place twice, as in a double click, is one corner', () => expect(draw([square[0]!, square[0]!]).now.trail).toHaveLength(1))
  test('undo takes steps back to the beginning, and no further', () => {
    let sketch = outline.close(draw(square))
    for (let i = 0; i < 9; i++) sketch = outline.undo(sketch)
    expect(sketch).toEqual(outline.begin('polygon'))
  })
  test('a point is finished by its first corner and moves with the next', () => {
    const sketch = outline.place(outline.place(outline.begin('point'), [9, 47]), [9.5, 47.5])
    expect(outline.toGeometry(sketch.now)).toEqual({ type: 'Point', coordinates: [9.5, 47.5] })
  })
  test('nine decimals, as the registry keeps them', () => {
    const sketch = outline.place(outline.begin('point'), [9.12345678949, 47.1])
    expect(outline.toGeometry(sketch.now)).toEqual({ type: 'Point', coordinates: [9.123456789, 47.1] })
  })
})

describe('adjusting', () => {
  const hole: Position[] = [[9.0004, 47.0004], [9.0004, 47.0006], [9.0006, 47.0006], [9.0006, 47.0004], [9.0004, 47.0004]]
  const court = { type: 'Polygon' as const, coordinates: [[...square, square[0]!], hole] }

  test('courtyards and parts come through unchanged', () => {
    expect(outline.toGeometry(outline.fromGeometry(court).now)).toEqual(court)
    const two = { type: 'MultiPolygon' as const, coordinates: [court.coordinates, [[[8, 46], [8.1, 46], [8.1, 46.1], [8, 46]]]] }
    expect(outline.toGeometry(outline.fromGeometry(two).now)).toEqual(two)
    expect(outline.fromGeometry(court).touched).toBe(false)
  })
  test('a drag is one step to undo', () => {
    let sketch = outline.fromGeometry(court)
    sketch = outline.move(sketch, corner(0), [8.999, 47], true)
    sketch = outline.move(sketch, corner(0), [8.998, 47], false)
    expect(outline.cornerAt(sketch.now, corner(0))).toEqual([8.998, 47])
    expect(outline.undo(sketch).now).toEqual(outline.fromGeometry(court).now)
  })
  test('a corner is put in behind another and taken away, never below three', () => {
    let sketch = outline.insert(outline.fromGeometry(court), corner(0), [9.0005, 47])
    expect(sketch.now.parts[0]![0]).toHaveLength(5)
    for (let i = 0; i < 4; i++) sketch = outline.remove(sketch, corner(0))
    expect(sketch.now.parts[0]![0]).toHaveLength(3)
  })
  test('keys walk all corners, around the end, through courtyards', () => {
    let sketch = outline.choose(outline.fromGeometry(court), -1)
    expect(sketch.now.chosen).toEqual(corner(3, 1))
    sketch = outline.choose(sketch, 1)
    expect(sketch.now.chosen).toEqual(corner(0))
  })
  test('a courtyard is not floor', () => {
    const full = outline.areaOf(outline.fromGeometry({ ...court, coordinates: [court.coordinates[0]] }).now)
    expect(full).toBeGreaterThan(8000)
    expect(outline.areaOf(outline.fromGeometry(court).now)).toBeCloseTo(full * (1 - 0.04), 0)
  })
})
