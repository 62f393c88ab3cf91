package tiles

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
)

func testBasemap() []Feature {
	p := func(x, y float64) orb.Point { return orb.Point{west + x, south + y} }
	return []Feature{
		{ID: 4, Class: "road", Kind: "residential", Name: "小巷", Geometry: orb.LineString{p(0, 0.003), p(0.002, 0.0031), p(0.004, 0.003)}},
		{ID: 1, Class: "road", Kind: "motorway", Name: "G4", Geometry: orb.LineString{p(-1, 0), p(0, 0.003), p(1, 0.003)}},
		{ID: 2, Class: "water", Kind: "lake", Geometry: orb.Polygon{
			{p(0.001, 0.001), p(0.006, 0.001), p(0.006, 0.005), p(0.001, 0.005), p(0.001, 0.001)},
			{p(0.002, 0.002), p(0.003, 0.002), p(0.003, 0.003), p(0.002, 0.003), p(0.002, 0.002)},
		}},
		{ID: 3, Class: "green", Kind: "forest", Geometry: orb.MultiPolygon{{{p(0, 0), p(0.05, 0), p(0.05, 0.05), p(0, 0)}}}},
		{ID: 5, Class: "rail", Kind: "rail", Geometry: orb.MultiLineString{{p(0, 0), p(0.01, 0.01)}, {p(0.01, 0), p(0, 0.01)}}},
		{ID: 6, Class: "landuse", Kind: "residential", Geometry: orb.Polygon{{p(0, 0), p(0, 0.02), p(0.02, 0.02), p(0, 0)}}},
		{ID: 7, Class: "unheard of", Kind: "x", Geometry: orb.LineString{p(0, 0), p(1, 1)}},
		{ID: 8, Class: "road", Kind: "primary", Geometry: orb.Point{west, south}},
		{ID: 9, Class: "road", Kind: "primary", Geometry: orb.LineString{}},
		{ID: 10, Class: "water", Kind: "pond"},
	}
}

func layerTile(t *testing.T, s *Snapshot, l Layer, p orb.Point, z int) map[string][]*geojson.Feature {
	t.Helper()
	m := maptile.At(p, maptile.Zoom(z))
	raw := mustTile(t, s, l, TileID{z, m.X, m.Y})
	if raw == nil {
		return nil
	}
	return decode(t, raw)
}

func TestBasemapByZoom(t *testing.T) {
	s := NewSnapshot(Options{})
	s.SetBasemap(testBasemap())
	at := orb.Point{west + 0.002, south + 0.0025}
	for _, c := range []struct {
		zoom int
		want map[string][]uint64
	}{
		{5, map[string][]uint64{"roads": {1}}},
		{9, map[string][]uint64{"roads": {1}, "rail": {5}, "green": {3}, "landuse": {6}, "water": nil}},
		{16, map[string][]uint64{"roads": {1, 4}, "rail": {5}, "green": {3}, "landuse": {6}, "water": {2}}},
	} {
		got := layerTile(t, s, Basemap, at, c.zoom)
		for layer, want := range c.want {
			var ids []uint64
			for _, f := range got[layer] {
				ids = append(ids, idOf(f))
				if err := checkArea(f.Geometry); err != nil {
					t.Errorf("zoom %d %s: %v", c.zoom, layer, err)
				}
				b := f.Geometry.Bound()
				if b.Min[0] < clipMin || b.Min[1] < clipMin || b.Max[0] > clipMax || b.Max[1] > clipMax {
					t.Errorf("zoom %d %s leaves the tile: %v", c.zoom, layer, b)
				}
			}
			if !slices.Equal(ids, want) {
				t.Errorf("zoom %d %s: %v, want %v", c.zoom, layer, ids, want)
			}
		}
	}
	lake := layerTile(t, s, Basemap, at, 12)["water"][0]
	if p := polygons(lake.Geometry); len(p) != 1 || len(p[0]) != 2 {
		t.Errorf("the lake lost its island: %v", lake.Geometry)
	}
	if road := layerTile(t, s, Basemap, at, 14)["roads"][0]; road.Properties["name"] != "G4" || road.Properties["kind"] != "motorway" {
		t.Errorf("road tags %v", road.Properties)
	}
}

