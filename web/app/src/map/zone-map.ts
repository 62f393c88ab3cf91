// The planners' map: zones by kind above the town, and the pen that draws them.
import type { FeatureCollection, Geometry as AnyGeometry } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification } from 'maplibre-gl'
import type { Geometry } from '../api/types'
import { BaseMap, type Start } from './base-map'
import { type Pen, watchPen } from './drawing'
import type { Outline } from './outline'
import { Overlays } from './overlays'
import { middleOf } from './parts'

export interface DrawnZone {
  id: string
  /** A kind with a token --zone-KIND for its colour. */
  kind: string
  /** What is written on it. */
  label: string
  geometry: Geometry
  /** The open one stands out. */
  open: boolean
}

export interface ZoneEvents {
  moved(): void
  /** Clicked: the zones there, the smallest first. */
  picked(ids: string[]): void
  /** The map is at rest with everything drawn. */
  drawn(zones: number): void
}

const source = 'planning-zones'
const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** How the border of each kind is dashed, so that colour alone tells nothing. */
const dashes: Record<string, number[] | null> = { optimised: null, priority: [6, 1.5], restricted: [3, 2], prohibited: [1, 1.5], custom: [6, 2, 1, 2] }

export class ZoneMap extends BaseMap {
  private readonly overlays: Overlays
  private zones: readonly DrawnZone[] = []
  private drawing = false

  /** Throws when the browser has no WebGL 2. Without a pen nothing can be drawn. */
  constructor(
    container: HTMLElement,
    label: string,
    start: Start,
    private readonly events: ZoneEvents,
    pen: Pen | null,
    /** For paper: it stays still, and light whatever the page's theme is. */
    private readonly onPaper = false,
  ) {
    super(container, label, start, onPaper ? { interactive: false } : {})
    this.overlays = new Overlays(this.map)
    this.map.on('style.load', () => this.install())
    this.map.on('moveend', () => this.events.moved())
    this.map.on('idle', () => this.events.drawn(this.map.getLayer('zones-fill') ? new Set(this.map.queryRenderedFeatures({ layers: ['zones-fill'] }).map((f) => f.properties['id'] as string)).size : 0))
    this.map.on('click', (event) => {
      if (this.drawing || event.defaultPrevented || !this.map.getLayer('zones-fill')) return
      const hit = this.map.queryRenderedFeatures(event.point, { layers: ['zones-fill'] })
      this.events.picked([...new Set(hit.map((f) => f.properties['id'] as string))])
    })
    this.map.on('mousemove', (event) => {
      if (this.drawing || !this.map.getLayer('zones-fill')) return
      this.map.getCanvas().style.cursor = this.map.queryRenderedFeatures(event.point, { layers: ['zones-fill'] }).length > 0 ? 'pointer' : ''
    })
    if (pen) watchPen(this.map, pen)
  }

  /** Zones that lie under others in the list are drawn above them. */
  showZones(zones: readonly DrawnZone[]): void {
    this.zones = zones
    this.map.getSource<GeoJSONSource>(source)?.setData(this.collection())
  }

  showSketch(outline: Outline | null): void {
    this.drawing = outline !== null
    if (this.drawing) this.map.doubleClickZoom.disable()
    else this.map.doubleClickZoom.enable()
    this.map.getCanvas().style.cursor = this.drawing ? 'crosshair' : ''
    this.overlays.showSketch(outline)
  }

  private install(): void {
    // The tiles show these zones, too, as everybody's map does; here they come fresher, with their numbers.
    for (const id of ['zone-line', 'zone-label', 'zone-fill', 'planning-fill', 'planning-line', 'planning-label']) {
      if (!this.map.getLayer(id)) continue
      if (id.startsWith('planning')) this.map.setLayoutProperty(id, 'visibility', 'none')
      else this.map.setFilter(id, ['all', ['==', ['get', 'kind'], 'division'], ...(id === 'zone-fill' ? ([['==', ['get', 'level'], 5]] as ExpressionSpecification[]) : [])])
    }
    this.map.addSource(source, { type: 'geojson', data: this.collection(), tolerance: 0.1 })
    const label = this.map.getStyle().layers.find((layer) => layer.type === 'symbol')?.id
    for (const layer of layers(this.onPaper ? (name) => paper[name] ?? token(name) : token)) this.map.addLayer(layer, layer.type === 'symbol' ? undefined : label)
    this.overlays.install()
  }

  private collection(): FeatureCollection {
    if (this.zones.length === 0) return nothing
    return {
      type: 'FeatureCollection',
      features: this.zones.flatMap(({ id, kind, label, geometry, open }) => {
        const at = middleOf(geometry)
        const properties = { id, kind, open }
        return [
          { type: 'Feature' as const, properties: { ...properties, role: 'area' }, geometry: geometry as AnyGeometry },
          ...(at && label ? [{ type: 'Feature' as const, properties: { ...properties, role: 'label', label }, geometry: { type: 'Point' as const, coordinates: at } }] : []),
        ]
      }),
    }
  }
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** What the light theme has for these. */
const paper: Record<string, string> = {
  '--ink': '#12201d',
  '--map-halo': '#ffffff',
  '--zone-optimised': '#0067a8',
  '--zone-priority': '#b34700',
  '--zone-restricted': '#7a5d00',
  '--zone-prohibited': '#a3211a',
  '--zone-custom': '#7a4bb8',
}

function layers(token: (name: string) => string): LayerSpecification[] {
  const colour = ['match', ['get', 'kind'], ...Object.keys(dashes).flatMap((kind) => [kind, token(`--zone-${kind}`)]), token('--zone-custom')] as unknown as ExpressionSpecification
  const area: ExpressionSpecification = ['==', ['get', 'role'], 'area']
  const open: ExpressionSpecification = ['to-boolean', ['get', 'open']]
  return [
    { id: 'zones-fill', type: 'fill', source, filter: area, paint: { 'fill-color': colour, 'fill-opacity': ['case', open, 0.42, 0.2] } },
    { id: 'zones-halo', type: 'line', source, filter: area, paint: { 'line-color': token('--map-halo'), 'line-width': ['case', open, 7, 4], 'line-opacity': 0.8 } },
    ...Object.entries(dashes).map(
      ([kind, dash]): LayerSpecification => ({
        id: `zones-line-${kind}`,
        type: 'line',
        source,
        filter: ['all', area, ['==', ['get', 'kind'], kind]],
        layout: { 'line-join': 'round' },
        paint: { 'line-color': colour, 'line-width': ['case', open, 4, 2.2], ...(dash ? { 'line-dasharray': dash } : {}) },
      }),
    ),
    {
      id: 'zones-label',
      type: 'symbol',
      source,
      filter: ['==', ['get', 'role'], 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-font': ['system-ui', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': 13, 'text-max-width': 9 },
      paint: { 'text-color': token('--ink'), 'text-halo-color': token('--map-halo'), 'text-halo-width': 2 },
    },
  ]
}
