package tiles

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"
)

// TestBuildingsMeanWhatOrbSays compares tiles with orb's own projection and clipping of the same buildings.
func TestBuildingsMeanWhatOrbSays(t *testing.T) {
	h := newHamlet(11)
	b := NewBuilder(Options{})
	houses := map[uint64]Version{}
	for i := range 300 {
		v := h.version()
		houses[testCode(uint64(i))] = v
		b.Add(Building{Code: testCode(uint64(i)), Kind: KindBuilding, Version: 1, Versions: []Version{v}})
	}
	s := b.Build()
	seen := 0
	for _, id := range h.tiles[Buildings] {
		got := map[uint64]*geojson.Feature{}
		order := uint64(0)
		for _, f := range decode(t, mustTile(t, s, Buildings, id))["buildings"] {
			code := idOf(f)
			got[code] = f
			if key := keyOf(houses[code].Point); key < order {
				t.Errorf("%v: features are not in Morton order", id)
			} else {
				order = key
			}
		}
		for code, v := range houses {
			seen += compareHouse(t, id, code, v, got[code])
		}
	}
	if seen < 1000 {
		t.Errorf("only %d features were compared", seen)
	}
}

func keyOf(p orb.Point) uint64 {
	w := toWorld(p)
	return morton(uint32(w.x), uint32(w.y))
}

// compareHouse returns 1 if the building is in the tile.
func compareHouse(t *testing.T, id TileID, code uint64, v Version, f *geojson.Feature) int {
	t.Helper()
	g := v.Geometry
	if g == nil {
		g = v.Point
	}
	want := project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point {
		f := maptile.Fraction(p, maptile.Zoom(id.Z))
		return orb.Point{(f[0] - float64(id.X)) * extent, (f[1] - float64(id.Y)) * extent}
	})
	unit := float64(int(1) << (extentLog - Buildings.canvas(id.Z).extentLog))
	clipMin := unit * float64(Buildings.canvas(id.Z).min())
	clipMax := unit * float64(Buildings.canvas(id.Z).max())
	want = clip.Geometry(orb.Bound{Min: orb.Point{clipMin, clipMin}, Max: orb.Point{clipMax, clipMax}}, want)
	if f == nil {
		if want != nil && planar.Area(want) > 40*unit {
			t.Errorf("%v lacks %d: %v", id, code, want)
		}
		return 0
	}
	if err := checkArea(f.Geometry); err != nil {
		t.Errorf("%v %d: %v", id, code, err)
	}
	if want == nil {
		if planar.Area(f.Geometry) > 300 {
			t.Errorf("%v should not have %d", id, code)
		}
		return 0
	}
	a, b := f.Geometry.Bound(), want.Bound()
	tolerance := unit
	if b.Min[0] <= clipMin || b.Min[1] <= clipMin || b.Max[0] >= clipMax || b.Max[1] >= clipMax {
		tolerance = 12 * unit // an edge that leaves the square at a small angle moves more than its ends by rounding
	}
	for i := range 2 {
		if math.Abs(a.Min[i]-b.Min[i]) > tolerance || math.Abs(a.Max[i]-b.Max[i]) > tolerance {
			t.Errorf("%v %d: bound %v, want %v", id, code, a, b)
		}
	}
	around := a.Max[0] - a.Min[0] + a.Max[1] - a.Min[1]
	if got, exp := planar.Area(f.Geometry), planar.Area(want); math.Abs(got-exp) > unit*(3*around+4) {
		t.Errorf("%v %d: area %v, want %v", id, code, got, exp)
	}
	compareTags(t, v, f, id.Z)
	return 1
}

func compareTags(t *testing.T, v Version, f *geojson.Feature, z int) {
	t.Helper()
	want := map[string]any{"kind": "building", "state": v.State.String()}
	if v.Floors != 0 {
		want["floors"] = float64(v.Floors)
	}
	if v.Height > 0 {
		want["height"] = math.Round(float64(v.Height)*100) / 100
		if z <= lastDistant {
			want["height"] = max(1, math.Round(float64(v.Height)))
		}
	}
	if len(f.Properties) != len(want) {
		t.Errorf("tags %v, want %v", f.Properties, want)
	}
	for k, w := range want {
		if f.Properties[k] != w {
			t.Errorf("%s is %v, want %v", k, f.Properties[k], w)
		}
	}
}

