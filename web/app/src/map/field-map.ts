// The map in an officer's hand: the territory and what each of its houses needs; and the clerk's, with what officers
// propose. Houses are coloured where they stand and carry a mark whose shape says the same.
import type { Feature, FeatureCollection, Geometry as AnyGeometry } from 'geojson'
import type { GeoJSONSource, LayerSpecification, MapMouseEvent, PointLike } from 'maplibre-gl'
import type { Geometry, Position } from '../api/types'
import { BaseMap, type Start } from './base-map'
import { type Pen, watchPen } from './drawing'
import { type MarkName, drawMark, markRatio, markShapes, tokenOf } from './marks'
import type { Outline } from './outline'
import { Overlays } from './overlays'
import { middleOf } from './parts'

export interface FieldHouse {
  code: string
  at: Position
  mark: MarkName
  /** The place in the walk as people count, from 1; empty for none. */
  label: string
}

export interface FieldEvents {
  /** One of the houses shown was tapped. */
  picked(code: string): void
  /** The map is at rest with all tiles drawn. */
  drawn(): void
}

const reach = 16 // px around a tap in which a mark still counts as hit
const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }
const sources = ['field-territory', 'field-shapes', 'field-houses', 'field-chosen', 'field-self'] as const
type SourceName = (typeof sources)[number]

export class FieldMap extends BaseMap {
  private readonly overlays: Overlays
  private readonly data = Object.fromEntries(sources.map((name) => [name, nothing])) as Record<SourceName, FeatureCollection>
  private houses: readonly FieldHouse[] = []
  private coloured: string[] = []
  private drawing = false

  /** Throws when the browser has no WebGL 2. */
  constructor(
    container: HTMLElement,
    label: string,
    start: Start,
    private readonly events: FieldEvents,
    pen: Pen,
  ) {
    super(container, label, start)
    this.overlays = new Overlays(this.map)
    this.map.on('style.load', () => {
      this.install()
      this.overlays.install()
    })
    this.map.on('idle', () => this.events.drawn())
    this.map.on('click', (event) => this.clicked(event))
    this.map.on('mousemove', (event) => {
      if (!this.drawing) this.map.getCanvas().style.cursor = this.under(event.point) ? 'pointer' : ''
    })
    watchPen(this.map, pen)
  }

  /** The cells as one shape; what is outside steps back. */
  showTerritory(outline: Geometry | null): void {
    this.set('field-territory', outline ? [{ role: 'line', geometry: outline }, ...outside(outline)] : [])
  }

  showHouses(houses: readonly FieldHouse[]): void {
    this.houses = houses
    this.set('field-houses', houses.map(({ code, at, mark, label }) => ({ code, mark, label, geometry: { type: 'Point', coordinates: at } })))
    this.colour()
  }

  /** Points and sketches that officers have proposed. */
  showShapes(shapes: readonly Geometry[]): void {
    // From afar an outline is nothing to see: a dot stands for it.
    const dots = shapes.flatMap((shape) => {
      const at = shape.type === 'Point' ? null : middleOf(shape)
      return at ? [{ far: true, geometry: { type: 'Point' as const, coordinates: at } }] : []
    })
    this.set('field-shapes', [...shapes.map((geometry) => ({ geometry })), ...dots])
  }

  /** A ring around the open house, and one around the house pointed at in the list. */
  showChosen(chosen: Position | null, hinted: Position | null): void {
    const ring = (at: Position | null, role: string) => (at ? [{ role, geometry: { type: 'Point' as const, coordinates: at } }] : [])
    this.set('field-chosen', [...ring(hinted, 'hint'), ...ring(chosen, 'open')])
  }

  /** Where the person stands, as the device says. */
  showSelf(at: Position | null): void {
    this.set('field-self', at ? [{ geometry: { type: 'Point', coordinates: at } }] : [])
  }

  /** Goes to a place without leaving a nearer view. */
  goTo(at: Position, nearest = 17): void {
    this.map.easeTo({ center: at, zoom: Math.max(this.map.getZoom(), nearest), animate: !matchMedia('(prefers-reduced-motion: reduce)').matches, duration: 400 })
  }

  showSketch(outline: Outline | null): void {
    this.drawing = outline !== null
    if (this.drawing) this.map.doubleClickZoom.disable()
    else this.map.doubleClickZoom.enable()
    this.map.getCanvas().style.cursor = this.drawing ? 'crosshair' : ''
    this.overlays.showSketch(outline)
  }

  /** An outline that the registry holds. */
  showOpen(geometry: Geometry | null): void {
    this.overlays.showOpen(geometry)
  }

  private set(name: SourceName, features: readonly ({ geometry: AnyGeometry | Geometry } & Record<string, unknown>)[]): void {
    this.data[name] = {
      type: 'FeatureCollection',
      features: features.map(({ geometry, ...properties }): Feature => ({ type: 'Feature', properties, geometry: geometry as AnyGeometry })),
    }
    this.map.getSource<GeoJSONSource>(name)?.setData(this.data[name])
  }

  private install(): void {
    for (const mark of Object.keys(markShapes) as MarkName[]) {
      const picture = drawMark(mark)
      if (this.map.hasImage(mark)) this.map.updateImage(mark, picture)
      else this.map.addImage(mark, picture, { pixelRatio: markRatio })
    }
    for (const name of sources) {
      if (!this.map.getSource(name)) this.map.addSource(name, { type: 'geojson', data: this.data[name], tolerance: 0, buffer: 64 })
    }
    for (const { below, ...layer } of layers()) {
      if (!this.map.getLayer(layer.id)) this.map.addLayer(layer as LayerSpecification, below && this.map.getLayer(below) ? below : undefined)
    }
    this.coloured = []
    this.colour()
  }

