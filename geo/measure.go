package geo

import (
	"math"

	"github.com/paulmach/orb"
)

const rad = math.Pi / 180

// The WGS84 ellipsoid.
const (
	semiMajor    = 6378137.0                     // m
	flattening   = 1 / 298.257223563             //
	eccentricity = flattening * (2 - flattening) // squared
)

// plane is a flat map around one latitude: metres for a degree of longitude and of latitude.
type plane struct{ x, y float64 }

// planeAt returns the plane that is true to the ellipsoid at the latitude.
func planeAt(lat float64) plane {
	sin, cos := math.Sincos(lat * rad)
	w := 1 - eccentricity*sin*sin
	across := semiMajor / math.Sqrt(w)       // radius of curvature east-west
	along := across * (1 - eccentricity) / w // and north-south
	return plane{x: across * cos * rad, y: along * rad}
}

// Distance returns the metres between two points, in the plane at the latitude half-way between
// them and the short way around the antimeridian. It agrees with the geodesic to 1 in 10^6 within a
// town; far apart (hundreds of kilometres) it is only an estimate.
func Distance(a, b orb.Point) float64 {
	s := planeAt((a[1] + b[1]) / 2)
	dlon := math.Abs(a[0] - b[0])
	if dlon > 180 {
		dlon = 360 - dlon
	}
	return math.Hypot(dlon*s.x, (a[1]-b[1])*s.y)
}

// Area returns the square metres of a Polygon or MultiPolygon, holes left out, in the plane at the
// centre of its box; ring directions do not matter. Other geometries have none.
func Area(g orb.Geometry) float64 {
	var sum float64
	switch g := g.(type) {
	case orb.Polygon:
		sum = polygonDegrees(g)
	case orb.MultiPolygon:
		for _, p := range g {
			sum += polygonDegrees(p)
		}
	}
	if sum == 0 {
		return 0
	}
	s := planeAt(middleLatitude(g))
	return sum * s.x * s.y
}

// middleLatitude is that of the centre of the box of an area. A town's footprints are measured whenever it is loaded, so
// this looks at no more than it needs.
func middleLatitude(g orb.Geometry) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	shell := func(p orb.Polygon) {
		if len(p) == 0 {
			return
		}
		for _, c := range p[0] {
			low, high = min(low, c[1]), max(high, c[1])
		}
	}
	switch g := g.(type) {
	case orb.Polygon:
		shell(g)
	case orb.MultiPolygon:
		for _, p := range g {
			shell(p)
		}
	}
	return (low + high) / 2
}

// polygonDegrees is the area in square degrees, the shell's less the holes'.
func polygonDegrees(p orb.Polygon) float64 {
	var sum float64
	for i, r := range p {
		a := math.Abs(ringDegrees(r))
		if i > 0 {
			a = -a
		}
		sum += a
	}
	return sum
}

// ringDegrees is the signed area of a closed ring in square degrees, positive when counter-clockwise.
// It is taken from the first point, which keeps the digits that large coordinates would cost.
func ringDegrees(r orb.Ring) float64 {
	if len(r) < 3 {
		return 0
	}
	o := r[0]
	var sum float64
	for i := 1; i < len(r)-1; i++ {
		sum += (r[i][0]-o[0])*(r[i+1][1]-o[1]) - (r[i+1][0]-o[0])*(r[i][1]-o[1])
	}
	return sum / 2
}
