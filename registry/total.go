package registry

import (
	"maps"
	"slices"
)

// Total is what the statements about one building come to over valid time: the
// dwellings in it, how many live there, and until when somebody has looked.
// A building without a Total has no dwellings and no heads and was never
// confirmed.
type Total struct {
	Building Code
	Version  int
	// Spans begin on the building's first day and follow each other without a
	// gap, the last one for ever. Neighbours differ.
	Spans []TotalSpan
}

// TotalSpan is a period throughout which a building's total is the same.
type TotalSpan struct {
	Period
	Dwellings int
	Heads     int
	Permits   int
	// ConfirmedTo is the day from which the house counts as unconfirmed; nil if
	// nobody has looked yet.
	ConfirmedTo *Date
}

// confirmedFor is for how many days a visit or a headcount confirms a house.
const confirmedFor = 180

// Confirmation is the day until which a look at a house on a day confirms it.
func Confirmation(looked Date) Date { return looked + confirmedFor }

// On gives the total of a day; all is zero before the first.
func (t *Total) On(day Date) TotalSpan {
	for _, s := range t.Spans {
		if s.Contains(day) {
			return s
		}
	}
	return TotalSpan{}
}

// Unconfirmed says whether the house needs a look on the day.
func (s TotalSpan) Unconfirmed(day Date) bool { return s.ConfirmedTo == nil || *s.ConfirmedTo <= day }

func (s TotalSpan) same(o TotalSpan) bool {
	return s.Dwellings == o.Dwellings && s.Heads == o.Heads && s.Permits == o.Permits && equalValue(s.ConfirmedTo, o.ConfirmedTo)
}

func (s TotalSpan) zero() bool { return s.same(TotalSpan{}) }

// Equal says whether two totals say the same, whatever their version.
func (t *Total) Equal(o *Total) bool {
	return t.Building == o.Building && slices.EqualFunc(t.Spans, o.Spans, func(a, b TotalSpan) bool { return a.Period == b.Period && a.same(b) })
}

// Zero says whether there is nothing to tell: a building without rows is the same.
func (t *Total) Zero() bool {
	return !slices.ContainsFunc(t.Spans, func(s TotalSpan) bool { return !s.zero() })
}

// House is all that a building's total is summed from.
type House struct {
	Code Code
	// Since is the building's first day, Stands the periods in which it stands.
	Since  Date
	Stands []Period
	// Own are the statements about the building itself. They count on days on
	// which nothing is stated about any dwelling in it.
	Own []HeadcountSpan
	// Units are the dwellings that ever counted in this building. One that is in
	// several counts in that of the lowest code.
	Units []HouseUnit
	// Visits are the days on which an officer found the house as recorded or
	// told what is different.
	Visits []Date
}

// HouseUnit is a dwelling as one building sees it.
type HouseUnit struct {
	Code Code
	// In are the periods in which it counts here, in order, not overlapping.
	In     []Period
	Stated []HeadcountSpan
}

// Total sums the house up. It sweeps once over the days on which anything
// changes.
func (h *House) Total() Total {
	deltas := map[Date]*sumDelta{}
	at := func(day Date) *sumDelta {
		if deltas[day] == nil {
			deltas[day] = &sumDelta{}
		}
		return deltas[day]
	}
	for _, p := range h.Stands {
		at(p.From).standing++
		at(p.To).standing--
	}
	for _, s := range h.Own {
		at(s.From).own(s, 1)
		at(s.To).own(s, -1)
		h.confirm(s, s.From, at)
	}
	for _, u := range h.Units {
		for _, in := range u.In {
			at(in.From).dwellings++
			at(in.To).dwellings--
			for _, s := range u.Stated {
				p := Period{max(in.From, s.From), min(in.To, s.To)}
				if p.From >= p.To {
					continue
				}
				at(p.From).unit(s, 1)
				at(p.To).unit(s, -1)
				h.confirm(s, p.From, at)
			}
		}
	}
	for _, day := range h.Visits {
		at(day).confirm(Confirmation(day))
	}
	return h.sweep(deltas)
}

// confirm notes that a declared or observed headcount is a look at the house
// in which it counts on its own day.
func (h *House) confirm(s HeadcountSpan, counts Date, at func(Date) *sumDelta) {
	if s.Evidence != Estimated && counts == s.From {
		at(s.From).confirm(Confirmation(s.From))
	}
}

