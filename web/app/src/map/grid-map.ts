// The map of cells: who has which, what is in hand, and what hands do to it. What a gesture means is decided by its
// caller; here pixels become places and cells become drawings.
import type { Feature, FeatureCollection, LineString, Point } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import type { Position } from '../api/types'
import { BaseMap, type Start } from './base-map'
import { type Pen, watchPen } from './drawing'
import type { Outline } from './outline'
import { Overlays } from './overlays'

export type Tool = 'pick' | 'brush' | 'lasso' | 'polygon'

/** What hands do on the map. Places are on the ground; keys come from the focused map only. */
export interface Hands {
  tool(): Tool
  pick(at: Position): void
  /** A stroke begins, goes on and ends. */
  press(at: Position): void
  stroke(from: Position, to: Position): void
  release(): void
  /** A ring drawn freely around cells. */
  lasso(ring: Position[]): void
  /** True when the key was used. */
  key(event: KeyboardEvent): boolean
}

export interface MapEvents {
  moved(): void
  /** The map is at rest with everything drawn: how many cells it shows. */
  drawn(cells: number): void
}

/** A cell as it is drawn. A gap has live houses and nobody; free ground has neither. */
export interface CellDrawing {
  ring: readonly Position[]
  kind: 'held' | 'gap' | 'free'
  tone: number
  hatch: number
}

export interface Label {
  at: Position
  text: string
}

/** Where cells become large enough to show lines inside. */
const hatchZoom = 9.5

const cellSource = 'fangma-cells'
const borderSource = 'fangma-borders'
const rimSource = 'fangma-rim'
const nameSource = 'fangma-names'
const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

export class GridMap extends BaseMap {
  private readonly overlays: Overlays
  private readonly rope: SVGPolylineElement
  private data: Record<string, FeatureCollection> = { [cellSource]: nothing, [borderSource]: nothing, [rimSource]: nothing, [nameSource]: nothing }
  private chosen = new Set<number>()
  /** A corner of each cell: where it is, near enough to say whether it is in view. */
  private middles: Position[] = []

  constructor(
    container: HTMLElement,
    label: string,
    start: Start,
    private readonly events: MapEvents,
    private readonly hands: Hands,
    pen: Pen,
  ) {
    super(container, label, start)
    this.overlays = new Overlays(this.map)
    this.rope = addRope(container)
    this.map.on('style.load', () => this.install())
    this.map.on('moveend', () => this.events.moved())
    this.map.on('idle', () => this.events.drawn(this.drawn))
    this.watchHands()
    watchPen(this.map, pen)
  }

