package tiles

import (
	"bytes"
	"math"
	"testing"
)

// TestJoin: a town that two builders collected, with houses that both were told of, is the one that a single builder
// makes, today and on later days.
func TestJoin(t *testing.T) {
	h := newHamlet(5)
	const today = 20000
	var all []Building
	for i := range uint64(400) {
		b := Building{Code: testCode(i), Version: 1, Versions: []Version{h.version()}}
		b.Versions[0].From, b.Versions[0].To = math.MinInt32, Forever
		b.Versions[0].Standing = true
		all = append(all, b)
		if i%3 == 0 { // told of again, changed
			b.Version, b.Versions = 2, []Version{h.version()}
			b.Versions[0].From, b.Versions[0].To, b.Versions[0].Standing = today-int32(i%2), today+5+int32(i%7), i%5 > 0
			all = append(all, b)
		}
	}
	one := NewBuilder(Options{Today: today})
	two := NewBuilder(Options{Today: today})
	other := two.Beside(10)
	one.SetDivisions(h.town.divisions())
	two.SetDivisions(h.town.divisions())
	for i, b := range all {
		one.Add(b)
		if i%5 < 2 {
			two.Add(b)
		} else {
			other.Add(b)
		}
	}
	two.Join(other)
	want, got := one.Build(), two.Build()
	for day := int32(today); day < today+14; day++ {
		want.Advance(day)
		got.Advance(day)
		is := h.all(t, got)
		for at, raw := range h.all(t, want) {
			if !bytes.Equal(raw, is[at]) {
				t.Fatalf("day %d, %v: %d bytes, want %d", day, at, len(is[at]), len(raw))
			}
		}
	}
}
