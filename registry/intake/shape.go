package intake

import (
	"encoding/binary"
	"fmt"
	"math"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// parseShape reads the content of a .shp record: a point or a polygon, with or without heights and
// measures, which are dropped. The null shape is nil.
func parseShape(raw []byte) (orb.Geometry, *Reject) {
	bad := func(format string, args ...any) (orb.Geometry, *Reject) {
		return nil, &Reject{Field: "geometry", Reason: malformed, Detail: fmt.Sprintf(format, args...)}
	}
	if len(raw) < 4 {
		return bad("the shape is cut off")
	}
	switch kind := binary.LittleEndian.Uint32(raw); kind {
	case 0:
		return nil, nil
	case 1, 11, 21:
		if len(raw) < 20 {
			return bad("the point is cut off")
		}
		return shapePoint(raw[4:]), nil
	case 5, 15, 25:
		rings, err := shapeRings(raw)
		if err != nil {
			return bad("%v", err)
		}
		return assembleRings(rings), nil
	case 3, 13, 23, 8, 18, 28, 31:
		return nil, &Reject{Field: "geometry", Reason: geo.WrongType, Detail: fmt.Sprintf("shape type %d is not a point or a polygon", kind)}
	default:
		return bad("there is no shape type %d", kind)
	}
}

func shapePoint(b []byte) orb.Point {
	return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
}

// shapeRings cuts the points of a polygon record into its rings.
func shapeRings(raw []byte) ([]orb.Ring, error) {
	if len(raw) < 44 {
		return nil, fmt.Errorf("the polygon is cut off")
	}
	parts, points := int(binary.LittleEndian.Uint32(raw[36:])), int(binary.LittleEndian.Uint32(raw[40:]))
	first := 44 + 4*parts
	if first+16*points > len(raw) {
		return nil, fmt.Errorf("the polygon is cut off: %d rings and %d points do not fit in %d bytes", parts, points, len(raw))
	}
	all := make([]orb.Point, points)
	for i := range all {
		all[i] = shapePoint(raw[first+16*i:])
	}
	rings := make([]orb.Ring, parts)
	for i := range rings {
		from, to := int(binary.LittleEndian.Uint32(raw[44+4*i:])), points
		if i+1 < parts {
			to = int(binary.LittleEndian.Uint32(raw[48+4*i:]))
		}
		if from > to || to > points {
			return nil, fmt.Errorf("ring %d of the polygon goes from point %d to %d of %d", i+1, from, to, points)
		}
		rings[i] = all[from:to:to]
	}
	return rings, nil
}

// assembleRings gives holes to their shells. A shapefile tells them by direction, shells clockwise,
// and in no order. A hole belongs to the smallest shell that holds it; one that no shell holds is
// kept with the first, so that the check of footprints refuses it. Files that turn every ring the
// wrong way are read as shells all.
func assembleRings(rings []orb.Ring) orb.Geometry {
	var shells, holes []orb.Ring
	for _, r := range rings {
		if signedArea(r) > 0 && len(rings) > 1 {
			holes = append(holes, r)
		} else {
			shells = append(shells, r)
		}
	}
	if len(shells) == 0 {
		shells, holes = holes, nil
	}
	if len(shells) == 0 {
		return nil
	}
	polygons := make(orb.MultiPolygon, len(shells))
	for i, s := range shells {
		polygons[i] = orb.Polygon{s}
	}
	for _, h := range holes {
		owner := 0
		if len(shells) > 1 {
			owner = smallestAround(h, shells)
		}
		polygons[owner] = append(polygons[owner], h)
	}
	if len(polygons) == 1 {
		return polygons[0]
	}
	return polygons
}

// signedArea is positive for a counter-clockwise ring.
func signedArea(r orb.Ring) float64 {
	var sum float64
	for i := 1; i+1 < len(r); i++ {
		sum += (r[i][0]-r[0][0])*(r[i+1][1]-r[0][1]) - (r[i+1][0]-r[0][0])*(r[i][1]-r[0][1])
	}
	return sum / 2
}

// smallestAround returns the index of the smallest shell around a hole, 0 if there is none.
func smallestAround(hole orb.Ring, shells []orb.Ring) int {
	best, area := 0, math.Inf(1)
	box := hole.Bound()
	for i, s := range shells {
		if b := s.Bound(); !b.Contains(box.Min) || !b.Contains(box.Max) {
			continue
		}
		if a := math.Abs(signedArea(s)); a < area && geo.RingHolds(s, hole) {
			best, area = i, a
		}
	}
	return best
}