  /** Draws all cells anew; their places in the row are what showChosen speaks of. */
  showCells(cells: readonly CellDrawing[], borders: readonly Position[][], names: readonly Label[]): void {
    const style = getComputedStyle(document.documentElement)
    const colours = Array.from({ length: 8 }, (_, i) => style.getPropertyValue(`--terr-${i + 1}`).trim())
    this.set(cellSource, {
      type: 'FeatureCollection',
      features: cells.map(({ ring, kind, tone, hatch }, id): Feature => ({
        type: 'Feature',
        id,
        properties: { kind, hatch, colour: colours[tone] ?? '#888888' },
        geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] },
      })),
    })
    this.middles = cells.map(({ ring }) => ring[0]!)
    this.set(borderSource, linesOf(borders))
    const label = names.map(({ at, text }): Feature<Point> => ({ type: 'Feature', properties: { text }, geometry: { type: 'Point', coordinates: at } }))
    this.set(nameSource, { type: 'FeatureCollection', features: label })
  }

  /** Marks what is in hand, and draws the line around it. */
  showChosen(now: ReadonlySet<number>, rim: readonly Position[][]): void {
    for (const id of this.chosen) if (!now.has(id)) this.mark(id, false)
    for (const id of now) if (!this.chosen.has(id)) this.mark(id, true)
    this.chosen = new Set(now)
    this.set(rimSource, linesOf(rim))
  }

  /** The ring under the pen; null while none is drawn. */
  showTrail(outline: Outline | null): void {
    if (outline) this.map.doubleClickZoom.disable()
    else this.map.doubleClickZoom.enable()
    this.overlays.showSketch(outline)
  }

  setCursor(cursor: string): void {
    this.map.getCanvas().style.cursor = cursor
  }

  /** Metres that so many pixels span in the middle of the map. */
  metresOf(pixels: number): number {
    const { lat } = this.map.getCenter()
    return (pixels * 40_075_016.7 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom())
  }

  private install(): void {
    drawHatches((name, image) => this.map.hasImage(name) || this.map.addImage(name, image, { pixelRatio: 2 }))
    for (const [id, data] of Object.entries(this.data)) {
      if (!this.map.getSource(id)) this.map.addSource(id, { type: 'geojson', data, tolerance: 0.2, buffer: 64 })
    }
    const above = this.map.getStyle().layers.find((layer) => layer.type === 'symbol')?.id
    for (const layer of layers()) if (!this.map.getLayer(layer.id)) this.map.addLayer(layer, layer.type === 'symbol' ? undefined : above)
    for (const id of this.chosen) this.mark(id, true)
    this.overlays.install()
  }

  private set(id: string, data: FeatureCollection): void {
    this.data[id] = data
    this.map.getSource<GeoJSONSource>(id)?.setData(data)
  }

  private mark(id: number, chosen: boolean): void {
    if (this.map.getSource(cellSource)) this.map.setFeatureState({ source: cellSource, id }, { chosen })
  }

  private get drawn(): number {
    const [west, south, east, north] = this.bounds
    return this.middles.filter(([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north).length
  }

  private watchHands(): void {
    let last: { place: Position; pixel: { x: number; y: number } } | null = null
    let ring: Position[] = []
    let path: string[] = []
    const down = (event: MapMouseEvent | MapTouchEvent) => {
      const tool = this.hands.tool()
      if (tool !== 'brush' && tool !== 'lasso') return
      if ('points' in event ? event.points.length > 1 : event.originalEvent.button !== 0) return
      event.preventDefault() // the map would move along
      last = { place: placeOf(event), pixel: event.point }
      if (tool === 'brush') this.hands.press(last.place)
      else [ring, path] = [[last.place], [`${event.point.x},${event.point.y}`]]
    }
    const move = (event: MapMouseEvent | MapTouchEvent) => {
      if (!last) return
      if ('points' in event && event.points.length > 1) return drop() // a second finger: the map is meant
      const next = { place: placeOf(event), pixel: event.point }
      if (this.hands.tool() === 'brush') this.hands.stroke(last.place, next.place)
      else if (Math.hypot(next.pixel.x - last.pixel.x, next.pixel.y - last.pixel.y) < 3) return
      else {
        ring.push(next.place)
        path.push(`${next.pixel.x},${next.pixel.y}`)
        this.rope.setAttribute('points', path.join(' '))
      }
      last = next
    }
    const drop = () => {
      if (last && this.hands.tool() === 'brush') this.hands.release()
      last = null
      ring = []
      this.rope.removeAttribute('points')
    }
    const up = () => {
      if (last && this.hands.tool() === 'lasso' && ring.length > 2) this.hands.lasso(ring)
      drop()
    }
    this.map.on('mousedown', down)
    this.map.on('touchstart', down)
    this.map.on('mousemove', move)
    this.map.on('touchmove', move)
    this.map.on('touchend', up)
    this.map.on('touchcancel', up)
    // A mouse may let go outside of the map.
    addEventListener('mouseup', up)
    this.map.on('remove', () => removeEventListener('mouseup', up))
    this.map.on('click', (event) => {
      if (this.hands.tool() === 'pick' && !event.defaultPrevented) this.hands.pick(placeOf(event))
    })
    this.map.getCanvas().addEventListener(
      'keydown',
      (event) => {
        if (event.defaultPrevented || event.altKey || !this.hands.key(event)) return
        event.preventDefault()
        event.stopPropagation()
      },
      { capture: true },
    )
  }
}

const linesOf = (lines: readonly Position[][]): FeatureCollection<LineString> => ({
  type: 'FeatureCollection',
  features: lines.length === 0 ? [] : lines.map((coordinates) => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } })),
})

const placeOf = (event: MapMouseEvent | MapTouchEvent): Position => [event.lngLat.lng, event.lngLat.lat]

/** The line of a lasso, drawn above the map at once: a source of the map would lag behind the hand. */
function addRope(container: HTMLElement): SVGPolylineElement {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'grid-rope')
  svg.setAttribute('aria-hidden', 'true')
  const rope = svg.appendChild(document.createElementNS(space, 'polyline'))
  container.append(svg)
  return rope
}

