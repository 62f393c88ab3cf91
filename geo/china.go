package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Maps published in China are shifted: GCJ-02 is WGS84 with a smooth offset of a few hundred
// metres, BD-09 is GCJ-02 with a further one. Both are defined forwards only; backwards is found by
// iteration to less than 1 mm. Outside the box in which the offset is defined they are the identity.

const (
	krasovskyMajor        = 6378245.0
	krasovskyEccentricity = 0.00669342162296594323 // squared
	baiduTwist            = math.Pi * 3000 / 180
)

// offsetApplies reports whether a point lies in the box in which GCJ-02 differs from WGS84.
func offsetApplies(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

// ToGCJ02 shifts a WGS84 point to GCJ-02.
func ToGCJ02(p orb.Point) orb.Point {
	if !offsetApplies(p) {
		return p
	}
	x, y := p[0]-105, p[1]-35
	root := math.Sqrt(math.Abs(x))
	ripple := 20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)
	dlat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root +
		(ripple+
			20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi)+
			160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dlon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root +
		(ripple+
			20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi)+
			150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	sin, cos := math.Sincos(p[1] * rad)
	w := 1 - krasovskyEccentricity*sin*sin
	across := krasovskyMajor / math.Sqrt(w)
	along := across * (1 - krasovskyEccentricity) / w
	return orb.Point{p[0] + dlon/(across*cos*rad), p[1] + dlat/(along*rad)}
}

// FromGCJ02 shifts a GCJ-02 point back to WGS84, to less than 1 mm.
func FromGCJ02(p orb.Point) orb.Point { return invert(p, ToGCJ02) }

// ToBD09 shifts a WGS84 point to BD-09, Baidu's datum.
func ToBD09(p orb.Point) orb.Point {
	if !offsetApplies(p) {
		return p
	}
	return gcjToBD(ToGCJ02(p))
}

// FromBD09 shifts a BD-09 point back to WGS84, to less than 1 mm.
func FromBD09(p orb.Point) orb.Point { return invert(p, ToBD09) }

// gcjToBD applies Baidu's published step from GCJ-02.
func gcjToBD(p orb.Point) orb.Point {
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*baiduTwist)
	theta := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*baiduTwist)
	sin, cos := math.Sincos(theta)
	return orb.Point{r*cos + 0.0065, r*sin + 0.006}
}

// invert finds the point that shift takes to p. The shift changes by less than a thousandth of the
// step, so that three or four rounds are enough; the bound is for points at the edge of its box.
func invert(p orb.Point, shift func(orb.Point) orb.Point) orb.Point {
	if !offsetApplies(p) {
		return p
	}
	guess := p
	for range 20 {
		s := shift(guess)
		dx, dy := s[0]-p[0], s[1]-p[1]
		guess[0] -= dx
		guess[1] -= dy
		if math.Abs(dx) < 1e-11 && math.Abs(dy) < 1e-11 {
			break
		}
	}
	return guess
}
