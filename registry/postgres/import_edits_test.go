package postgres_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// What a clerk corrected stays when the same file comes again, also after the
// file has said something else of the building; what the file says anew wins.
func TestImportKeepsWhatPeopleEdited(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{})
	row := candidate(1, "a", plot(0, 0, 20, 10))
	row.Name, row.Floors = "Old name", ptr(2)
	apply := postgres.ImportOptions{Apply: true}
	if r, _ := imported(t, s, apply, row); r.New != 1 || r.Event == (uuid.UUID{}) {
		t.Fatalf("%+v", r)
	}
	list, _, err := s.Buildings(ctx, postgres.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	code := list[0].Code
	if _, err := s.Correct(ctx, postgres.Write{Actor: clerk}, code, registry.Correction{Input: registry.Input{Name: ptr("Right name")}}); err != nil {
		t.Fatal(err)
	}
	want := func(name string, floors int) {
		t.Helper()
		got, err := s.Building(ctx, code, registry.AsOf{})
		if err != nil || got.Name != name || *got.Floors != floors {
			t.Errorf("%v: %q with %d floors, want %q with %d", err, got.Name, *got.Floors, name, floors)
		}
	}
	if r, _ := imported(t, s, apply, row); r.Same != 1 {
		t.Errorf("the same file again: %+v", r)
	}
	want("Right name", 2)
	row.Floors = ptr(3)
	if r, _ := imported(t, s, apply, row); r.Changed != 1 || r.Fields["name"] != 0 {
		t.Errorf("a floor more: %+v", r)
	}
	want("Right name", 3)
	if r, _ := imported(t, s, apply, row); r.Same != 1 {
		t.Errorf("that file again: %+v", r)
	}
	row.Name = "New name"
	if r, _ := imported(t, s, apply, row); r.Changed != 1 {
		t.Errorf("a new name: %+v", r)
	}
	want("New name", 3)
	row.Name = "Old name" // nobody but the source has touched it since
	if r, _ := imported(t, s, apply, row); r.Changed != 1 {
		t.Errorf("the old name back: %+v", r)
	}
	want("Old name", 3)
}

// A row that is rejected is in the file: its house is not gone.
func TestRejectedRowsAreNotGone(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	apply := postgres.ImportOptions{Apply: true}
	imported(t, s, apply, candidate(1, "a", plot(0, 0, 20, 10)), candidate(2, "b", plot(50, 0, 20, 10)))
	again := candidate(2, "b", plot(0, 0, 20, 10)) // says that b stands where a does
	if r, left := imported(t, s, postgres.ImportOptions{}, candidate(1, "a", plot(0, 0, 20, 10)), again); r.Rejected != 1 || r.Gone != 0 {
		t.Errorf("%+v, %v", r, left)
	}
	if r, _ := imported(t, s, postgres.ImportOptions{}, candidate(1, "a", plot(0, 0, 20, 10))); r.Gone != 1 {
		t.Errorf("b is not in the file at all: %+v", r)
	}
}
