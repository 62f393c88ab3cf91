package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// RepresentativePoint returns the point that stands for a shape: strictly inside it, the same for the
// same shape, with registry precision. It is the centroid of the largest part, or, if that falls
// outside or into a hole, the middle of the widest stretch of a west-east line through the part. Of a
// Point it is the point itself, of an empty or other geometry the zero point. (An area too thin to
// hold any point of registry precision gives the unrounded one.)
func RepresentativePoint(g orb.Geometry) orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return Round(g)
	case orb.Polygon:
		return innerPoint(g)
	case orb.MultiPolygon:
		var largest orb.Polygon
		most := -1.0
		for _, p := range g {
			if a := polygonDegrees(p); a > most {
				largest, most = p, a
			}
		}
		return innerPoint(largest)
	}
	return orb.Point{}
}

func innerPoint(p orb.Polygon) orb.Point {
	if len(p) == 0 || len(p[0]) == 0 {
		return orb.Point{}
	}
	if c := Round(centroid(p)); locatePolygon(c, p) == inside {
		return c
	}
	bound := p[0].Bound()
	best, width := bound.Center(), 0.0
	// The line half-way up does nearly always; the others are for shapes that are thin there.
	for _, f := range [...]float64{0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875} {
		lat := bound.Min[1] + f*(bound.Max[1]-bound.Min[1])
		q, w := widestStretch(p, lat)
		if w <= 0 {
			continue
		}
		if r := Round(q); locatePolygon(r, p) == inside {
			return r
		}
		if w > width {
			best, width = q, w
		}
	}
	return best
}

// centroid is the centre of area, holes left out, computed from the first corner to keep digits.
func centroid(p orb.Polygon) orb.Point {
	o := p[0][0]
	var x, y, area float64
	for i, r := range p {
		var rx, ry, ra float64
		for k := 1; k < len(r); k++ {
			ax, ay, bx, by := r[k-1][0]-o[0], r[k-1][1]-o[1], r[k][0]-o[0], r[k][1]-o[1]
			cross := ax*by - bx*ay
			rx += (ax + bx) * cross
			ry += (ay + by) * cross
			ra += cross
		}
		if (ra > 0) != (i == 0) { // holes count against the shell, however they are turned
			rx, ry, ra = -rx, -ry, -ra
		}
		x, y, area = x+rx, y+ry, area+ra
	}
	if area == 0 {
		return o
	}
	return orb.Point{o[0] + x/(3*area), o[1] + y/(3*area)}
}

// locatePolygon is exact.
func locatePolygon(q orb.Point, p orb.Polygon) place {
	where := locate(q, p[0])
	if where != inside {
		return where
	}
	for _, hole := range p[1:] {
		if in := locate(q, hole); in != outside {
			return -in // in a hole is outside, on its edge is on the edge
		}
	}
	return inside
}

// widestStretch returns the middle and the width, in degrees, of the longest piece of the parallel
// that lies in the polygon; width 0 if there is none.
func widestStretch(p orb.Polygon, lat float64) (middle orb.Point, width float64) {
	var lons []float64
	for _, r := range p {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if (a[1] > lat) != (b[1] > lat) {
				lons = append(lons, a[0]+(lat-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
	}
	slices.Sort(lons)
	for i := 1; i < len(lons); i += 2 {
		if w := lons[i] - lons[i-1]; w > width {
			middle, width = orb.Point{(lons[i-1] + lons[i]) / 2, lat}, w
		}
	}
	return middle, width
}
