// What the house map draws above the server's style: the open building, the one pointed at in a list, and the
// outline under the pen. Colours come from the style sheet's tokens, so that both themes stay in one place.
import type { FeatureCollection, Geometry as AnyGeometry } from 'geojson'
import type { FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { Geometry } from '../api/types'
import { middleZoom } from './drawing'
import { type Outline, cornerAt, corners, lineOf, middle, sameCorner } from './outline'

const sources = ['fangma-hint', 'fangma-open', 'fangma-sketch'] as const
type SourceName = (typeof sources)[number]

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

export class Overlays {
  private data: Record<SourceName, FeatureCollection> = {
    'fangma-hint': nothing,
    'fangma-open': nothing,
    'fangma-sketch': nothing,
  }

  constructor(private readonly map: MapLibre) {}

  /** Puts sources and layers on a style that has just been loaded. */
  install(): void {
    for (const name of sources) {
      if (!this.map.getSource(name)) this.map.addSource(name, { type: 'geojson', data: this.data[name], tolerance: 0, buffer: 64 })
    }
    for (const layer of layers(readPalette())) if (!this.map.getLayer(layer.id)) this.map.addLayer(layer)
  }

  showOpen(geometry: Geometry | null): void {
    this.set('fangma-open', plain(geometry))
  }

  showHint(geometry: Geometry | null): void {
    this.set('fangma-hint', plain(geometry))
  }

  showSketch(outline: Outline | null): void {
    this.set('fangma-sketch', outline ? drawing(outline) : nothing)
  }

  private set(name: SourceName, data: FeatureCollection): void {
    this.data[name] = data
    this.map.getSource<GeoJSONSource>(name)?.setData(data)
  }
}

function plain(geometry: Geometry | null): FeatureCollection {
  if (!geometry) return nothing
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: geometry as AnyGeometry }] }
}

/** Roles: fill, line (rings and the trail), corner, middle (between two corners, to add one). */
function drawing(outline: Outline): FeatureCollection {
  const collection: FeatureCollection = { type: 'FeatureCollection', features: [] }
  const put = (role: string, geometry: AnyGeometry, properties: Record<string, unknown> = {}) =>
    collection.features.push({ type: 'Feature', properties: { role, ...properties }, geometry })
  const polygon = outline.shape === 'polygon'
  if (polygon) {
    for (const rings of outline.parts) put('fill', { type: 'Polygon', coordinates: rings.map((ring) => [...ring, ring[0]!]) })
  }
  if (lineOf(outline).length > 1) put('line', { type: 'LineString', coordinates: lineOf(outline) })
  if (outline.trail.length > 1) put('line', { type: 'LineString', coordinates: outline.trail })
  outline.trail.forEach((at, index) => put('corner', { type: 'Point', coordinates: at }, { first: index === 0 }))
  for (const corner of corners(outline)) {
    const at = cornerAt(outline, corner)!
    put('corner', { type: 'Point', coordinates: at }, { chosen: sameCorner(outline.chosen, corner) })
    if (polygon) put('middle', { type: 'Point', coordinates: middle(outline, corner) })
  }
  return collection
}

interface Palette {
  mark: string
  halo: string
  pen: string
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return { mark: token('--map-mark'), halo: token('--map-halo'), pen: token('--map-pen') }
}

function layers({ mark, halo, pen }: Palette): LayerSpecification[] {
  const polygon: FilterSpecification = ['!=', ['geometry-type'], 'Point']
  const point: FilterSpecification = ['==', ['geometry-type'], 'Point']
  const role = (name: string): FilterSpecification => ['==', ['get', 'role'], name]
  return [
    { id: 'fangma-hint-line', type: 'line', source: 'fangma-hint', filter: polygon, paint: { 'line-color': mark, 'line-width': 2, 'line-dasharray': [2, 1.5] } },
    { id: 'fangma-hint-point', type: 'circle', source: 'fangma-hint', filter: point, paint: { 'circle-radius': 9, 'circle-opacity': 0, 'circle-stroke-color': mark, 'circle-stroke-width': 2 } },
    { id: 'fangma-open-fill', type: 'fill', source: 'fangma-open', filter: polygon, paint: { 'fill-color': mark, 'fill-opacity': 0.22 } },
    { id: 'fangma-open-halo', type: 'line', source: 'fangma-open', filter: polygon, paint: { 'line-color': halo, 'line-width': 6 } },
    { id: 'fangma-open-line', type: 'line', source: 'fangma-open', filter: polygon, layout: { 'line-join': 'round' }, paint: { 'line-color': mark, 'line-width': 3 } },
    { id: 'fangma-open-point', type: 'circle', source: 'fangma-open', filter: point, paint: { 'circle-radius': 9, 'circle-color': mark, 'circle-stroke-color': halo, 'circle-stroke-width': 3 } },
    { id: 'fangma-sketch-fill', type: 'fill', source: 'fangma-sketch', filter: role('fill'), paint: { 'fill-color': pen, 'fill-opacity': 0.18 } },
    { id: 'fangma-sketch-line', type: 'line', source: 'fangma-sketch', filter: ['in', ['get', 'role'], ['literal', ['fill', 'line']]], layout: { 'line-join': 'round' }, paint: { 'line-color': pen, 'line-width': 2 } },
    { id: 'fangma-middle', type: 'circle', source: 'fangma-sketch', filter: role('middle'), minzoom: middleZoom, paint: { 'circle-radius': 4, 'circle-color': pen, 'circle-opacity': 0.6, 'circle-stroke-color': halo, 'circle-stroke-width': 1 } },
    {
      id: 'fangma-corner',
      type: 'circle',
      source: 'fangma-sketch',
      filter: role('corner'),
      paint: {
        'circle-radius': ['case', ['any', ['to-boolean', ['get', 'chosen']], ['to-boolean', ['get', 'first']]], 9, 6],
        'circle-color': ['case', ['to-boolean', ['get', 'chosen']], pen, halo],
        'circle-stroke-color': ['case', ['to-boolean', ['get', 'chosen']], halo, pen],
        'circle-stroke-width': 2.5,
      },
    },
  ]
}