/** Three hatchings for territories, and crosses for gaps: lines that stay visible on every tone. */
function drawHatches(add: (name: string, image: ImageData) => void): void {
  const size = 16
  const style = getComputedStyle(document.documentElement)
  const ink = style.getPropertyValue('--terr-hatch').trim()
  const danger = style.getPropertyValue('--terr-gap').trim()
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return
  const draw = (name: string, colour: string, strokes: (pen: CanvasRenderingContext2D) => void) => {
    pen.clearRect(0, 0, size, size)
    pen.strokeStyle = pen.fillStyle = colour
    pen.lineWidth = 2
    pen.beginPath()
    strokes(pen)
    pen.stroke()
    add(name, pen.getImageData(0, 0, size, size))
  }
  const rising = (p: CanvasRenderingContext2D) => {
    for (const x of [-size, 0, size]) {
      p.moveTo(x, size)
      p.lineTo(x + size, 0)
    }
  }
  const falling = (p: CanvasRenderingContext2D) => {
    for (const x of [-size, 0, size]) {
      p.moveTo(x, 0)
      p.lineTo(x + size, size)
    }
  }
  draw('fangma-hatch-1', ink, rising)
  draw('fangma-hatch-2', ink, falling)
  draw('fangma-hatch-3', ink, (p) => {
    p.arc(size / 4, size / 4, 2, 0, 7)
    p.moveTo((size * 3) / 4 + 2, (size * 3) / 4)
    p.arc((size * 3) / 4, (size * 3) / 4, 2, 0, 7)
  })
  draw('fangma-hatch-gap', danger, (p) => {
    rising(p)
    falling(p)
  })
}

function layers(): LayerSpecification[] {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const [pen, halo, ink, gap] = [token('--map-pen'), token('--map-halo'), token('--ink'), token('--terr-gap')]
  const chosen: ExpressionSpecification = ['boolean', ['feature-state', 'chosen'], false]
  const kind = (name: CellDrawing['kind']): ExpressionSpecification => ['==', ['get', 'kind'], name]
  const source = cellSource
  return [
    {
      id: 'fangma-cells-fill',
      type: 'fill',
      source,
      paint: {
        'fill-color': ['case', chosen, pen, kind('held'), ['get', 'colour'], kind('gap'), gap, halo],
        'fill-opacity': ['case', chosen, 0.6, kind('held'), 0.5, kind('gap'), 0.25, 0.05],
        'fill-antialias': false,
      },
    },
    {
      id: 'fangma-cells-hatch',
      type: 'fill',
      source,
      minzoom: hatchZoom,
      filter: ['any', ['>', ['get', 'hatch'], 0], kind('gap')],
      paint: { 'fill-pattern': ['case', kind('gap'), 'fangma-hatch-gap', ['concat', 'fangma-hatch-', ['to-string', ['get', 'hatch']]]], 'fill-opacity': 0.6 },
    },
    {
      id: 'fangma-cells-line',
      type: 'line',
      source,
      minzoom: 12.5,
      paint: { 'line-color': ['case', kind('gap'), gap, ink], 'line-width': ['interpolate', ['linear'], ['zoom'], 12.5, 0.3, 16, 1], 'line-opacity': ['case', kind('free'), 0.15, 0.3] },
    },
    { id: 'fangma-border-halo', type: 'line', source: borderSource, layout: { 'line-cap': 'round' }, paint: { 'line-color': halo, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1.5, 14, 5] } },
    { id: 'fangma-border', type: 'line', source: borderSource, layout: { 'line-cap': 'round' }, paint: { 'line-color': ink, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 14, 2.2] } },
    { id: 'fangma-rim-halo', type: 'line', source: rimSource, layout: { 'line-cap': 'round' }, paint: { 'line-color': halo, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 2.5, 14, 7] } },
    { id: 'fangma-rim', type: 'line', source: rimSource, layout: { 'line-cap': 'round' }, paint: { 'line-color': pen, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1.5, 14, 3.5] } },
    {
      id: 'fangma-names',
      type: 'symbol',
      source: nameSource,
      layout: {
        'text-field': ['get', 'text'],
        'text-font': ['system-ui', 'Noto Sans CJK SC', 'sans-serif'],
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, 12, 14, 17],
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
        'text-radial-offset': 0.4,
        'text-max-width': 8,
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 2 },
    },
  ]
}
