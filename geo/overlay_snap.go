package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/rtree"
)

// singly is the number of moves up to which attach tries them one by one when together they break
// an outline.
const singly = 500

// attach makes walls that nearly coincide the same. Corners of the moving shape within reach metres of
// a corner of the fixed ones go there, else onto the nearest edge; corners of the fixed shapes within
// reach of an edge of the moving one are put into it; and corners of the moving one on an edge of a
// fixed one are put into that, which is all that changes there. A move that would break the moving
// outline is left out.
func (f frame) attach(moving orb.MultiPolygon, fixed []orb.MultiPolygon, reach float64) {
	var still []*orb.Ring
	for _, mp := range fixed {
		still = append(still, ringsIn(mp)...)
	}
	s := snapper{frame: f, reach: reach, fixed: spansOf(still)}
	whole := func(m snapMoves) bool {
		trial := moving.Clone()
		s.apply(m, ringsIn(trial))
		return f.valid(trial)
	}
	outline := ringsIn(moving)
	corners := s.cornerMoves(outline)
	s.apply(sound(corners, whole), outline)
	s.apply(sound(s.edgeMoves(outline), whole), outline)
	s.takeIn(outline, still)
}

// sound returns the moves, or those of them that do not break the outline.
func sound(moves snapMoves, whole func(snapMoves) bool) snapMoves {
	if len(moves) == 0 || whole(moves) {
		return moves
	}
	if len(moves) > singly {
		return nil
	}
	var kept snapMoves
	for _, m := range moves {
		if trial := append(slices.Clip(kept), m); whole(trial) {
			kept = trial
		}
	}
	return kept
}

func ringsIn(mp orb.MultiPolygon) []*orb.Ring {
	var rings []*orb.Ring
	for _, p := range mp {
		for k := range p {
			rings = append(rings, &p[k])
		}
	}
	return rings
}

func spansOf(rings []*orb.Ring) []span {
	paths := make([]orb.Ring, len(rings))
	for i, r := range rings {
		paths[i] = *r
	}
	return edgesOf(paths)
}

// snapMove replaces a corner, or puts a corner into the edge from at to next.
type snapMove struct {
	at   orb.Point
	to   orb.Point
	next orb.Point
	into bool
}

type snapMoves []snapMove

// snapper moves paths of a frame onto the fixed edges.
type snapper struct {
	frame
	reach float64 // metres
	fixed []span
}

// apply carries out moves on the paths. Corners that become one are written once.
func (s snapper) apply(moves snapMoves, paths []*orb.Ring) {
	corner := map[orb.Point]orb.Point{}
	into := map[span][]orb.Point{}
	for _, m := range moves {
		if m.into {
			into[span{m.at, m.next}] = append(into[span{m.at, m.next}], m.to)
		} else {
			corner[m.at] = m.to
		}
	}
	for _, path := range paths {
		moved := make(orb.Ring, 0, len(*path))
		for i, p := range *path {
			if i > 0 {
				a := (*path)[i-1]
				cuts := into[span{a, p}]
				slices.SortFunc(cuts, func(c, d orb.Point) int { return s.compareAlong(a, p, c, d) })
				moved = append(moved, cuts...)
			}
			if to, ok := corner[p]; ok {
				p = to
			}
			moved = append(moved, p)
		}
		*path = slices.Compact(moved)
	}
}

// compareAlong is the frame's in metres: a step east is shorter than a step north.
func (s snapper) compareAlong(a, b, c, d orb.Point) int {
	scale := func(p orb.Point) orb.Point { return orb.Point{p[0] * s.x, p[1] * s.y} }
	return compareAlong(scale(a), scale(b), scale(c), scale(d))
}

// cornerMoves brings corners of the paths to fixed corners, else onto fixed edges. Of several that are
// near one fixed corner only the nearest goes there, so that no short wall is lost.
func (s snapper) cornerMoves(paths []*orb.Ring) snapMoves {
	tree := spanTree(s.fixed)
	corners := cornersOf(paths)
	near := make([]nearby, len(corners))
	taken := map[orb.Point]float64{}
	for i, p := range corners {
		n := s.nearby(p, tree)
		near[i] = n
		if d, ok := taken[n.corner]; n.toCorner <= s.reach && (!ok || n.toCorner < d) {
			taken[n.corner] = n.toCorner
		}
	}
	var moves snapMoves
	for i, p := range corners {
		switch n := near[i]; {
		case n.toEdge > s.reach:
		case n.toCorner <= s.reach && n.toCorner == taken[n.corner]:
			if p != n.corner {
				moves = append(moves, snapMove{at: p, to: n.corner})
			}
		case n.foot != p && n.foot != n.corner:
			moves = append(moves, snapMove{at: p, to: n.foot})
		}
	}
	return moves
}

