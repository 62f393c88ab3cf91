package geo

import (
	"github.com/paulmach/orb"
)

// Reasons for which Cut refuses a line.
const (
	LineMisses        = "line_misses"         // it leaves the footprint in one piece
	LineEndsInside    = "line_ends_inside"    // an end lies inside the footprint
	LineCrossesItself = "line_crosses_itself" // or meets itself
)

// Cut divides a footprint along a line.
func Cut(footprint orb.Geometry, line orb.LineString) ([]orb.Geometry, error) {
	return nil, defect(Empty, "not yet")
}
