package tiles

import (
	"bytes"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/geo"
)

// quarter is three neighbouring cells of the grid: one with 6 inhabited houses, one with 4, one with none; in the first two
// everybody has a permit.
func quarter(t *testing.T) (s *Snapshot, many, some, none geo.Cell) {
	t.Helper()
	at := orb.Point{114.05, 22.54}
	cells := map[geo.Cell]orb.Point{}
	var order []geo.Cell
	for i := 0; len(order) < 3; i++ {
		p := orb.Point{at[0] + 0.0004*float64(i), at[1]}
		c, err := geo.CellAt(p, 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := cells[c]; !ok {
			cells[c] = p
			order = append(order, c)
		}
	}
	b := NewBuilder(Options{Today: 10})
	n := uint64(0)
	add := func(c geo.Cell, houses, inhabited int) {
		for i := range houses {
			n++
			house := houseAt(t, n, cells[c], 10)
			b.Add(house)
			if i < inhabited {
				b.AddTotals(Totals{house.Code, 1, []TotalSpan{{0, Forever, 1, 3, 3, 20}}})
			}
		}
	}
	add(order[0], 7, 6)
	add(order[1], 9, 4)
	add(order[2], 2, 0)
	return b.Build(), order[0], order[1], order[2]
}

// seen tells what a reader finds of a cell in the density tile of zoom 15.
func seen(t *testing.T, c *Cache, cell geo.Cell, sees Sees) map[string]any {
	t.Helper()
	b := cell.Boundary().Bound().Center()
	m := maptile.At(b, 15)
	a, err := c.GetFor(Density, TileID{15, m.X, m.Y}, Identity, sees)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range decode(t, a.Bytes)["density"] {
		if f.Properties["h"] == cell.String() {
			return f.Properties
		}
	}
	t.Fatalf("%v is not there", cell)
	return nil
}

func TestWhoSeesHowMany(t *testing.T) {
	s, many, some, none := quarter(t)
	c := newTestCache(t, s)
	own := []geo.Cell{some}
	for _, r := range []struct {
		who  string
		sees Sees
		// what stands for the population of the three cells: a number, few, or nil for nothing
		want   [3]any
		houses bool
	}{
		{"everybody", Sees{}, [3]any{nil, nil, nil}, false},
		{"a planner", Sees{Houses: true}, [3]any{nil, nil, nil}, true},
		{"a dispatcher", Sees{Houses: true, All: true}, [3]any{18.0, "few", 0.0}, true},
		{"a clerk", Sees{Houses: true, Exact: true}, [3]any{18.0, 12.0, 0.0}, true},
		{"an officer of the second", Sees{Houses: true, Cells: own}, [3]any{nil, 12.0, nil}, true},
		{"both officer and dispatcher", Sees{Houses: true, All: true, Cells: own}, [3]any{18.0, 12.0, 0.0}, true},
		{"everybody again", Sees{}, [3]any{nil, nil, nil}, false},
		{"a dispatcher again", Sees{Houses: true, All: true}, [3]any{18.0, "few", 0.0}, true},
	} {
		t.Run(r.who, func(t *testing.T) {
			for i, cell := range []geo.Cell{many, some, none} {
				got := seen(t, c, cell, r.sees)
				if got["buildings"] != []any{7.0, 9.0, 2.0}[i] || got["area"] == nil {
					t.Errorf("%v", got)
				}
				_, houses := got["dwellings"]
				_, floors := got["floorArea"]
				_, unconfirmed := got["unconfirmed"]
				if houses != r.houses || floors != r.houses || unconfirmed != (r.houses && r.want[i] != nil) {
					t.Errorf("houses: %v", got)
				}
				switch want := r.want[i]; want {
				case "few":
					if got["few"] != true || got["population"] != nil || got["permits"] != nil {
						t.Errorf("cell %d: %v, want few", i, got)
					}
				default:
					if got["few"] != nil || got["population"] != want || got["permits"] != want {
						t.Errorf("cell %d: %v, want %v", i, got, want)
					}
				}
			}
		})
	}
}

// TestOwnCellsMakeACoarserOne: a coarser cell shows to whose are all of its cells with houses, and to nobody else.
func TestOwnCellsMakeACoarserOne(t *testing.T) {
	s, many, some, none := quarter(t)
	h := s.view.Load().heat
	houses := []geo.Cell{many, some, none}
	slices.Sort(houses)
	for res := range 10 {
		top, _ := many.Parent(res)
		sums := h.find(top)
		in := slices.DeleteFunc(slices.Clone(houses), func(c geo.Cell) bool { p, _ := c.Parent(res); return p != top })
		if got := (Sees{Cells: houses}).heads(h, top, &sums); got != shown {
			t.Errorf("resolution %d: %v", res, got)
		}
		for i := range in {
			part := slices.Delete(slices.Clone(in), i, i+1)
			if got := (Sees{Cells: part}).heads(h, top, &sums); got != hidden {
				t.Errorf("resolution %d without cell %d: %v", res, i, got)
			}
		}
	}
}

// TestNothingOfOthersInATile: the bytes and the ETag of a tile do not change with what its reader may not see.
func TestNothingOfOthersInATile(t *testing.T) {
	s, many, some, _ := quarter(t)
	c := newTestCache(t, s)
	readers := map[string]Sees{
		"everybody": {}, "a planner": {Houses: true}, "a dispatcher": {Houses: true, All: true},
		"an officer of the first": {Houses: true, Cells: []geo.Cell{many}}, "a clerk": {Houses: true, Exact: true},
	}
	m := maptile.At(some.Boundary().Bound().Center(), 15)
	look := func() map[string]Answer {
		out := map[string]Answer{}
		for who, sees := range readers {
			a, err := c.GetFor(Density, TileID{15, m.X, m.Y}, Gzip, sees)
			if err != nil {
				t.Fatal(err)
			}
			out[who] = a
		}
		return out
	}
	before := look()
	// The heads of one house of the second cell: it has few before and after.
	s.ApplyTotals([]Totals{{testCode(8), 2, []TotalSpan{{0, Forever, 1, 5, 3, 20}}}})
	after := look()
	for who := range readers {
		same := bytes.Equal(before[who].Bytes, after[who].Bytes) && before[who].ETag == after[who].ETag
		if mayTell := who == "a clerk"; same == mayTell {
			t.Errorf("%s: same %v", who, same)
		}
	}
}

// TestWhoSeesWhoAnswers holds the grid layer.
func TestWhoSeesWhoAnswers(t *testing.T) {
	s, many, some, none := quarter(t)
	far, _ := geo.CellAt(orb.Point{114.06, 22.54}, 10) // without a house
	s.SetAnswers(map[geo.Cell]Responsible{
		many: {Officer: "王美", OfficerOrdinal: 3, Administrator: "李雷", AdministratorOrdinal: 1},
		some: {Administrator: "李雷", AdministratorOrdinal: 1, Uncovered: true},
		far:  {Officer: "王美", OfficerOrdinal: 3},
	})
	c := newTestCache(t, s)
	look := func(sees Sees) map[any]map[string]any {
		out := map[any]map[string]any{}
		for _, cell := range []geo.Cell{many, far} {
			m := maptile.At(cell.Boundary().Bound().Center(), 15)
			a, err := c.GetFor(Cells, TileID{15, m.X, m.Y}, Identity, sees)
			if err != nil {
				t.Fatal(err)
			}
			if a.Empty {
				continue
			}
			for _, f := range decode(t, a.Bytes)["cells"] {
				out[f.Properties["h"]] = f.Properties
			}
		}
		return out
	}
	all := look(Sees{Answers: true, All: true})
	if f := all[many.String()]; f["officer"] != "王美" || f["officerOrdinal"] != 3.0 || f["administrator"] != "李雷" ||
		f["administratorOrdinal"] != 1.0 {
		t.Errorf("%v", f)
	}
	if f := all[some.String()]; f["officer"] != nil || f["uncovered"] != true || f["administrator"] != "李雷" {
		t.Errorf("%v", f)
	}
	if all[none.String()] == nil || all[far.String()] == nil || len(all) != 4 {
		t.Errorf("%v", all)
	}
	own := look(Sees{Cells: []geo.Cell{some}})
	if own[some.String()]["administrator"] != "李雷" || len(own[many.String()]) != 1 || own[far.String()] != nil {
		t.Errorf("own: %v", own)
	}
	for h, f := range look(Sees{}) {
		if len(f) != 1 || h == far.String() {
			t.Errorf("everybody sees %v", f)
		}
	}
	s.SetAnswers(map[geo.Cell]Responsible{77: {Officer: "nobody"}, many: {Officer: "x"}, some: {Officer: "x"}, far: {Officer: "x"}})
	if got := look(Sees{Answers: true}); len(got) != 4 || got[some.String()]["officer"] != "x" {
		t.Errorf("beside what is no cell: %v", got)
	}
	s.SetAnswers(map[geo.Cell]Responsible{77: {}, many: {}, some: {}})
	ch := s.SetAnswers(map[geo.Cell]Responsible{
		many: {Officer: "王美", OfficerOrdinal: 3, Administrator: "李雷", AdministratorOrdinal: 1},
	})
	if len(ch.Areas) != 2 || !slices.Equal(ch.Layers(), []Layer{Cells}) {
		t.Errorf("two cells changed: %+v", ch)
	}
	if f := look(Sees{Answers: true})[some.String()]; len(f) != 1 {
		t.Errorf("still %v", f)
	}
}