// TestTinyFootprintStaysVisible holds the rule for footprints that enclose nothing at a zoom.
func TestTinyFootprintStaysVisible(t *testing.T) {
	at := orb.Point{114.0000123, 22.5000123}
	d := 0.0000005 // 5 cm each way
	s := NewSnapshot(Options{})
	s.Apply([]Building{{Code: 112345678973, Kind: KindBuilding, Version: 1, Versions: []Version{{
		To: Forever, Standing: true, Point: at,
		Geometry: orb.Polygon{{{at[0] - d, at[1] - d}, {at[0] + d, at[1] - d}, {at[0] + d, at[1] + d}, {at[0] - d, at[1] - d}}},
	}}}})
	for z := 13; z <= 16; z++ {
		m := maptile.At(at, maptile.Zoom(z))
		fs := decode(t, mustTile(t, s, Buildings, TileID{z, m.X, m.Y}))["buildings"]
		if len(fs) != 1 {
			t.Fatalf("zoom %d: %d features", z, len(fs))
		}
		if err := checkArea(fs[0].Geometry); err != nil || planar.Area(fs[0].Geometry) > 4 {
			t.Errorf("zoom %d: %v %v", z, fs[0].Geometry, err)
		}
	}
}

// TestFootprintShapes packs and unpacks what is unusual.
func TestFootprintShapes(t *testing.T) {
	p := func(x, y float64) orb.Point { return orb.Point{114 + x/100000, 22.5 + y/100000} }
	box := func(x0, y0, x1, y1 float64) orb.Ring {
		return orb.Ring{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1), p(x0, y0)}
	}
	backwards := box(10, 10, 20, 20)
	backwards.Reverse()
	for _, c := range []struct {
		name         string
		g            orb.Geometry
		parts, rings int
		inside       orb.Point
	}{
		{"outer ring turned the wrong way", orb.Polygon{backwards}, 1, 1, p(15, 15)},
		{"hole turned the wrong way", orb.Polygon{box(0, 0, 90, 90), box(30, 30, 60, 60)}, 1, 2, p(5, 5)},
		{"open ring", orb.Polygon{box(0, 0, 50, 50)[:4]}, 1, 1, p(5, 5)},
		{"repeated points", orb.Polygon{append(box(0, 0, 50, 50), p(0, 0), p(0, 0))}, 1, 1, p(5, 5)},
		{"wider than 600 m", orb.Polygon{box(0, 0, 900, 80), box(100, 20, 800, 40)}, 1, 2, p(5, 5)},
		{"two parts, one with a hole", orb.MultiPolygon{{box(0, 0, 20, 20)}, {box(40, 0, 90, 50), box(50, 10, 60, 20)}}, 2, 3, p(5, 5)},
		{"no area", orb.Polygon{{p(0, 0), p(10, 0), p(0, 0)}}, 0, 0, p(0, 0)},
		{"no rings", orb.Polygon{}, 0, 0, p(0, 0)},
		{"a line", orb.LineString{p(0, 0), p(9, 9)}, 0, 0, p(0, 0)},
		{"nothing", nil, 0, 0, p(0, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSnapshot(Options{})
			s.Apply([]Building{{Code: 112345678973, Kind: KindTest, Version: 1, Versions: []Version{
				{To: Forever, Standing: true, Point: c.inside, Geometry: c.g},
			}}})
			m := maptile.At(c.inside, 14)
			f := decode(t, mustTile(t, s, Buildings, TileID{14, m.X, m.Y}))["buildings"][0]
			rings := 0
			for _, part := range polygons(f.Geometry) {
				rings += len(part)
			}
			if n := len(polygons(f.Geometry)); n != c.parts || rings != c.rings {
				t.Errorf("%d parts, %d rings: %v", n, rings, f.Geometry)
			}
			if err := checkArea(f.Geometry); err != nil {
				t.Error(err)
			}
			if c.parts == 0 && f.Geometry.GeoJSONType() != "Point" {
				t.Errorf("drawn as %v", f.Geometry)
			}
			if hit, ok := s.At(c.inside); ok != (c.parts > 0) || ok && hit.Code != 112345678973 {
				t.Errorf("At gives %v %v", hit, ok)
			}
		})
	}
}

