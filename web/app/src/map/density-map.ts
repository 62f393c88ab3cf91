// The density map: H3 cells coloured by a number, flat or as columns, houses as outlines above them from near by.
import type { FeatureCollection, Geometry as AnyGeometry } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, MapGeoJSONFeature, MapMouseEvent, Source } from 'maplibre-gl'
import type { Geometry, Position } from '../api/types'
import type { View } from '../view/hash'
import { BaseMap, type Start } from './base-map'

/** A view that may be tilted and turned: degrees from above, and clockwise from north. */
export interface Camera extends View {
  pitch: number
  bearing: number
}

/** How cells are drawn. */
export interface DensityLook {
  /** The property of the tiles that is shown. */
  field: string
  /** Where the second and later classes begin, and the colour of each class. */
  breaks: readonly number[]
  colours: readonly string[]
  /** Cells as columns; one of `tallest` is `height` metres high. */
  columns: boolean
  tallest: number
  height: number
}

export interface DensityEvents {
  /** The map has come to rest at another view. */
  moved(): void
  /** A place was clicked: the cell there, in hexadecimal, and the house, if there are any. */
  picked(at: Position, cell: string | null, code: string | null): void
  /** The pointer is over another cell; null beside all. */
  pointed(cell: string | null): void
  /** The map is at rest with all tiles drawn: how many cells are on the screen. */
  drawn(cells: number): void
}

export interface DensitySource {
  tiles: string
  minzoom: number
  maxzoom: number
}

const cellLayers = ['density-fill', 'density-few', 'density-column']
const steepest = 60 // degrees
/** Further away the tiles have cells larger than the server sums up for lists. */
const farthest = 4
const standing = 50
const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

export class DensityMap extends BaseMap {
  private look: DensityLook | null = null
  private marked: Geometry | null = null
  private place: Position | null = null
  private over: string | null = null

  /** Throws when the browser has no WebGL 2. */
  constructor(
    container: HTMLElement,
    label: string,
    start: Start & { camera: Camera | null },
    private readonly source: DensitySource,
    private readonly events: DensityEvents,
  ) {
    super(container, label, start, {
      maxPitch: steepest,
      minZoom: farthest,
      ...(start.camera ? { pitch: start.camera.pitch, bearing: start.camera.bearing } : {}),
    })
    this.map.on('style.load', () => this.install())
    this.map.on('moveend', () => this.events.moved())
    this.map.on('idle', () => this.events.drawn(new Set(this.cellsAt().map((f) => f.id)).size))
    this.map.on('click', (event) => this.clicked(event))
    this.map.on('mousemove', (event) => this.point(this.cellOf(event)))
    // Before the pointer enters a line of the list, not after, as MapLibre's own mouseout would be.
    this.map.getCanvas().addEventListener('pointerleave', () => this.point(null))
  }

  get camera(): Camera {
    return { ...this.view, pitch: this.map.getPitch(), bearing: this.map.getBearing() }
  }

  jumpToCamera({ zoom, lat, lon, pitch, bearing }: Camera): void {
    this.map.jumpTo({ center: [lon, lat], zoom, pitch, bearing })
  }

  /** Tilted for columns, flat and north up without; hands may turn only what is tilted. */
  setTilted(tilted: boolean): void {
    const turning = [this.map.dragRotate, this.map.touchPitch]
    for (const handler of turning) tilted ? handler.enable() : handler.disable()
    if (tilted) {
      this.map.touchZoomRotate.enableRotation()
      this.map.keyboard.enableRotation()
      if (this.map.getPitch() === 0) this.map.setPitch(standing)
    } else {
      this.map.touchZoomRotate.disableRotation()
      this.map.keyboard.disableRotation()
      this.map.jumpTo({ pitch: 0, bearing: 0 })
    }
  }

  show(look: DensityLook): void {
    this.look = look
    if (this.map.getLayer('density-fill')) this.paint(look)
  }

  /** Outlines a cell wherever it is, and marks a place; null takes the mark away. */
  mark(cell: Geometry | null, place: Position | null): void {
    this.marked = cell
    this.place = place
    this.map.getSource<GeoJSONSource>('density-mark')?.setData(this.marks())
  }

  /** Lights a cell up, as the pointer does. */
  hint(cell: string | null): void {
    this.setHover(this.over, false)
    this.over = cell
    this.setHover(cell, true)
  }

  private install(): void {
    this.map.addImage('density-few', hatch(token('--density-few')), { pixelRatio: 2 })
    this.map.addSource('density', { type: 'vector', tiles: [this.source.tiles], minzoom: this.source.minzoom, maxzoom: this.source.maxzoom, promoteId: 'h' })
    // Cells of one size all over the screen, also towards the horizon.
    this.map.getSource<Source>('density')!.calculateTileZoom = (zoom) => zoom
    this.map.addSource('density-mark', { type: 'geojson', data: this.marks(), tolerance: 0 })
    for (const id of ['buildings-fill', 'buildings-point', 'zone-fill', 'building-code']) if (this.map.getLayer(id)) this.map.setLayoutProperty(id, 'visibility', 'none')
    if (this.map.getLayer('buildings-line')) {
      this.map.setPaintProperty('buildings-line', 'line-color', token('--density-house'))
      this.map.addLayer(houseHalo(), 'buildings-line')
    }
    const under = ['road-casing', 'road', 'zone-line'].find((id) => this.map.getLayer(id))
    const label = this.map.getStyle().layers.find((layer) => layer.type === 'symbol')?.id
    for (const layer of flatLayers()) this.map.addLayer(layer, under)
    for (const layer of topLayers()) this.map.addLayer(layer, label)
    if (this.look) this.paint(this.look)
  }

