// What a house wants of its officer, and which comes next on the walk. No screen, no network.
import type { GridHouse, MyGrid, Need } from '../api/work'

/** The one thing a house is marked with; `none` needs nobody today. */
export type Mark = Need | 'none'

export const marks: readonly Mark[] = ['confirm', 'headcount', 'proposal_open', 'none']

/** What comes first when a house needs several things. */
export const markOf = (house: Pick<GridHouse, 'needs'>): Mark => marks.find((mark) => mark !== 'none' && house.needs.includes(mark)) ?? 'none'

/** A house to go to: a proposal waits for the clerk, not for the officer. */
export const isOpen = (house: Pick<GridHouse, 'needs'>): boolean => house.needs.includes('confirm') || house.needs.includes('headcount')

export const inOrder = (houses: readonly GridHouse[]): GridHouse[] => houses.toSorted((a, b) => a.order - b.order)

/** The open house that comes after the given one on the walk, around the end; the first when nothing is given. */
export function nextOpen(houses: readonly GridHouse[], after: string | null): GridHouse | null {
  const walk = inOrder(houses)
  const from = walk.findIndex((house) => house.code === after)
  const ahead = [...walk.slice(from + 1), ...walk.slice(0, Math.max(0, from))]
  return ahead.find((house) => isOpen(house) && house.code !== after) ?? null
}

/** The grid with one house as it is now; what is open is counted again. */
export function withHouse(grid: MyGrid, house: GridHouse, zone: string): MyGrid {
  const before = grid.houses.find((h) => h.code === house.code)
  const houses = grid.houses.map((h) => (h.code === house.code ? house : h))
  const seen = (h: GridHouse | undefined) => (h?.lastVisit?.mine && isToday(h.lastVisit.at, grid.at, zone) && confirms(h.lastVisit.result) ? 1 : 0)
  const confirmed = Math.max(0, grid.today.confirmed + seen(house) - seen(before))
  return { ...grid, houses, today: { confirmed, open: houses.filter(isOpen).length } }
}

const confirms = (result: string) => result === 'no_change' || result === 'changed'

/** Whether an instant falls on a day of the registry's zone. */
export const isToday = (at: string, day: string, zone: string): boolean => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(at)) === day

/** How far the day has come, 0 to 1; a day without work is done. */
export const progress = ({ confirmed, open }: MyGrid['today']): number => (confirmed + open === 0 ? 1 : confirmed / (confirmed + open))
