package postgres_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

// A registry is backed up, goes on for a while, is lost, and comes back from the backup in a cluster
// whose transaction ids are behind those of the old one.
func TestRestore(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := dbtest.New(t)
	before := db.Open(t, postgres.Options{})
	kept := register(t, before, registry.Registration{Input: registry.Input{Shape: square(0, 0)}})
	owner := connect(t, db.OwnerURL)
	if _, err := owner.Exec(ctx, `update event set xid = '4000000000000'; update feed_head set horizon = '4000000000000'`); err != nil {
		t.Fatal(err)
	}

	cluster, err := local.Shared(ctx)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup")
	if err := cluster.Install().Dump(ctx, db.OwnerURL, file, postgres.NotDumped()); err != nil {
		t.Fatal(err)
	}
	tables, err := cluster.Install().Contents(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range postgres.MustBeDumped() {
		if !slices.Contains(tables, want) {
			t.Errorf("%s is not in the backup", want)
		}
	}
	lost := map[registry.Code]bool{}
	for n := range 5 {
		lost[register(t, before, registry.Registration{Input: registry.Input{Shape: square(float64(n+1), 0)}}).Code] = true
	}

	room := emptyDatabase(t, cluster)
	if untouched, migrated, err := postgres.Untouched(ctx, room.OwnerURL); !untouched || migrated || err != nil {
		t.Fatalf("empty database: untouched %v, migrated %v, %v", untouched, migrated, err)
	}
	if err := cluster.Install().Restore(ctx, room.OwnerURL, file); err != nil {
		t.Fatal(err)
	}
	if untouched, _, err := postgres.Untouched(ctx, room.OwnerURL); untouched || err != nil {
		t.Fatalf("restored database: untouched %v, %v", untouched, err)
	}

	// Half-way restored, it serves but mints nothing, although it is the same cluster.
	after := room.Open(t, postgres.Options{})
	_, err = after.Register(ctx, postgres.Write{Actor: clerk}, registry.Registration{Input: registry.Input{Shape: square(0, 5)}})
	wantError(t, err, registry.Unavailable, "counters_behind")

	if err := postgres.AfterRestore(ctx, room.OwnerURL); err != nil {
		t.Fatal(err)
	}
	after = room.Open(t, postgres.Options{})
	got, err := after.Building(ctx, kept.Code, registry.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept, got); diff != "" {
		t.Errorf("the building changed (-before +after):\n%s", diff)
	}
	for n := range 200 { // more than are reserved at a time
		fresh := register(t, after, registry.Registration{Input: registry.Input{Shape: square(float64(n), 10)}})
		if lost[fresh.Code] || fresh.Code == kept.Code {
			t.Fatalf("%v is minted a second time", fresh.Code)
		}
	}
	if _, err := after.Position(ctx); err != nil {
		t.Fatal(err)
	}
	if parts := readFeed(t, after, 1000); len(parts) != 201 {
		t.Errorf("the feed has %d parts, want 201: the old one and the new", len(parts))
	}
	// An import does not take what was restored for something that came after its plan.
	result, _ := imported(t, after, postgres.ImportOptions{Apply: true}, candidate(1, "a", plot(0, 0, 10, 10)))
	wantCounts(t, result, "1 rows: 1 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
}

// emptyDatabase makes a database that has Fangma's extensions and nothing else.
func emptyDatabase(t *testing.T, cluster *local.Cluster) dbtest.Database {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text()[:16])
	if err := cluster.CreateDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		admin, err := pgx.Connect(ctx, cluster.SuperURL("postgres"))
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close(ctx)
		if _, err := admin.Exec(ctx, "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	return dbtest.Database{
		Name: name, OwnerURL: cluster.OwnerURL(name), AppURL: cluster.AppURL(name), SuperURL: cluster.SuperURL(name),
	}
}
