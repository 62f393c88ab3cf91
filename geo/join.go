package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Reasons for which Join refuses parts.
const (
	CornerTouch = "corner_touch" // parts that share less than MinSharedWall
	Apart       = "apart"        // a part further from the others than the gap
)

// JoinGap is the gap, or overlap, in metres up to which neighbouring footprints count as wall to wall.
const JoinGap = 0.05

// MinSharedWall is how many metres of wall neighbours must share to become one building.
const MinSharedWall = 0.10

// drawn is what a measured distance may be off, in metres: coordinates are whole steps of 0.1 mm.
const drawn = 0.0005

// Join melts footprints into one building, a Polygon, or a MultiPolygon if a part was one. Parts must
// form one group in which neighbours share at least MinSharedWall of wall. Gaps and overlaps between
// them of up to gap metres are closed: walls of later parts move onto those of earlier ones, so that
// the first part stays as it is drawn. Holes with a mean width of less than the gap are filled,
// courtyards stay. Corners that the joining leaves on a straight wall are dropped.
//
// A *Defect has reason CornerTouch, Apart, or, for a part that is no area or not valid, Clean's; it
// names the part by its number, from 1.
func Join(parts []orb.Geometry, gap float64) (orb.Geometry, error) {
	if !(gap >= 0 && gap <= 1) {
		return nil, defect(OutOfRange, "a gap of %g m is not between 0 and 1 m", gap)
	}
	f, shapes, err := areasIn(parts...)
	if err != nil {
		return nil, err
	}
	asDrawn := make([]orb.MultiPolygon, len(shapes))
	for i, s := range shapes {
		asDrawn[i] = s.Clone()
	}
	for i, s := range shapes[1:] {
		f.attach(s, f.near(s, shapes[:i+1], gap), gap+drawn)
	}
	if err := f.checkGroup(shapes, asDrawn, gap); err != nil {
		return nil, err
	}
	whole, err := f.union(shapes)
	if err != nil {
		return nil, err
	}
	whole = f.fillSlits(whole, gap)
	if plain := straighten(f, whole, shapes); f.valid(plain) {
		whole = plain
	}
	if whole = tidy(whole); len(whole) == 0 {
		return nil, defect(Empty, "the parts are too thin to be joined")
	}
	return f.geometry(whole), nil
}

// near returns the shapes whose boxes come within reach metres of one's.
func (f frame) near(one orb.MultiPolygon, shapes []orb.MultiPolygon, reach float64) []orb.MultiPolygon {
	box := one.Bound()
	margin := orb.Point{2 * (reach + drawn) / f.x, 2 * (reach + drawn) / f.y}
	box.Min = orb.Point{box.Min[0] - margin[0], box.Min[1] - margin[1]}
	box.Max = orb.Point{box.Max[0] + margin[0], box.Max[1] + margin[1]}
	var found []orb.MultiPolygon
	for _, s := range shapes {
		if s.Bound().Intersects(box) {
			found = append(found, s)
		}
	}
	return found
}

// checkGroup refuses shapes that do not hang together by their walls. Distances for people are those
// between the shapes as they were drawn.
func (f frame) checkGroup(shapes, asDrawn []orb.MultiPolygon, gap float64) error {
	grouped := make([]bool, len(shapes))
	grouped[0] = true
	for queue := []int{0}; len(queue) > 0; {
		i := queue[0]
		queue = queue[1:]
		for j := range shapes {
			if grouped[j] {
				continue
			}
			wall, err := f.sharedWall(shapes[i], shapes[j])
			if err != nil {
				return err
			}
			if wall >= MinSharedWall-drawn {
				grouped[j] = true
				queue = append(queue, j)
			}
		}
	}
	if !slices.Contains(grouped, false) {
		return nil
	}
	// Of the parts left over, name the one that nearly made it.
	part, other, least := 0, 0, math.Inf(1)
	for i := range shapes {
		for j := range shapes {
			if grouped[i] && !grouped[j] {
				if d := f.distance(asDrawn[i], asDrawn[j]); d < least {
					part, other, least = j, i, d
				}
			}
		}
	}
	if least > gap+drawn {
		return defect(Apart, "part %d is %.2f m from the others, more than the %.2f m that can be closed", part+1, least, gap)
	}
	return defect(CornerTouch, "part %d meets part %d in a corner, or in less than %.2f m of wall", part+1, other+1, MinSharedWall)
}

// sharedWall is how many metres of wall two shapes have in common. Where they overlap, half the way
// around the overlap counts.
func (f frame) sharedWall(a, b orb.MultiPolygon) (float64, error) {
	if !a.Bound().Intersects(b.Bound()) {
		return 0, nil
	}
	common, err := geom.Intersection(f.toMetres(a), f.toMetres(b))
	if err != nil {
		return 0, err
	}
	var wall float64
	for _, g := range common.Dump() {
		if p, ok := g.AsPolygon(); ok {
			wall += p.Boundary().Length() / 2
		} else {
			wall += g.Length()
		}
	}
	return wall, nil
}

// distance is 0 for shapes that touch or overlap.
func (f frame) distance(a, b orb.MultiPolygon) float64 {
	d, _ := geom.Distance(f.toMetres(a), f.toMetres(b))
	return d
}

func (f frame) toMetres(mp orb.MultiPolygon) geom.Geometry {
	return toSimpleFeatures(each(mp, func(p orb.Point) orb.Point { return orb.Point{p[0] * f.x, p[1] * f.y} }))
}

// straighten returns the shape without the corners in which walls of several parts met and which now
// lie on a straight wall, to half a millimetre.
func straighten(f frame, whole orb.MultiPolygon, parts []orb.MultiPolygon) orb.MultiPolygon {
	count := map[orb.Point]int{}
	for _, mp := range parts {
		for _, p := range cornersOf(ringsIn(mp)) {
			count[p]++
		}
	}
	straight := whole.Clone()
	for _, p := range straight {
		for k, r := range p {
			p[k] = withoutCorners(r, func(before, c, after orb.Point) bool {
				_, off := f.foot(span{before, after}, c)
				return count[c] > 1 && off <= drawn
			})
		}
	}
	return straight
}

// withoutCorners returns the ring without the corners for which drop says so, given the corners before
// and after. A ring of which not enough would be left stays as it is.
func withoutCorners(r orb.Ring, drop func(before, c, after orb.Point) bool) orb.Ring {
	open := r[:len(r)-1]
	before := open[len(open)-1]
	var kept orb.Ring
	for i, c := range open {
		if drop(before, c, open[(i+1)%len(open)]) {
			continue
		}
		kept = append(kept, c)
		before = c
	}
	if len(kept) < 3 {
		return r
	}
	return append(kept, kept[0])
}
