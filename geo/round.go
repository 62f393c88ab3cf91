package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// places is the number of steps in a degree of a registry coordinate.
const places = 1e9

// Round gives a point registry precision: nine decimal places of a degree, about 0.1 mm.
// Negative zero becomes zero, so that equal places print alike.
func Round(p orb.Point) orb.Point {
	return orb.Point{round(p[0]), round(p[1])}
}

func round(x float64) float64 {
	return math.Round(x*places)/places + 0
}
