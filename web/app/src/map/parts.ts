// Several outlines at once above the map: the parts of a cut, the houses of a merge and what they become. Each has a
// letter and a colour, and the letter alone is enough to tell them apart.
import type { FeatureCollection, Geometry as AnyGeometry } from 'geojson'
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { Geometry, Position } from '../api/types'

export interface Part {
  geometry: Geometry
  label: string
  /** The place in the row of part colours; `whole` is what several become, `wrong` what cannot be. */
  tone: number | 'whole' | 'wrong'
}

const source = 'fangma-parts'
const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** As many as there are --part-n tokens; after that they begin again. */
export const tones = 6

export class PartsLayer {
  private parts: readonly Part[] = []

  constructor(private readonly map: MapLibre) {}

  /** Puts source and layers on a style that has just been loaded. */
  install(): void {
    if (!this.map.getSource(source)) this.map.addSource(source, { type: 'geojson', data: nothing, tolerance: 0, buffer: 64 })
    for (const layer of layers()) if (!this.map.getLayer(layer.id)) this.map.addLayer(layer)
    this.show(this.parts)
  }

  show(parts: readonly Part[]): void {
    this.parts = parts
    this.map.getSource<GeoJSONSource>(source)?.setData(parts.length === 0 ? nothing : collection(parts))
  }
}

function collection(parts: readonly Part[]): FeatureCollection {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const features = parts.flatMap(({ geometry, label, tone }) => {
    const colour = tone === 'whole' ? token('--map-mark') : tone === 'wrong' ? token('--map-pen') : token(`--part-${(tone % tones) + 1}`)
    const properties = { colour, wrong: tone === 'wrong' }
    const area = { type: 'Feature' as const, properties: { ...properties, role: 'area' }, geometry: geometry as AnyGeometry }
    const at = middleOf(geometry)
    const name = { type: 'Feature' as const, properties: { ...properties, role: 'label', label }, geometry: { type: 'Point' as const, coordinates: at ?? [0, 0] } }
    return at && label ? [area, name] : [area]
  })
  return { type: 'FeatureCollection', features }
}

/**
 * A place inside the largest ring to write a letter on: the middle of the widest stretch at the height of its centre of
 * gravity, which alone may lie in a courtyard or beside a bent house.
 */
export function middleOf(geometry: Geometry): Position | null {
  if (geometry.type === 'Point') return geometry.coordinates as unknown as Position
  const all = geometry.type === 'Polygon' ? [geometry.coordinates as Position[][]] : (geometry.coordinates as Position[][][])
  let best: { area: number; height: number; rings: Position[][] } | null = null
  for (const rings of all) {
    const weight = rings[0] && gravity(rings[0])
    if (weight && (!best || weight.area > best.area)) best = { ...weight, rings }
  }
  if (!best) return null
  const { height, rings } = best
  const crossings = rings.flatMap((ring) => ring.slice(1).flatMap((b, i) => crossing(ring[i]!, b, height))).toSorted((a, b) => a - b)
  let widest: [number, number] | null = null
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const stretch: [number, number] = [crossings[i]!, crossings[i + 1]!]
    if (!widest || stretch[1] - stretch[0] > widest[1] - widest[0]) widest = stretch
  }
  return widest ? [(widest[0] + widest[1]) / 2, height] : (rings[0]![0] ?? null)
}

/** Area (in square degrees, for comparing) and the latitude of the centre of gravity. */
function gravity(ring: Position[]): { area: number; height: number } | null {
  const first = ring[0]
  if (!first) return null
  let [twice, y] = [0, 0]
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax, ay] = [ring[i]![0] - first[0], ring[i]![1] - first[1]]
    const [bx, by] = [ring[i + 1]![0] - first[0], ring[i + 1]![1] - first[1]]
    twice += ax * by - bx * ay
    y += (ay + by) * (ax * by - bx * ay)
  }
  return { area: Math.abs(twice), height: twice === 0 ? first[1] : first[1] + y / (3 * twice) }
}

function crossing([ax, ay]: Position, [bx, by]: Position, height: number): number[] {
  return ay > height === by > height ? [] : [ax + ((height - ay) / (by - ay)) * (bx - ax)]
}

function layers(): LayerSpecification[] {
  const style = getComputedStyle(document.documentElement)
  const halo = style.getPropertyValue('--map-halo').trim()
  return [
    { id: 'fangma-parts-fill', type: 'fill', source, filter: ['==', ['get', 'role'], 'area'], paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.45 } },
    { id: 'fangma-parts-halo', type: 'line', source, filter: ['==', ['get', 'role'], 'area'], paint: { 'line-color': halo, 'line-width': 5 } },
    { id: 'fangma-parts-line', type: 'line', source, filter: ['==', ['get', 'role'], 'area'], layout: { 'line-join': 'round' }, paint: { 'line-color': ['get', 'colour'], 'line-width': 2.5 } },
    {
      id: 'fangma-parts-label',
      type: 'symbol',
      source,
      filter: ['==', ['get', 'role'], 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-font': ['system-ui', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': 20, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': ['get', 'colour'], 'text-halo-color': halo, 'text-halo-width': 2.5 },
    },
  ]
}
