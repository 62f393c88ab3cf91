package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// frame is the registry's raster of 1e-9 degree, seen from a place near the shapes. A point in a frame
// counts whole steps from the origin, so that it is exact, crossings lose no digits to large
// coordinates, and a point that lies on an edge does so exactly.
type frame struct {
	origin orb.Point // in steps
	plane            // metres for a step
}

// frameOf returns the frame at the centre of the box.
func frameOf(b orb.Bound) frame {
	c := b.Center()
	s := planeAt(c[1])
	return frame{
		origin: orb.Point{math.Round(c[0] * places), math.Round(c[1] * places)},
		plane:  plane{x: s.x / places, y: s.y / places},
	}
}

// bring moves a valid shape in degrees into the frame. Corners that are in line by whole steps may not
// be so in degrees, by some 10^-14 of one; the overlay would stumble over a spike without width, so
// that it is taken off. A shape that is nothing else has no parts.
func (f frame) bring(mp orb.MultiPolygon) orb.MultiPolygon {
	mp = each(mp, f.enter)
	// Halving does not change digits, and lets the check take steps for degrees.
	if checkParts(each(mp, func(p orb.Point) orb.Point { return orb.Point{p[0] * 0x1p-40, p[1] * 0x1p-40} })...) != nil {
		return bordersOf(cross(ringsOf(mp)...)).areas()
	}
	return mp
}

func (f frame) enter(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*places) - f.origin[0], math.Round(p[1]*places) - f.origin[1]}
}

// leave returns the same float64 for a point as Round does.
func (f frame) leave(p orb.Point) orb.Point {
	return orb.Point{(p[0]+f.origin[0])/places + 0, (p[1]+f.origin[1])/places + 0}
}

// metres is the distance of two points of the frame.
func (f frame) metres(a, b orb.Point) float64 {
	return math.Hypot((a[0]-b[0])*f.x, (a[1]-b[1])*f.y)
}

// area is in m².
func (f frame) area(mp orb.MultiPolygon) float64 {
	var sum float64
	for _, p := range mp {
		sum += polygonDegrees(p)
	}
	return sum * f.x * f.y
}

// width is the mean width of a ring in metres: what a strip of its area and perimeter measures across.
func (f frame) width(r orb.Ring) float64 {
	var perimeter float64
	for i := 1; i < len(r); i++ {
		perimeter += f.metres(r[i-1], r[i])
	}
	if perimeter == 0 {
		return 0
	}
	return 2 * math.Abs(ringDegrees(r)) * f.x * f.y / perimeter
}

// each returns a copy with every point replaced.
func each(mp orb.MultiPolygon, replace func(orb.Point) orb.Point) orb.MultiPolygon {
	c := mp.Clone()
	for _, p := range c {
		for _, r := range p {
			for i := range r {
				r[i] = replace(r[i])
			}
		}
	}
	return c
}

// valid applies the rule of the registry to a shape of the frame.
func (f frame) valid(mp orb.MultiPolygon) bool {
	return checkParts(each(mp, f.leave)...) == nil
}

// geometry writes a shape of the frame in degrees, a single part as a Polygon.
func (f frame) geometry(mp orb.MultiPolygon) orb.Geometry {
	if g := each(mp, f.leave); len(g) != 1 {
		return g
	} else {
		return g[0]
	}
}

// toSimpleFeatures is the seam to simplefeatures, which measures.
func toSimpleFeatures(mp orb.MultiPolygon) geom.Geometry {
	parts := make([]geom.Polygon, len(mp))
	for i, p := range mp {
		rings := make([]geom.LineString, len(p))
		for k, r := range p {
			flat := make([]float64, 0, 2*len(r))
			for _, c := range r {
				flat = append(flat, c[0], c[1])
			}
			rings[k] = geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
		}
		parts[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(parts).AsGeometry()
}

func ringsOf(mp orb.MultiPolygon) []orb.Ring {
	var rings []orb.Ring
	for _, p := range mp {
		rings = append(rings, p...)
	}
	return rings
}

// tidy gives equal areas one way of being written: shells counter-clockwise, holes clockwise, rings
// from their lowest corner on, larger parts and holes first.
func tidy(mp orb.MultiPolygon) orb.MultiPolygon {
	for _, p := range mp {
		for k, r := range p {
			if (ringDegrees(r) > 0) != (k == 0) {
				r.Reverse()
			}
			r = r[:len(r)-1]
			low := slices.Index(r, slices.MinFunc(r, comparePoints))
			start := append(slices.Clone(r[low:]), r[:low]...)
			p[k] = append(start, start[0])
		}
		if len(p) > 1 {
			slices.SortFunc(p[1:], func(r, s orb.Ring) int {
				return cmp.Or(cmp.Compare(ringDegrees(r), ringDegrees(s)), comparePoints(r[0], s[0])) // holes count down
			})
		}
	}
	slices.SortFunc(mp, func(p, q orb.Polygon) int {
		return cmp.Or(cmp.Compare(polygonDegrees(q), polygonDegrees(p)), comparePoints(p[0][0], q[0][0]))
	})
	return mp
}
