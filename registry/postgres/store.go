// Package postgres keeps the registry in PostGIS, the system of record. It is
// the only place with SQL: one use case is one method is one transaction, and
// each method's comment names the errors of kind registry.Error it returns.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxgeom "github.com/twpayne/pgx-geom"

	"fangma/registry"
)

// Options of a Store. The zero value works.
type Options struct {
	// Clock gives the time of recording; time.Now if nil.
	Clock func() time.Time
	// MaxConns bounds the pool; 16 if 0.
	MaxConns int32
	// AllowOwner lets the store work as a role that owns its tables. Only
	// tests of migrations want that: serving as owner defeats the grants.
	AllowOwner bool
}

// querier is what reads need: a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Reader answers questions and cannot change anything.
type Reader struct {
	pool       *pgxpool.Pool
	clock      func() time.Time
	zone       *time.Location
	resolution int
}

// Store reads and writes.
type Store struct {
	*Reader
	mint       *minter
	boundaries *boundaries
}

// Open connects as the app role, checks schema and role, and loads the
// settings. It fails with Unavailable if the schema is older or newer than
// this program's, or if the role is the owner's or a superuser's.
func Open(ctx context.Context, databaseURL string, opt Options) (*Store, error) {
	cfg, err := poolConfig(databaseURL, opt)
	if err != nil {
		return nil, err
	}
	r, err := openReader(ctx, cfg, opt)
	if err != nil {
		return nil, err
	}
	mint, err := newMinter(ctx, cfg)
	if err != nil {
		r.Close()
		return nil, err
	}
	return &Store{Reader: r, mint: mint, boundaries: &boundaries{}}, nil
}

// OpenReader is Open for who never writes: on a replica, or on the primary with
// every transaction read-only. It fails as Open does.
func OpenReader(ctx context.Context, databaseURL string, opt Options) (*Reader, error) {
	cfg, err := poolConfig(databaseURL, opt)
	if err != nil {
		return nil, err
	}
	cfg.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	return openReader(ctx, cfg, opt)
}

func poolConfig(databaseURL string, opt Options) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, registry.Errorf(registry.Invalid, "database_url", "--database-url cannot be read: %v", withoutPassword(err))
	}
	cfg.MaxConns = 16
	if opt.MaxConns > 0 {
		cfg.MaxConns = opt.MaxConns
	}
	cfg.ConnConfig.RuntimeParams["application_name"] = "fangma"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.AfterConnect = pgxgeom.Register
	return cfg, nil
}

func openReader(ctx context.Context, cfg *pgxpool.Config, opt Options) (*Reader, error) {
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	r := &Reader{pool: pool, clock: opt.Clock}
	if r.clock == nil {
		r.clock = time.Now
	}
	if err := r.check(ctx, opt); err != nil {
		pool.Close()
		return nil, err
	}
	return r, nil
}

// Close gives the connections back.
func (s *Store) Close() {
	s.mint.close()
	s.Reader.Close()
}

// withoutPassword keeps a connection string with its password out of messages.
func withoutPassword(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// Close gives the connections back.
func (r *Reader) Close() { r.pool.Close() }

// Zone is the registry's time zone; its date is "today".
func (r *Reader) Zone() *time.Location { return r.zone }

// GridResolution is the H3 resolution of the grid.
func (r *Reader) GridResolution() int { return r.resolution }

// Today is the date in the registry's zone.
func (r *Reader) Today() registry.Date { return registry.DateOf(r.clock().In(r.zone)) }

// Ping asks the database whether it is there.
func (r *Reader) Ping(ctx context.Context) error { return wrap("ping", r.pool.Ping(ctx)) }

func (r *Reader) check(ctx context.Context, opt Options) error {
	have, err := schemaVersion(ctx, r.pool)
	if err != nil {
		return err
	}
	want, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if have != len(want) {
		return schemaError(have, len(want))
	}
	var owner bool
	err = r.pool.QueryRow(ctx, `
		select r.rolsuper or pg_has_role(current_user, c.relowner, 'usage')
		from pg_roles r, pg_class c
		where r.rolname = current_user and c.oid = 'building_version'::regclass`).Scan(&owner)
	if err != nil {
		return fmt.Errorf("check role: %w", err)
	}
	if owner && !opt.AllowOwner {
		return registry.Errorf(registry.Unavailable, "role",
			"--database-url connects as the owner of the tables or a superuser; serve as the app role, which cannot rewrite history")
	}
	var zone string
	err = r.pool.QueryRow(ctx, `select timezone, grid_resolution from registry`).Scan(&zone, &r.resolution)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	if r.zone, err = time.LoadLocation(zone); err != nil {
		return fmt.Errorf("time zone of the registry: %w", err)
	}
	return nil
}

// schemaError says which of the two is behind.
func schemaError(have, want int) error {
	help := "migrate it where it is written to: fangma db migrate"
	if have > want {
		help = "use a newer fangma"
	}
	return registry.Errorf(registry.Unavailable, "schema_version",
		"the database is at schema %d and this program needs %d; %s", have, want, help)
}

// now is the time of recording, in the precision that PostgreSQL keeps.
func (r *Reader) now() time.Time { return r.clock().UTC().Truncate(time.Microsecond) }

// wrap adds what was being done to an error, once; nil stays nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *registry.Error
	if errors.As(err, &known) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
