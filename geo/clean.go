package geo

import (
	"github.com/paulmach/orb"
)

// What a footprint may measure. Less is a point or a slip of the pencil, more is a plot or a mistaken
// unit.
const (
	MinArea = 2.0       // m²
	MaxArea = 500_000.0 // m²
)

// How many corners a shape may have. The checks of a hostile one cost time with their square.
const (
	maxFootprintPoints = 10_000
	maxBoundaryPoints  = 2_000_000
)

// Repairs that Clean makes. They change how a shape is written, never what it covers.
const (
	RingClosed     = "ring_closed"     // the first point is repeated at the end
	PointsDropped  = "repeated_points" // the same point twice in a row, at registry precision
	RingReoriented = "ring_reoriented" // shell counter-clockwise, holes clockwise (RFC 7946)
	PartUnwrapped  = "single_part"     // a MultiPolygon of one part is a Polygon
)

// Footprint is the shape of a building, fit to be recorded.
type Footprint struct {
	Geometry orb.Geometry // orb.Polygon, orb.MultiPolygon or, until a shape is known, orb.Point
	Repairs  []string     // what Clean did, each at most once
}

// Clean makes a footprint of a Point, Polygon or MultiPolygon in WGS84 longitude and latitude: it
// rounds to registry precision, repairs what does not change the shape, and refuses the rest with a
// *Defect. The argument is left alone.
func Clean(g orb.Geometry) (Footprint, error) {
	if p, ok := g.(orb.Point); ok {
		if d := checkPoint(p); d != nil {
			return Footprint{}, d
		}
		return Footprint{Geometry: Round(p)}, nil
	}
	parts, repairs, err := cleanArea(g, maxFootprintPoints)
	if err != nil {
		return Footprint{}, err
	}
	f := Footprint{Geometry: parts, Repairs: repairs}
	if len(parts) == 1 {
		f.Geometry = parts[0]
		if _, multi := g.(orb.MultiPolygon); multi {
			f.Repairs = append(f.Repairs, PartUnwrapped)
		}
	}
	switch area := Area(f.Geometry); {
	case area < MinArea:
		return Footprint{}, defect(TooSmall, "%.2f m² is less than a building has (%g m²)", area, MinArea)
	case area > MaxArea:
		return Footprint{}, defect(TooLarge, "%.0f m² is more than a building has (%.0f m²)", area, MaxArea)
	}
	return f, nil
}

// CleanBoundary does for the boundary of a division what Clean does for a footprint, without limits
// on the area, and returns the repairs made. Points are refused.
func CleanBoundary(g orb.Geometry) (orb.MultiPolygon, []string, error) {
	return cleanArea(g, maxBoundaryPoints)
}

func cleanArea(g orb.Geometry, limit int) (orb.MultiPolygon, []string, error) {
	var parts orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		parts = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		parts = g
	default:
		return nil, nil, defect(WrongType, "a %s is not an area", typeName(g))
	}
	points := 0
	for _, p := range parts {
		for _, r := range p {
			points += len(r)
		}
	}
	if points > limit {
		return nil, nil, defect(TooManyPoints, "%d points are more than the %d allowed", points, limit)
	}
	c := cleaner{room: make([]orb.Point, 0, points+4*len(parts))}
	clean := make(orb.MultiPolygon, len(parts))
	for i, p := range parts {
		clean[i] = make(orb.Polygon, len(p))
		for k, r := range p {
			ring, d := c.ring(r, k == 0)
			if d != nil {
				return nil, nil, d
			}
			clean[i][k] = ring
		}
	}
	if d := checkParts(clean...); d != nil {
		return nil, nil, d
	}
	return clean, c.repairs, nil
}

// cleaner copies rings into one block of memory and notes what it repairs.
type cleaner struct {
	room    []orb.Point
	repairs []string
}

func (c *cleaner) note(repair string) {
	for _, r := range c.repairs {
		if r == repair {
			return
		}
	}
	c.repairs = append(c.repairs, repair)
}

// ring returns the repaired copy of a ring. An empty ring stays empty, for the validity check to name.
func (c *cleaner) ring(r orb.Ring, shell bool) (orb.Ring, *Defect) {
	start := len(c.room)
	for _, p := range r {
		if d := checkPoint(p); d != nil {
			return nil, d
		}
		p = Round(p)
		if n := len(c.room); n > start && c.room[n-1] == p {
			c.note(PointsDropped)
			continue
		}
		c.room = append(c.room, p)
	}
	if n := len(c.room); n > start && c.room[start] != c.room[n-1] {
		c.note(RingClosed)
		c.room = append(c.room, c.room[start])
	}
	clean := orb.Ring(c.room[start:len(c.room):len(c.room)])
	if area := ringDegrees(clean); area != 0 && area > 0 != shell {
		c.note(RingReoriented)
		clean.Reverse()
	}
	return clean, nil
}
