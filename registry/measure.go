package registry

import (
	"math"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// FloorArea is a building's floor area in whole m²: that of the footprint times
// the storeys, at least one. A point has none.
func FloorArea(shape orb.Geometry, floors *int) int64 {
	storeys := 1
	if floors != nil {
		storeys = max(1, *floors)
	}
	return int64(math.Round(geo.Area(shape) * float64(storeys)))
}

// StandingPeriod is a period throughout which a building stands where it does,
// for sums over places and days.
type StandingPeriod struct {
	Period
	Point     orb.Point
	Cell      geo.Cell
	FloorArea int64 // m²
}

// LivingPeriod is a period throughout which as many live in a standing
// building, for sums over places and days.
type LivingPeriod struct {
	TotalSpan
	Point orb.Point
	Cell  geo.Cell
}
