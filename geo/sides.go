package geo

import "github.com/paulmach/orb"

// Sides are some stretches of a boundary. Who descends a tree of boxes hands down ever fewer of them: a box that none
// meets lies inside or outside as a whole, and any point of it tells which.
type Sides []stretch

// stretch is a single edge, or several that follow each other, of which only the box counts.
type stretch struct {
	edge
	box    orb.Bound
	single bool
}

// fewStretches is about how many a boundary is cut into: enough to tell where it runs, few to hand down.
const fewStretches = 256

// Sides returns the whole boundary: read only.
func (p *Prepared) Sides() Sides { return p.sides }

func newSides(mp orb.MultiPolygon) Sides {
	edges := 0
	for _, poly := range mp {
		for _, ring := range poly {
			edges += max(0, len(ring)-1)
		}
	}
	length := 1 + edges/fewStretches
	var sides Sides
	for _, poly := range mp {
		for _, ring := range poly {
			for from := 0; from+1 < len(ring); from += length {
				to := min(from+length, len(ring)-1)
				s := stretch{box: boundOf(ring[from : to+1]), single: to == from+1}
				if s.lo, s.hi = ring[from], ring[to]; s.lo[1] > s.hi[1] {
					s.lo, s.hi = s.hi, s.lo
				}
				sides = append(sides, s)
			}
		}
	}
	return sides
}

// boundOf is the box of some points, of which there is one.
func boundOf(points []orb.Point) orb.Bound {
	b := orb.Bound{Min: points[0], Max: points[0]}
	for _, p := range points[1:] {
		b.Min[0], b.Min[1] = min(b.Min[0], p[0]), min(b.Min[1], p[1])
		b.Max[0], b.Max[1] = max(b.Max[0], p[0]), max(b.Max[1], p[1])
	}
	return b
}

// Meeting appends to into those sides that may meet the box. It decides in floating point, so it may miss one that passes within
// 1e-12° of the box: give a box that is wider than what matters.
func (s Sides) Meeting(b orb.Bound, into Sides) Sides {
	for i := range s {
		if s[i].meets(b) {
			into = append(into, s[i])
		}
	}
	return into
}

// meets is the test by separating axes: the two of the box, and for a single edge the one across it.
func (s *stretch) meets(b orb.Bound) bool {
	if s.box.Max[0] < b.Min[0] || s.box.Min[0] > b.Max[0] || s.box.Max[1] < b.Min[1] || s.box.Min[1] > b.Max[1] {
		return false
	}
	if !s.single {
		return true
	}
	// How far the box's centre, and its corner nearest to the line, lie to the side of it.
	dx, dy := s.hi[0]-s.lo[0], s.hi[1]-s.lo[1]
	w, h := (b.Max[0]-b.Min[0])/2, (b.Max[1]-b.Min[1])/2
	side := dx*(b.Min[1]+h-s.lo[1]) - dy*(b.Min[0]+w-s.lo[0])
	return max(side, -side) <= max(dx, -dx)*h+dy*w
}
