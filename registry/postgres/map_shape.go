package postgres

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// shapeReader reads shapes as PostGIS sends them: EWKB, little-endian on all
// machines that anybody uses. A city has half a million of them, nearly all
// polygons of a few corners, which it reads into the same memory again and
// again; any other shape it leaves to the library.
type shapeReader struct {
	corners []orb.Point
	rings   []orb.Ring
	simple  []orb.Geometry // by ring: the polygon of that ring alone, once there has been one
}

// The type of a geometry in EWKB with a reference system and two dimensions.
const (
	ewkbPoint   = 0x20000001
	ewkbPolygon = 0x20000003
	ewkbHead    = 1 + 4 + 4 // byte order, type, reference system
	ewkbCorner  = 16
)

func ewkbType(b []byte) uint32 {
	if len(b) < ewkbHead+4 || b[0] != 1 {
		return 0
	}
	return binary.LittleEndian.Uint32(b[1:])
}

func corner(b []byte) orb.Point {
	return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
}

// pointOf reads a point; ok is false for anything else.
func pointOf(b []byte) (p orb.Point, ok bool) {
	if ewkbType(b) != ewkbPoint || len(b) != ewkbHead+ewkbCorner {
		return p, false
	}
	return corner(b[ewkbHead:]), true
}

// reset takes back the memory of all shapes read so far.
func (r *shapeReader) reset() { r.corners, r.rings = r.corners[:0], r.rings[:0] }

func (r *shapeReader) read(b []byte) (orb.Geometry, error) {
	switch ewkbType(b) {
	case ewkbPoint:
		if p, ok := pointOf(b); ok {
			return p, nil
		}
	case ewkbPolygon:
		if p := r.polygon(b[ewkbHead:]); len(p) == 1 {
			return r.boxed(p), nil
		} else if p != nil {
			return p, nil
		}
	}
	g, _, err := ewkb.Unmarshal(b)
	return g, err
}

// boxed makes a geometry of a polygon of the last ring. Where the memory is the
// same as before, so is the geometry.
func (r *shapeReader) boxed(p orb.Polygon) orb.Geometry {
	i := len(r.rings) - 1
	for len(r.simple) <= i {
		r.simple = append(r.simple, nil)
	}
	if r.simple[i] == nil {
		r.simple[i] = p
	}
	return r.simple[i]
}

// polygon is nil for bytes that are not those of a polygon.
func (r *shapeReader) polygon(b []byte) orb.Polygon {
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n == 0 || n > len(b)/4 {
		return nil
	}
	first := len(r.rings)
	if cap(r.rings)-first < n {
		r.rings, r.simple, first = make([]orb.Ring, 0, max(n, 2*batchSize)), nil, 0
	}
	for range n {
		if len(b) < 4 {
			return nil
		}
		k := int(binary.LittleEndian.Uint32(b))
		b = b[4:]
		if k > len(b)/ewkbCorner {
			return nil
		}
		from := len(r.corners)
		if cap(r.corners)-from < k {
			r.corners, from = make([]orb.Point, 0, max(k, 16*batchSize)), 0
		}
		for i := range k {
			r.corners = append(r.corners, corner(b[i*ewkbCorner:]))
		}
		r.rings = append(r.rings, orb.Ring(r.corners[from:from+k:from+k]))
		b = b[k*ewkbCorner:]
	}
	if len(b) > 0 {
		return nil
	}
	return orb.Polygon(r.rings[first : first+n : first+n])
}
