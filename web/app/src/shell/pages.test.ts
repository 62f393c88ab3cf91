import { expect, test } from 'vitest'
import { mayUse, pages } from './pages'

const paths = (...roles: Parameters<typeof mayUse>[1]) => pages.filter((page) => mayUse(page, roles)).map((page) => page.path)

test('everybody has the map; each role finds its own pages and no other', () => {
  expect(paths()).toEqual(['/'])
  expect(paths('officer')).toEqual(['/', '/my-grid', '/dispatch'])
  expect(paths('clerk')).toEqual(['/', '/inbox', '/dispatch', '/grid'])
  expect(paths('landlord', 'planner')).toEqual(['/', '/planning'])
})
