package tiles

import (
	"slices"

	"github.com/paulmach/orb"
)

// Neighbouring divisions share their borders point by point. Simplifying each ring by itself would open gaps between
// them, so rings are cut where borders part, into arcs, and an arc is simplified in the same direction from
// the same ends whichever division it belongs to.

// arc is a stretch of border, in world coordinates.
type arc struct {
	line     orb.LineString
	reversed bool // in relation to the ring
}

// borders are the rings of one division as arcs.
type borders struct {
	rings [][]arc
}

type neighbours struct {
	a, b     orb.Point
	junction bool
}

// cutBorders cuts the rings of all divisions.
func cutBorders(outlines []outline) []borders {
	points := map[orb.Point]neighbours{}
	for _, o := range outlines {
		for _, r := range o.lines {
			visit(openRing(r), points)
		}
	}
	out := make([]borders, len(outlines))
	for i, o := range outlines {
		for _, r := range o.lines {
			if open := openRing(r); len(open) >= 3 {
				out[i].rings = append(out[i].rings, cutRing(open, points))
			}
		}
	}
	return out
}

// openRing drops repeated points and the closing one.
func openRing(r orb.LineString) []orb.Point {
	open := slices.Compact(slices.Clone([]orb.Point(r)))
	for len(open) > 1 && open[0] == open[len(open)-1] {
		open = open[:len(open)-1]
	}
	return open
}

// visit notes the neighbours of every point; a point with more than two different ones is a junction.
func visit(ring []orb.Point, points map[orb.Point]neighbours) {
	n := len(ring)
	for i, p := range ring {
		a, b := ring[(i+n-1)%n], ring[(i+1)%n]
		if before(b, a) {
			a, b = b, a
		}
		was, seen := points[p]
		if !seen {
			points[p] = neighbours{a: a, b: b}
		} else if was.a != a || was.b != b {
			was.junction = true
			points[p] = was
		}
	}
}

func before(a, b orb.Point) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// cutRing cuts an open ring at its junctions; one without any starts at its westernmost point.
func cutRing(ring []orb.Point, points map[orb.Point]neighbours) []arc {
	start := 0
	cuts := 0
	for i, p := range ring {
		if points[p].junction {
			if cuts == 0 {
				start = i
			}
			cuts++
		} else if cuts == 0 && before(p, ring[start]) {
			start = i
		}
	}
	turned := append(slices.Clone(ring[start:]), ring[:start+1]...)
	var arcs []arc
	from := 0
	for i := 1; i < len(turned); i++ {
		if i == len(turned)-1 || points[turned[i]].junction {
			arcs = append(arcs, newArc(turned[from:i+1]))
			from = i
		}
	}
	return arcs
}

// newArc turns a stretch into the direction in which everybody simplifies it.
func newArc(points []orb.Point) arc {
	line := orb.LineString(slices.Clone(points))
	first, last := line[0], line[len(line)-1]
	if first == last {
		first, last = line[1], line[len(line)-2]
	}
	if before(last, first) {
		line.Reverse()
		return arc{line, true}
	}
	return arc{line, false}
}

// simplified gives the borders for a coarser zoom, and as an outline.
func (b borders) simplified(tolerance float64) (borders, outline) {
	s := borders{rings: make([][]arc, 0, len(b.rings))}
	o := outline{area: true}
	for _, ring := range b.rings {
		arcs := make([]arc, len(ring))
		var closed orb.LineString
		for i, a := range ring {
			arcs[i] = arc{simplifyLine(a.line, tolerance), a.reversed}
			line := arcs[i].line
			if a.reversed {
				line = line.Clone()
				line.Reverse()
			}
			closed = append(closed, line...)
		}
		s.rings = append(s.rings, arcs)
		o.lines = append(o.lines, closed)
	}
	return s, o
}