func TestTileAddresses(t *testing.T) {
	for _, good := range [][3]string{{"0", "0", "0"}, {"16", "65535", "0"}, {"13", "6800", "3500"}} {
		if id, err := ParseTile(good[0], good[1], good[2]); err != nil || id.String() != filepath.Join(good[0], good[1], good[2]) {
			t.Errorf("%v: %v %v", good, id, err)
		}
	}
	for _, bad := range [][4]string{
		{"", "0", "0", "z"}, {"17", "0", "0", "z"}, {"-1", "0", "0", "z"}, {"+1", "0", "0", "z"}, {"1.0", "0", "0", "z"},
		{"１", "0", "0", "z"}, {"3", "8", "0", "x"}, {"3", "0", "8", "y"}, {"3", "01", "0", "x"}, {"3", " 1", "0", "x"},
		{"3", "99999999999999999999999", "0", "x"}, {"3", "0", "1e2", "y"}, {"00", "0", "0", "z"},
	} {
		var e *TileError
		if _, err := ParseTile(bad[0], bad[1], bad[2]); !errors.As(err, &e) || e.Field != bad[3] {
			t.Errorf("%q: %v", bad, err)
		}
	}
	s := NewSnapshot(Options{})
	for l, id := range map[Layer]TileID{Buildings: {12, 0, 0}, Basemap: {4, 0, 0}, Zones: {2, 4, 0}, "nothing": {0, 0, 0}} {
		var e *TileError
		if _, err := s.Tile(l, id); !errors.As(err, &e) {
			t.Errorf("%s %v: %v", l, id, err)
		}
	}
}

func TestMercatorAgreesWithOrb(t *testing.T) {
	for _, p := range []orb.Point{{0, 0}, {114.05, 22.54}, {9.52, 47.14}, {-179.9, -84}, {179.99, 85}} {
		w := toWorld(p)
		f := maptile.Fraction(p, 28)
		if math.Abs(float64(w.x)/16-f[0]) > 0.1 || math.Abs(float64(w.y)/16-f[1]) > 0.1 {
			t.Errorf("%v: %v, orb says %v", p, w, f)
		}
		back := toLonLat(w)
		if math.Abs(back[0]-p[0]) > 1e-7 || math.Abs(back[1]-p[1]) > 1e-7 {
			t.Errorf("%v comes back as %v", p, back)
		}
	}
	for _, p := range []orb.Point{{180, 90}, {-180, -90}, {400, -100}} {
		if w := toWorld(p); w.x < 0 || w.y < 0 || w.x > math.MaxUint32 || w.y > math.MaxUint32 {
			t.Errorf("%v leaves the world: %v", p, w)
		}
	}
}

// TestGolden tells the meaning of one small tile of each layer. Run with UPDATE=1 to write it anew.
func TestGolden(t *testing.T) {
	h := newHamlet(5)
	b := NewBuilder(Options{})
	for i := range 40 {
		b.Add(Building{Code: testCode(uint64(i)), Kind: KindBuilding, Version: 1, Versions: []Version{h.version()}})
	}
	b.SetDivisions(h.town.divisions())
	b.SetBasemap(testBasemap())
	s := b.Build()
	m := maptile.At(orb.Point{west + 0.004, south + 0.003}, 15)
	got := ""
	for _, l := range Layers() {
		got += describe(t, mustTile(t, s, l, TileID{15, m.X, m.Y}))
	}
	path := filepath.Join("testdata", "tile.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("tile 15/%d/%d reads\n%s\nwant\n%s", m.X, m.Y, got, want)
	}
}
