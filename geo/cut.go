package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Reasons for which Cut refuses a line.
const (
	LineMisses        = "line_misses"         // it leaves the footprint in one piece
	LineEndsInside    = "line_ends_inside"    // an end lies inside the footprint
	LineCrossesItself = "line_crosses_itself" // or meets itself
)

// cutReach is how near in metres a line must come to a corner or wall to be meant to meet it.
const cutReach = 0.01

// lineReach is how far in degrees a cut may reach beyond the footprint: farther than anybody draws, and
// near enough that the raster's integers hold every product.
const lineReach = 1.0

func inBox(line orb.LineString, box orb.Bound) bool {
	for _, p := range line {
		if !box.Contains(p) {
			return false
		}
	}
	return true
}

// Cut divides a footprint along a line, which may have several corners; its ends lie outside of the
// footprint, in a courtyard, or on a wall. It returns two or more polygons, larger ones first, that
// cover the footprint without overlap and share the corners along the cut. Within a centimetre of a
// corner or wall the line goes through it. Parts of a MultiPolygon that the line does not meet are
// returned as they are.
//
// A *Defect has reason LineMisses, LineEndsInside, LineCrossesItself, or one of Clean's.
func Cut(footprint orb.Geometry, line orb.LineString) ([]orb.Geometry, error) {
	f, shapes, err := areasIn(footprint)
	if err != nil {
		return nil, err
	}
	shape := shapes[0]
	path, d := f.cutLine(line)
	if d != nil {
		return nil, d
	}
	if reach := footprint.Bound().Pad(lineReach); !inBox(line, reach) {
		return nil, defect(OutOfRange, "the line reaches more than a degree beyond the footprint")
	}
	rings := ringsIn(shape)
	original := cornersOf(rings)
	s := snapper{frame: f, reach: cutReach, fixed: spansOf(rings)}
	s.apply(s.cornerMoves([]*orb.Ring{&path}), []*orb.Ring{&path})
	s.apply(s.edgeMoves([]*orb.Ring{&path}), []*orb.Ring{&path})
	s.takeIn([]*orb.Ring{&path}, rings)
	for _, end := range []orb.Point{path[0], path[len(path)-1]} {
		if locateShape(end, shape) == inside {
			return nil, defect(LineEndsInside, "the line ends inside the footprint %s", at(f.leave(end)))
		}
	}
	pieces, err := f.divide(shape, path, original)
	if err != nil {
		return nil, err
	}
	if len(pieces) <= len(shape) {
		return nil, defect(LineMisses, "the line does not divide the footprint")
	}
	parts := make([]orb.Geometry, len(pieces))
	for i, p := range pieces {
		parts[i] = f.geometry(orb.MultiPolygon{p})
	}
	return parts, nil
}

// cutLine brings a line into the frame, or says what is wrong with it.
func (f frame) cutLine(line orb.LineString) (orb.Ring, *Defect) {
	if len(line) > maxFootprintPoints {
		return nil, defect(TooManyPoints, "%d points are more than the %d allowed", len(line), maxFootprintPoints)
	}
	path := make(orb.Ring, 0, len(line))
	for _, p := range line {
		if d := checkPoint(p); d != nil {
			return nil, d
		}
		path = append(path, f.enter(p))
	}
	path = slices.Compact(path)
	if len(path) < 2 {
		return nil, defect(TooFewPoints, "a line needs two different points")
	}
	edges := edgesOf([]orb.Ring{path})
	var fault *Defect
	tree := spanTree(edges)
	for i, e := range edges {
		_ = tree.RangeSearch(e.box(0, 0), func(j int) error {
			if j > i && fault == nil && meetAgain(e, edges[j], j == i+1) {
				fault = defect(LineCrossesItself, "the line crosses or meets itself %s", at(f.leave(edges[j].a)))
			}
			return nil
		})
	}
	return path, fault
}

// meetAgain reports whether two edges of a path have more in common than the corner of successive ones.
func meetAgain(s, t span, successive bool) bool {
	if successive {
		return backOnItself(s.a, s.b, t.b)
	}
	c, d := orient(s.a, s.b, t.a), orient(s.a, s.b, t.b)
	a, b := orient(t.a, t.b, s.a), orient(t.a, t.b, s.b)
	// The boxes meet, so that edges of one line do too.
	return !(c > 0 && d > 0 || c < 0 && d < 0 || a > 0 && b > 0 || a < 0 && b < 0)
}

// locateShape is exact.
func locateShape(q orb.Point, mp orb.MultiPolygon) place {
	for _, p := range mp {
		if where := locatePolygon(q, p); where != outside {
			return where
		}
	}
	return outside
}

// divide returns the pieces of the shape, which had the original corners, between its walls and the path.
func (f frame) divide(shape orb.MultiPolygon, path orb.Ring, original []orb.Point) (orb.MultiPolygon, error) {
	rings := cross(append(ringsOf(shape), path)...)
	last := len(rings) - 1
	m := bordersOf(rings[:last])
	walls := m.walls()
	for _, e := range edgesOf(rings[last:]) {
		if in, _ := m.beside(e, walls); in && m.sides[e] == 0 {
			m.cut(e)
		}
	}
	pieces := plain(m.areas(), original)
	for _, p := range pieces {
		if _, err := f.settled(orb.MultiPolygon{p}); err != nil {
			return nil, err
		}
	}
	return tidy(pieces), nil
}

// plain drops the corners where the path touched a wall and turned away: they are no original corners,
// and only one piece has them.
func plain(pieces orb.MultiPolygon, original []orb.Point) orb.MultiPolygon {
	count := map[orb.Point]int{}
	for _, p := range pieces {
		for _, c := range cornersOf(ringsIn(orb.MultiPolygon{p})) {
			count[c]++
		}
	}
	for _, p := range pieces {
		for k, r := range p {
			p[k] = withoutCorners(r, func(_, c, _ orb.Point) bool {
				_, ok := slices.BinarySearchFunc(original, c, comparePoints)
				return !ok && count[c] == 1
			})
		}
	}
	return pieces
}
