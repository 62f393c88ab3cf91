package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
)

// SRID is the spatial reference of every stored geometry: WGS84 longitude and latitude.
const SRID = 4326

// ToGeom turns a Point, LineString, Polygon or MultiPolygon into go-geom's form with SRID 4326, as it is stored.
// It fails for other geometries.
func ToGeom(g orb.Geometry) (geom.T, error) {
	switch g := g.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, []float64{g[0], g[1]}).SetSRID(SRID), nil
	case orb.LineString:
		flat := make([]float64, 0, 2*len(g))
		for _, c := range g {
			flat = append(flat, c[0], c[1])
		}
		return geom.NewLineStringFlat(geom.XY, flat).SetSRID(SRID), nil
	case orb.Polygon:
		flat, ends := flattenPolygon(nil, g)
		return geom.NewPolygonFlat(geom.XY, flat, ends).SetSRID(SRID), nil
	case orb.MultiPolygon:
		var flat []float64
		endss := make([][]int, len(g))
		for i, p := range g {
			flat, endss[i] = flattenPolygon(flat, p)
		}
		return geom.NewMultiPolygonFlat(geom.XY, flat, endss).SetSRID(SRID), nil
	}
	return nil, fmt.Errorf("a %s cannot be stored", typeName(g))
}

// flattenPolygon appends the polygon's coordinates to flat and returns where its rings end.
func flattenPolygon(flat []float64, p orb.Polygon) ([]float64, []int) {
	ends := make([]int, len(p))
	for i, r := range p {
		for _, c := range r {
			flat = append(flat, c[0], c[1])
		}
		ends[i] = len(flat)
	}
	return flat, ends
}

// FromGeom turns a stored Point, LineString, Polygon or MultiPolygon into orb's form. It fails for other
// geometries, empty points and other spatial references; a missing SRID is taken as 4326.
func FromGeom(t geom.T) (orb.Geometry, error) {
	if t == nil {
		return nil, fmt.Errorf("no geometry")
	}
	if srid := t.SRID(); srid != SRID && srid != 0 {
		return nil, fmt.Errorf("geometry has SRID %d, want %d", srid, SRID)
	}
	switch t := t.(type) {
	case *geom.Point:
		if t.Empty() {
			return nil, fmt.Errorf("an empty point has no place")
		}
		return orb.Point{t.X(), t.Y()}, nil
	case *geom.LineString:
		line := make(orb.LineString, t.NumCoords())
		for i := range line {
			line[i] = orb.Point{t.FlatCoords()[i*t.Stride()], t.FlatCoords()[i*t.Stride()+1]}
		}
		return line, nil
	case *geom.Polygon:
		return unflattenPolygon(t.FlatCoords(), t.Stride(), 0, t.Ends()), nil
	case *geom.MultiPolygon:
		mp := make(orb.MultiPolygon, 0, len(t.Endss()))
		from := 0
		for _, ends := range t.Endss() {
			mp = append(mp, unflattenPolygon(t.FlatCoords(), t.Stride(), from, ends))
			if len(ends) > 0 {
				from = ends[len(ends)-1]
			}
		}
		return mp, nil
	}
	return nil, fmt.Errorf("a stored %T is not used here", t)
}

func unflattenPolygon(flat []float64, stride, from int, ends []int) orb.Polygon {
	p := make(orb.Polygon, len(ends))
	for i, end := range ends {
		ring := make(orb.Ring, 0, (end-from)/stride)
		for ; from < end; from += stride {
			ring = append(ring, orb.Point{flat[from], flat[from+1]})
		}
		p[i] = ring
	}
	return p
}

// typeName names a geometry for people, also when there is none.
func typeName(g orb.Geometry) string {
	if g == nil {
		return "missing geometry"
	}
	return g.GeoJSONType()
}
