package postgres_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// Verify must find what is broken behind the registry's back.
func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	b := register(t, s, registry.Registration{Input: registry.Input{Shape: square(0, 0)}})
	owner, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(ctx)
	wrong := func() (names []string) {
		err := s.Verify(ctx, func(string) {}, func(name, _ string) { names = append(names, name) })
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	if got := wrong(); got != nil {
		t.Fatalf("a sound registry: %v", got)
	}
	for _, damage := range []struct{ sql, finds string }{
		{`update building_version set name = 'x'`, "a building that differs from its last event"},
		{`update code set status = 'retired', retired_as = 'demolished', status_from = '2000-01-01'`, "a retired or void code whose building stands"},
		{`update event set parts = 2`, "an event with parts missing"},
		{`update code_counter set next = 0`, "a code beyond its counter"},
		{`insert into lineage (building_code, parent, child, event_id, recorded_from, valid_from, relation)
			select p, p, c, event_id, now(), '2020-01-01', 'split' from event, (values (1, 2), (2, 3), (3, 1)) v (p, c)`, "a cycle in the lineage"},
	} {
		if _, err := owner.Exec(ctx, damage.sql); err != nil {
			t.Fatalf("%s: %v", damage.sql, err)
		}
		if got := wrong(); !slices.Contains(got, damage.finds) {
			t.Errorf("%s: found only %v (%s)", damage.sql, got, b.Code)
		}
	}
}

// Every constraint that only one machine can hold has its check, by name.
func TestSingleMachineConstraintsAreChecked(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.New(t).OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select conname::text from pg_constraint where conname like 'single\_%' or conname = 'label_in_building'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(postgres.Checks(), func(c postgres.Check) bool { return c.Constraint == name }) {
			t.Errorf("no check takes the place of %s", name)
		}
	}
}
