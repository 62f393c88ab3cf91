package registry

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"
)

func TestRedraw(t *testing.T) {
	day := func(s string) Date {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	to := func(id int64) func(orb.Point) int64 { return func(orb.Point) int64 { return id } }
	b := Building{Code: 112345678973, Version: 3, Timeline: Timeline{
		{Period{day("2010-01-01"), day("2020-01-01")}, Facts{State: InUse, Community: 1}},
		{Period{day("2020-01-01"), day("2030-01-01")}, Facts{State: Unusable, Community: 1}},
		{Period{day("2030-01-01"), Forever}, Facts{State: Demolished, Community: 1}},
	}}
	next, err := b.Redraw(day("2015-01-01"), to(2))
	if err != nil || next.Version != 4 {
		t.Fatalf("version %d, %v", next.Version, err)
	}
	for s, want := range map[string]int64{"2014-12-31": 1, "2015-01-01": 2, "2019-12-31": 2, "2025-01-01": 2, "2031-01-01": 1} {
		span, _ := next.Timeline.At(day(s))
		if span.Community != want {
			t.Errorf("on %s it is in %d, want %d", s, span.Community, want)
		}
	}
	if span, _ := b.Timeline.At(day("2025-01-01")); span.Community != 1 {
		t.Error("the old building is changed")
	}
	if early, err := b.Redraw(day("2000-01-01"), to(2)); err != nil || len(early.Timeline) != 3 || early.Timeline.Since() != b.Timeline.Since() {
		t.Errorf("redrawn before it was built: %+v, %v", early.Timeline, err)
	}
	var answer *Error
	if _, err := b.Redraw(day("2015-01-01"), to(1)); !errors.As(err, &answer) || answer.Slug != "no_change" {
		t.Errorf("nothing redrawn: %v", err)
	}
}
