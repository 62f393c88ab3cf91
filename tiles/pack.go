package tiles

import (
	"math"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// A footprint is packed as 16-bit numbers relative to the corner of its box, which holds for 600 m at the
// equator; larger ones are "wide" and use two numbers for each value. In order:
//
//	wide only:   width and height of the box
//	always:      x, y of the point
//	multi only:  number of rings, then for each its number of vertices
//	always:      x, y of every vertex; rings are open, shells have positive area (y down), holes negative
//
// A building without a footprint has no numbers at all: its box is its point.
const (
	formArea  = 1 << iota // has a footprint
	formMulti             // more than one ring
	formWide              // 32-bit numbers
	formOdd               // the exact point is no multiple of a billionth of a degree: see exact.go
)

// neverSafe marks footprints that must be checked for crossings at every zoom.
const neverSafe = 255

// row is one building on today's map, as it lies in the columns.
type row struct {
	code        uint64
	box         box
	version     uint32
	cell, place uint32 // ordinals of the snapshot's cells and communities
	height      float32
	floors      int16
	state       State
	kind        Kind
	form, safe  uint8
	east, north int16     // what the exact point lies from the map's: see exact.go
	odd         orb.Point // the exact point itself, with formOdd
	floorArea   uint32    // m²: of the footprint, times the floors
	total       total
	xy          []uint16
}

// sameLook reports whether two rows give the same bytes in every tile and the same answers to every question
// but the version's.
func (r *row) sameLook(o *row) bool {
	if r.code != o.code || r.box != o.box || r.cell != o.cell || r.place != o.place || r.height != o.height ||
		r.floors != o.floors || r.state != o.state || r.kind != o.kind || r.form != o.form || len(r.xy) != len(o.xy) {
		return false
	}
	for i := range r.xy {
		if r.xy[i] != o.xy[i] {
			return false
		}
	}
	return true
}

// point returns the representative point in world coordinates.
func (r *row) point() (x, y uint32) {
	switch {
	case r.form&formArea == 0:
		return r.box.minX, r.box.minY
	case r.form&formWide == 0:
		return r.box.minX + uint32(r.xy[0]), r.box.minY + uint32(r.xy[1])
	}
	n := numbers{r.xy, true}
	n.skip(2)
	return r.box.minX + n.next(), r.box.minY + n.next()
}

func (r *row) key() uint64 { return morton(r.point()) }

// numbers reads packed values one after the other.
type numbers struct {
	xy   []uint16
	wide bool
}

func (n *numbers) next() uint32 {
	if !n.wide {
		v := n.xy[0]
		n.xy = n.xy[1:]
		return uint32(v)
	}
	v := uint32(n.xy[0]) | uint32(n.xy[1])<<16
	n.xy = n.xy[2:]
	return v
}

func (n *numbers) skip(k int) {
	if n.wide {
		k *= 2
	}
	n.xy = n.xy[k:]
}

// vertices returns how many x,y pairs are left.
func (n *numbers) vertices() int {
	if n.wide {
		return len(n.xy) / 4
	}
	return len(n.xy) / 2
}

// outline positions n at the first vertex and appends the length of every ring to sizes.
func (r *row) outline(sizes []int) (numbers, []int) {
	n := numbers{r.xy, r.form&formWide != 0}
	if n.wide {
		n.skip(2)
	}
	n.skip(2)
	if r.form&formMulti == 0 {
		return n, append(sizes, n.vertices())
	}
	k := int(n.next()) | int(n.next())<<16
	for range k {
		sizes = append(sizes, int(n.next())|int(n.next())<<16)
	}
	return n, sizes
}

// packer turns versions into rows; its buffers are reused.
type packer struct {
	pts  []world
	ends []int // end of each ring in pts
}

// pack projects a version. The row's numbers are a fresh slice appended to store, which is returned.
func (p *packer) pack(code uint64, kind Kind, version uint32, v *Version, store []uint16) (row, []uint16) {
	r := row{code: code, version: version, state: v.State, kind: kind, floors: v.Floors, safe: neverSafe}
	r.floorArea = floorArea(v)
	if v.Height > 0 && !math.IsInf(float64(v.Height), 0) {
		r.height = v.Height
	}
	at := toWorld(v.Point)
	p.project(v.Geometry)
	r.box = noBox().withPoint(at)
	if len(p.ends) == 0 {
		r.setExact(v.Point)
		return r, store
	}
	for _, w := range p.pts {
		r.box = r.box.withPoint(w)
	}
	r.form = formArea
	if len(p.ends) > 1 {
		r.form |= formMulti
	}
	if r.box.maxX-r.box.minX >= math.MaxUint16 || r.box.maxY-r.box.minY >= math.MaxUint16 {
		r.form |= formWide
	}
	r.safe = safeZoom(p.clearance())
	from := len(store)
	store = p.write(&r, at, store)
	r.xy = store[from:len(store):len(store)]
	r.setExact(v.Point)
	return r, store
}

// floorArea is the area of the footprint times the floors above ground, in whole square metres.
func floorArea(v *Version) uint32 {
	return uint32(min(math.Round(geo.Area(v.Geometry)*float64(max(1, v.Floors))), math.MaxUint32))
}

func (p *packer) write(r *row, at world, store []uint16) []uint16 {
	wide := r.form&formWide != 0
	put := func(v uint32) {
		store = append(store, uint16(v))
		if wide {
			store = append(store, uint16(v>>16))
		}
	}
	if wide {
		put(r.box.maxX - r.box.minX)
		put(r.box.maxY - r.box.minY)
	}
	put(uint32(at.x) - r.box.minX)
	put(uint32(at.y) - r.box.minY)
	if r.form&formMulti != 0 {
		count := func(n int) { put(uint32(n) & 0xffff); put(uint32(n) >> 16) }
		count(len(p.ends))
		from := 0
		for _, end := range p.ends {
			count(end - from)
			from = end
		}
	}
	for _, w := range p.pts {
		put(uint32(w.x) - r.box.minX)
		put(uint32(w.y) - r.box.minY)
	}
	return store
}

// project fills pts and ends with the rings of g that enclose something, oriented for the tile.
func (p *packer) project(g orb.Geometry) {
	p.pts, p.ends = p.pts[:0], p.ends[:0]
	switch g := g.(type) {
	case orb.Polygon:
		p.polygon(g)
	case orb.MultiPolygon:
		for _, part := range g {
			p.polygon(part)
		}
	}
}

func (p *packer) polygon(g orb.Polygon) {
	if len(g) == 0 || len(g[0]) == 0 {
		return
	}
	near := nearby(g[0][0])
	for i, ring := range g {
		from := len(p.pts)
		for _, c := range ring {
			if w := near.toWorld(c); len(p.pts) == from || p.pts[len(p.pts)-1] != w {
				p.pts = append(p.pts, w)
			}
		}
		for len(p.pts) > from+1 && p.pts[len(p.pts)-1] == p.pts[from] {
			p.pts = p.pts[:len(p.pts)-1]
		}
		area := worldArea(p.pts[from:])
		if area == 0 {
			p.pts = p.pts[:from]
			if i == 0 {
				return // a hole without its shell is nothing
			}
			continue
		}
		if (area > 0) != (i == 0) {
			for a, b := from, len(p.pts)-1; a < b; a, b = a+1, b-1 {
				p.pts[a], p.pts[b] = p.pts[b], p.pts[a]
			}
		}
		p.ends = append(p.ends, len(p.pts))
	}
}

// worldArea is the surveyor's formula: positive when clockwise to the eye, as y grows southwards. It is
// decided in float64 from the first vertex on, which is exact for anything smaller than 600 km.
func worldArea(ring []world) float64 {
	sum := 0.0
	for i := 1; i+1 < len(ring); i++ {
		ax, ay := float64(ring[i].x-ring[0].x), float64(ring[i].y-ring[0].y)
		bx, by := float64(ring[i+1].x-ring[0].x), float64(ring[i+1].y-ring[0].y)
		sum += ax*by - bx*ay
	}
	return sum / 2
}

// clearance is the least distance, in world units, between a vertex and an edge that does not end in it,
// over all rings. Rounding to a grid moves a vertex by at most 0.71 of its spacing, so a footprint whose
// clearance is above 1.42 spacings stays as valid as it was. 0 for outlines too long to look at.
func (p *packer) clearance() float64 {
	if len(p.pts) > 64 {
		return 0
	}
	least := math.Inf(1)
	from := 0
	for _, end := range p.ends {
		for i := from; i < end; i++ {
			j := i + 1
			if j == end {
				j = from
			}
			e := edgeOf(p.pts[i], p.pts[j])
			for k, v := range p.pts {
				if k != i && k != j {
					least = e.nearer(v, least)
				}
			}
		}
		from = end
	}
	return math.Sqrt(least)
}

// edge is a side of a ring to measure from.
type edge struct {
	from           world
	dx, dy, square float64
}

func edgeOf(a, b world) edge {
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	return edge{a, dx, dy, dx*dx + dy*dy}
}

// nearer is the square of the distance to the nearest point of the edge if that is less than least, which it is
// otherwise. It divides only then: of all pairs of corner and edge nearly none is the nearest.
func (e *edge) nearer(p world, least float64) float64 {
	px, py := float64(p.x-e.from.x), float64(p.y-e.from.y)
	along := px*e.dx + py*e.dy
	switch {
	case along <= 0:
		return min(least, px*px+py*py)
	case along >= e.square:
		px, py = px-e.dx, py-e.dy
		return min(least, px*px+py*py)
	}
	if across := px*e.dy - py*e.dx; across*across < least*e.square {
		return across * across / e.square
	}
	return least
}

// distanceSquared is from p to the nearest point of the edge a-b.
func distanceSquared(p, a, b world) float64 {
	e := edgeOf(a, b)
	return e.nearer(p, math.Inf(1))
}

// safeZoom is the first zoom whose grid cannot break a footprint of that clearance.
func safeZoom(clearance float64) uint8 {
	for z := range MaxZoom + 1 {
		if clearance >= 1.5*float64(int64(1)<<(worldLog-extentLog-z)) {
			return uint8(z)
		}
	}
	return neverSafe
}
