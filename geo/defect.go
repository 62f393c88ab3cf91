package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Reasons for which a shape is refused. They are stable: interfaces translate them, and rejects
// files are sorted by them.
const (
	Empty            = "empty"                 // no geometry, no points, or a part without any
	WrongType        = "wrong_geometry_type"   // a line where an area is needed, a collection, …
	NotFinite        = "not_finite"            // NaN or infinite coordinates
	OutOfRange       = "out_of_range"          // outside longitude ±180 or latitude ±90
	TooFewPoints     = "too_few_points"        // a ring with fewer than three different corners
	TooManyPoints    = "too_many_points"       // more corners than a building or boundary can have
	NotClosed        = "not_closed"            // only from Valid: Clean closes rings
	SelfIntersection = "self_intersection"     // an outline crosses itself or runs along itself
	Spike            = "spike"                 // an outline goes out and back along one line
	RingSelfTouch    = "ring_self_touch"       // an outline meets itself in a corner
	RingsCross       = "rings_cross"           // a hole crosses the shell or another hole, or shares an edge
	HoleOutside      = "hole_outside_shell"    //
	HolesOverlap     = "holes_overlap"         // a hole lies in another hole
	InteriorSplit    = "disconnected_interior" // holes cut the inside into pieces
	PartsOverlap     = "parts_overlap"         // parts of a MultiPolygon cross, share an edge or lie in each other
	TooSmall         = "area_too_small"        // under MinArea
	TooLarge         = "area_too_large"        // over MaxArea
)

// Defect says why a shape is refused. Reason is one of the constants above; Detail is for people and
// names the place as longitude, latitude.
type Defect struct {
	Reason string
	Detail string
}

func (d *Defect) Error() string { return d.Detail }

func defect(reason, format string, args ...any) *Defect {
	return &Defect{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// at writes a place for people.
func at(p orb.Point) string { return fmt.Sprintf("at %.7f, %.7f", p[0], p[1]) }
