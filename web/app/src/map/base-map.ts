// What every map of this site has in common, and with its neighbours in this folder the only place that knows MapLibre GL.
//
// What it needs of the server's content security policy: `script-src 'self'; worker-src 'self'; connect-src 'self';
// img-src 'self' data: blob:; style-src 'self'`. The worker is a file of this site (no blob: worker, no eval), styles are
// set through the CSSOM only. Tiles, TileJSON and style come from this site; text is drawn with the machine's own fonts,
// so the style has no `glyphs` and no `sprite`.
import { Map as MapLibre, type MapOptions, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { Bounds, Position } from '../api/types'
import type { View } from '../view/hash'
import { tilesTouching } from './affected'

export interface Start {
  /** Language and theme are in the style's address; the view is the hash's, else the box of all data. */
  style: string
  view: View | null
  bounds: Bounds | null
  center: Position
  zoom: number
}

const maxZoom = 22
/** Layers that are other at other moments. */
const datedLayers = ['buildings', 'zones', 'density', 'cells'] as const

export class BaseMap {
  protected readonly map: MapLibre
  private moment = ''
  private style: string

  /** Throws when the browser has no WebGL 2. Flat and north up unless the options say otherwise. */
  constructor(container: HTMLElement, label: string, start: Start, options: Partial<MapOptions> = {}) {
    setWorkerUrl(workerUrl)
    this.style = start.style
    this.map = new MapLibre({
      container,
      style: start.style,
      ...(start.view
        ? { center: [start.view.lon, start.view.lat] as Position, zoom: start.view.zoom }
        : start.bounds
          ? { bounds: start.bounds, fitBoundsOptions: { padding: 24 } }
          : { center: start.center, zoom: start.zoom }),
      maxZoom,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // A tile that is out of view is asked for again when it comes back, so none can be older than the last change.
      maxTileCacheSize: 0,
      // Beyond the deepest tiles MapLibre would cut them smaller and keep the pieces by address alone, so that a
      // refreshed tile showed its old pieces. Stretching the deepest ones instead shows what came.
      zoomLevelsToOverscale: maxZoom,
      fadeDuration: 0, // what changed is there at once, not after a fade
      localIdeographFontFamily: cjkFonts,
      // Tiles are always revalidated (the answer is mostly 304): an open map shows what is in the registry now.
      transformRequest: (url) => (url.includes('/tiles/') ? { url: this.dated(url), cache: 'no-cache' } : { url }),
      ...options,
    })
    if (options.dragRotate !== true) {
      this.map.touchZoomRotate.disableRotation()
      this.map.keyboard.disableRotation()
    }
    this.setLabel(label)
  }

  remove(): void {
    this.map.remove()
  }

  setLabel(label: string): void {
    this.map.getCanvas().setAttribute('aria-label', label)
  }

  setStyle(url: string): void {
    if (url === this.style) return
    this.style = url
    this.map.setStyle(url, { diff: false })
  }

  get view(): View {
    const { lng, lat } = this.map.getCenter().wrap()
    return { zoom: this.map.getZoom(), lat, lon: lng }
  }

  get center(): Position {
    const { lng, lat } = this.map.getCenter().wrap()
    return [lng, lat]
  }

  get bounds(): Bounds {
    const b = this.map.getBounds()
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
  }

  jumpTo(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom })
  }

  /** Goes to a box; a single building is not magnified past zoom 18. */
  showBounds(bounds: Bounds, maxZoom = 18): void {
    this.map.fitBounds(bounds, { padding: 48, maxZoom, animate: !reducedMotion(), duration: 600, essential: true })
  }

  /** Brings a box into view without zooming when it lies outside of it. */
  reveal(bounds: Bounds): void {
    const here = this.bounds
    const inside = bounds[0] >= here[0] && bounds[1] >= here[1] && bounds[2] <= here[2] && bounds[3] <= here[3]
    if (!inside || this.map.getZoom() < 14) this.showBounds(bounds)
  }

  zoomBy(steps: 1 | -1): void {
    this.map.zoomTo(this.map.getZoom() + steps, { animate: !reducedMotion() })
  }

  panBy(x: number, y: number): void {
    this.map.panBy([x, y], { animate: false })
  }

  /** A place so many pixels away from another. */
  shift(at: Position, x: number, y: number): Position {
    const pixel = this.map.project(at)
    const { lng, lat } = this.map.unproject([pixel.x + x, pixel.y + y])
    return [lng, lat]
  }

  focus(): void {
    this.map.getCanvas().focus()
  }

  resize(): void {
    this.map.resize()
  }

  /** Shows the town of another moment: the query its tiles are asked for with, empty for the present. */
  showMoment(query: string): void {
    if (query === this.moment) return
    this.moment = query
    this.refresh(datedLayers, null)
  }

  private dated(url: string): string {
    return this.moment === '' || url.includes('/tiles/basemap') ? url : `${url}${url.includes('?') ? '&' : '?'}${this.moment}`
  }

  /** Loads again the tiles of the layers that the box touches; every layer without layers, all tiles without a box. */
  refresh(layers: readonly string[] | null, box: Bounds | null): void {
    for (const [id, spec] of Object.entries(this.map.getStyle()?.sources ?? {})) {
      if (spec.type !== 'vector' || (layers && !layers.includes(layerOf(id, spec)))) continue
      // A tile that is on its way may have been encoded before the change: it is asked for again once it is here.
      if (!this.map.isSourceLoaded(id)) this.map.once('idle', () => this.refreshSource(id, box))
      this.refreshSource(id, box)
    }
  }

  private refreshSource(id: string, box: Bounds | null): void {
    const source = this.map.getSource(id)
    if (!source) return
    const tiles = box && tilesTouching(box, source.minzoom ?? 0, source.maxzoom ?? 16)
    if (tiles) this.map.refreshTiles(id, tiles)
    else this.map.refreshTiles(id)
  }

  /** The map as it is on the screen, as a picture; null where the browser gives none. */
  picture(): Promise<Blob | null> {
    return new Promise((resolve) => {
      // The drawing is there only until the browser has shown it: it is taken in the same frame.
      this.map.once('render', () => this.map.getCanvas().toBlob(resolve))
      this.map.triggerRepaint()
    })
  }
}

function layerOf(id: string, spec: { url?: string; tiles?: string[] }): string {
  const address = spec.url ?? spec.tiles?.[0] ?? ''
  return /\/tiles\/([a-z]+)[./]/.exec(address)?.[1] ?? id
}

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

const cjkFonts = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", sans-serif'
