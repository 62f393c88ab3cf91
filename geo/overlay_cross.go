package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/rtree"
)

// crossRounds bounds the passes of cross. Two or three do, the last of which finds nothing.
const crossRounds = 12

// cross cuts paths of whole steps where they meet, on the raster: afterwards edges have at most ends
// in common, or are equal. A crossing goes to the nearest point of the raster, and so does every edge
// that passes within half a step of a corner or crossing (snap rounding); edges keep their order, no
// point moves by more than a step.
func cross(paths ...orb.Ring) []orb.Ring {
	paths = slices.Clone(paths)
	for range crossRounds {
		edges := edgesOf(paths)
		hot := hotPoints(edges)
		tree := pointTree(hot)
		cuts := make([][]orb.Point, len(edges))
		found := false
		for i, e := range edges {
			// The callback never stops the search, so that there is no error.
			_ = tree.RangeSearch(e.box(0.5, 0.5), func(k int) error {
				if p := hot[k]; p != e.a && p != e.b && passes(e.a, e.b, p) {
					cuts[i] = append(cuts[i], p)
					found = true
				}
				return nil
			})
		}
		if !found {
			break
		}
		insert(paths, cuts)
	}
	return paths
}

// span is one piece of a path.
type span struct{ a, b orb.Point }

func edgesOf(paths []orb.Ring) []span {
	var edges []span
	for _, r := range paths {
		for i := 1; i < len(r); i++ {
			edges = append(edges, span{r[i-1], r[i]})
		}
	}
	return edges
}

// box is the edge's, wider by dx and dy on each side.
func (s span) box(dx, dy float64) rtree.Box {
	return rtree.Box{
		MinX: min(s.a[0], s.b[0]) - dx, MinY: min(s.a[1], s.b[1]) - dy,
		MaxX: max(s.a[0], s.b[0]) + dx, MaxY: max(s.a[1], s.b[1]) + dy,
	}
}

func spanTree(edges []span) *rtree.RTree {
	items := make([]rtree.BulkItem, len(edges))
	for i, e := range edges {
		items[i] = rtree.BulkItem{Box: e.box(0, 0), RecordID: i}
	}
	return rtree.BulkLoad(items)
}

func pointTree(points []orb.Point) *rtree.RTree {
	items := make([]rtree.BulkItem, len(points))
	for i, p := range points {
		items[i] = rtree.BulkItem{Box: span{p, p}.box(0, 0), RecordID: i}
	}
	return rtree.BulkLoad(items)
}

// hotPoints returns the ends of all edges and the points nearest to their crossings, ascending.
func hotPoints(edges []span) []orb.Point {
	points := make([]orb.Point, 0, 2*len(edges))
	tree := spanTree(edges)
	for i, e := range edges {
		points = append(points, e.a, e.b)
		_ = tree.RangeSearch(e.box(0, 0), func(j int) error {
			if j > i {
				if p, ok := crossing(e, edges[j]); ok {
					points = append(points, p)
				}
			}
			return nil
		})
	}
	slices.SortFunc(points, comparePoints)
	return slices.Compact(points)
}

// crossing returns the raster point nearest to where the insides of two edges cross.
func crossing(s, t span) (orb.Point, bool) {
	c, d := orient(s.a, s.b, t.a), orient(s.a, s.b, t.b)
	a, b := orient(t.a, t.b, s.a), orient(t.a, t.b, s.b)
	if (c > 0) == (d > 0) || (a > 0) == (b > 0) || c == 0 || d == 0 || a == 0 || b == 0 {
		return orb.Point{}, false
	}
	p := meet(&segment{a: s.a, b: s.b}, &segment{a: t.a, b: t.b})
	return orb.Point{math.Round(p[0]) + 0, math.Round(p[1]) + 0}, true
}

// passes reports whether the edge from a to b comes within half a step of p, east-west and north-south.
func passes(a, b, p orb.Point) bool {
	if max(a[0], b[0]) < p[0]-0.5 || min(a[0], b[0]) > p[0]+0.5 || max(a[1], b[1]) < p[1]-0.5 || min(a[1], b[1]) > p[1]+0.5 {
		return false
	}
	left, right := false, false
	for _, c := range [4]orb.Point{{p[0] - 0.5, p[1] - 0.5}, {p[0] + 0.5, p[1] - 0.5}, {p[0] + 0.5, p[1] + 0.5}, {p[0] - 0.5, p[1] + 0.5}} {
		side := orient(a, b, c)
		left, right = left || side >= 0, right || side <= 0
	}
	return left && right
}

// insert puts cuts into the edges they belong to, in the order in which the edge meets them. Cuts are
// counted as edgesOf counts edges.
func insert(paths []orb.Ring, cuts [][]orb.Point) {
	k := 0
	for i, r := range paths {
		var path orb.Ring
		for j, p := range r {
			path = append(path, p)
			if j == len(r)-1 {
				break
			}
			slices.SortFunc(cuts[k], func(c, d orb.Point) int { return compareAlong(p, r[j+1], c, d) })
			path = append(path, cuts[k]...)
			k++
		}
		paths[i] = slices.Compact(path)
	}
}

// compareAlong orders points by how far along the edge from a to b they lie.
func compareAlong(a, b, c, d orb.Point) int {
	far := func(p orb.Point) float64 { return (p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1]) }
	switch {
	case far(c) < far(d):
		return -1
	case far(c) > far(d):
		return 1
	}
	return comparePoints(c, d)
}
