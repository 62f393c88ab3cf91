package geo

import (
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
)

func TestGeomRoundTrip(t *testing.T) {
	shapes := []orb.Geometry{
		orb.Point{9.52, 47.14},
		orb.Polygon{square(0, 0, 9), square(1, 1, 2)},
		orb.MultiPolygon{{square(0, 0, 9), square(1, 1, 2)}, {square(10, 10, 1)}},
		orb.MultiPolygon{},
		orb.LineString{{9.5, 47.1}, {9.6, 47.1}, {9.6, 47.2}},
	}
	for _, g := range shapes {
		stored, err := ToGeom(g)
		if err != nil {
			t.Fatal(err)
		}
		if stored.SRID() != SRID {
			t.Errorf("%s: SRID %d", g.GeoJSONType(), stored.SRID())
		}
		back, err := FromGeom(stored)
		if err != nil || !reflect.DeepEqual(back, g) {
			t.Errorf("%s: %v, %v, want %v", g.GeoJSONType(), back, err, g)
		}
	}
}

func TestFromGeomDropsHeights(t *testing.T) {
	p := geom.NewPolygonFlat(geom.XYZ, []float64{0, 0, 5, 4, 0, 5, 4, 4, 5, 0, 0, 5}, []int{12})
	got, err := FromGeom(p)
	if want := (orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 0}}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("FromGeom = %v, %v, want %v", got, err, want)
	}
}

func TestGeomRefuses(t *testing.T) {
	for _, g := range []orb.Geometry{nil, orb.MultiLineString{{{0, 0}, {1, 1}}}, orb.Collection{}} {
		if stored, err := ToGeom(g); err == nil {
			t.Errorf("ToGeom(%v) = %v", g, stored)
		}
	}
	for _, s := range []geom.T{nil, geom.NewPointEmpty(geom.XY), geom.NewPointFlat(geom.XY, []float64{1, 2}).SetSRID(3857), geom.NewMultiLineString(geom.XY)} {
		if g, err := FromGeom(s); err == nil {
			t.Errorf("FromGeom(%v) = %v", s, g)
		}
	}
}
