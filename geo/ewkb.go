package geo

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Types of geometry in EWKB; the flag says that a spatial reference follows.
const (
	ewkbPoint        = 1
	ewkbPolygon      = 3
	ewkbMultiPolygon = 6
	ewkbSRID         = 0x20000000
	littleEndian     = 1
)

// AppendEWKB writes a Point, Polygon or MultiPolygon as PostGIS reads it, with SRID 4326, behind what is in to. It is
// [ToGeom] and its encoder in one step, for loads of millions. It fails for other geometries.
func AppendEWKB(to []byte, g orb.Geometry) ([]byte, error) {
	head := func(kind uint32) {
		to = binary.LittleEndian.AppendUint32(append(to, littleEndian), kind|ewkbSRID)
		to = binary.LittleEndian.AppendUint32(to, SRID)
	}
	switch g := g.(type) {
	case orb.Point:
		head(ewkbPoint)
		return appendCorner(to, g), nil
	case orb.Polygon:
		head(ewkbPolygon)
		return appendRings(to, g), nil
	case orb.MultiPolygon:
		head(ewkbMultiPolygon)
		to = binary.LittleEndian.AppendUint32(to, uint32(len(g)))
		for _, p := range g {
			to = binary.LittleEndian.AppendUint32(append(to, littleEndian), ewkbPolygon)
			to = appendRings(to, p)
		}
		return to, nil
	}
	return nil, fmt.Errorf("a %s cannot be stored", typeName(g))
}

func appendRings(to []byte, p orb.Polygon) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(len(p)))
	for _, r := range p {
		to = binary.LittleEndian.AppendUint32(to, uint32(len(r)))
		for _, c := range r {
			to = appendCorner(to, c)
		}
	}
	return to
}

func appendCorner(to []byte, c orb.Point) []byte {
	to = binary.LittleEndian.AppendUint64(to, math.Float64bits(c[0]))
	return binary.LittleEndian.AppendUint64(to, math.Float64bits(c[1]))
}
