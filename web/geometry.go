package web

import (
	"bytes"
	"encoding/json"

	"github.com/paulmach/orb"

	"fangma/registry"
)

// shape reads a member that is a GeoJSON geometry of a building: Polygon,
// MultiPolygon or Point. Stricter than a GeoJSON library: a position with one
// number would otherwise pass as one on the equator. A third number, the
// altitude, is dropped. Whether the outline makes sense is for geo.Clean.
func shape(o *object, name string) *registry.Shape {
	g := o.child(name)
	if g == nil {
		return nil
	}
	kind := text(g, "type")
	g.need("type", "coordinates")
	g.unknown()
	if kind == nil || !g.has("coordinates") {
		return nil
	}
	raw := g.members["coordinates"]
	var (
		out orb.Geometry
		ok  bool
	)
	switch *kind {
	case "Point":
		out, ok = readPoint(raw)
	case "Polygon":
		out, ok = readPolygon(raw)
	case "MultiPolygon":
		out, ok = readMultiPolygon(raw)
	default:
		g.fault("type", "must be Polygon, MultiPolygon or Point")
		return nil
	}
	// encoding/json takes a null among numbers for 0, which is a place.
	if !ok || bytes.Contains(raw, []byte("null")) {
		g.fault("coordinates", "must be what GeoJSON says of a %s: positions of longitude and latitude as numbers", *kind)
		return nil
	}
	return &registry.Shape{Geometry: out}
}

func readPoint(raw json.RawMessage) (orb.Point, bool) {
	var c []float64
	if json.Unmarshal(raw, &c) != nil {
		return orb.Point{}, false
	}
	return position(c)
}

func readPolygon(raw json.RawMessage) (orb.Polygon, bool) {
	var c [][][]float64
	if json.Unmarshal(raw, &c) != nil || c == nil {
		return nil, false
	}
	return polygon(c)
}

func readMultiPolygon(raw json.RawMessage) (orb.MultiPolygon, bool) {
	var c [][][][]float64
	if json.Unmarshal(raw, &c) != nil || c == nil {
		return nil, false
	}
	out := make(orb.MultiPolygon, 0, len(c))
	for _, part := range c {
		p, ok := polygon(part)
		if !ok {
			return nil, false
		}
		out = append(out, p)
	}
	return out, true
}

func polygon(c [][][]float64) (orb.Polygon, bool) {
	out := make(orb.Polygon, 0, len(c))
	for _, ring := range c {
		r := make(orb.Ring, 0, len(ring))
		for _, pos := range ring {
			p, ok := position(pos)
			if !ok {
				return nil, false
			}
			r = append(r, p)
		}
		out = append(out, r)
	}
	return out, true
}

func position(c []float64) (orb.Point, bool) {
	if len(c) < 2 || len(c) > 3 {
		return orb.Point{}, false
	}
	return orb.Point{c[0], c[1]}, true
}