// nearby is the fixed corner nearest to a point, the nearest point of a fixed edge, and how many
// metres away they are, infinitely many if out of reach.
type nearby struct {
	corner, foot     orb.Point
	toCorner, toEdge float64
}

func (s snapper) nearby(p orb.Point, tree *rtree.RTree) nearby {
	n := nearby{toCorner: math.Inf(1), toEdge: math.Inf(1)}
	_ = tree.RangeSearch(span{p, p}.box(s.reach/s.x, s.reach/s.y), func(k int) error {
		for _, q := range [2]orb.Point{s.fixed[k].a, s.fixed[k].b} {
			if d := s.metres(p, q); d < n.toCorner || (d == n.toCorner && comparePoints(q, n.corner) < 0) {
				n.corner, n.toCorner = q, d
			}
		}
		q, d := s.foot(s.fixed[k], p)
		if d < n.toEdge || (d == n.toEdge && comparePoints(q, n.foot) < 0) {
			n.foot, n.toEdge = q, d
		}
		return nil
	})
	return n
}

// edgeMoves puts fixed corners into the nearest edge of the paths, if they are not on the paths yet.
func (s snapper) edgeMoves(paths []*orb.Ring) snapMoves {
	var moves snapMoves
	edges := spansOf(paths)
	tree := spanTree(edges)
	present := cornersOf(paths)
	fixed := make([]orb.Point, 0, 2*len(s.fixed))
	for _, e := range s.fixed {
		fixed = append(fixed, e.a, e.b)
	}
	slices.SortFunc(fixed, comparePoints)
	for _, p := range slices.Compact(fixed) {
		if _, ok := slices.BinarySearchFunc(present, p, comparePoints); ok {
			continue
		}
		best, nearest := -1, s.reach
		_ = tree.RangeSearch(span{p, p}.box(s.reach/s.x, s.reach/s.y), func(k int) error {
			if _, d := s.foot(edges[k], p); d < nearest || (d == nearest && (best < 0 || k < best)) {
				best, nearest = k, d
			}
			return nil
		})
		if best >= 0 {
			moves = append(moves, snapMove{at: edges[best].a, next: edges[best].b, to: p, into: true})
		}
	}
	return moves
}

// takeIn puts the corners of the paths that lie on edges of the fixed rings, to the step, into them.
func (s snapper) takeIn(paths, fixed []*orb.Ring) {
	var moves snapMoves
	edges := spansOf(fixed)
	tree := spanTree(edges)
	for _, p := range cornersOf(paths) {
		_ = tree.RangeSearch(span{p, p}.box(0.5, 0.5), func(k int) error {
			if e := edges[k]; p != e.a && p != e.b && passes(e.a, e.b, p) {
				moves = append(moves, snapMove{at: e.a, next: e.b, to: p, into: true})
			}
			return nil
		})
	}
	s.apply(moves, fixed)
}

// cornersOf returns the different points of the paths, ascending.
func cornersOf(paths []*orb.Ring) []orb.Point {
	var points []orb.Point
	for _, r := range paths {
		points = append(points, *r...)
	}
	slices.SortFunc(points, comparePoints)
	return slices.Compact(points)
}

// foot is the raster point nearest to where the edge comes closest to p, and the metres between p
// and the edge.
func (f frame) foot(e span, p orb.Point) (orb.Point, float64) {
	dx, dy := (e.b[0]-e.a[0])*f.x, (e.b[1]-e.a[1])*f.y
	px, py := (p[0]-e.a[0])*f.x, (p[1]-e.a[1])*f.y
	t := max(0, min(1, (px*dx+py*dy)/(dx*dx+dy*dy)))
	q := orb.Point{e.a[0] + t*(e.b[0]-e.a[0]), e.a[1] + t*(e.b[1]-e.a[1])}
	return orb.Point{math.Round(q[0]) + 0, math.Round(q[1]) + 0}, f.metres(p, q)
}
