package tiles

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"fangma/geo"
)

// houseAt is a building of one point.
func houseAt(t *testing.T, i uint64, p orb.Point, res int) Building {
	t.Helper()
	c, err := geo.CellAt(p, res)
	if err != nil {
		t.Fatal(err)
	}
	return Building{Code: testCode(i), Kind: KindBuilding, Version: 1, Versions: []Version{{To: Forever, Point: p, Cell: c, Standing: true}}}
}

func densityAt(t *testing.T, s *Snapshot, id TileID, sees Sees) []*geojson.Feature {
	t.Helper()
	raw, err := s.TileFor(Density, id, sees)
	if err != nil {
		t.Fatal(err)
	}
	if raw == nil {
		return nil
	}
	return decode(t, raw)["density"]
}

// TestHexagonsAreWhereH3SaysTheyAre compares tiles with the outlines of cells, projected and cut by orb.
func TestHexagonsAreWhereH3SaysTheyAre(t *testing.T) {
	for _, c := range []struct {
		name string
		at   orb.Point
	}{
		{"Shenzhen", orb.Point{114.05, 22.54}},
		{"Vaduz", orb.Point{9.52, 47.14}},
		{"near a corner of the icosahedron, where there are pentagons", orb.Point{-5.245, 2.3009}},
		{"far north", orb.Point{15.6, 78.2}},
		{"Taveuni, west of the antimeridian", orb.Point{179.9995, -16.8}},
		{"Taveuni, east of it", orb.Point{-179.9995, -16.8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBuilder(Options{})
			h := houseAt(t, 1, c.at, 10)
			b.Add(h)
			s := b.Build()
			for z := 0; z <= MaxZoom; z++ {
				cell, _ := h.Versions[0].Cell.Parent(DensityResolution(z, 10))
				checkCell(t, s, cell, z)
			}
		})
	}
}

// checkCell looks at every tile of a zoom that a cell can be in.
func checkCell(t *testing.T, s *Snapshot, cell geo.Cell, z int) {
	t.Helper()
	n := math.Exp2(float64(z))
	want := cell.Boundary()[0].Clone() // in tiles from the north-west corner of the world
	for i, p := range want {
		f := maptile.Fraction(orb.Point{0, min(max(p[1], -85.05), 85.05)}, maptile.Zoom(z))
		want[i] = orb.Point{(p[0]/360 + 0.5) * n, f[1]}
		if i > 0 {
			want[i][0] -= math.Round((want[i][0]-want[i-1][0])/n) * n
		}
	}
	if math.Abs(want[0][0]-want[len(want)-1][0]) > n/2 {
		return // around a pole: below
	}
	area := math.Abs(planar.Area(orb.Polygon{want})) * 4096 * 4096
	drawn := 0.0
	b := want.Bound()
	seen := map[TileID]bool{}
	for x := int(math.Floor(b.Min[0])); x <= int(math.Floor(b.Max[0])); x++ {
		for y := max(0, int(b.Min[1])); y <= min(int(n)-1, int(b.Max[1])); y++ {
			id := TileID{z, uint32(((x % int(n)) + int(n)) % int(n)), uint32(y)}
			if seen[id] {
				continue
			}
			seen[id] = true
			fs := densityAt(t, s, id, Sees{})
			if len(fs) > 1 {
				t.Fatalf("%v: %d features", id, len(fs))
			}
			for _, f := range fs {
				if f.Properties["h"] != cell.String() || f.Properties["buildings"] != 1.0 {
					t.Errorf("%v: %v", id, f.Properties)
				}
				if err := checkArea(f.Geometry); err != nil {
					t.Errorf("%v: %v", id, err)
				}
				for _, part := range polygons(f.Geometry) {
					drawn += planar.Area(clipToTile(part))
				}
			}
		}
	}
	if math.Abs(drawn-area) > 0.02*area+4*float64(len(seen)) {
		t.Errorf("zoom %d: %v of resolution %d is drawn with %.0f units² in %d tiles, not %.0f",
			z, cell, cell.Resolution(), drawn, len(seen), area)
	}
}

// clipToTile cuts a convex area to the tile without its margin.
func clipToTile(p orb.Polygon) orb.Polygon {
	r := p[0]
	for _, cut := range []struct {
		axis int
		at   float64
		sign float64
	}{{0, 0, 1}, {0, 4096, -1}, {1, 0, 1}, {1, 4096, -1}} {
		var out orb.Ring
		for i := range len(r) - 1 {
			a, b := r[i], r[i+1]
			da, db := (a[cut.axis]-cut.at)*cut.sign, (b[cut.axis]-cut.at)*cut.sign
			if da >= 0 {
				out = append(out, a)
			}
			if (da >= 0) != (db >= 0) {
				f := da / (da - db)
				out = append(out, orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])})
			}
		}
		if len(out) == 0 {
			return orb.Polygon{}
		}
		r = append(out, out[0])
	}
	return orb.Polygon{r}
}

