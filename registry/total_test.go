package registry_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangma/registry"
)

const lastDay = 120 // of a made-up house; the days of what is drawn lie before

// drawPeriods are in order and do not overlap.
func drawPeriods(t *rapid.T, label string) []registry.Period {
	days := rapid.SliceOfNDistinct(rapid.IntRange(0, lastDay), 0, 6, func(d int) int { return d }).Draw(t, label)
	slices.Sort(days)
	var out []registry.Period
	for i := 0; i+1 < len(days); i += 2 {
		out = append(out, registry.Period{From: registry.Date(days[i]), To: registry.Date(days[i+1])})
	}
	if len(days)%2 == 1 {
		out = append(out, registry.Period{From: registry.Date(days[len(days)-1]), To: registry.Forever})
	}
	return out
}

func drawStatements(t *rapid.T, label string) []registry.HeadcountSpan {
	var h registry.Headcounts
	for range rapid.IntRange(0, 5).Draw(t, label) {
		s := registry.Headcount{Heads: rapid.IntRange(0, 9).Draw(t, "heads"), From: registry.Date(rapid.IntRange(0, lastDay).Draw(t, "day")),
			Evidence: rapid.SampledFrom(registry.HeadcountEvidences()).Draw(t, "evidence")}
		if rapid.Bool().Draw(t, "permits") {
			n := rapid.IntRange(0, s.Heads).Draw(t, "n")
			s.Permits = &n
		}
		h, _ = h.State(0, s)
	}
	return h.Timeline
}

func drawHouse(t *rapid.T) registry.House {
	h := registry.House{Code: 100000000190, Stands: drawPeriods(t, "stands"), Own: drawStatements(t, "own")}
	h.Since = registry.Date(rapid.IntRange(0, 20).Draw(t, "since"))
	if len(h.Stands) > 0 {
		h.Since = min(h.Since, h.Stands[0].From)
	}
	for range rapid.IntRange(0, 4).Draw(t, "units") {
		h.Units = append(h.Units, registry.HouseUnit{In: drawPeriods(t, "in"), Stated: drawStatements(t, "stated")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "visits") {
		h.Visits = append(h.Visits, registry.Date(rapid.IntRange(0, lastDay).Draw(t, "visit")))
	}
	return h
}

// plainly is the total of one day by the words of the contract alone.
func plainly(h registry.House, day registry.Date) registry.TotalSpan {
	within := func(all []registry.Period, d registry.Date) bool {
		return slices.ContainsFunc(all, func(p registry.Period) bool { return p.Contains(d) })
	}
	if !within(h.Stands, day) {
		return registry.TotalSpan{}
	}
	var out registry.TotalSpan
	count := func(s registry.HeadcountSpan) {
		out.Heads += s.Heads
		if s.Permits != nil {
			out.Permits += *s.Permits
		}
	}
	looked := slices.Clone(h.Visits)
	stated := false
	for _, u := range h.Units {
		for _, s := range u.Stated {
			if s.Evidence != registry.Estimated && within(u.In, s.From) {
				looked = append(looked, s.From)
			}
		}
		if !within(u.In, day) {
			continue
		}
		out.Dwellings++
		for _, s := range u.Stated {
			if s.Contains(day) {
				stated = true
				count(s)
			}
		}
	}
	for _, s := range h.Own {
		if s.Evidence != registry.Estimated {
			looked = append(looked, s.From)
		}
		if s.Contains(day) && !stated {
			count(s)
		}
	}
	looked = slices.DeleteFunc(looked, func(d registry.Date) bool { return d > day })
	if len(looked) > 0 {
		to := slices.Max(looked) + 180
		out.ConfirmedTo = &to
	}
	return out
}

func TestTotalIsTheSumOfEveryDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHouse(t)
		total := h.Total()
		if total.Spans[0].From != h.Since || total.Spans[len(total.Spans)-1].To != registry.Forever {
			t.Fatalf("does not cover the house's life: %+v", total.Spans)
		}
		for i, s := range total.Spans {
			if s.From >= s.To || i > 0 && total.Spans[i-1].To != s.From {
				t.Fatalf("spans do not follow each other: %+v", total.Spans)
			}
			if i > 0 && sameTotal(total.Spans[i-1], s) {
				t.Fatalf("neighbours say the same: %+v", total.Spans)
			}
		}
		for day := h.Since; day < lastDay+5; day++ {
			if got, want := total.On(day), plainly(h, day); !sameTotal(got, want) {
				t.Fatalf("day %d: %+v, want %+v", day, got, want)
			}
		}
	})
}

func sameTotal(a, b registry.TotalSpan) bool {
	a.Period, b.Period = registry.Period{}, registry.Period{}
	to := func(d *registry.Date) registry.Date {
		if d == nil {
			return -1
		}
		return *d
	}
	same := to(a.ConfirmedTo) == to(b.ConfirmedTo)
	a.ConfirmedTo, b.ConfirmedTo = nil, nil
	return same && a == b
}

// A statement holds until the next one; what is withdrawn was never there.
func TestStatementsHoldUntilTheNext(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var h registry.Headcounts
		plain := map[registry.Date]int{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			day := registry.Date(rapid.IntRange(0, 30).Draw(t, "day"))
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				next, err := h.Withdraw(day)
				if _, there := plain[day]; there != (err == nil) {
					t.Fatalf("withdraw %d: %v", day, err)
				}
				h = next
				delete(plain, day)
				continue
			}
			n := rapid.IntRange(0, 3).Draw(t, "heads")
			was, there := plain[day]
			next, changed := h.State(0, registry.Headcount{Heads: n, From: day, Evidence: registry.Declared})
			if changed == (there && was == n) || next.Version != h.Version+map[bool]int{true: 1}[changed] {
				t.Fatalf("state %d on %d after %v: changed %v", n, day, plain, changed)
			}
			h, plain[day] = next, n
		}
		for day := registry.Date(0); day < 35; day++ {
			want, since := 0, registry.Date(-1)
			for d, n := range plain {
				if d <= day && d > since {
					want, since = n, d
				}
			}
			if s, ok := h.At(day); ok != (since >= 0) || s.Heads != want {
				t.Fatalf("day %d: %+v, want %d since %d", day, s, want, since)
			}
		}
	})
}

func TestStandsAndSummed(t *testing.T) {
	t.Parallel()
	span := func(from, to registry.Date, s registry.State) registry.Span {
		return registry.Span{Period: registry.Period{From: from, To: to}, Facts: registry.Facts{State: s}}
	}
	was := registry.Building{Code: 2, Timeline: registry.Timeline{span(0, 5, registry.Planned), span(5, registry.Forever, registry.InUse)}}
	if got := was.Timeline.Stands(); len(got) != 1 || got[0] != (registry.Period{From: 0, To: registry.Forever}) {
		t.Errorf("stands %v", got)
	}
	is := registry.Building{Code: 2, Timeline: registry.Timeline{span(0, 9, registry.InUse), span(9, registry.Forever, registry.Demolished)}}
	d := registry.Dwelling{Timeline: registry.DwellingTimeline{{DwellingFacts: registry.DwellingFacts{Buildings: []registry.Code{7, 2}}}}}
	out := registry.Outcome{
		Buildings: []registry.BuildingChange{{Was: &was, Is: &is}, {Is: &registry.Building{Code: 9}}, {Was: &is, Is: &is}},
		Dwellings: []registry.DwellingChange{{Is: &d}},
	}
	if got := out.Summed(); !slices.Equal(got, []registry.Code{2, 7}) {
		t.Errorf("summed %v", got)
	}
}
