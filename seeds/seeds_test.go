package seeds_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/seeds"
)

func TestLoad(t *testing.T) {
	s := dbtest.Store(t, postgres.Options{})
	by := registry.Actor{Name: "test"}
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	ctx := t.Context()

	if began, err := seeds.Began(ctx, s); began || err != nil {
		t.Fatalf("an empty registry began with the sample: %v, %v", began, err)
	}
	if err := seeds.Load(ctx, s, note); err != nil {
		t.Fatal(err)
	}
	if len(notes) != 7 {
		t.Errorf("notes are %q, want one a part and one for each day of published populations", notes)
	}
	wantPopulation(t, s)
	if began, err := seeds.Began(ctx, s); !began || err != nil {
		t.Errorf("after a load, Began is %v, %v", began, err)
	}
	for level, want := range map[registry.Level]int{registry.Province: 1, registry.District: 2, registry.Community: 11} {
		divisions, err := s.Divisions(ctx, postgres.DivisionFilter{Level: level})
		if err != nil || len(divisions) != want {
			t.Errorf("%d divisions of level %s, %v; want %d", len(divisions), level, err, want)
		}
	}
	castle := find(t, s, "Schloss Vaduz")
	if castle.CommunityName != "Vaduz" || castle.Span.From.String() != "2013-08-03" {
		t.Errorf("the castle is in %q from %s", castle.CommunityName, castle.Span.From)
	}
	if outline, ok := castle.Shape.Geometry.(orb.Polygon); !ok || len(outline) != 3 {
		t.Errorf("the castle is a %T of %v, want an outline with two courtyards", castle.Shape.Geometry, castle.Shape)
	}

	wantZones(t, s)

	// What people do stays theirs: nothing is loaded again.
	retirement := registry.Retirement{As: registry.AsDemolished, Why: registry.Why{Reason: "test"}}
	if _, err := s.Retire(ctx, postgres.Write{Actor: by}, castle.Code, retirement); err != nil {
		t.Fatal(err)
	}
	notes = nil
	if err := seeds.Load(ctx, s, note); err != nil || len(notes) > 0 {
		t.Errorf("a second load did %q, %v", notes, err)
	}
	if standing, err := s.CodeStatus(ctx, castle.Code); err != nil || standing.Status != registry.Retired {
		t.Errorf("after a second load the castle is %v, %v", standing, err)
	}
}

// wantZones looks for zones of every kind.
func wantZones(t *testing.T, s *postgres.Store) {
	t.Helper()
	zones, err := s.Zones(t.Context(), postgres.ZoneFilter{})
	if err != nil || len(zones) != 7 {
		t.Errorf("%d zones, %v", len(zones), err)
	}
	kinds := map[registry.ZoneKind]bool{}
	for _, z := range zones {
		kinds[z.Kind] = true
	}
	if len(kinds) != len(registry.ZoneKinds()) {
		t.Errorf("kinds of zones: %v", kinds)
	}
}

// wantPopulation holds the estimates to what was published.
func wantPopulation(t *testing.T, s *postgres.Store) {
	t.Helper()
	heads := map[string]int{}
	days := map[string]int{"2013-08-02": 0, "2013-08-03": 36852, "2019-12-30": 36852, "2019-12-31": 38749, "2026-01-01": 39444}
	err := s.EachTotal(t.Context(), registry.AsOf{}, func(total *registry.Total) error {
		for day := range days {
			d, err := registry.ParseDate(day)
			if err != nil {
				return err
			}
			heads[day] += total.On(d).Heads
			if total.On(d).ConfirmedTo != nil {
				t.Errorf("%s was confirmed by an estimate", total.Building)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range days {
		if heads[day] != want {
			t.Errorf("%d people live there on %s, want %d", heads[day], day, want)
		}
	}
}

func find(t *testing.T, s *postgres.Store, query string) registry.Record {
	t.Helper()
	found, _, err := s.Buildings(t.Context(), postgres.Filter{Query: query})
	if err != nil || len(found) != 1 {
		t.Fatalf("%q finds %d buildings, %v; want 1", query, len(found), err)
	}
	return found[0]
}