// zonesAt are the outlines or labels in the tile around a point, by id.
func zonesAt(t *testing.T, s *Snapshot, layer string, p orb.Point, z int) map[float64]*geojson.Feature {
	t.Helper()
	out := map[float64]*geojson.Feature{}
	for _, f := range layerTile(t, s, Zones, p, z)[layer] {
		out[f.Properties["id"].(float64)] = f
	}
	return out
}

func TestZonesShowTheTownAtEveryZoom(t *testing.T) {
	town := newTown(1)
	s := buildTown(town, 2000)
	total := 0
	newTown(1).each(2000, func(b Building) {
		if d := b.Versions[0].Division - 1000; d >= 0 && d < 26*26 {
			total++ // a few of the made-up houses lie beyond the borders
		}
	})
	middle := orb.Point{west + wide*0.51, south + high*0.51}
	for z := 0; z <= 16; z++ {
		got := zonesAt(t, s, "zones", middle, z)
		city := got[1]
		if city == nil {
			t.Fatalf("zoom %d lacks the city: %v", z, got)
		}
		if err := checkArea(city.Geometry); err != nil {
			t.Errorf("zoom %d: %v", z, err)
		}
		if n, ok := city.Properties["buildings"]; z <= 10 && n != float64(total) || z == 16 && ok {
			t.Errorf("zoom %d: the city counts %v", z, n)
		}
		if city.Properties["kind"] != "division" || city.Properties["name"] != "深圳" || city.Properties["level"] != 2.0 || idOf(city) != 1 {
			t.Errorf("zoom %d: tags %v", z, city.Properties)
		}
	}
	if n := len(layerTile(t, s, Zones, middle, 2)["zones"]); n != 1 {
		t.Errorf("zoom 2 draws %d outlines", n)
	}
	if s.CountIn(1) != total || s.CountIn(10)+s.CountIn(11)+s.CountIn(12)+s.CountIn(13) != total || s.CountIn(99) != 0 {
		t.Error("counts do not add up")
	}
}

func TestEveryLabelIsInOneTile(t *testing.T) {
	s := buildTown(newTown(1), 500)
	for _, z := range []int{0, 9, 13} {
		seen := map[float64]int{}
		a, b := maptile.At(orb.Point{west, south + high}, maptile.Zoom(z)), maptile.At(orb.Point{west + wide, south}, maptile.Zoom(z))
		for x := a.X; x <= b.X; x++ {
			for y := a.Y; y <= b.Y; y++ {
				raw := mustTile(t, s, Zones, TileID{z, x, y})
				if raw == nil {
					continue
				}
				for _, f := range decode(t, raw)["zone_labels"] {
					seen[f.Properties["id"].(float64)]++
					if f.Properties["buildings"] == nil {
						t.Error("a label without count")
					}
				}
			}
		}
		want := map[int]int{0: 1, 9: 5, 13: 1 + 4 + 26*26}[z]
		if len(seen) != want {
			t.Errorf("zoom %d: %d labels, want %d", z, len(seen), want)
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("zoom %d: label %v in %d tiles", z, id, n)
			}
		}
	}
}

// TestBordersStayShared simplifies two neighbours whose border winds, and a third around both: no gap and no overlap at
// any zoom, though each ring starts elsewhere and turns its own way.
func TestBordersStayShared(t *testing.T) {
	var border []orb.Point
	for i := range 400 {
		y := float64(i) / 399
		border = append(border, orb.Point{114.2 + 0.01*math.Sin(40*y) + 0.0007*math.Sin(900*y), 22.4 + 0.3*y})
	}
	lo, hi := border[0], border[399]
	left := append(orb.Ring{{114, 22.4}}, border...)
	left = append(left, orb.Point{114, 22.7}, orb.Point{114, 22.4})
	right := orb.Ring{{114.5, 22.7}}
	for _, p := range slices.Backward(border) {
		right = append(right, p)
	}
	right = append(right, orb.Point{114.5, 22.4}, orb.Point{114.5, 22.7})
	outer := orb.Ring{{114, 22.4}, lo, {114.5, 22.4}, {114.5, 22.7}, hi, {114, 22.7}, {114, 22.4}}
	div := func(id, parent int64, r orb.Ring) Division {
		return Division{ID: id, Parent: parent, Level: 4, Name: "x", To: Forever, Boundary: orb.MultiPolygon{{r}}}
	}
	s := NewSnapshot(Options{})
	s.SetDivisions([]Division{div(1, 0, outer), div(2, 1, left), div(3, 1, right)})
	for z := 6; z <= 12; z++ {
		sums := map[float64]float64{}
		for id, f := range zonesAt(t, s, "zones", orb.Point{114.2, 22.55}, z) {
			sums[id] = planar.Area(f.Geometry)
			if err := checkArea(f.Geometry); err != nil {
				t.Errorf("zoom %d: %v", z, err)
			}
		}
		if len(sums) != 3 || sums[1] != sums[2]+sums[3] {
			t.Errorf("zoom %d: the parts have %v + %v, the whole %v", z, sums[2], sums[3], sums[1])
		}
	}
}

