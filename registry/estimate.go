package registry

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Estimate asks to spread known totals of divisions over the residential floor
// area of their houses, where nobody has declared or observed how many live.
type Estimate struct {
	Why
	// Totals are known heads by division; no house may be in two of them.
	Totals []DivisionTotal
	// On is the day for which the totals hold, and from which the estimate does.
	On Date
	// Apply writes; without it the outcome is only shown.
	Apply bool
}

// DivisionTotal is how many live in a division.
type DivisionTotal struct {
	Division int64
	Heads    int
}

// MaxDivisions is how many divisions one estimate may name.
const MaxDivisions = 10_000

// Check returns Invalid with everything that is wrong with the request itself.
func (e Estimate) Check(today Date) error {
	var f fieldErrors
	e.Why.check(&f)
	if e.On > today {
		f.add("on", "must not be after today")
	}
	if len(e.Totals) == 0 || len(e.Totals) > MaxDivisions {
		f.add("totals", "1 to %d divisions are given", MaxDivisions)
	}
	seen := map[int64]bool{}
	for i, t := range e.Totals {
		if t.Heads < 0 || t.Heads > 1_000_000_000 {
			f.add(fmt.Sprintf("totals[%d].heads", i), "must be between 0 and 1000000000")
		}
		if seen[t.Division] {
			f.add(fmt.Sprintf("totals[%d].division", i), "is given twice")
		}
		seen[t.Division] = true
	}
	return f.err()
}

// EstimatedHouse is a standing house as an estimate sees it.
type EstimatedHouse struct {
	House
	State     State
	FloorArea int64 // m²
	// Rooms are the facts, on the day, of those Units that are there then.
	Rooms map[Code]DwellingFacts
}

// EstimatedPlace is a dwelling or a building for which a headcount is
// estimated, with the floor area that it is estimated by.
type EstimatedPlace struct {
	Code Code
	Area int64 // dm²
}

// Places tells which parts of the house an estimate is made for, and how many
// heads are there besides: the house's own number or its dwellings', where
// those were declared or observed or nobody is thought to live.
//
// A house with dwellings is estimated by them: each residential or mixed one
// whose headcount is unknown or itself estimated, by its area, or by an equal
// share of what the others leave of the house's. A house without is estimated
// as a whole. One that is not in use is not estimated.
func (h *EstimatedHouse) Places(on Date) (places []EstimatedPlace, known int) {
	own, ownStated := holding(h.Own, on)
	units := h.unitsOn(on)
	total := h.Total()
	switch {
	case h.State != InUse:
		return nil, total.On(on).Heads
	case len(units) == 0 && ownStated && own.Evidence != Estimated:
		return nil, own.Heads
	case len(units) == 0:
		return []EstimatedPlace{{h.Code, h.FloorArea * 100}}, 0
	}
	var open []HouseUnit
	anyKnown := false
	for _, u := range units {
		s, stated := holding(u.Stated, on)
		switch use := h.Rooms[u.Code].Use; {
		case stated && (s.Evidence != Estimated || use != Residential && use != Mixed):
			known += s.Heads
			anyKnown = true
		case use == Residential || use == Mixed:
			open = append(open, u)
		}
	}
	if !anyKnown && ownStated && own.Evidence != Estimated || len(open) == 0 {
		return nil, total.On(on).Heads // to estimate its dwellings would set aside what is known of the house
	}
	return h.byArea(units, open), known
}

// byArea gives each open dwelling its floor area.
func (h *EstimatedHouse) byArea(units, open []HouseUnit) []EstimatedPlace {
	left, without := float64(h.FloorArea), 0
	for _, u := range units {
		if a := h.Rooms[u.Code].Area; a != nil {
			left -= *a
		} else {
			without++
		}
	}
	share := 0.0
	if without > 0 {
		share = max(left, 0) / float64(without)
	}
	places := make([]EstimatedPlace, len(open))
	for i, u := range open {
		area := share
		if a := h.Rooms[u.Code].Area; a != nil {
			area = *a
		}
		places[i] = EstimatedPlace{u.Code, int64(math.Round(area * 100))}
	}
	return places
}

func (h *EstimatedHouse) unitsOn(day Date) []HouseUnit {
	return slices.DeleteFunc(slices.Clone(h.Units), func(u HouseUnit) bool {
		return !slices.ContainsFunc(u.In, func(p Period) bool { return p.Contains(day) })
	})
}

func holding(stated []HeadcountSpan, day Date) (HeadcountSpan, bool) {
	return Headcounts{Timeline: stated}.At(day)
}

// minArea is how little floor area, in dm², a head can have: with less the
// total or the floor areas are wrong.
const minArea = 100

// Spread divides heads among places in proportion to their area and keeps the
// sum exact: what rounding down leaves goes to the largest remainders, by code
// where they are equal. It returns Invalid "estimate_impossible" with the reason
// when the places cannot hold so many.
func Spread(heads int, places []EstimatedPlace) ([]int, error) {
	var area uint64
	for _, p := range places {
		area += uint64(max(p.Area, 0))
	}
	impossible := func(format string, args ...any) error { return Errorf(Invalid, "estimate_impossible", format, args...) }
	out := make([]int, len(places))
	switch {
	case heads < 0:
		return nil, impossible("below_known: %d more live there than the total allows, by what was declared and observed", -heads)
	case heads == 0:
		return out, nil
	case area == 0:
		return nil, impossible("no_floor_area: there is no residential floor area for %d heads", heads)
	case area/uint64(heads) < minArea:
		return nil, impossible("too_dense: %d heads on %d m² of residential floor area", heads, area/100)
	}
	type remainder struct {
		i    int
		left uint64
	}
	rest := make([]remainder, len(places))
	given := 0
	for i, p := range places {
		hi, lo := bits.Mul64(uint64(heads), uint64(max(p.Area, 0)))
		n, left := bits.Div64(hi, lo, area)
		out[i], rest[i] = int(n), remainder{i, left}
		given += int(n)
	}
	slices.SortFunc(rest, func(a, b remainder) int {
		return cmp.Or(cmp.Compare(b.left, a.left), cmp.Compare(places[a.i].Code, places[b.i].Code))
	})
	for _, r := range rest[:heads-given] {
		out[r.i]++
	}
	for i, n := range out {
		if n > MaxHeads {
			return nil, impossible("too_dense: %d heads would live in %s alone", n, places[i].Code)
		}
	}
	return out, nil
}
