package geo

import (
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// rule says from which of two shapes hold a place whether the outcome of an overlay does.
type rule func(first, second bool) bool

func either(first, second bool) bool    { return first || second }
func notSecond(first, second bool) bool { return first && !second }

// overlay combines two shapes of the frame. Its corners are theirs and the crossings of their walls,
// on the raster. (simplefeatures does the same without the raster, but leaves corners of its own
// auxiliary lines in the outlines; rounded, these tear shared walls apart.) What is thinner than the
// raster is lost, so that the outcome may have no parts.
func (f frame) overlay(r rule, first, second orb.MultiPolygon) (orb.MultiPolygon, error) {
	rings := cross(append(ringsOf(first), ringsOf(second)...)...)
	n := len(ringsOf(first))
	a, b := bordersOf(rings[:n]), bordersOf(rings[n:])
	inA, inB := a.walls(), b.walls()
	var m mosaic
	for _, of := range []*mosaic{a, b} {
		for s := range of.sides {
			if _, known := m.sides[s]; known || comparePoints(s.a, s.b) > 0 {
				continue
			}
			left1, right1 := a.beside(s, inA)
			left2, right2 := b.beside(s, inB)
			switch left, right := r(left1, left2), r(right1, right2); {
			case left && !right:
				m.border(orb.Ring{s.a, s.b})
			case right && !left:
				m.border(orb.Ring{s.b, s.a})
			}
		}
	}
	return f.settled(m.areas())
}

// settled writes areas of the raster in their one way, and makes sure that the registry can take them.
func (f frame) settled(mp orb.MultiPolygon) (orb.MultiPolygon, error) {
	if len(mp) == 0 {
		return nil, nil
	}
	if d := checkParts(each(mp, f.leave)...); d != nil {
		return nil, fmt.Errorf("overlay of areas: the result is not valid at the registry's precision: %w", d)
	}
	return tidy(mp), nil
}

// mosaic reads areas off edges that share nothing but their ends (see cross). The zero value is empty.
type mosaic struct {
	sides map[span]int // how often an edge has the area on its left, less how often on its right
	cuts  map[span]bool
}

// bordersOf takes rings that share nothing but corners and edges.
func bordersOf(rings []orb.Ring) *mosaic {
	m := mosaic{}
	for _, r := range rings {
		m.border(r)
	}
	return &m
}

// walls returns the borders, with the area on their left.
func (m *mosaic) walls() []span {
	var walls []span
	for s, n := range m.sides {
		if n > 0 {
			walls = append(walls, s)
		}
	}
	return walls
}

// beside reports whether the area within the walls lies left and right of an edge that crosses none.
func (m *mosaic) beside(s span, walls []span) (left, right bool) {
	if n := m.sides[s]; n != 0 {
		return n > 0, n < 0
	}
	middle := orb.Point{(s.a[0] + s.b[0]) / 2, (s.a[1] + s.b[1]) / 2}
	turns := 0
	for _, w := range walls {
		if (w.a[1] <= middle[1]) == (w.b[1] <= middle[1]) {
			continue
		}
		switch side := orient(w.a, w.b, middle); {
		case w.a[1] < w.b[1] && side > 0:
			turns++
		case w.a[1] > w.b[1] && side < 0:
			turns--
		}
	}
	return turns > 0, turns > 0
}

// border adds a ring with the area on its left: shells counter-clockwise, holes clockwise. A piece of
// border that is passed in both directions is none.
func (m *mosaic) border(r orb.Ring) {
	if m.sides == nil {
		m.sides = map[span]int{}
	}
	for i := 1; i < len(r); i++ {
		m.sides[span{r[i-1], r[i]}]++
		m.sides[span{r[i], r[i-1]}]--
	}
}

// cut adds an edge with the area on both sides.
func (m *mosaic) cut(s span) {
	if m.cuts == nil {
		m.cuts = map[span]bool{}
	}
	m.cuts[s] = true
	m.cuts[span{s.b, s.a}] = true
}

// areas returns the pieces into which borders and cuts divide the area. A cut that leads nowhere
// divides nothing and is left out.
func (m *mosaic) areas() orb.MultiPolygon {
	walls := map[span]bool{} // directed edges with a piece on their left
	fan := map[orb.Point][]orb.Point{}
	for s, n := range m.sides {
		if n > 0 {
			walls[s] = true
			fan[s.a] = append(fan[s.a], s.b)
			fan[s.b] = append(fan[s.b], s.a)
		}
	}
	for s := range m.cuts {
		if m.sides[s] == 0 {
			walls[s] = true
			fan[s.a] = append(fan[s.a], s.b)
		}
	}
	for p, ends := range fan {
		slices.SortFunc(ends, func(c, d orb.Point) int { return compareAngles(p, c, d) })
	}
	return assemble(walkAll(walls, fan))
}

// walkAll follows every wall around the piece on its left, each in a closed ring.
func walkAll(walls map[span]bool, fan map[orb.Point][]orb.Point) []orb.Ring {
	var walks []orb.Ring
	seen := make(map[span]bool, len(walls))
	for _, start := range slices.SortedFunc(maps.Keys(walls), compareSpans) {
		if seen[start] {
			continue
		}
		walk := orb.Ring{start.a}
		for s := start; walls[s] && !seen[s]; {
			seen[s] = true
			walk = append(walk, s.b)
			ends := fan[s.b]
			// The next wall of the piece is the first one clockwise from where the walk came.
			i := slices.Index(ends, s.a)
			s = span{s.b, ends[(i+len(ends)-1)%len(ends)]}
		}
		walks = append(walks, walk)
	}
	return walks
}

// assemble makes polygons of walks. A walk goes around a piece, or around what lies loose in one.
func assemble(walks []orb.Ring) orb.MultiPolygon {
	var mp orb.MultiPolygon
	var loose []orb.Ring
	for _, w := range walks {
		var p orb.Polygon
		var holes []orb.Ring
		for _, r := range loops(w) {
			switch area := ringDegrees(r); {
			case area > 0 && p == nil:
				p = orb.Polygon{r}
			case area != 0:
				holes = append(holes, r)
			}
		}
		if p == nil {
			loose = append(loose, holes...)
			continue
		}
		mp = append(mp, append(p, holes...))
	}
	for _, hole := range loose {
		home := -1
		for i, p := range mp {
			if locateRing(hole, p[0]) == inside && (home < 0 || ringDegrees(p[0]) < ringDegrees(mp[home][0])) {
				home = i
			}
		}
		if home >= 0 {
			mp[home] = append(mp[home], hole)
		}
	}
	return mp
}

// loops takes a walk apart where it comes back to a point, so that no ring touches itself. An edge that
// the walk passes in both directions has the same piece on both sides and is left out.
func loops(walk orb.Ring) []orb.Ring {
	var rings []orb.Ring
	var path orb.Ring
	passed := make(map[orb.Point]int, len(walk)) // where on the path
	for _, p := range walk {
		if i, ok := passed[p]; ok {
			if loop := append(slices.Clone(path[i:]), p); len(loop) > 3 {
				rings = append(rings, loop)
			}
			for _, q := range path[i:] {
				delete(passed, q)
			}
			path = path[:i]
		}
		passed[p] = len(path)
		path = append(path, p)
	}
	return rings
}

// compareAngles orders points counter-clockwise around p, beginning in the west.
func compareAngles(p, c, d orb.Point) int {
	north := func(q orb.Point) bool { return q[1] > p[1] || (q[1] == p[1] && q[0] > p[0]) }
	if north(c) != north(d) {
		if north(d) {
			return -1
		}
		return 1
	}
	switch side := orient(p, c, d); {
	case side > 0:
		return -1
	case side < 0:
		return 1
	}
	return 0
}

func compareSpans(s, t span) int {
	if c := comparePoints(s.a, t.a); c != 0 {
		return c
	}
	return comparePoints(s.b, t.b)
}
