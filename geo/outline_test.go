package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"

	"fangma/geo"
)

func disk(t testing.TB, p orb.Point, rings int) []geo.Cell {
	t.Helper()
	centre, err := geo.CellAt(p, 10)
	if err != nil {
		t.Fatal(err)
	}
	around, err := h3.GridDisk(h3.Cell(centre), rings)
	if err != nil {
		t.Fatal(err)
	}
	cells := make([]geo.Cell, len(around))
	for i, c := range around {
		cells[i] = geo.Cell(c)
	}
	return cells
}

// TestOutline: the outline has the area of its cells, one part for cells that
// hang together, and keeps a hole.
func TestOutline(t *testing.T) {
	t.Parallel()
	cells := disk(t, orb.Point{9.52, 47.14}, 3)
	near, far := cells, disk(t, orb.Point{9.62, 47.24}, 1)
	for _, c := range []struct {
		name         string
		cells        []geo.Cell
		parts, holes int
	}{
		{"none", nil, 0, 0},
		{"one", near[:1], 1, 0},
		{"a disk", near, 1, 0},
		{"twice the same", append(near[:4:4], near[:4]...), 1, 0},
		{"a ring", near[1:], 1, 1},
		{"two apart", append(near[:7:7], far...), 2, 0},
	} {
		outline, err := geo.Outline(c.cells)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		holes, want := 0, 0.0
		for _, p := range outline {
			holes += len(p) - 1
			for i, r := range p {
				if way := r.Orientation(); !r.Closed() || (i == 0) != (way == orb.CCW) {
					t.Errorf("%s: ring %d runs %d, closed %v", c.name, i, way, r.Closed())
				}
			}
		}
		if len(outline) != c.parts || holes != c.holes {
			t.Errorf("%s: %d parts with %d holes, want %d and %d", c.name, len(outline), holes, c.parts, c.holes)
		}
		seen := map[geo.Cell]bool{}
		for _, cell := range c.cells {
			if !seen[cell] {
				want += geo.Area(cell.Boundary())
			}
			seen[cell] = true
		}
		got := 0.0
		if len(outline) > 0 {
			got = geo.Area(outline)
		}
		if math.Abs(got-want) > 1e-4*want {
			t.Errorf("%s: %.1f m², the cells have %.1f", c.name, got, want)
		}
	}
	coarse, err := near[0].Parent(9)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]geo.Cell{{0}, {near[0], coarse}} {
		if _, err := geo.Outline(bad); err == nil {
			t.Errorf("%v has an outline", bad)
		}
	}
}
