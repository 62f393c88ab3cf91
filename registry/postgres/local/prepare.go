package local

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// extensions are what Fangma's schema stands on.
var extensions = []string{"postgis", "pg_trgm", "btree_gist"}

// prepare makes what every cluster has: the two roles and Fangma's database. Each step looks
// first, so a crash between two of them is made good by the next start.
func (c *Cluster) prepare(ctx context.Context, alone bool) error {
	conn, err := c.connect(ctx, "postgres")
	if err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if alone && c.cfg.unsafe {
		if err := dropTests(ctx, conn); err != nil {
			return err
		}
	}
	for role, options := range map[string]string{
		// A dump must hold every row, also those of tables that force row-level security.
		OwnerRole: "login bypassrls",
		AppRole:   "login",
	} {
		var there bool
		err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role).Scan(&there)
		if err == nil && !there {
			_, err = conn.Exec(ctx, "create role "+role+" "+options)
		}
		if err != nil {
			return fmt.Errorf("make role %s: %w", role, err)
		}
	}
	// A bulk import may choose how its log is compressed.
	if _, err := conn.Exec(ctx, "grant set on parameter wal_compression to "+OwnerRole); err != nil {
		return fmt.Errorf("prepare PostgreSQL: %w", err)
	}
	return c.createDatabase(ctx, conn, DatabaseName)
}

// CreateDatabase makes a database that the owner role owns, with Fangma's extensions, unless it is
// there.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	conn, err := c.connect(ctx, "postgres")
	if err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	return c.createDatabase(ctx, conn, name)
}

func (c *Cluster) createDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var there bool
	err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	if err == nil && !there {
		_, err = conn.Exec(ctx, "create database "+quoteName(name)+" owner "+OwnerRole)
	}
	if err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	// Extensions belong to one database, so this needs a connection to it.
	inside, err := c.connect(ctx, name)
	if err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	defer inside.Close(ctx)
	for _, e := range extensions {
		if err := c.extend(ctx, inside, e); err != nil {
			return fmt.Errorf("extension %s in database %s: %w", e, name, err)
		}
	}
	return nil
}

// extend installs the extension, or brings it to the version of the software that is installed
// now: the system's update replaces the library, and the functions in the database must follow.
func (c *Cluster) extend(ctx context.Context, conn *pgx.Conn, name string) error {
	var available string
	var installed *string
	err := conn.QueryRow(ctx, `
		select default_version, installed_version
		from pg_available_extensions where name = $1`, name).Scan(&available, &installed)
	if err != nil {
		return err
	}
	switch {
	case installed == nil:
		_, err = conn.Exec(ctx, "create extension "+name)
	case *installed != available:
		c.cfg.logf("updating %s from %s to %s", name, *installed, available)
		_, err = conn.Exec(ctx, "alter extension "+name+" update")
	}
	return err
}

func (c *Cluster) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, c.SuperURL(database))
}

func quoteName(name string) string { return pgx.Identifier{name}.Sanitize() }
