package registry

// lasting is a span of a timeline: a period, and facts that held throughout.
// Buildings, dwellings and zones have one each; their timelines are in order
// and without overlaps.
type lasting[S any] interface {
	period() Period
	during(Period) S
	says(S) bool // the same facts, whatever the period
}

func (p Period) period() Period { return p }

// spanAt gives the span that holds on a day.
func spanAt[S lasting[S]](t []S, day Date) (S, bool) {
	for _, s := range t {
		if s.period().Contains(day) {
			return s, true
		}
	}
	var none S
	return none, false
}

// nearestSpan gives the span that holds on a day, or else the one closest to
// it: what is to come is described by its first span, what was by its last.
func nearestSpan[S lasting[S]](t []S, day Date) (S, bool) {
	if len(t) == 0 {
		var none S
		return none, false
	}
	last := t[0]
	for _, s := range t {
		if s.period().From <= day {
			last = s
		}
	}
	return last, true
}

// splitSpans makes the day a border between spans, so that what holds from
// then on can be changed alone. The spans given are not touched.
func splitSpans[S lasting[S]](t []S, day Date) []S {
	out := make([]S, 0, len(t)+1)
	for _, s := range t {
		if p := s.period(); p.From < day && day < p.To {
			out = append(out, s.during(Period{p.From, day}), s.during(Period{day, p.To}))
			continue
		}
		out = append(out, s)
	}
	return out
}

// joinSpans melts neighbours that say the same into one span. The spans given
// are not touched.
func joinSpans[S lasting[S]](t []S) []S {
	out := make([]S, 0, len(t))
	for _, s := range t {
		if n := len(out); n > 0 && out[n-1].period().To == s.period().From && out[n-1].says(s) {
			out[n-1] = out[n-1].during(Period{out[n-1].period().From, s.period().To})
			continue
		}
		out = append(out, s)
	}
	return out
}
