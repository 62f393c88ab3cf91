package seeds_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/seeds"
)

func TestStaff(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := dbtest.Store(t, postgres.Options{})
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if err := seeds.Load(ctx, s, note); err != nil {
		t.Fatal(err)
	}
	for _, role := range registry.Roles() {
		if _, err := s.AddAccount(ctx, registry.Actor{Name: "test"}, string(role), "", "a long password", []registry.Role{role}); err != nil {
			t.Fatal(err)
		}
	}
	notes = nil
	begun := time.Now()
	if err := seeds.Staff(ctx, s, note); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s in %s", notes, time.Since(begun))
	if err := seeds.Staff(ctx, s, note); err != nil || len(notes) != 1 {
		t.Errorf("a second time: %q, %v", notes, err)
	}
	operator := registry.Actor{Name: "test", Roles: []registry.Role{registry.Operator}}
	for place, want := range map[orb.Point]string{
		{9.5026, 47.0668}: "officer administrator", {9.5088, 47.1660}: "officer.schaan administrator",
		{9.5445, 47.1850}: "- administrator", {9.5270, 47.2385}: "officer.gamprin administrator.unterland for officer.ruggell",
	} {
		cell, err := geo.CellAt(place, s.GridResolution())
		if err != nil {
			t.Fatal(err)
		}
		answers, err := s.Answers(ctx, operator, []geo.Cell{cell}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		a := answers[cell]
		got := "-"
		if a.Officer != nil {
			got = a.Officer.Name
		}
		if a.Administrator != nil {
			got += " " + a.Administrator.Name
		}
		if a.StandsInFor != nil {
			got += " for " + a.StandsInFor.Name
		}
		if got != want {
			t.Errorf("at %v %q answers, want %q", place, got, want)
		}
	}
	// Planken has no officer; houses that lie in no commune have nobody.
	_, officer, _, err := s.Gaps(ctx, operator, postgres.GapFilter{Role: registry.Officer, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, administrator, _, err := s.Gaps(ctx, operator, postgres.GapFilter{Role: registry.Administrator, Limit: 1})
	if err != nil || officer < 10 || administrator >= officer {
		t.Errorf("%d cells without officer, %d without administrator, %v", officer, administrator, err)
	}
	territories, err := s.Territories(ctx, operator, registry.Officer, time.Time{}, nil)
	if err != nil || len(territories) != 11 {
		t.Errorf("%d territories, %v", len(territories), err)
	}
	for _, p := range territories {
		t.Logf("%s %+v", p.Person.Name, p.Load)
	}
}
