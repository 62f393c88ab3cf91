package postgres_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

// An owner who cannot bypass row-level security, as on somebody else's server,
// backs protected rows up through its own policy, and is told if it cannot.
func TestProtectedRowsAreBackedUp(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	cluster, err := local.Shared(ctx)
	if err != nil {
		t.Fatal(err)
	}
	plain := "plain_" + strings.ToLower(rand.Text()[:10])
	super := connect(t, cluster.SuperURL("postgres"))
	for _, sql := range []string{`create role ` + plain, `grant ` + plain + ` to ` + local.OwnerRole} {
		if _, err := super.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { dropRole(t, cluster, plain) })
	as := func(db dbtest.Database) string { // the owner of the database acting as the plain role
		inside := connect(t, db.SuperURL)
		if _, err := inside.Exec(ctx, `alter schema public owner to `+plain); err != nil {
			t.Fatal(err)
		}
		return db.OwnerURL + "&options=-c%20role%3D" + plain
	}
	first, second := emptyDatabase(t, cluster), emptyDatabase(t, cluster)
	from, to := as(first), as(second)
	if err := postgres.Migrate(ctx, from, local.AppRole, postgres.Settings{Timezone: dbtest.Timezone, GridResolution: dbtest.GridResolution}); err != nil {
		t.Fatal(err)
	}
	s := first.Open(t, postgres.Options{Clock: at("2026-05-01")})
	b, _ := house(t, s, box(0, 0, 4, 2), "1")
	state(t, s, clerk, counted(b.Code, 3, registry.Observed, ""))
	if err := postgres.SeesAll(ctx, from); err != nil {
		t.Errorf("the owner: %v", err)
	}
	wantError(t, postgres.SeesAll(ctx, first.AppURL), registry.Unavailable, "rows_hidden")

	file := filepath.Join(t.TempDir(), "backup")
	if err := cluster.Install().Dump(ctx, from, file, postgres.NotDumped()); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Install().Restore(ctx, to, file); err != nil {
		t.Fatal(err)
	}
	if err := postgres.AfterRestore(ctx, to); err != nil {
		t.Fatal(err)
	}
	back := second.Open(t, postgres.Options{Clock: at("2026-05-01")})
	wantTotal(t, back, b.Code, "2026-05-01", 1, 3)
	got, err := back.Watched(clerk).Headcounts(ctx, b.Code, registry.AsOf{})
	if err != nil || len(got.Statements) != 1 || got.Statements[0].Heads != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	verify(t, back)
	if _, err := connect(t, to).Exec(ctx, `drop policy owner on headcount`); err != nil {
		t.Fatal(err)
	}
	wantError(t, postgres.SeesAll(ctx, to), registry.Unavailable, "rows_hidden")
}

// dropRole takes a role out of the test cluster once its databases are gone.
func dropRole(t *testing.T, cluster *local.Cluster, role string) {
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, cluster.SuperURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, `drop role `+role); err != nil {
		t.Logf("drop %s: %v", role, err)
	}
}
