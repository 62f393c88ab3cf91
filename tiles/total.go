package tiles

import (
	"math"
	"slices"
	"sort"
)

// Totals is all that is presently known of how many live in a building. Spans are in order of time and do not
// overlap; a day that none of them holds has no dwellings and no heads.
type Totals struct {
	Code    uint64
	Version uint32 // grows with every change of the totals, apart from the building's own; older ones are ignored
	Spans   []TotalSpan
}

// TotalSpan is what holds from the day From until before the day To.
type TotalSpan struct {
	From, To                  int32
	Dwellings, Heads, Permits uint32
	// ConfirmedTo is the first day on which the house is no longer confirmed, 0 if it never was.
	ConfirmedTo int32
}

// total is what holds of a building today, as its row keeps it.
type total struct {
	version                   uint32
	dwellings, heads, permits uint32
	confirmedTo               int32
}

// on returns what holds on a day.
func (t *Totals) on(day int32) total {
	i := sort.Search(len(t.Spans), func(i int) bool { return t.Spans[i].To > day })
	if i == len(t.Spans) || t.Spans[i].From > day {
		return total{version: t.Version}
	}
	s := &t.Spans[i]
	return total{t.Version, s.Dwellings, s.Heads, s.Permits, s.ConfirmedTo}
}

// turnsAfter reports whether a later day than the given one will tell otherwise.
func (t *Totals) turnsAfter(day int32) bool {
	return slices.ContainsFunc(t.Spans, func(s TotalSpan) bool { return s.From > day || s.To > day && s.To != Forever })
}

// turnsBetween reports whether something begins or ends after day a and not after day b.
func (t *Totals) turnsBetween(a, b int32) bool {
	return slices.ContainsFunc(t.Spans, func(s TotalSpan) bool { return s.From > a && s.From <= b || s.To > a && s.To <= b })
}

// forever is what holds today taken for every day, which is what a row knows.
func (t total) forever(code uint64) Totals {
	return Totals{code, t.version, []TotalSpan{{math.MinInt32, Forever, t.dwellings, t.heads, t.permits, t.confirmedTo}}}
}

// totalToday returns the present total of a building that stands, and keeps of the others only what later days will need.
// known is what its row has had so far.
func (s *Snapshot) totalToday(code uint64, known total) total {
	t, ok := s.totals[code]
	if !ok || t.Version < known.version {
		return known
	}
	if !t.turnsAfter(s.today) {
		delete(s.totals, code)
	}
	return t.on(s.today)
}

// setAside keeps the total of a building that leaves the map: it may come back.
func (s *Snapshot) setAside(code uint64, known total) {
	if t, ok := s.totals[code]; known.version > 0 && (!ok || t.Version < known.version) {
		s.totals[code] = known.forever(code)
	}
}

// ApplyTotals takes the totals of some buildings. Like Apply it ignores what is not newer than what it has; totals may
// come before their building.
func (s *Snapshot) ApplyTotals(batch []Totals) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view.Load()
	var codes []uint64
	var r row
	for _, t := range batch {
		known := s.totals[t.Code].Version
		on := v.row(t.Code, &r)
		if on {
			known = max(known, r.total.version)
		}
		if t.Version <= known {
			continue
		}
		t.Spans = slices.Clone(t.Spans)
		s.totals[t.Code] = t
		if on {
			codes = append(codes, t.Code)
		}
	}
	slices.Sort(codes)
	n := *v
	return s.change(v, &n, s.recounted(v, slices.Compact(codes)), changes{})
}

// recounted gives entries for buildings on the map of which only the total may have changed; codes ascend.
func (s *Snapshot) recounted(v *view, codes []uint64) []entry {
	entries := make([]entry, 0, len(codes))
	for _, code := range codes {
		r := new(row)
		if !v.row(code, r) {
			continue
		}
		if t := s.totalToday(code, r.total); t != r.total {
			r.total = t
			entries = append(entries, entry{code, r, int32(v.base.find(code))})
		}
	}
	return entries
}
