// The houses chosen to become one. The map, the list and the form choose together.
import { batch, signal } from '@preact/signals'
import type { Answer } from '../api/http'
import * as life from '../api/life'
import * as registry from '../api/registry'
import type { Building } from '../api/types'
import { dirty, open, task } from '../view/desk'

export interface Chosen {
  code: string
  /** Undefined until it is here, null when it could not be had. */
  house: Answer<Building> | null | undefined
  dwellings: life.Dwelling[]
}

/** In the order chosen: the letters follow it. */
export const chosen = signal<readonly Chosen[]>([])

export function startMerging(first: Answer<Building> | null): void {
  chosen.value = []
  if (first) void choose(first.value.code)
}

export function toggle(code: string): void {
  const without = chosen.peek().filter((c) => c.code !== code)
  if (without.length < chosen.peek().length) chosen.value = without
  else void choose(code)
}

/** Asks again for all of them, after somebody else was faster. */
export async function chooseAgain(): Promise<void> {
  await Promise.all(chosen.peek().map(({ code }) => learn(code)))
}

async function choose(code: string): Promise<void> {
  batch(() => {
    chosen.value = [...chosen.peek(), { code, house: undefined, dwellings: [] }]
    if (chosen.peek().length > 1) dirty.value = true
  })
  await learn(code)
}

async function learn(code: string): Promise<void> {
  let known: Pick<Chosen, 'house' | 'dwellings'>
  try {
    const [house, dwellings] = await Promise.all([registry.building(code), life.dwellings(code)])
    known = { house, dwellings }
  } catch {
    known = { house: null, dwellings: [] }
  }
  chosen.value = chosen.peek().map((c) => (c.code === code ? { ...c, ...known } : c))
}

/** A house was clicked on the map: chosen while merging, opened otherwise. */
export function picked(code: string | null): void {
  if (task.peek() !== 'merge') open(code)
  else if (code !== null) toggle(code)
}

/** Those in view that are not chosen, the nearest to the first chosen one first. */
export function candidates(inView: readonly Building[], taken: readonly Chosen[], most = 8): Building[] {
  const codes = new Set(taken.map((c) => c.code))
  const here = taken[0]?.house?.value.point
  const free = inView.filter((b) => !codes.has(b.code) && b.geometry?.type !== 'Point')
  if (!here) return free.slice(0, most)
  const shrink = Math.cos((here[1]! * Math.PI) / 180)
  const far = (b: Building) => (b.point ? Math.hypot((b.point[0]! - here[0]!) * shrink, b.point[1]! - here[1]!) : Infinity)
  return free.toSorted((a, b) => far(a) - far(b)).slice(0, most)
}

/** The place of the house with the most floor area, which would keep its code: footprint times storeys. */
export function largestOf(houses: readonly Building[]): number {
  const size = (b: Building) => (b.area ?? 0) * (b.floors ?? 1)
  return houses.reduce((best, b, i) => (size(b) > size(houses[best]!) ? i : best), 0)
}
