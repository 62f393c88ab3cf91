package tiles

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/project"
	"github.com/peterstace/simplefeatures/geom"
)

// tester is what tests and property tests have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// The usual canvas, in which the tests reckon.
const (
	extent  = 1 << extentLog
	clipMin = -buffer
	clipMax = extent + buffer
)

// decode reads a tile with somebody else's code. Coordinates are in units of the usual canvas.
func decode(t tester, raw []byte) map[string][]*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatalf("tile cannot be decoded: %v", err)
	}
	out := map[string][]*geojson.Feature{}
	for _, l := range layers {
		halved := l.Name == string(Buildings) && l.Extent == extent/2
		if l.Version != 2 || l.Extent != extent && !halved || len(l.Features) == 0 || out[l.Name] != nil {
			t.Fatalf("layer %q: version %d, extent %d, %d features", l.Name, l.Version, l.Extent, len(l.Features))
		}
		if halved {
			for _, f := range l.Features {
				f.Geometry = project.Geometry(f.Geometry, func(p orb.Point) orb.Point { return orb.Point{2 * p[0], 2 * p[1]} })
			}
		}
		out[l.Name] = l.Features
	}
	return out
}

func mustTile(t tester, s *Snapshot, l Layer, id TileID) []byte {
	t.Helper()
	raw, err := s.Tile(l, id)
	if err != nil {
		t.Fatalf("%s %v: %v", l, id, err)
	}
	return raw
}

// describe tells what is in a tile, one feature a line.
func describe(t tester, raw []byte) string {
	var b strings.Builder
	layers := decode(t, raw)
	for _, name := range slices.Sorted(maps.Keys(layers)) {
		for _, f := range layers[name] {
			fmt.Fprintf(&b, "%s %v", name, idOf(f))
			for _, k := range slices.Sorted(maps.Keys(f.Properties)) {
				fmt.Fprintf(&b, " %s=%v", k, f.Properties[k])
			}
			fmt.Fprintf(&b, " %s\n", geometryText(f.Geometry))
		}
	}
	return b.String()
}

func idOf(f *geojson.Feature) uint64 {
	n, _ := f.ID.(float64)
	return uint64(n)
}

func geometryText(g orb.Geometry) string {
	return strings.ReplaceAll(strings.ReplaceAll(fmt.Sprint(g), "[", "("), "]", ")")
}

// polygons returns the parts of an area.
func polygons(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// checkArea holds every part of an area against the specification and against an independent validator.
func checkArea(g orb.Geometry) error {
	for _, part := range polygons(g) {
		for i, r := range part {
			// The specification's surveyor's formula has y southwards, so a shell runs counter to orb's notion.
			if a := shoelace(r); (a > 0) != (i == 0) || a == 0 {
				return fmt.Errorf("ring %d of %v has area %v", i, part, a)
			}
			for _, p := range r {
				if p[0] < clipMin || p[0] > clipMax || p[1] < clipMin || p[1] > clipMax {
					return fmt.Errorf("%v is outside the buffer", p)
				}
			}
		}
		if err := featurePolygon(part).Validate(); err != nil {
			return fmt.Errorf("%v: %w", part, err)
		}
	}
	return nil
}

func shoelace(r orb.Ring) float64 {
	sum := 0.0
	for i := range len(r) - 1 {
		sum += r[i][0]*r[i+1][1] - r[i+1][0]*r[i][1]
	}
	return sum / 2
}

func featurePolygon(p orb.Polygon) geom.Polygon {
	rings := make([]geom.LineString, len(p))
	for i, r := range p {
		var xy []float64
		for _, c := range r {
			xy = append(xy, c[0], c[1])
		}
		rings[i] = geom.NewLineString(geom.NewSequence(xy, geom.DimXY))
	}
	return geom.NewPolygon(rings)
}