  private paint(look: DensityLook): void {
    const value: ExpressionSpecification = ['number', ['get', look.field], 0]
    const known: ExpressionSpecification = ['has', look.field]
    const step = ['step', value, look.colours[0]!, ...look.breaks.flatMap((b, i) => [b, look.colours[i + 1]!])] as unknown as ExpressionSpecification
    const colour: ExpressionSpecification = look.breaks.length > 0 ? step : ['to-color', look.colours[0]!]
    const some: ExpressionSpecification = ['all', known, ['>', value, 0]]
    const visible = (id: string, yes: boolean) => this.map.setLayoutProperty(id, 'visibility', yes ? 'visible' : 'none')
    visible('density-fill', !look.columns)
    visible('density-column', look.columns)
    this.map.setFilter('density-few', ['all', ['!', known], ['to-boolean', ['get', 'few']]])
    this.map.setPaintProperty('density-fill', 'fill-color', ['case', some, colour, 'rgba(0,0,0,0)'])
    this.map.setFilter('density-column', some)
    this.map.setPaintProperty('density-column', 'fill-extrusion-color', ['case', hovered, token('--density-mark'), colour])
    this.map.setPaintProperty('density-column', 'fill-extrusion-height', ['*', ['/', value, Math.max(1, look.tallest)], look.height])
  }

  private clicked(event: MapMouseEvent): void {
    const house = this.map.getLayer('buildings-line') ? this.housesAt(event)[0] : undefined
    this.events.picked([event.lngLat.lng, event.lngLat.lat], this.cellOf(event), house ? String(house.id).padStart(12, '0') : null)
  }

  /** Houses are drawn as outlines only, so what counts is the hidden filling: asked for a little around the pointer. */
  private housesAt({ point: { x, y } }: MapMouseEvent): MapGeoJSONFeature[] {
    return this.map.queryRenderedFeatures([[x - 3, y - 3], [x + 3, y + 3]], { layers: ['buildings-line'] })
  }

  private point(cell: string | null): void {
    this.map.getCanvas().style.cursor = cell ? 'pointer' : ''
    if (cell === this.over) return
    this.hint(cell)
    this.events.pointed(cell)
  }

  private setHover(cell: string | null, hover: boolean): void {
    if (cell !== null && this.map.getSource('density')) this.map.setFeatureState({ source: 'density', sourceLayer: 'density', id: cell }, { hover })
  }

  private cellOf(event: MapMouseEvent): string | null {
    const id = this.cellsAt([event.point.x, event.point.y])[0]?.id
    return id === undefined ? null : String(id)
  }

  private cellsAt(at?: [number, number]): MapGeoJSONFeature[] {
    const layers = cellLayers.filter((id) => this.map.getLayer(id))
    if (layers.length === 0) return []
    return at ? this.map.queryRenderedFeatures(at, { layers }) : this.map.queryRenderedFeatures({ layers })
  }

  private marks(): FeatureCollection {
    const features: FeatureCollection['features'] = []
    if (this.marked) features.push({ type: 'Feature', properties: {}, geometry: this.marked as AnyGeometry })
    if (this.place) features.push({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: this.place } })
    return features.length > 0 ? { type: 'FeatureCollection', features } : nothing
  }
}

const hovered: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]

function flatLayers(): LayerSpecification[] {
  const base = { source: 'density', 'source-layer': 'density' } as const
  return [
    { ...base, id: 'density-fill', type: 'fill', paint: { 'fill-opacity': ['case', hovered, 0.95, 0.78] } },
    { ...base, id: 'density-few', type: 'fill', paint: { 'fill-pattern': 'density-few' } },
    { ...base, id: 'density-line', type: 'line', paint: { 'line-color': token('--density-edge'), 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 0.3, 14, 1] } },
  ]
}

function topLayers(): LayerSpecification[] {
  const base = { source: 'density', 'source-layer': 'density' } as const
  const [mark, halo] = [token('--density-mark'), token('--map-halo')]
  return [
    { ...base, id: 'density-hover', type: 'line', paint: { 'line-color': mark, 'line-width': 3, 'line-opacity': ['case', hovered, 1, 0] } },
    { id: 'density-mark-halo', type: 'line', source: 'density-mark', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': halo, 'line-width': 7 } },
    { id: 'density-mark-line', type: 'line', source: 'density-mark', filter: ['!=', ['geometry-type'], 'Point'], layout: { 'line-join': 'round' }, paint: { 'line-color': mark, 'line-width': 3.5 } },
    { ...base, id: 'density-column', type: 'fill-extrusion', paint: { 'fill-extrusion-opacity': 0.86, 'fill-extrusion-vertical-gradient': true } },
    {
      id: 'density-mark-point',
      type: 'circle',
      source: 'density-mark',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 6, 'circle-color': mark, 'circle-stroke-color': halo, 'circle-stroke-width': 2.5 },
    },
  ]
}

/** Keeps the outlines of houses in sight on the darkest and on the lightest of cells. */
const houseHalo = (): LayerSpecification => ({
  id: 'density-house-halo',
  type: 'line',
  source: 'buildings',
  'source-layer': 'buildings',
  minzoom: 14,
  paint: { 'line-color': token('--map-halo'), 'line-opacity': 0.75, 'line-width': ['interpolate', ['exponential', 1.4], ['zoom'], 14, 0.6, 16, 2, 19, 4] },
})

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Thin diagonal lines: a cell whose number is not told. */
function hatch(colour: string): ImageData {
  const size = 16
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')!
  context.strokeStyle = colour
  context.lineWidth = 2
  for (const x of [-size, 0, size]) {
    context.beginPath()
    context.moveTo(x, size)
    context.lineTo(x + size, 0)
    context.stroke()
  }
  return context.getImageData(0, 0, size, size)
}
