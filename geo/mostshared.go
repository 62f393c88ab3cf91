package geo

import (
	"github.com/paulmach/orb"
)

// MostShared gives a share that two areas do not exceed in covering each other: the part of the smaller one that both can
// have in common, judged by each one's ground within the other's box. It costs a fraction of an intersection, and of
// neighbours it says nearly always that they are not one.
func MostShared(a, b orb.Geometry) float64 {
	boxA, boxB := a.Bound(), b.Bound()
	if !boxA.Intersects(boxB) {
		return 0
	}
	smaller := min(degreesArea(a), degreesArea(b))
	if smaller == 0 {
		return 1
	}
	return min(groundWithin(a, boxB), groundWithin(b, boxA)) / smaller
}

// degreesArea is the area in square degrees.
func degreesArea(g orb.Geometry) (sum float64) {
	for _, p := range Areas(g) {
		sum += polygonDegrees(p)
	}
	return sum
}

// Areas gives the polygons of a geometry, nil of one that has none. They are the geometry's own.
func Areas(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// groundWithin is the area in square degrees of the shells inside a box, holes not taken out.
func groundWithin(g orb.Geometry, box orb.Bound) (sum float64) {
	var room [2][32]orb.Point
	for _, p := range Areas(g) {
		if len(p) == 0 {
			continue
		}
		from := []orb.Point(p[0])
		for i, side := range [4]struct {
			axis  int
			limit float64
			above bool
		}{{0, box.Min[0], true}, {0, box.Max[0], false}, {1, box.Min[1], true}, {1, box.Max[1], false}} {
			from = cutSide(room[i%2][:0], from, side.axis, side.limit, side.above)
		}
		if len(from) < 3 {
			continue
		}
		area := ringDegrees(append(from, from[0]))
		sum += max(area, -area)
	}
	return sum
}

// cutSide keeps what of a ring is on one side of a line along an axis, after Sutherland and Hodgman. Pieces that come apart
// stay joined along the line, where they enclose nothing.
func cutSide(to []orb.Point, ring []orb.Point, axis int, limit float64, above bool) []orb.Point {
	in := func(p orb.Point) bool { return p[axis] == limit || p[axis] > limit == above }
	for i, b := range ring {
		a := ring[(i+len(ring)-1)%len(ring)]
		if in(a) != in(b) {
			t := (limit - a[axis]) / (b[axis] - a[axis])
			cross := orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
			cross[axis] = limit
			to = append(to, cross)
		}
		if in(b) {
			to = append(to, b)
		}
	}
	return to
}