func (h *House) sweep(deltas map[Date]*sumDelta) Total {
	t := Total{Building: h.Code}
	var now sumDelta
	add := func(from Date) {
		s := now.span()
		s.Period = Period{max(from, h.Since), Forever}
		last := len(t.Spans) - 1
		switch {
		case last < 0:
		case t.Spans[last].same(s):
			return
		case t.Spans[last].From == s.From:
			if last > 0 && t.Spans[last-1].same(s) {
				t.Spans = t.Spans[:last]
				t.Spans[last-1].To = Forever
				return
			}
			t.Spans[last] = s
			return
		default:
			t.Spans[last].To = s.From
		}
		t.Spans = append(t.Spans, s)
	}
	add(h.Since)
	for _, day := range slices.Sorted(maps.Keys(deltas)) {
		if day == Forever {
			break
		}
		now.add(*deltas[day])
		add(day)
	}
	return t
}

// sumDelta is what changes on a day, and, summed up, what holds then.
type sumDelta struct {
	standing, dwellings             int
	stated, unitHeads, unitPermits  int // of dwellings
	ownStated, ownHeads, ownPermits int // of the building itself
	confirmed                       *Date
}

func (d *sumDelta) own(s HeadcountSpan, sign int) {
	d.ownStated += sign
	d.ownHeads += sign * s.Heads
	d.ownPermits += sign * permits(s)
}

func (d *sumDelta) unit(s HeadcountSpan, sign int) {
	d.stated += sign
	d.unitHeads += sign * s.Heads
	d.unitPermits += sign * permits(s)
}

func permits(s HeadcountSpan) int {
	if s.Permits == nil {
		return 0
	}
	return *s.Permits
}

func (d *sumDelta) confirm(to Date) {
	if d.confirmed == nil || *d.confirmed < to {
		d.confirmed = &to
	}
}

func (d *sumDelta) add(o sumDelta) {
	d.standing += o.standing
	d.dwellings += o.dwellings
	d.stated += o.stated
	d.unitHeads += o.unitHeads
	d.unitPermits += o.unitPermits
	d.ownStated += o.ownStated
	d.ownHeads += o.ownHeads
	d.ownPermits += o.ownPermits
	if o.confirmed != nil {
		d.confirm(*o.confirmed)
	}
}

func (d *sumDelta) span() TotalSpan {
	switch {
	case d.standing <= 0:
		return TotalSpan{}
	case d.stated > 0:
		return TotalSpan{Dwellings: d.dwellings, Heads: d.unitHeads, Permits: d.unitPermits, ConfirmedTo: d.confirmed}
	}
	return TotalSpan{Dwellings: d.dwellings, Heads: d.ownHeads, Permits: d.ownPermits, ConfirmedTo: d.confirmed}
}

// Summed lists, in order and once each, the existing buildings whose totals
// the outcome can change: those that stand on other days than before, and
// those that its dwellings are or were in.
func (o *Outcome) Summed() []Code {
	var codes []Code
	for _, b := range o.Buildings {
		if b.StandsOtherwise() {
			codes = append(codes, b.Is.Code)
		}
	}
	for _, d := range o.Dwellings {
		if d.Was != nil {
			codes = append(codes, d.Was.EverIn()...)
		}
		codes = append(codes, d.Is.EverIn()...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// StandsOtherwise says whether a known building stands on other days than
// before.
func (c BuildingChange) StandsOtherwise() bool {
	return c.Was != nil && !slices.Equal(c.Was.Timeline.Stands(), c.Is.Timeline.Stands())
}

// Stands lists the periods in which the building stands, joined where one
// follows the other.
func (t Timeline) Stands() []Period {
	var out []Period
	for _, s := range t {
		switch n := len(out); {
		case !s.State.Standing():
		case n > 0 && out[n-1].To == s.From:
			out[n-1].To = s.To
		default:
			out = append(out, s.Period)
		}
	}
	return out
}

// CountsIn gives the building in which a dwelling counts on a day: of those it
// is in, that of the lowest code; of one to come or gone by, where it will be
// first or was last. It is 0 for a void dwelling.
func (d *Dwelling) CountsIn(day Date) Code {
	s, ok := d.Timeline.Nearest(day)
	if !ok || len(s.Buildings) == 0 {
		return 0
	}
	return slices.Min(s.Buildings)
}
