package geo

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
	"pgregory.net/rapid"
)

func TestCellText(t *testing.T) {
	c, err := CellAt(orb.Point{9.5209, 47.1410}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseCell(c.String()); err != nil || back != c {
		t.Errorf("ParseCell(%q) = %v, %v", c, back, err)
	}
	if c.Resolution() != 10 || !c.Valid() || Cell(0).Valid() {
		t.Errorf("resolution %d, valid %v", c.Resolution(), c.Valid())
	}
	for _, s := range []string{"", "0", "8a1f", "zz", "-1", c.String() + "0", "ffffffffffffffff", "8a1f8d4e0c1ffff8a1f8d4e0c1ffff"} {
		if got, err := ParseCell(s); err == nil {
			t.Errorf("ParseCell(%q) = %v", s, got)
		}
	}
}

func TestCellAtRefuses(t *testing.T) {
	for _, p := range []orb.Point{{181, 0}, {0, 91}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		if c, err := CellAt(p, 10); err == nil {
			t.Errorf("CellAt(%v) = %v", p, c)
		}
	}
	for _, res := range []int{-1, 16} {
		if c, err := CellAt(orb.Point{1, 2}, res); err == nil {
			t.Errorf("CellAt at resolution %d = %v", res, c)
		}
	}
}

func genPoint(t *rapid.T) orb.Point {
	return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
}

// The parent bits must give what the H3 library gives.
func TestParentAgreesWithH3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := CellAt(genPoint(t), rapid.IntRange(0, 15).Draw(t, "res"))
		if err != nil {
			t.Fatal(err)
		}
		res := rapid.IntRange(0, 15).Draw(t, "parent")
		got, err := c.Parent(res)
		if res > c.Resolution() {
			if err == nil {
				t.Fatalf("%v has a parent at the finer %d", c, res)
			}
			return
		}
		want, wantErr := h3.Cell(c).Parent(res)
		if err != nil || wantErr != nil || got != Cell(want) {
			t.Fatalf("Parent(%v, %d) = %v %v, want %v %v", c, res, got, err, want, wantErr)
		}
	})
}

func TestBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := CellAt(genPoint(t), rapid.IntRange(2, 15).Draw(t, "res"))
		if err != nil {
			t.Fatal(err)
		}
		b := c.Boundary()
		r := b[0]
		if len(r) < 6 || r[0] != r[len(r)-1] {
			t.Fatalf("%v: ring %v", c, r)
		}
		if w := r.Bound().Max[0] - r.Bound().Min[0]; w < 90 && ringDegrees(r) <= 0 {
			t.Fatalf("%v is not counter-clockwise: %v", c, r)
		}
	})
	if Cell(7).Boundary() != nil {
		t.Error("an invalid cell has a boundary")
	}
}

// Whatever point of the box is taken, its cell is among those of the box.
func TestCellsOfIsComplete(t *testing.T) {
	sizes := []float64{0, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10}
	rapid.Check(t, func(t *rapid.T) {
		res := rapid.IntRange(0, 12).Draw(t, "res")
		p := genPoint(t)
		edge := 60 / math.Pow(math.Sqrt(7), float64(res)) // about the width of a cell in degrees
		w := sizes[rapid.IntRange(0, len(sizes)-1).Draw(t, "size")]
		w = math.Min(w, 8*edge)
		b := orb.Bound{Min: p, Max: orb.Point{math.Min(180, p[0]+w), math.Min(90, p[1]+w)}}
		cells, err := CellsOf(b, res)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(cells) {
			t.Fatal("not ascending")
		}
		for range 20 {
			q := orb.Point{rapid.Float64Range(b.Min[0], b.Max[0]).Draw(t, "x"), rapid.Float64Range(b.Min[1], b.Max[1]).Draw(t, "y")}
			c, err := CellAt(q, res)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := slices.BinarySearch(cells, c); !ok {
				t.Fatalf("box %v, resolution %d: point %v is in %v, not among %v", b, res, q, c, cells)
			}
		}
	})
}

// A box well inside a cell is in that cell only: locks must not spread.
func TestCellsOfIsTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-179, 179).Draw(t, "lon"), rapid.Float64Range(-70, 70).Draw(t, "lat")}
		c, err := CellAt(p, 10)
		if err != nil {
			t.Fatal(err)
		}
		middle, err := h3.CellToLatLng(h3.Cell(c))
		if err != nil {
			t.Fatal(err)
		}
		m := orb.Point{middle.Lng, middle.Lat}
		cells, err := CellsOf(orb.Bound{Min: m, Max: m}.Pad(1e-5), 10)
		if err != nil || len(cells) != 1 || cells[0] != c {
			t.Fatalf("around the middle of %v: %v, %v", c, cells, err)
		}
	})
}

func TestCellsOfRefuses(t *testing.T) {
	boxes := map[string]orb.Bound{
		"a country":  {Min: orb.Point{5, 45}, Max: orb.Point{10, 48}},
		"off globe":  {Min: orb.Point{179, 0}, Max: orb.Point{181, 1}},
		"inside out": {Min: orb.Point{2, 2}, Max: orb.Point{1, 1}},
		"NaN":        {Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}},
	}
	for name, b := range boxes {
		if cells, err := CellsOf(b, 10); err == nil {
			t.Errorf("%s: %d cells", name, len(cells))
		}
	}
	if _, err := CellsOf(orb.Bound{}, 16); err == nil {
		t.Error("resolution 16")
	}
}
