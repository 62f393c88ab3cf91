package tiles

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// TestBadGeometryIsHarmless gives every layer what a broken file could hold. Nothing panics, every tile can be decoded,
// and a good neighbour is still drawn.
func TestBadGeometryIsHarmless(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := orb.Polygon{{{114, 22.5}, {114.001, 22.5}, {114.001, 22.501}, {114, 22.5}}}
	bad := []orb.Geometry{
		nil, orb.Polygon{}, orb.Polygon{{}}, orb.Polygon{{{1, 1}}}, orb.Polygon{{{1, 1}, {2, 2}}}, orb.MultiPolygon{{}, {{}}},
		orb.Polygon{{{nan, nan}, {1, nan}, {inf, 2}, {-inf, 9}, {nan, nan}}}, orb.Collection{good}, orb.MultiPoint{{1, 1}},
		orb.Polygon{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}, orb.LineString{{nan, 0}}, orb.MultiLineString{{}},
		orb.Polygon{{{0, 0}, {1, 1}, {1, 0}, {0, 1}, {0, 0}}}, orb.Polygon{{{0, 0}, {0, 0}, {0, 0}, {0, 0}}}, orb.Ring{}, orb.Bound{},
		orb.LineString{{-400, -95}, {400, 95}}, orb.Polygon{good[0], {}, {{nan, 1}, {1, nan}, {2, 2}}},
	}
	s := NewSnapshot(Options{})
	var houses []Building
	var basemap []Feature
	var divisions []Division
	for i, g := range bad {
		p := orb.Point{114, 22.5}
		if i%3 == 0 {
			p = orb.Point{nan, inf}
		}
		houses = append(houses, Building{Code: uint64(i + 2), Version: 1, Versions: []Version{
			{To: Forever, Standing: true, Geometry: g, Point: p, Height: float32(nan), Floors: -3, State: 99},
		}})
		for _, class := range []string{"road", "water", "green"} {
			basemap = append(basemap, Feature{ID: uint64(i), Class: class, Geometry: g})
		}
		if m, ok := g.(orb.MultiPolygon); ok {
			divisions = append(divisions, Division{ID: int64(i), Parent: 99, To: Forever, Boundary: m})
		} else if p, ok := g.(orb.Polygon); ok {
			divisions = append(divisions, Division{ID: int64(-i), Parent: 99, To: Forever, Boundary: orb.MultiPolygon{p}})
		}
	}
	houses = append(houses, Building{Code: 1, Version: 1, Versions: []Version{
		{To: Forever, Standing: true, Geometry: good, Point: orb.Point{114.0005, 22.5002}},
	}})
	s.Apply(houses)
	s.SetBasemap(append(basemap, Feature{ID: 1000, Class: "green", Geometry: good}))
	s.SetDivisions(append(divisions, Division{ID: 1000, To: Forever, Boundary: orb.MultiPolygon{good}}))
	at := orb.Point{114.0005, 22.5002}
	for _, want := range []struct {
		layer Layer
		name  string
		id    uint64
	}{{Buildings, "buildings", 1}, {Basemap, "green", 1000}, {Zones, "zones", 1000}} {
		first, last := want.layer.Zooms()
		for z := first; z <= last; z++ {
			_ = mustTile(t, s, want.layer, TileID{z, 0, 0})
			found := false
			for _, f := range layerTile(t, s, want.layer, at, z)[want.name] {
				found = found || idOf(f) == want.id
			}
			if !found && z >= 14 {
				t.Errorf("%s at zoom %d lost the good one", want.layer, z)
			}
		}
	}
	for _, p := range []orb.Point{at, {nan, nan}, {inf, -inf}, {0.5, 0.5}} {
		s.At(p)
		s.Nearest(p, 1000)
		s.InBound(orb.Bound{Min: p, Max: p}, 3)
	}
	s.Nearest(at, nan)
	s.Nearest(at, inf)
	s.Nearest(at, -1)
	if _, err := s.TileJSON(Buildings, "", ""); err != nil {
		t.Error(err)
	}
}