// TestPoles: a cell around a pole reaches to the edge of the map, all around. Only those of resolution 0 reach south of
// 85°, where the map ends.
func TestPoles(t *testing.T) {
	for _, p := range []orb.Point{{0, 90}, {0, -90}} {
		s := NewSnapshot(Options{})
		s.Apply([]Building{houseAt(t, 1, p, 0)})
		y := uint32(0)
		if p[1] < 0 {
			y = 3
		}
		for x := range uint32(4) {
			if fs := densityAt(t, s, TileID{2, x, y}, Sees{}); len(fs) != 1 || checkArea(fs[0].Geometry) != nil {
				t.Errorf("%v is not seen in column %d: %v", p, x, fs)
			}
		}
		if got := s.Density(orb.Bound{Min: orb.Point{-1, -10}, Max: orb.Point{1, 10}}, 0); got != nil {
			t.Errorf("%v is seen at the equator", p)
		}
	}
}

// TestPentagon: a cell of five corners is drawn as it is.
func TestPentagon(t *testing.T) {
	var pentagon geo.Cell
	for base := range geo.Cell(122) { // a base cell whose digits are all 0 has a pentagon for a descendant, or none
		c := geo.Cell(0x0a<<52|1<<59) | base<<45 | 1<<15 - 1
		if c.Valid() && len(c.Boundary()[0]) == 6 {
			pentagon = c
			break
		}
	}
	if pentagon == 0 {
		t.Fatal("no pentagon")
	}
	at, _ := planar.CentroidArea(pentagon.Boundary())
	s := NewSnapshot(Options{})
	s.Apply([]Building{houseAt(t, 1, at, 10)})
	if s.SumOf(pentagon).Buildings != 1 {
		t.Fatalf("%v does not hold its middle %v", pentagon, at)
	}
	for z := 5; z <= MaxZoom; z++ {
		parent, _ := pentagon.Parent(DensityResolution(z, 10))
		checkCell(t, s, parent, z)
	}
}

// TestNoTileHoldsTooManyCells fills tiles where cells are small and tiles are large.
func TestNoTileHoldsTooManyCells(t *testing.T) {
	for z := 2; z <= MaxZoom; z++ {
		for _, at := range []orb.Point{{114.05, 22.54}, {30, 0.01}, {-5.2, 2.3}, {58.16, 10.45}} {
			m := maptile.At(at, maptile.Zoom(z))
			res := DensityResolution(z, geo.MaxResolution)
			cells := map[geo.Cell]bool{}
			b := m.Bound(0.015625)
			const steps = 120 // points closer to each other than a cell is wide
			for i := range steps {
				for k := range steps {
					c, err := geo.CellAt(orb.Point{
						b.Min[0] + (b.Max[0]-b.Min[0])*float64(i)/(steps-1), b.Min[1] + (b.Max[1]-b.Min[1])*float64(k)/(steps-1)}, res)
					if err == nil {
						cells[c] = true
					}
				}
			}
			if len(cells) > 2000 {
				t.Errorf("zoom %d at %v: %d cells of resolution %d", z, at, len(cells), res)
			}
		}
	}
}

func TestDensityAcrossTheAntimeridian(t *testing.T) {
	s := NewSnapshot(Options{})
	s.Apply([]Building{
		houseAt(t, 1, orb.Point{179.99, -16.8}, 10), houseAt(t, 2, orb.Point{-179.99, -16.8}, 10), houseAt(t, 3, orb.Point{0, -16.8}, 10),
	})
	bound := func(w, e float64) orb.Bound { return orb.Bound{Min: orb.Point{w, -17}, Max: orb.Point{e, -16}} }
	for _, b := range []orb.Bound{bound(179, -179), bound(179, 181), bound(-181, -179), bound(-180.5, -179.5)} {
		got := s.Density(b, 10)
		if len(got) != 2 || !slices.IsSortedFunc(got, func(a, b CellSums) int { return int(int64(a.Cell - b.Cell)) }) {
			t.Errorf("%v: %v", b, got)
		}
	}
	for _, b := range []orb.Bound{bound(-200, 200), bound(-180, 180)} {
		if got := s.Density(b, 10); len(got) != 3 {
			t.Errorf("%v: %v", b, got)
		}
	}
	if got := s.Density(orb.Bound{Min: orb.Point{0, 1}, Max: orb.Point{1, math.NaN()}}, 10); got != nil {
		t.Errorf("nowhere: %v", got)
	}
	onIt := houseAt(t, 4, orb.Point{180, -16}, 10)
	s.Apply([]Building{onIt})
	c := onIt.Versions[0].Cell
	for _, b := range []struct {
		bound orb.Bound
		in    bool
	}{
		{orb.Bound{Min: orb.Point{179.9995, -16.001}, Max: orb.Point{179.9999, -15.999}}, true},
		{orb.Bound{Min: orb.Point{-179.9999, -16.001}, Max: orb.Point{-179.9995, -15.999}}, true},
		{orb.Bound{Min: orb.Point{20, -16.001}, Max: orb.Point{21, -15.999}}, false},
	} {
		got := s.Density(b.bound, 10)
		if in := slices.ContainsFunc(got, func(x CellSums) bool { return x.Cell == c }); in != b.in {
			t.Errorf("%v: %v", b.bound, got)
		}
	}
}
