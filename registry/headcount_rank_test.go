package registry

import "testing"

// An estimate never takes the place of what was declared or observed, neither
// on its day nor later, whichever was said first.
func TestEstimatesYield(t *testing.T) {
	day := func(text string) Date {
		d, err := ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	at := func(from string, heads int, e Evidence) Headcount {
		return Headcount{Heads: heads, Evidence: e, Declarer: declarerOf(e), From: day(from)}
	}
	var h Headcounts
	say := func(s Headcount, news bool) {
		t.Helper()
		next, changed := h.State(day("2026-11-23"), s)
		if changed != news {
			t.Errorf("%+v changed: %v", s, changed)
		}
		h = next
	}
	say(at("2013-08-03", 5, Estimated), true)
	say(at("2019-12-31", 6, Estimated), true)
	say(at("2022-06-30", 7, Estimated), true)
	say(at("2025-01-01", 3, Observed), true)
	say(at("2015-01-01", 77, Declared), true)  // over the estimates of 2019 and 2022, up to the observation
	say(at("2020-01-01", 1, Estimated), false) // declared better
	say(at("2025-01-01", 9, Estimated), false) // observed better, on the very day
	say(at("2026-11-10", 1, Estimated), false) // and after it
	say(at("2014-01-01", 8, Estimated), true)  // an estimate among estimates
	for on, heads := range map[string]int{"2013-09-01": 5, "2014-06-01": 8, "2016-01-01": 77, "2023-01-01": 77, "2025-06-01": 3, "2026-11-20": 3} {
		if s, ok := h.At(day(on)); !ok || s.Heads != heads {
			t.Errorf("on %s: %+v", on, s)
		}
	}
}
