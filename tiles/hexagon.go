package tiles

import (
	"math"

	"github.com/paulmach/orb"

	"fangma/geo"
)

const worldSize = int64(1) << worldLog

// hexagon is the outline of a cell on the map. It is one ring, which may leave the world to the east or the west where
// the cell lies on the antimeridian.
type hexagon struct {
	ring []world // open, of positive area
	box  box     // of what lies in the world
	wrap bool    // the ring leaves the world
	area float64 // km², to four digits
}

// set makes h the outline of a cell; ok is false for what is no cell. The ring's memory is reused.
func (h *hexagon) set(c geo.Cell) (ok bool) {
	boundary := c.Boundary()
	if boundary == nil {
		return false
	}
	corners := boundary[0][:len(boundary[0])-1]
	h.ring = h.ring[:0]
	for i := len(corners) - 1; i >= 0; i-- { // H3 turns the other way
		w := worldBeyond(corners[i])
		if len(h.ring) > 0 {
			w.x = nearColumn(w.x, h.ring[len(h.ring)-1].x)
		}
		h.ring = append(h.ring, w)
	}
	h.closePole(corners[0][1] > 0)
	h.bound()
	h.area = significant(c.Area(boundary) / 1e6)
	return true
}

// worldBeyond projects a place whose longitude may be beyond ±180°.
func worldBeyond(p orb.Point) world {
	return world{int64(math.Floor((p[0]/360 + 0.5) * float64(worldSize))), toWorld(orb.Point{0, p[1]}).y}
}

// nearColumn returns the column equal to x once around the world that is nearest to origin.
func nearColumn(x, origin int64) int64 {
	for x-origin > worldSize/2 {
		x -= worldSize
	}
	for origin-x > worldSize/2 {
		x += worldSize
	}
	return x
}

// closePole makes an area of a ring that goes around the Earth: what lies between it and the edge of the map.
func (h *hexagon) closePole(north bool) {
	first, last := h.ring[0], h.ring[len(h.ring)-1]
	again := nearColumn(first.x, last.x)
	if again == first.x {
		return
	}
	edge := worldSize - 1
	if north {
		edge = 0
	}
	h.ring = append(h.ring, world{again, first.y}, world{again, edge}, world{first.x, edge})
}

func (h *hexagon) bound() {
	h.box, h.wrap = noBox(), false
	for _, w := range h.ring {
		h.wrap = h.wrap || w.x < 0 || w.x >= worldSize
		h.box = h.box.withPoint(world{min(max(w.x, 0), worldSize-1), w.y})
	}
	if h.wrap { // it is on both sides
		h.box.minX, h.box.maxX = 0, math.MaxUint32
	}
}

// shifts are the turns around the world at which the outline may meet a query.
func (h *hexagon) shifts() []int64 {
	if h.wrap {
		return []int64{-worldSize, 0, worldSize}
	}
	return []int64{0}
}

// meets reports whether the box of the outline meets q, on whichever side of the antimeridian.
func (h *hexagon) meets(q box) bool {
	if !h.wrap {
		return h.box.meets(q)
	}
	west, east := int64(math.MaxInt64), int64(math.MinInt64)
	for _, w := range h.ring {
		west, east = min(west, w.x), max(east, w.x)
	}
	if h.box.minY > q.maxY || h.box.maxY < q.minY {
		return false
	}
	for _, turn := range h.shifts() {
		if west+turn <= int64(q.maxX) && east+turn >= int64(q.minX) {
			return true
		}
	}
	return false
}

// significant rounds to four digits: enough for a density, and few different values in a tile.
func significant(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(v)))
	return math.Round(v*scale) / scale
}

// drawHexagon draws the encoder's hexagon into a tile; nothing is drawn if it does not reach there.
func (e *encoder) drawHexagon(l *layerWriter, id TileID, g grid) {
	d, h := &e.drawing, &e.hexagon
	reach := id.reach()
	for _, turn := range h.shifts() {
		d.in.reset()
		for _, w := range h.ring {
			d.in.pts = append(d.in.pts, pt{
				int32((w.x + turn - g.origin.x) >> g.shift), int32((w.y - g.origin.y) >> g.shift),
			})
		}
		d.in.close()
		d.area(&l.strokes, h.wrap || !reach.holds(h.box), false)
	}
}