  /** Tells the tiles' houses what they need. */
  private colour(): void {
    if (!this.map.getSource('buildings')) return
    for (const code of this.coloured) this.map.removeFeatureState({ source: 'buildings', sourceLayer: 'buildings', id: Number(code) })
    for (const { code, mark } of this.houses) this.map.setFeatureState({ source: 'buildings', sourceLayer: 'buildings', id: Number(code) }, { mark })
    this.coloured = this.houses.map((house) => house.code)
  }

  private clicked(event: MapMouseEvent): void {
    if (this.drawing || event.defaultPrevented) return
    const code = this.under(event.point)
    if (code) this.events.picked(code)
  }

  private under({ x, y }: { x: number; y: number }): string | null {
    const ask = (where: PointLike | [PointLike, PointLike], layer: string) => (this.map.getLayer(layer) ? this.map.queryRenderedFeatures(where, { layers: [layer] }) : [])
    const area = ask([x, y], 'field-need').map((f) => String(f.id).padStart(12, '0'))
    const own = area.find((code) => this.houses.some((house) => house.code === code))
    if (own) return own
    const mark = ask([[x - reach, y - reach], [x + reach, y + reach]], 'field-mark')[0]
    return mark ? String(mark.properties['code']) : null
  }
}

/** What is not the territory: the world with the territory cut out, and the holes in it. */
function outside(outline: Geometry): { role: 'outside'; geometry: AnyGeometry }[] {
  const parts = outline.type === 'Polygon' ? [outline.coordinates as Position[][]] : outline.type === 'MultiPolygon' ? (outline.coordinates as Position[][][]) : []
  if (parts.length === 0) return []
  const world: Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]
  const rest: AnyGeometry = { type: 'Polygon', coordinates: [world, ...parts.map((rings) => rings[0]!)] }
  const holes = parts.flatMap((rings) => rings.slice(1)).map((ring): AnyGeometry => ({ type: 'Polygon', coordinates: [ring] }))
  return [rest, ...holes].map((geometry) => ({ role: 'outside', geometry }))
}

function layers(): (LayerSpecification & { below?: string })[] {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const [mark, halo, pen, ink] = [token('--map-mark'), token('--map-halo'), token('--map-pen'), token('--ink')]
  const colours = (Object.keys(markShapes) as MarkName[]).flatMap((name) => [name, token(tokenOf(name))])
  const role = (name: string): ['==', ['get', string], string] => ['==', ['get', 'role'], name]
  const point: ['==', ['geometry-type'], string] = ['==', ['geometry-type'], 'Point']
  return [
    { id: 'field-need', type: 'fill', source: 'buildings', 'source-layer': 'buildings', minzoom: 13, paint: { 'fill-color': ['match', ['to-string', ['feature-state', 'mark']], ...colours, 'rgba(0,0,0,0)'] as never, 'fill-opacity': 0.75 }, below: 'buildings-line' },
    { id: 'field-outside', type: 'fill', source: 'field-territory', filter: role('outside'), paint: { 'fill-color': halo, 'fill-opacity': 0.5 } },
    { id: 'field-border-halo', type: 'line', source: 'field-territory', filter: role('line'), layout: { 'line-join': 'round' }, paint: { 'line-color': halo, 'line-width': 6 } },
    { id: 'field-border', type: 'line', source: 'field-territory', filter: role('line'), layout: { 'line-join': 'round' }, paint: { 'line-color': mark, 'line-width': 3 } },
    { id: 'field-shape-fill', type: 'fill', source: 'field-shapes', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'fill-color': pen, 'fill-opacity': 0.18 } },
    { id: 'field-shape-line', type: 'line', source: 'field-shapes', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': pen, 'line-width': 2, 'line-dasharray': [2, 1.5] } },
    { id: 'field-shape-point', type: 'circle', source: 'field-shapes', filter: ['all', point, ['any', ['!', ['has', 'far']], ['<', ['zoom'], 15]]], paint: { 'circle-radius': 7, 'circle-color': halo, 'circle-stroke-color': pen, 'circle-stroke-width': 3 } },
    { id: 'field-self', type: 'circle', source: 'field-self', paint: { 'circle-radius': 7, 'circle-color': mark, 'circle-stroke-color': halo, 'circle-stroke-width': 3 } },
    {
      id: 'field-mark',
      type: 'symbol',
      source: 'field-houses',
      layout: {
        'icon-image': ['get', 'mark'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 12, 0.25, 15, 0.4, 16, 0.6, 17, 0.85],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['match', ['get', 'mark'], 'none', 0, 1],
      },
    },
    {
      id: 'field-number',
      type: 'symbol',
      source: 'field-houses',
      minzoom: 17.5,
      layout: { 'text-field': ['get', 'label'], 'text-font': ['system-ui', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': 13, 'text-offset': [0, 1.5], 'text-anchor': 'center' },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 2 },
    },
    { id: 'field-chosen-halo', type: 'circle', source: 'field-chosen', paint: { 'circle-radius': 18, 'circle-opacity': 0, 'circle-stroke-color': halo, 'circle-stroke-width': 6 } },
    { id: 'field-chosen', type: 'circle', source: 'field-chosen', paint: { 'circle-radius': 18, 'circle-opacity': 0, 'circle-stroke-color': mark, 'circle-stroke-width': ['match', ['get', 'role'], 'open', 4, 2] } },
  ]
}
