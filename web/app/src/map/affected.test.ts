import { expect, test } from 'vitest'
import { boundsOf, overlap, tilesTouching } from './affected'

test('one house touches one tile a zoom, and its neighbour when it lies within the buffer', () => {
  expect(tilesTouching([9.5215, 47.141, 9.5216, 47.1411], 14, 14)).toEqual([{ z: 14, x: 8625, y: 5753 }])
  const edge = (8626 / 2 ** 14 - 0.5) * 360
  expect(tilesTouching([edge - 1e-5, 47.141, edge - 0.5e-5, 47.1411], 14, 14)!.map((t) => t.x)).toEqual([8625, 8626])
})
test('the tiles of all zooms asked for', () => expect(tilesTouching([9.52, 47.14, 9.52, 47.14], 13, 16)!.map((t) => t.z)).toEqual([13, 14, 15, 16]))
test('a whole country means all tiles', () => expect(tilesTouching([9, 47, 10, 48], 13, 16)).toBeNull())
test('the ends of the world have tiles, too', () => expect(tilesTouching([-180, -89, 180, 89], 1, 1)).toHaveLength(4))
test('boxes', () => {
  expect(overlap([0, 0, 2, 2], [2, 2, 3, 3])).toBe(true)
  expect(overlap([0, 0, 2, 2], [2.1, 0, 3, 3])).toBe(false)
  expect(boundsOf([[[[9, 47], [9.5, 46], [8, 48]]]])).toEqual([8, 46, 9.5, 48])
  expect(boundsOf([9, 47])).toEqual([9, 47, 9, 47])
  expect(boundsOf([])).toBeNull()
})
