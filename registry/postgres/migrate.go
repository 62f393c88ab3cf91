package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"

	"fangma/registry"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

const versionTable = "public.schema_version"

// Settings are fixed when a registry is first set up. Zero values mean the
// default for a new registry and "as it is" for an existing one.
type Settings struct {
	Timezone       string // IANA name; Asia/Shanghai
	GridResolution int    // H3 resolution of the grid, 1 to 15; 10
}

// Defaults of a new registry.
const (
	DefaultTimezone       = "Asia/Shanghai"
	DefaultGridResolution = 10
)

// Migrate brings the database at ownerURL to this program's schema and sets up
// a new registry's settings. appRole is the role that
// serves. It may be run at every start, by several processes at once.
//
// It fails with kind Invalid if the settings differ from those fixed before,
// and with Unavailable if an extension is missing and may not be made.
func Migrate(ctx context.Context, ownerURL, appRole string, s Settings) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := ensureExtensions(ctx, conn); err != nil {
		return err
	}
	m, err := migrator(ctx, conn, appRole)
	if err != nil {
		return err
	}
	if err := m.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return setUp(ctx, conn, s)
}

func migrator(ctx context.Context, conn *pgx.Conn, appRole string) (*migrate.Migrator, error) {
	m, err := migrate.NewMigrator(ctx, conn, versionTable)
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	m.Data["app"] = pgx.Identifier{appRole}.Sanitize() // before loading: the files are templates
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	if err := m.LoadMigrations(files); err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return m, nil
}

// EachMigration calls f with the name and text of every migration, in order.
func EachMigration(f func(name string, text []byte)) error {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
		f(name, text)
	}
	return nil
}

// SchemaVersion tells which migration the database is at and which one this
// program wants.
func SchemaVersion(ctx context.Context, url string) (have, want int, err error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return 0, 0, fmt.Errorf("read migrations: %w", err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, 0, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	have, err = schemaVersion(ctx, conn)
	return have, len(names), err
}

func schemaVersion(ctx context.Context, q querier) (int, error) {
	var there bool
	err := q.QueryRow(ctx, `select to_regclass($1) is not null`, versionTable).Scan(&there)
	if err != nil || !there {
		return 0, wrap("read schema version", err)
	}
	var have int
	err = q.QueryRow(ctx, `select version from `+versionTable).Scan(&have)
	return have, wrap("read schema version", err)
}

// ensureExtensions makes the extensions where the owner may, and else says
// which command an administrator of that server has to give.
func ensureExtensions(ctx context.Context, conn *pgx.Conn) error {
	for _, name := range []string{"postgis", "btree_gist", "pg_trgm"} {
		var there bool
		err := conn.QueryRow(ctx, `select exists (select from pg_extension where extname = $1)`, name).Scan(&there)
		if err != nil {
			return fmt.Errorf("look for extension %s: %w", name, err)
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, `create extension if not exists `+pgx.Identifier{name}.Sanitize()); err != nil {
			return registry.Errorf(registry.Unavailable, "extension_missing",
				"the database lacks the extension %s; an administrator of the server can run: create extension %s; (%v)", name, name, err)
		}
	}
	return nil
}

// setUp writes the rows that exist once, if they are not there, and compares
// the settings if they are.
func setUp(ctx context.Context, conn *pgx.Conn, s Settings) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `lock table registry in exclusive mode`); err != nil {
			return fmt.Errorf("lock settings: %w", err)
		}
		var have Settings
		err := tx.QueryRow(ctx, `select timezone, grid_resolution from registry`).Scan(&have.Timezone, &have.GridResolution)
		if errors.Is(err, pgx.ErrNoRows) {
			return found(ctx, tx, s)
		}
		if err != nil {
			return fmt.Errorf("read settings: %w", err)
		}
		return compareSettings(have, s)
	})
}

func compareSettings(have, want Settings) error {
	if want.Timezone != "" && want.Timezone != have.Timezone {
		return registry.Errorf(registry.Invalid, "timezone_fixed",
			"--timezone: the registry was set up with %s, and that cannot change", have.Timezone)
	}
	if want.GridResolution != 0 && want.GridResolution != have.GridResolution {
		return registry.Errorf(registry.Invalid, "grid_resolution_fixed",
			"--grid-resolution: the registry was set up with %d, and that cannot change", have.GridResolution)
	}
	return nil
}

// found sets up a new registry.
func found(ctx context.Context, tx pgx.Tx, s Settings) error {
	if s.Timezone == "" {
		s.Timezone = DefaultTimezone
	}
	if s.GridResolution == 0 {
		s.GridResolution = DefaultGridResolution
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil {
		return registry.Errorf(registry.Invalid, "timezone", "--timezone: %q is not a known time zone such as Asia/Shanghai", s.Timezone)
	}
	if s.GridResolution < 1 || s.GridResolution > 15 {
		return registry.Errorf(registry.Invalid, "grid_resolution", "--grid-resolution: must be between 1 and 15")
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return fmt.Errorf("make registry id: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into registry (registry_id, timezone, grid_resolution, created_at)
		values ($1, $2, $3, now())`, id, s.Timezone, s.GridResolution)
	return wrap("write settings", err)
}
