// Places and houses of whatever registry is served, found through its API, so that the test does not hang on one sample.
import { inject } from 'vitest'
import type { Building, BuildingPage, MapInfo, Position } from '../src/api/types'

export async function get<T>(path: string): Promise<T> {
  const response = await fetch(inject('base') + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

export const mapInfo = () => get<MapInfo>('/api/v1/map')

/** The code with its twelfth digit off by one: never valid. */
export const misspelt = (code: string) => code.slice(0, 11) + ((Number(code[11]) + 1) % 10)

/** Houses with an outline, near each other: the town's thickest spot that a few tries find. */
export async function someHouses(): Promise<Building[]> {
  const page = await get<BuildingPage>('/api/v1/buildings?limit=60')
  let best: Building[] = []
  for (const { point } of page.buildings.filter((b) => b.point).slice(0, 12)) {
    const around = await housesAround(point as Position, 0.0012)
    if (around.length > best.length) best = around
  }
  return best
}

export async function housesAround([lon, lat]: Position, by: number): Promise<Building[]> {
  const box = [lon - by, lat - by, lon + by, lat + by].map((v) => v.toFixed(7)).join(',')
  const { buildings } = await get<BuildingPage>(`/api/v1/buildings?limit=200&bbox=${box}`)
  return buildings.filter((b) => b.geometry?.type === 'Polygon')
}

/** Open ground near a house: no building within 150 m, so that a near view is empty. */
export async function openGround(near: Position): Promise<Position> {
  for (let ring = 1; ring < 60; ring++) {
    for (const [x, y] of [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1]] as const) {
      const at: Position = [near[0] + x * ring * 0.002, near[1] + y * ring * 0.0014]
      const { distance } = await get<{ distance: number | null }>(`/api/v1/lookup?lon=${at[0]}&lat=${at[1]}`)
      if (distance === null || distance > 150) return at
    }
  }
  throw new Error('no open ground')
}

export const viewOf = ([lon, lat]: Position, zoom: number) => `#${zoom}/${lat}/${lon}`
