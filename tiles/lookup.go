package tiles

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// Facts is what the snapshot knows of a building on today's map.
type Facts struct {
	Code     uint64
	Version  uint32
	Kind     Kind
	State    State
	Floors   int16     // 0 = unknown
	Height   float32   // metres; 0 = unknown
	Point    orb.Point // within 9 mm of the recorded one
	Bound    orb.Bound
	Cell     geo.Cell
	Division int64 // 0 = none
}

// Hit is a building found from a place.
type Hit struct {
	Code     uint64
	Distance float64 // metres from the footprint, 0 inside
	// Close is set when the place is within about 2 cm of an outline, where the snapshot's integers must
	// not decide: ask the recorded geometry.
	Close bool
}

// ByCode returns a building on today's map.
func (s *Snapshot) ByCode(code uint64) (Facts, bool) {
	v := s.view.Load()
	var r row
	if !v.row(code, &r) {
		return Facts{}, false
	}
	x, y := r.point()
	return Facts{
		Code: r.code, Version: r.version, Kind: r.kind, State: r.state, Floors: r.floors, Height: r.height,
		Point: toLonLat(world{int64(x), int64(y)}), Bound: r.box.bound(),
		Cell: v.cells.values[r.cell], Division: v.places.values[r.place],
	}, true
}

// At returns the building that holds p (lon,lat); of several, the one with the lowest code.
func (s *Snapshot) At(p orb.Point) (Hit, bool) {
	const near = 2 // world units
	v, at := s.view.Load(), toWorld(p)
	var best Hit
	found, edge := false, false
	var w walker
	var r row
	w.start(v, around(at, near))
	for _, ok := w.next(&r); ok; _, ok = w.next(&r) {
		d, inside := r.distance(at)
		edge = edge || d <= near
		if inside && (!found || r.code < best.Code) {
			best, found = Hit{Code: r.code}, true
		}
	}
	best.Close = edge
	return best, found
}

// Nearest returns the building whose footprint is nearest to p, looking no farther than within metres.
// Inside a footprint the distance is 0.
func (s *Snapshot) Nearest(p orb.Point, within float64) (Hit, bool) {
	v, at := s.view.Load(), toWorld(p)
	unit := metres(at.y)
	if !(within >= 0) { // NaN too
		return Hit{}, false
	}
	limit := min(within/unit, 1<<(worldLog+1))
	for reach := min(30/unit, limit); ; reach = min(reach*4, limit) {
		if h, d, ok := v.nearest(at, reach); ok {
			h.Distance = d * unit
			return h, true
		}
		if reach >= limit {
			return Hit{}, false
		}
	}
}

// nearest looks within a circle given in world units.
func (v *view) nearest(at world, reach float64) (Hit, float64, bool) {
	const near = 2
	var best Hit
	least, found := reach, false
	var w walker
	var r row
	w.start(v, around(at, reach))
	for _, ok := w.next(&r); ok; _, ok = w.next(&r) {
		if boxDistance(at, r.box) > least {
			continue
		}
		edge, inside := r.distance(at)
		d := edge
		if inside {
			d = 0
		}
		if d < least || d == least && (!found || r.code < best.Code) {
			least, found = d, true
			best = Hit{Code: r.code, Close: edge <= near}
		}
	}
	return best, least, found
}

// around is the box that reaches d units from a place.
func around(at world, d float64) box {
	n := int64(math.Ceil(d))
	low := func(v int64) uint32 { return uint32(max(v-n, 0)) }
	high := func(v int64) uint32 { return uint32(min(v+n, math.MaxUint32)) }
	return box{low(at.x), low(at.y), high(at.x), high(at.y)}
}

func boxDistance(at world, b box) float64 {
	dx := max(int64(b.minX)-at.x, at.x-int64(b.maxX), 0)
	dy := max(int64(b.minY)-at.y, at.y-int64(b.maxY), 0)
	return math.Hypot(float64(dx), float64(dy))
}