func TestDivisionsComeAndGo(t *testing.T) {
	ring := func(x float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{x, 22}, {x + 1, 22}, {x + 1, 23}, {x, 23}, {x, 22}}}}
	}
	s := NewSnapshot(Options{Today: 10})
	s.SetDivisions([]Division{
		{ID: 1, Level: 5, To: 12, Boundary: ring(114)}, {ID: 2, Level: 5, From: 12, To: Forever, Boundary: ring(114)},
		{ID: 3, Level: 5, Parent: 3, To: Forever}, {ID: 4, Parent: 5, Level: 5, To: Forever}, {ID: 5, Parent: 4, Level: 5, To: Forever},
	})
	s.Apply([]Building{{Code: 112345678973, Version: 1, Versions: []Version{{To: Forever, Standing: true, Division: 4, Point: orb.Point{114.5, 22.5}}}}})
	at := orb.Point{114.5, 22.5}
	if got := zonesAt(t, s, "zones", at, 8); got[1] == nil || got[2] != nil {
		t.Errorf("day 10: %v", got)
	}
	if ch := s.Advance(11); !ch.Empty() {
		t.Errorf("nothing happens on day 11: %v", ch)
	}
	if ch := s.Advance(12); !slices.Equal(ch.Layers(), []Layer{Zones}) {
		t.Errorf("day 12 touches %v", ch.Layers())
	}
	if got := zonesAt(t, s, "zones", at, 8); got[1] != nil || got[2] == nil {
		t.Errorf("day 12: %v", got)
	}
	if ch := s.Advance(3); !ch.Empty() || s.Today() != 12 {
		t.Error("time went back")
	}
}

func TestLookups(t *testing.T) {
	town := newTown(21)
	houses := map[uint64]Version{}
	b := NewBuilder(Options{})
	town.each(4000, func(h Building) { houses[h.Code] = h.Versions[0]; b.Add(h) })
	s := b.Build()
	for i := range 300 {
		p := orb.Point{west + wide*town.rnd.Float64(), south + high*town.rnd.Float64()}
		if i%2 == 0 { // near a house, where there is something to confuse
			p = houses[testCode(uint64(i))].Point
			p[0] += 0.0002 * town.rnd.NormFloat64()
		}
		holds, nearest := uint64(0), math.Inf(1)
		for code, v := range houses {
			if planar.PolygonContains(v.Geometry.(orb.Polygon), p) && (holds == 0 || code < holds) {
				holds = code
			}
			nearest = min(nearest, distanceTo(v.Geometry.(orb.Polygon), p))
		}
		hit, ok := s.At(p)
		if !hit.Close && (ok != (holds != 0) || ok && hit.Code != holds) {
			t.Errorf("At %v: %v %v, want %d", p, hit, ok, holds)
		}
		near, ok := s.Nearest(p, 100_000)
		if !ok || math.Abs(near.Distance-nearest) > 0.05+nearest/500 {
			t.Errorf("Nearest %v: %v %v, want %v m", p, near, ok, nearest)
		}
		if _, ok := s.Nearest(p, nearest*0.9); ok && nearest > 0.1 {
			t.Errorf("Nearest %v finds something within %v", p, nearest*0.9)
		}
	}
	box := orb.Bound{Min: orb.Point{west + 0.1, south + 0.1}, Max: orb.Point{west + 0.4, south + 0.3}}
	want, inCell := 0, map[uint64][]uint64{}
	for code, v := range houses {
		if v.Geometry.Bound().Intersects(box) {
			want++
		}
		inCell[uint64(v.Cell)] = append(inCell[uint64(v.Cell)], code)
	}
	if got := s.InBound(box, math.MaxInt); len(got) != want {
		t.Errorf("InBound finds %d, want %d", len(got), want)
	}
	if got := s.InBound(box, 7); len(got) != 7 {
		t.Errorf("InBound with limit 7 finds %d", len(got))
	}
	for _, v := range houses {
		codes := inCell[uint64(v.Cell)]
		slices.Sort(codes)
		if got := s.InCell(v.Cell, math.MaxInt); !slices.Equal(got, codes) {
			t.Fatalf("InCell %v: %v, want %v", v.Cell, got, codes)
		}
	}
	if _, ok := s.ByCode(1); ok {
		t.Error("found a code that does not exist")
	}
}

