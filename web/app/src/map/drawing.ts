// Pen and pointer: turns clicks, drags and keys on the map into steps of the outline. It holds no outline itself.
import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import type { Position } from '../api/types'
import type { Corner } from './outline'
import { cornerLayers } from './overlays'

export interface Pen {
  /** Ground was clicked. */
  place(at: Position): void
  /** The first corner of the trail was clicked, or the ground twice. */
  close(): void
  /** A corner is taken hold of. */
  grab(corner: Corner): void
  /** A corner was dragged; `fresh` at the first movement of a drag. */
  drag(corner: Corner, to: Position, fresh: boolean): void
  /** The dot between two corners was taken hold of: a new corner behind the given one. */
  split(after: Corner, at: Position): void
  /** A key on the focused map; true when it was used. */
  key(event: KeyboardEvent): boolean
}

type Pointer = MapMouseEvent | MapTouchEvent

const touchReach = 16
const mouseReach = 6

export function watchPen(map: MapLibre, pen: Pen, drawing: () => boolean): void {
  let held: Corner | null = null
  let fresh = true

  const down = (event: Pointer) => {
    if (!drawing() || ('points' in event && event.points.length > 1)) return
    const hit = cornerUnder(map, event)
    if (!hit || hit.trail) return
    event.preventDefault() // keeps the map from panning along
    held = hit.corner
    fresh = true
    if (hit.middle) {
      pen.split(hit.corner, at(event))
      held = { ...hit.corner, index: hit.corner.index + 1 }
      fresh = false
    } else pen.grab(hit.corner)
  }
  const drag = (event: Pointer) => {
    if (held) {
      pen.drag(held, at(event), fresh)
      fresh = false
    } else if (drawing() && !('points' in event)) {
      map.getCanvas().style.cursor = cornerUnder(map, event) ? 'pointer' : 'crosshair'
    }
  }
  const release = () => {
    held = null
  }
  map.on('mousedown', down)
  map.on('touchstart', down)
  map.on('mousemove', drag)
  map.on('touchmove', drag)
  map.on('mouseup', release)
  map.on('touchend', release)
  map.on('touchcancel', release)
  map.on('click', (event) => {
    if (!drawing()) return
    const hit = cornerUnder(map, event)
    if (hit?.trail) {
      if (hit.corner.index === 0) pen.close()
    } else if (!hit) pen.place(at(event))
  })
  map.on('dblclick', () => {
    if (drawing()) pen.close()
  })
  map.getCanvas().addEventListener(
    'keydown',
    (event) => {
      if (!drawing() || event.ctrlKey || event.altKey || event.metaKey || !pen.key(event)) return
      event.preventDefault()
      event.stopPropagation()
    },
    { capture: true },
  )
}

const at = (event: Pointer): Position => [event.lngLat.lng, event.lngLat.lat]

interface Hit {
  corner: Corner
  /** A corner of the ring that is not closed yet. */
  trail: boolean
  middle: boolean
}

function cornerUnder(map: MapLibre, event: Pointer): Hit | null {
  const layers = cornerLayers.filter((id) => map.getLayer(id))
  if (layers.length === 0) return null
  const reach = 'points' in event ? touchReach : mouseReach
  const { x, y } = event.point
  const found = map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers })
  const best = found.find((feature) => feature.layer.id === 'fangma-corner') ?? found[0]
  if (!best) return null
  const { part = 0, ring = 0, index = 0, trail = false } = best.properties as Partial<Corner> & { trail?: boolean }
  return { corner: { part, ring, index }, trail, middle: best.layer.id === 'fangma-middle' }
}
