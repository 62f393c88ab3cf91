// Pen and pointer: turns clicks, drags and keys on the map into steps of the outline. What lies under the pointer is
// reckoned from the outline itself, not from what is drawn: the drawing comes a moment later, and hands are quick.
import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl'
import type { Position } from '../api/types'
import { type Corner, type Outline, cornerAt, corners, middle } from './outline'

export interface Pen {
  /** The outline under the pen; null while nobody draws. */
  outline(): Outline | null
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

const touchReach = 22 // px
const mouseReach = 9

/** Below this zoom the dots between corners are neither drawn nor taken hold of: they would lie on each other. */
export const middleZoom = 17

export function watchPen(map: MapLibre, pen: Pen): void {
  let held: Corner | null = null
  let fresh = true

  const down = (event: Pointer) => {
    const outline = pen.outline()
    if (!outline || ('points' in event && event.points.length > 1)) return
    const hit = under(map, outline, event)
    if (!hit || hit.is === 'trail') return
    event.preventDefault() // keeps the map from panning along
    if (hit.is === 'middle') pen.split(hit.corner, at(event))
    else pen.grab(hit.corner)
    held = hit.is === 'middle' ? { ...hit.corner, index: hit.corner.index + 1 } : hit.corner
    fresh = hit.is === 'corner'
  }
  const drag = (event: Pointer) => {
    const outline = pen.outline()
    if (held) {
      pen.drag(held, at(event), fresh)
      fresh = false
    } else if (outline && !('points' in event)) {
      map.getCanvas().style.cursor = under(map, outline, event) ? 'pointer' : 'crosshair'
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
    const outline = pen.outline()
    if (!outline) return
    const hit = under(map, outline, event)
    if (!hit) pen.place(at(event))
    else if (hit.is === 'trail' && hit.corner.index === 0) pen.close()
  })
  map.on('dblclick', () => {
    if (pen.outline()) pen.close()
  })
  map.getCanvas().addEventListener(
    'keydown',
    (event) => {
      if (!pen.outline() || event.ctrlKey || event.altKey || event.metaKey || !pen.key(event)) return
      event.preventDefault()
      event.stopPropagation()
    },
    { capture: true },
  )
}

const at = (event: Pointer): Position => [event.lngLat.lng, event.lngLat.lat]

interface Hit {
  corner: Corner
  /** A corner, one of the ring that is not closed yet, or the dot behind a corner. */
  is: 'corner' | 'trail' | 'middle'
}

/** The nearest corner within reach; the dots between corners come after all corners. */
function under(map: MapLibre, outline: Outline, event: Pointer): Hit | null {
  const reach = 'points' in event ? touchReach : mouseReach
  const nearest = (hits: { hit: Hit; at: Position }[]): Hit | null => {
    let best: Hit | null = null
    let least = reach
    for (const { hit, at } of hits) {
      const distance = map.project(at).dist(event.point)
      if (distance <= least) [best, least] = [hit, distance]
    }
    return best
  }
  const all = corners(outline)
  const own = [
    ...outline.trail.map((at, index) => ({ hit: { corner: { part: 0, ring: 0, index }, is: 'trail' as const }, at })),
    ...all.map((corner) => ({ hit: { corner, is: 'corner' as const }, at: cornerAt(outline, corner)! })),
  ]
  const hit = nearest(own)
  if (hit || outline.shape !== 'polygon' || map.getZoom() < middleZoom) return hit
  return nearest(all.map((corner) => ({ hit: { corner, is: 'middle' as const }, at: middle(outline, corner) })))
}
