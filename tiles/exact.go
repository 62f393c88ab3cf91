package tiles

import (
	"math"
	"sync"

	"github.com/paulmach/orb"
)

// The map keeps a representative point to 9 mm. What is decided near a border needs the recorded one, which is a
// multiple of 1e-9° (geo.Round). So a row also keeps how many of these steps its point lies from a step that
// world coordinates give by whole numbers alone: a few bytes, where two floats would take sixteen. The rare point
// that is no such multiple is kept as it is.
const (
	steps        = 1e9 // in a degree
	parallelsLog = 20  // world units between two tabulated parallels: 10 km at the equator
)

// parallels are latitudes in steps, at every 2^parallelsLog rows of the world from the north.
type parallels [1<<(worldLog-parallelsLog) + 1]int64

var tabulated = sync.OnceValue(func() *parallels {
	t := new(parallels)
	for i := range t {
		y := 0.5 - float64(i)/(1<<(worldLog-parallelsLog))
		t[i] = int64(math.Round(math.Asin(math.Tanh(y*2*math.Pi)) * 180 / math.Pi * steps))
	}
	return t
})

// lat is the latitude of a row in steps, to 1e-5°; what matters is that it is always the same.
func (t *parallels) lat(y uint32) int64 {
	i, part := y>>parallelsLog, int64(y&(1<<parallelsLog-1))
	return t[i] + (t[i+1]-t[i])*part>>parallelsLog
}

// stepsEast is the longitude of a column in steps: 360e9/2^32 of them to a unit.
func stepsEast(x uint32) int64 { return int64(uint64(x)*87890625>>20) - 180*steps }

// setExact keeps the recorded point.
func (r *row) setExact(p orb.Point) {
	x, y := r.point()
	east, north := math.Round(p[0]*steps), math.Round(p[1]*steps)
	dx, dy := int64(east)-stepsEast(x), int64(north)-tabulated().lat(y)
	if east/steps == p[0] && north/steps == p[1] && int64(int16(dx)) == dx && int64(int16(dy)) == dy {
		r.east, r.north = int16(dx), int16(dy)
		return
	}
	r.form |= formOdd
	r.odd = p
}

// exact returns the recorded point.
func (r *row) exact() orb.Point {
	if r.form&formOdd != 0 {
		return r.odd
	}
	x, y := r.point()
	return orb.Point{
		float64(stepsEast(x)+int64(r.east)) / steps,
		float64(tabulated().lat(y)+int64(r.north)) / steps,
	}
}
