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
	if len(notes) != 3 {
		t.Errorf("notes are %q, want one a part", notes)
	}
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

func find(t *testing.T, s *postgres.Store, query string) registry.Record {
	t.Helper()
	found, _, err := s.Buildings(t.Context(), postgres.Filter{Query: query})
	if err != nil || len(found) != 1 {
		t.Fatalf("%q finds %d buildings, %v; want 1", query, len(found), err)
	}
	return found[0]
}
