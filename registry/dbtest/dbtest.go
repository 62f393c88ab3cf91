// Package dbtest gives every test a real PostGIS registry of its own: a
// database cloned from a template that was migrated once. Tests may run in
// parallel, in many processes.
package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

// Timezone and GridResolution are the settings of every test registry.
const (
	Timezone       = "Europe/Vaduz"
	GridResolution = 10
)

// Database is one test's own database.
type Database struct {
	Name     string
	OwnerURL string
	AppURL   string
	SuperURL string
}

// New makes an empty, migrated registry and drops it when the test ends.
func New(t testing.TB) Database {
	t.Helper()
	ctx := context.Background()
	cluster, err := local.Shared(ctx)
	if err != nil {
		t.Fatalf("start the test cluster: %v", err)
	}
	admin, err := pgx.Connect(ctx, cluster.SuperURL("postgres"))
	if err != nil {
		t.Fatalf("connect to the test cluster: %v", err)
	}
	defer admin.Close(ctx)
	template, err := ensureTemplate(ctx, admin, cluster)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	create := fmt.Sprintf(`create database %s template %s owner %s strategy file_copy`, name, template, local.OwnerRole)
	if _, err := admin.Exec(ctx, create); err != nil {
		t.Fatalf("clone the template database: %v", err)
	}
	t.Cleanup(func() { drop(t, cluster, name) })
	return Database{
		Name: name, OwnerURL: cluster.OwnerURL(name), AppURL: cluster.AppURL(name), SuperURL: cluster.SuperURL(name),
	}
}

// Store opens a store on a new registry, as the app role.
func Store(t testing.TB, opt postgres.Options) *postgres.Store {
	t.Helper()
	return New(t).Open(t, opt)
}

// Open opens another store on the database; it is closed when the test ends.
func (d Database) Open(t testing.TB, opt postgres.Options) *postgres.Store {
	t.Helper()
	if opt.MaxConns == 0 {
		opt.MaxConns = 4 // many tests share one cluster's connections
	}
	s, err := postgres.Open(context.Background(), d.AppURL, opt)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

func drop(t testing.TB, cluster *local.Cluster, name string) {
	ctx := context.Background()
	admin, err := pgx.Connect(ctx, cluster.SuperURL("postgres"))
	if err != nil {
		t.Logf("connect to drop %s: %v", name, err)
		return
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, `drop database `+name+` with (force)`); err != nil {
		t.Logf("drop %s: %v", name, err)
	}
}

// ensureTemplate makes, once for each state of the migrations, the database
// that tests are cloned from. The lock makes other test processes wait.
func ensureTemplate(ctx context.Context, admin *pgx.Conn, cluster *local.Cluster) (string, error) {
	sum, err := migrationsHash()
	if err != nil {
		return "", err
	}
	name := "template_fangma_" + sum
	if _, err := admin.Exec(ctx, `select pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", err
	}
	defer admin.Exec(ctx, `select pg_advisory_unlock(hashtext($1))`, name)
	var there bool
	err = admin.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&there)
	if err != nil || there {
		return name, err
	}
	making := name + "_making"
	for _, sql := range []string{
		`drop database if exists ` + making + ` with (force)`,
		`create database ` + making + ` owner ` + local.OwnerRole,
	} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := fill(ctx, cluster, making); err != nil {
		return "", err
	}
	_, err = admin.Exec(ctx, `alter database `+making+` rename to `+name)
	return name, err
}

func fill(ctx context.Context, cluster *local.Cluster, name string) error {
	super, err := pgx.Connect(ctx, cluster.SuperURL(name))
	if err != nil {
		return err
	}
	defer super.Close(ctx)
	for _, extension := range []string{"postgis", "btree_gist", "pg_trgm"} {
		if _, err := super.Exec(ctx, `create extension if not exists `+extension); err != nil {
			return err
		}
	}
	return postgres.Migrate(ctx, cluster.OwnerURL(name), local.AppRole,
		postgres.Settings{Timezone: Timezone, GridResolution: GridResolution})
}

// migrationsHash names the state of the migrations, so that a changed one
// never meets an old template.
func migrationsHash() (string, error) {
	sum := sha256.New()
	err := postgres.EachMigration(func(name string, text []byte) {
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(name), len(text), text)
	})
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}
