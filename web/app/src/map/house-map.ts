// The house map: buildings that can be picked, and what is drawn above them.
import type { MapGeoJSONFeature, MapMouseEvent, PointLike } from 'maplibre-gl'
import type { Geometry } from '../api/types'
import { BaseMap, type Start } from './base-map'
import { type Pen, watchPen } from './drawing'
import type { Outline } from './outline'
import { Overlays } from './overlays'
import { type Part, PartsLayer } from './parts'

export interface MapEvents {
  /** The map has come to rest at another view. */
  moved(): void
  /** A building was clicked or tapped: its code; null for open ground. */
  picked(code: string | null): void
  /** The map is at rest with all tiles drawn: how many buildings are on the screen. */
  drawn(buildings: number): void
}

const reach = 10 // px around a tap in which a small or point building still counts as hit

export class HouseMap extends BaseMap {
  private readonly overlays: Overlays
  private readonly parts: PartsLayer
  private buildingLayers: string[] = []
  private drawing = false
  private hovered: string | number | undefined

  /** Throws when the browser has no WebGL 2. */
  constructor(
    container: HTMLElement,
    label: string,
    start: Start,
    private readonly events: MapEvents,
    pen: Pen,
  ) {
    super(container, label, start)
    this.overlays = new Overlays(this.map)
    this.parts = new PartsLayer(this.map)
    this.map.on('style.load', () => {
      this.buildingLayers = this.map
        .getStyle()
        .layers.filter((layer) => 'source-layer' in layer && layer['source-layer'] === 'buildings' && layer.type !== 'symbol')
        .map((layer) => layer.id)
      this.parts.install()
      this.overlays.install()
    })
    this.map.on('moveend', () => this.events.moved())
    this.map.on('idle', () => this.events.drawn(this.rendered))
    this.map.on('click', (event) => this.clicked(event))
    this.map.on('mousemove', (event) => this.pointed(event))
    watchPen(this.map, pen)
  }

  showOpen(geometry: Geometry | null): void {
    this.overlays.showOpen(geometry)
  }

  showHint(geometry: Geometry | null): void {
    this.overlays.showHint(geometry)
  }

  /** Houses chosen, or parts that are only tried, each with its letter. */
  showParts(parts: readonly Part[]): void {
    this.parts.show(parts)
  }

  showSketch(outline: Outline | null): void {
    this.drawing = outline !== null
    if (this.drawing) this.map.doubleClickZoom.disable()
    else this.map.doubleClickZoom.enable()
    this.map.getCanvas().style.cursor = this.drawing ? 'crosshair' : ''
    this.overlays.showSketch(outline)
  }

  private get rendered(): number {
    return new Set(this.buildingsAt().map((feature) => feature.id)).size
  }

  private clicked(event: MapMouseEvent): void {
    if (this.drawing || event.defaultPrevented) return
    const { x, y } = event.point
    const exact = this.buildingsAt(event.point)
    const hit = exact[0] ?? this.buildingsAt([[x - reach, y - reach], [x + reach, y + reach]])[0]
    this.events.picked(hit ? codeOf(hit) : null)
  }

  private pointed(event: MapMouseEvent): void {
    if (this.drawing) return
    const under = this.buildingsAt(event.point)[0]
    this.map.getCanvas().style.cursor = under ? 'pointer' : ''
    if (under?.id === this.hovered) return
    this.hover(false)
    this.hovered = under?.id
    this.hover(true)
  }

  private hover(hover: boolean): void {
    if (this.hovered === undefined || !this.map.getSource('buildings')) return
    this.map.setFeatureState({ source: 'buildings', sourceLayer: 'buildings', id: this.hovered }, { hover })
  }

  private buildingsAt(where?: PointLike | [PointLike, PointLike]): MapGeoJSONFeature[] {
    const layers = this.buildingLayers.filter((id) => this.map.getLayer(id))
    if (layers.length === 0) return []
    return where === undefined ? this.map.queryRenderedFeatures({ layers }) : this.map.queryRenderedFeatures(where, { layers })
  }
}

/** Feature ids of the buildings layer are the codes as numbers, which fit in a double. */
const codeOf = (feature: MapGeoJSONFeature): string => String(feature.id).padStart(12, '0')
