// Which tiles a change touches, in the numbering of Web Mercator.
import type { Bounds } from '../api/types'

export interface TileId {
  z: number
  x: number
  y: number
}

// Tiles carry what lies within 64 of 4096 units outside them.
const buffer = 64 / 4096

/** The tiles of the zooms that draw something of the box; null when they are more than `most` (then all are meant). */
export function tilesTouching([west, south, east, north]: Bounds, minzoom: number, maxzoom: number, most = 256): TileId[] | null {
  const tiles: TileId[] = []
  for (let z = minzoom; z <= maxzoom; z++) {
    const n = 2 ** z
    const clamp = (v: number) => Math.min(n - 1, Math.max(0, Math.floor(v)))
    const [x0, x1] = [clamp(column(west) * n - buffer), clamp(column(east) * n + buffer)]
    const [y0, y1] = [clamp(row(north) * n - buffer), clamp(row(south) * n + buffer)]
    if (tiles.length + (x1 - x0 + 1) * (y1 - y0 + 1) > most) return null
    for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) tiles.push({ z, x, y })
  }
  return tiles
}

const column = (lon: number) => lon / 360 + 0.5

function row(lat: number): number {
  const sin = Math.sin((Math.min(85.06, Math.max(-85.06, lat)) * Math.PI) / 180)
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
}

export const overlap = (a: Bounds, b: Bounds): boolean => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]

/** The box around a GeoJSON geometry; null when it has no coordinates. */
export function boundsOf(coordinates: unknown): Bounds | null {
  let bounds: Bounds | null = null
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return
    const [lon, lat] = value as unknown[]
    if (typeof lon === 'number' && typeof lat === 'number') {
      bounds = bounds
        ? [Math.min(bounds[0], lon), Math.min(bounds[1], lat), Math.max(bounds[2], lon), Math.max(bounds[3], lat)]
        : [lon, lat, lon, lat]
    } else value.forEach(visit)
  }
  visit(coordinates)
  return bounds
}
