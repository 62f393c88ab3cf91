package geo

import "github.com/paulmach/orb"

// Sides are some of the edges of a boundary. Who descends a tree of boxes hands down ever fewer of them: a box that no side
// meets lies inside or outside as a whole, and any point of it tells which.
type Sides []edge

// Sides returns all edges of the boundary: read only.
func (p *Prepared) Sides() Sides { return p.sides }

// Meeting appends to into those sides that may meet the box. It decides in floating point, so it may miss one that passes within
// 1e-12° of the box: give a box that is wider than what matters.
func (s Sides) Meeting(b orb.Bound, into Sides) Sides {
	for _, e := range s {
		if e.meets(b) {
			into = append(into, e)
		}
	}
	return into
}

// meets is the test by separating axes: the two of the box, and the one across the edge.
func (e *edge) meets(b orb.Bound) bool {
	if e.hi[1] < b.Min[1] || e.lo[1] > b.Max[1] ||
		max(e.lo[0], e.hi[0]) < b.Min[0] || min(e.lo[0], e.hi[0]) > b.Max[0] {
		return false
	}
	// How far the box's centre and its corner nearest to the line lie to the side of it.
	dx, dy := e.hi[0]-e.lo[0], e.hi[1]-e.lo[1]
	w, h := (b.Max[0]-b.Min[0])/2, (b.Max[1]-b.Min[1])/2
	side := dx*(b.Min[1]+h-e.lo[1]) - dy*(b.Min[0]+w-e.lo[0])
	if side < 0 {
		side = -side
	}
	if dx < 0 {
		dx = -dx
	}
	return side <= dx*h+dy*w
}
