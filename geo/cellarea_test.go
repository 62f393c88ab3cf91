package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// TestAreaOfCells: whatever cells are taken, their area is that of all of them, and it holds the middle of each and of no
// other.
func TestAreaOfCells(t *testing.T) {
	t.Parallel()
	all, err := CellsOf(orb.Bound{Min: orb.Point{9.50, 47.12}, Max: orb.Point{9.53, 47.15}}, 10)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		taken := map[Cell]bool{}
		var cells []Cell
		want := 0.0
		for _, c := range all {
			if random.IntN(3) > 0 {
				taken[c] = true
				cells = append(cells, c)
				want += Area(c.Boundary())
			}
		}
		area, err := AreaOfCells(append(cells, cells[0]))
		if err != nil {
			t.Fatal(err)
		}
		if got := Area(area); math.Abs(got-want) > want/1e4 {
			t.Errorf("%d cells: %.1f m², want %.1f", len(cells), got, want)
		}
		p := Prepare(area)
		for _, c := range all {
			if middle := c.Boundary().Bound().Center(); p.Contains(middle) != taken[c] {
				t.Errorf("the area holds the middle of %v: %v, want %v", c, !taken[c], taken[c])
			}
		}
	}
}

func TestAreaOfCellsOfTwoResolutions(t *testing.T) {
	t.Parallel()
	fine, err := CellAt(orb.Point{9.52, 47.14}, 10)
	if err != nil {
		t.Fatal(err)
	}
	coarse, err := fine.Parent(8)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := AreaOfCells([]Cell{coarse})
	if err != nil {
		t.Fatal(err)
	}
	both, err := AreaOfCells([]Cell{coarse, fine})
	if err != nil {
		t.Fatal(err)
	}
	if len(alone[0][0]) != 7 || len(both[0][0]) < 40 {
		t.Errorf("%d and %d corners", len(alone[0][0]), len(both[0][0]))
	}
	for name, cells := range map[string][]Cell{"none": nil, "no cell": {5}, "a whole region at the grid's resolution": {parentOf(t, fine, 2), fine}} {
		if _, err := AreaOfCells(cells); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func parentOf(t *testing.T, c Cell, res int) Cell {
	t.Helper()
	p, err := c.Parent(res)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