// distance returns how far a place is from the outline, in world units, and whether it is inside.
func (r *row) distance(at world) (float64, bool) {
	if r.form&formArea == 0 {
		return boxDistance(at, r.box), false
	}
	var buf [8]int
	n, sizes := r.outline(buf[:0])
	var ringBuf [32]world
	least, inside := math.Inf(1), false
	for _, size := range sizes {
		ring := ringBuf[:0]
		for range size {
			x, y := n.next(), n.next()
			ring = append(ring, world{int64(r.box.minX + x), int64(r.box.minY + y)})
		}
		prev := ring[len(ring)-1]
		for _, c := range ring {
			if (prev.y > at.y) != (c.y > at.y) && crossesLeftOf(prev, c, at) {
				inside = !inside
			}
			least = min(least, distanceSquared(at, prev, c))
			prev = c
		}
	}
	return math.Sqrt(least), inside
}

// crossesLeftOf reports whether the edge a-b, which straddles the row of p, passes east of p.
func crossesLeftOf(a, b, p world) bool {
	if a.y > b.y {
		a, b = b, a
	}
	return (b.x-a.x)*(p.y-a.y)-(p.x-a.x)*(b.y-a.y) > 0
}

// InBound returns the codes of up to limit buildings whose boxes meet b, in the order of the map.
func (s *Snapshot) InBound(b orb.Bound, limit int) []uint64 {
	return s.view.Load().codes(boxOf(b), limit, func(*row) bool { return true })
}

// InCell returns the codes of up to limit buildings whose cell is c, ascending.
func (s *Snapshot) InCell(c geo.Cell, limit int) []uint64 {
	v := s.view.Load()
	n, ok := v.cells.find(c)
	if !ok {
		return nil
	}
	codes := v.codes(v.cellBox(n), math.MaxInt, func(r *row) bool { return r.cell == n })
	slices.Sort(codes)
	return codes[:min(len(codes), limit)]
}

// CountInCell returns how many buildings have the cell c.
func (s *Snapshot) CountInCell(c geo.Cell) int { return len(s.InCell(c, math.MaxInt)) }

// cellBox encloses the points of a cell's buildings.
func (v *view) cellBox(n uint32) box {
	b := noBox()
	if int(n) < len(v.base.inCell) {
		b = v.base.inCell[n]
	}
	for _, o := range v.over.rows {
		if o.row.cell == n {
			x, y := o.row.point()
			b = b.with(box{x, y, x, y})
		}
	}
	return b
}

func (v *view) codes(q box, limit int, want func(*row) bool) []uint64 {
	var codes []uint64
	if q.empty() {
		return nil
	}
	var w walker
	var r row
	w.start(v, q)
	for _, ok := w.next(&r); ok && len(codes) < limit; _, ok = w.next(&r) {
		if want(&r) {
			codes = append(codes, r.code)
		}
	}
	return codes
}

// Count returns how many buildings are on today's map.
func (s *Snapshot) Count() int { return s.view.Load().count }

// CountIn returns how many buildings a division holds, those of the divisions below it included.
func (s *Snapshot) CountIn(division int64) int {
	v := s.view.Load()
	return v.zones.count(division, v)
}

// Bounds encloses every building, or else every division and the basemap; ok is false if there is nothing
// at all. It may stay a little too wide after buildings go.
func (s *Snapshot) Bounds() (b orb.Bound, ok bool) {
	v := s.view.Load()
	all := v.base.tree.bounds()
	for _, o := range v.over.rows {
		all = all.with(o.box)
	}
	if v.count == 0 {
		all = v.zones.bounds().with(v.basemap.bounds())
	}
	if all.empty() {
		return orb.Bound{}, false
	}
	return all.bound(), true
}

// LayerBounds encloses what a layer draws; ok is false if that is nothing.
func (s *Snapshot) LayerBounds(l Layer) (b orb.Bound, ok bool) {
	v := s.view.Load()
	all := noBox()
	switch l {
	case Basemap:
		all = v.basemap.bounds()
	case Zones:
		all = v.zones.bounds().with(v.plans.sheets.bounds())
	case Density, Cells:
		if grid := v.heat.level(v.heat.grid()); grid != nil {
			all = grid.tree.bounds()
		}
	case Buildings:
		all = v.base.tree.bounds()
		for _, o := range v.over.rows {
			all = all.with(o.box)
		}
	}
	if all.empty() {
		return orb.Bound{}, false
	}
	return all.bound(), true
}

// Seq numbers the present state; it grows with every change.
func (s *Snapshot) Seq() uint64 { return s.view.Load().seq }

// Today returns the date that the map shows.
func (s *Snapshot) Today() int32 { return s.view.Load().today }
