package geo

import (
	"github.com/paulmach/orb"
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

// Join melts footprints into one building.
func Join(parts []orb.Geometry, gap float64) (orb.Geometry, error) {
	return nil, defect(Empty, "not yet")
}
