package postgres_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// TestBulkImportLeavesTheSame holds an import as the owner to one as the app: the same rows, and every index and
// constraint as the migrations made it.
func TestBulkImportLeavesTheSame(t *testing.T) {
	t.Parallel()
	one, bulk := dbtest.New(t), dbtest.New(t)
	rows := []intake.Building{
		candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(20, 0, 10, 10)), candidate(3, "c", plot(21, 0, 9, 10)),
		candidate(4, "d", metres(50, 50)), candidate(5, "", plot(80, 0, 10, 10)),
	}
	before := structure(t, bulk)
	ordinary, left := imported(t, one.Open(t, postgres.Options{}), postgres.ImportOptions{Apply: true}, rows...)
	s := bulk.Open(t, postgres.Options{})
	inBulk, leftInBulk := imported(t, s, postgres.ImportOptions{Apply: true, OwnerURL: bulk.OwnerURL}, rows...)
	if counts(inBulk) != counts(ordinary) || !slices.Equal(left, leftInBulk) {
		t.Errorf("in bulk: %s, %q; as always: %s, %q", counts(inBulk), leftInBulk, counts(ordinary), left)
	}
	if inBulk.New != 4 {
		t.Errorf("%d are new, want 4", inBulk.New)
	}
	if diff := cmp.Diff(before, structure(t, bulk)); diff != "" {
		t.Errorf("the schema is another after the import (-before +after):\n%s", diff)
	}
	if n := len(buildings(t, s)); n != 4 {
		t.Errorf("%d buildings are there, want 4", n)
	}
	// The next goes the ordinary way, and finds everything again.
	again, _ := imported(t, s, postgres.ImportOptions{Apply: true, OwnerURL: bulk.OwnerURL}, rows...)
	if again.New != 0 || again.Same != 4 {
		t.Errorf("a second import: %s", counts(again))
	}
}

// TestBulkImportThatFailsLeavesNothing breaks off while the tables stand without their indexes.
func TestBulkImportThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	before := structure(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	opt := postgres.ImportOptions{Source: "survey", Apply: true, OwnerURL: db.OwnerURL,
		Progress: func(step postgres.ImportStep, _, _ int) {
			if step == postgres.ImportIndexing {
				cancel()
			}
		}}
	if _, err := s.ImportBuildings(ctx, clerk, stream(candidate(1, "a", plot(0, 0, 10, 10))), opt); err == nil {
		t.Fatal("an import that was broken off is told to have worked")
	}
	if diff := cmp.Diff(before, structure(t, db)); diff != "" {
		t.Errorf("the schema is another after the import (-before +after):\n%s", diff)
	}
	if n := len(buildings(t, s)); n != 0 {
		t.Errorf("%d buildings are there, want none", n)
	}
}

// structure lists every index and constraint.
func structure(t *testing.T, db dbtest.Database) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	rows, err := conn.Query(t.Context(), `
		select indexdef from pg_indexes where schemaname = 'public'
		union all
		select format('%s %s %s %s', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)) from pg_constraint
		where connamespace = 'public'::regnamespace
		order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, "building_version_geom") }) {
		t.Fatal("the spatial index is missing from what is compared")
	}
	return all
}