// distanceTo is in metres, 0 inside.
func distanceTo(p orb.Polygon, at orb.Point) float64 {
	if planar.PolygonContains(p, at) {
		return 0
	}
	least := math.Inf(1)
	k := math.Cos(at[1] * math.Pi / 180)
	flat := func(q orb.Point) orb.Point {
		return orb.Point{(q[0] - at[0]) * k * 111319.49, (q[1] - at[1]) * 111319.49}
	}
	for _, r := range p {
		for i := range len(r) - 1 {
			least = min(least, planar.DistanceFromSegment(flat(r[i]), flat(r[i+1]), orb.Point{}))
		}
	}
	return least
}

func TestTileJSONAndStyle(t *testing.T) {
	s := buildTown(newTown(1), 50)
	for _, l := range Layers() {
		raw, err := s.TileJSON(l, "https://h", "© OpenStreetMap contributors")
		if err != nil {
			t.Fatal(err)
		}
		var j struct {
			TileJSON, Attribution string
			Tiles                 []string
			Bounds                []float64
			MinZoom, MaxZoom      int
			VectorLayers          []struct {
				ID     string
				Fields map[string]string
			} `json:"vector_layers"`
		}
		if err := json.Unmarshal(raw, &j); err != nil {
			t.Fatal(err)
		}
		first, last := l.Zooms()
		if j.TileJSON != "3.0.0" || j.Tiles[0] != "https://h/tiles/"+string(l)+"/{z}/{x}/{y}.mvt" || j.MinZoom != first || j.MaxZoom != last ||
			j.Attribution == "" || len(j.Bounds) != 4 || j.Bounds[0] > west+0.1 || len(j.VectorLayers) == 0 || j.VectorLayers[0].Fields == nil {
			t.Errorf("%s: %s", l, raw)
		}
	}
	if _, err := s.TileJSON("nothing", "", ""); err == nil {
		t.Error("described a layer that does not exist")
	}
	for _, look := range []Look{
		{}, {Dark: true, Language: "zh", Extrude: true}, {View: Dispatch}, {View: Dispatch, Dark: true, Extrude: true},
		{View: Grid}, {View: Planning, Dark: true},
	} {
		raw, err := s.Style(look)
		if err != nil {
			t.Fatal(err)
		}
		var style struct {
			Glyphs, Sprite *string
			Sources        map[string]any
			Layers         []struct {
				ID, Source string
				Layer      string `json:"source-layer"`
			}
		}
		if err := json.Unmarshal(raw, &style); err != nil {
			t.Fatal(err)
		}
		if style.Glyphs != nil || style.Sprite != nil {
			t.Error("the style asks for something from outside")
		}
		known := map[string]bool{}
		for _, l := range Layers() {
			for _, v := range l.contents() {
				known[string(l)+" "+v.ID] = true
			}
		}
		seen := map[string]bool{}
		for _, l := range style.Layers {
			if seen[l.ID] || l.Source != "" && (!known[l.Source+" "+l.Layer] || style.Sources[l.Source] == nil) {
				t.Errorf("%s: layer %+v", look.View, l)
			}
			seen[l.ID] = true
		}
		for source, view := range map[string]View{"density": Dispatch, "cells": Grid} {
			if _, has := style.Sources[source]; has != (look.View == view) {
				t.Errorf("%q has the source %s: %v", look.View, source, has)
			}
		}
	}
}
