package registry_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangma/registry"
)

func TestSpreadIsExactAndFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		areas := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 40).Draw(t, "areas")
		places := make([]registry.EstimatedPlace, len(areas))
		sum := int64(0)
		for i, a := range areas {
			places[i] = registry.EstimatedPlace{Code: registry.Code(i), Area: a}
			sum += a
		}
		heads := rapid.IntRange(0, 50_000).Draw(t, "heads")
		got, err := registry.Spread(heads, places)
		if err != nil {
			if heads > 0 && sum/100 >= int64(heads) && heads <= registry.MaxHeads {
				t.Fatalf("%d heads on %d m²: %v", heads, sum/100, err)
			}
			return
		}
		total := 0
		for i, n := range got {
			total += n
			if exact := float64(heads) * float64(areas[i]) / float64(max(sum, 1)); float64(n) < exact-1 || float64(n) > exact+1 {
				t.Fatalf("place %d of %d dm² of %d: %d of %d heads", i, areas[i], sum, n, heads)
			}
			if areas[i] == 0 && n > 0 {
				t.Fatalf("%d heads without floor area", n)
			}
		}
		if total != heads {
			t.Fatalf("%d heads became %d", heads, total)
		}
		again, _ := registry.Spread(heads, places)
		for i := range got {
			if again[i] != got[i] {
				t.Fatal("not the same again")
			}
		}
	})
}

func TestSpreadSaysWhyNot(t *testing.T) {
	t.Parallel()
	place := func(areas ...int64) (out []registry.EstimatedPlace) {
		for i, a := range areas {
			out = append(out, registry.EstimatedPlace{Code: registry.Code(i), Area: a})
		}
		return out
	}
	for _, c := range []struct {
		heads  int
		places []registry.EstimatedPlace
		why    string
	}{
		{-3, place(100), "below_known"}, {5, nil, "no_floor_area"}, {5, place(0, 0), "no_floor_area"},
		{50, place(100, 200), "too_dense"}, {100_001, place(1 << 40), "too_dense"},
	} {
		if _, err := registry.Spread(c.heads, c.places); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%d on %v: %v, want %s", c.heads, c.places, err, c.why)
		}
	}
}

func TestPlacesOfAHouse(t *testing.T) {
	t.Parallel()
	always := []registry.Period{{From: 0, To: registry.Forever}}
	stated := func(n int, e registry.Evidence) []registry.HeadcountSpan {
		return []registry.HeadcountSpan{{Period: always[0], Heads: n, Evidence: e}}
	}
	area := 60.0
	house := registry.EstimatedHouse{State: registry.InUse, FloorArea: 200, House: registry.House{Code: 1, Stands: always}}
	with := func(change func(*registry.EstimatedHouse)) registry.EstimatedHouse {
		h := house
		change(&h)
		return h
	}
	rooms := func(h *registry.EstimatedHouse) {
		h.Units = []registry.HouseUnit{{Code: 11, In: always}, {Code: 12, In: always}, {Code: 13, In: always}}
		h.Rooms = map[registry.Code]registry.DwellingFacts{11: {Use: registry.Residential, Area: &area}, 12: {Use: registry.Mixed}, 13: {Use: registry.Commercial}}
	}
	for name, c := range map[string]struct {
		house registry.EstimatedHouse
		want  []registry.EstimatedPlace
		known int
	}{
		"as a whole":     {house, []registry.EstimatedPlace{{Code: 1, Area: 20000}}, 0},
		"estimated once": {with(func(h *registry.EstimatedHouse) { h.Own = stated(4, registry.Estimated) }), []registry.EstimatedPlace{{Code: 1, Area: 20000}}, 0},
		"declared":       {with(func(h *registry.EstimatedHouse) { h.Own = stated(4, registry.Declared) }), nil, 4},
		"not in use": {with(func(h *registry.EstimatedHouse) {
			h.State, h.Own = registry.Unusable, stated(2, registry.Estimated)
		}), nil, 2},
		"by dwellings": {with(rooms), []registry.EstimatedPlace{{Code: 11, Area: 6000}, {Code: 12, Area: 7000}}, 0},
		"one observed": {with(func(h *registry.EstimatedHouse) {
			rooms(h)
			h.Units[0].Stated = stated(3, registry.Observed)
		}), []registry.EstimatedPlace{{Code: 12, Area: 7000}}, 3},
		"declared as a whole, dwellings unknown": {with(func(h *registry.EstimatedHouse) {
			rooms(h)
			h.Own = stated(5, registry.Declared)
		}), nil, 5},
		"only a shop": {with(func(h *registry.EstimatedHouse) {
			rooms(h)
			h.Units = h.Units[2:]
		}), nil, 0},
	} {
		got, known := c.house.Places(10)
		if known != c.known || len(got) != len(c.want) {
			t.Errorf("%s: %v, %d", name, got, known)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}
