package territory

import (
	"math"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// Barriers are rivers, railways and main roads, along which borders are drawn
// where they can be.
type Barriers struct {
	// squares are the segments that touch each square of a mesh in longitude
	// and latitude.
	squares map[[2]int32][][2]orb.Point
}

// mesh is the side of a square in degrees, some hundreds of metres.
const mesh = 0.005

// NewBarriers prepares lines, lon,lat in WGS 84; of areas, their outlines.
func NewBarriers(lines []orb.LineString) *Barriers {
	b := &Barriers{squares: map[[2]int32][][2]orb.Point{}}
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			b.add([2]orb.Point{line[i-1], line[i]})
		}
	}
	return b
}

func (b *Barriers) add(s [2]orb.Point) {
	from, to := square(s[0]), square(s[1])
	if abs(from[0]-to[0]) > 50 || abs(from[1]-to[1]) > 50 {
		return // no river runs straight for dozens of kilometres
	}
	for x := min(from[0], to[0]); x <= max(from[0], to[0]); x++ {
		for y := min(from[1], to[1]); y <= max(from[1], to[1]); y++ {
			b.squares[[2]int32{x, y}] = append(b.squares[[2]int32{x, y}], s)
		}
	}
}

func square(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] / mesh)), int32(math.Floor(p[1] / mesh))}
}

func abs(n int32) int32 { return max(n, -n) }

// Between says whether a barrier runs between the middles of two cells.
func (b *Barriers) Between(one, other geo.Cell) bool {
	p, q := one.Center(), other.Center()
	from, to := square(p), square(q)
	for x := min(from[0], to[0]); x <= max(from[0], to[0]); x++ {
		for y := min(from[1], to[1]); y <= max(from[1], to[1]); y++ {
			for _, s := range b.squares[[2]int32{x, y}] {
				if crosses(p, q, s[0], s[1]) {
					return true
				}
			}
		}
	}
	return false
}

// crosses says whether two segments properly cross or touch.
func crosses(p, q, a, b orb.Point) bool {
	side := func(o, d, at orb.Point) float64 { return (d[0]-o[0])*(at[1]-o[1]) - (d[1]-o[1])*(at[0]-o[0]) }
	return side(p, q, a)*side(p, q, b) <= 0 && side(a, b, p)*side(a, b, q) <= 0
}
