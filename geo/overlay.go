package geo

import (
	"errors"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// SliverWidth is the mean width in metres under which Difference drops what is left over: it comes of
// drawing twice, not of building.
const SliverWidth = 0.01

// Overlap returns the square metres that two shapes have in common. Points have no area and give 0.
// A shape that Clean would not take for its outline gives a *Defect.
func Overlap(a, b orb.Geometry) (float64, error) {
	p, err := areaOf(a)
	if err != nil {
		return 0, err
	}
	q, err := areaOf(b)
	if err != nil {
		return 0, err
	}
	common := meetingOf(p.Bound(), q.Bound())
	if len(p) == 0 || len(q) == 0 || common.IsEmpty() {
		return 0, nil
	}
	f := frameOf(common)
	return f.overlap(f.bring(p), f.bring(q))
}

// meetingOf is the box that two boxes have in common, empty if they are apart.
func meetingOf(b, c orb.Bound) orb.Bound {
	return orb.Bound{
		Min: orb.Point{max(b.Min[0], c.Min[0]), max(b.Min[1], c.Min[1])},
		Max: orb.Point{min(b.Max[0], c.Max[0]), min(b.Max[1], c.Max[1])},
	}
}

// overlap is the m² that two shapes of the frame have in common, not rounded to the raster.
func (f frame) overlap(a, b orb.MultiPolygon) (float64, error) {
	common, err := geom.Intersection(toSimpleFeatures(a), toSimpleFeatures(b))
	if err == nil {
		return common.Area() * f.x * f.y, nil
	}
	// The library gives up on some tangles of needles. The raster does not, and is a tenth of a
	// millimetre wide.
	all, err := f.overlay(either, a, b)
	if err != nil {
		return 0, fmt.Errorf("overlap of areas: %w", err)
	}
	return max(0, f.area(a)+f.area(b)-f.area(all)), nil
}

// areaOf returns the parts of a shape as Clean writes them, whatever their size. A point has none.
func areaOf(g orb.Geometry) (orb.MultiPolygon, error) {
	if p, ok := g.(orb.Point); ok {
		if d := checkPoint(p); d != nil {
			return nil, d
		}
		return nil, nil
	}
	parts, _, err := cleanArea(g, maxFootprintPoints)
	return parts, err
}

// areasIn returns the shapes as Clean writes them, and the frame around them all. The *Defect of one
// of several shapes names its number, from 1. Points are refused.
func areasIn(gs ...orb.Geometry) (frame, []orb.MultiPolygon, error) {
	shapes := make([]orb.MultiPolygon, len(gs))
	bound := orb.Bound{Min: orb.Point{1}, Max: orb.Point{-1}}
	for i, g := range gs {
		parts, _, err := cleanArea(g, maxFootprintPoints)
		if d := (*Defect)(nil); errors.As(err, &d) && len(gs) > 1 {
			return frame{}, nil, defect(d.Reason, "part %d: %s", i+1, d.Detail)
		}
		if err != nil {
			return frame{}, nil, err
		}
		shapes[i] = parts
		bound = union(bound, parts.Bound())
	}
	if len(shapes) == 0 {
		return frame{}, nil, defect(Empty, "there are no shapes")
	}
	f := frameOf(bound)
	for i, s := range shapes {
		if shapes[i] = f.bring(s); len(shapes[i]) == 0 {
			return frame{}, nil, defect(TooSmall, "an area is thinner than the registry's precision %s", at(s[0][0][0]))
		}
	}
	return f, shapes, nil
}

// Union returns what any of the areas covers, as a Polygon or MultiPolygon. Gaps between them stay
// (see Join). No areas, points, and shapes that Clean would not take for their outline give a *Defect.
func Union(gs ...orb.Geometry) (orb.Geometry, error) {
	f, shapes, err := areasIn(gs...)
	if err != nil {
		return nil, err
	}
	all, err := f.union(shapes)
	if err != nil {
		return nil, err
	}
	return f.geometry(all), nil
}

func (f frame) union(shapes []orb.MultiPolygon) (orb.MultiPolygon, error) {
	all := shapes[0]
	for _, s := range shapes[1:] {
		var err error
		if all, err = f.overlay(either, all, s); err != nil {
			return nil, err
		}
	}
	return tidy(all), nil
}

// Difference returns what a covers and b does not, as a Polygon or MultiPolygon. Walls of b within
// SliverWidth of a's count as a's; parts and holes with a mean width of less than that are dropped.
// When nothing is left the error is a *Defect with reason Empty.
func Difference(a, b orb.Geometry) (orb.Geometry, error) {
	f, shapes, err := areasIn(a, b)
	if err != nil {
		return nil, err
	}
	whole, taken := shapes[0], shapes[1]
	f.attach(taken, []orb.MultiPolygon{whole}, SliverWidth)
	rest, err := f.overlay(notSecond, whole, taken)
	if err != nil {
		return nil, err
	}
	if rest = f.dropSlivers(rest, SliverWidth); len(rest) == 0 {
		return nil, defect(Empty, "nothing is left")
	}
	return f.geometry(rest), nil
}

// dropSlivers leaves out parts thinner than the width in metres, and fills such holes.
func (f frame) dropSlivers(mp orb.MultiPolygon, width float64) orb.MultiPolygon {
	thin := func(p orb.Polygon) bool { return f.width(p[0]) < width }
	return slices.DeleteFunc(f.fillSlits(mp, width), thin)
}

// fillSlits leaves out holes thinner than the width in metres.
func (f frame) fillSlits(mp orb.MultiPolygon, width float64) orb.MultiPolygon {
	filled := make(orb.MultiPolygon, len(mp))
	for i, p := range mp {
		filled[i] = orb.Polygon{p[0]}
		for _, hole := range p[1:] {
			if f.width(hole) >= width {
				filled[i] = append(filled[i], hole)
			}
		}
	}
	return filled
}
