package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

type dbCommand struct {
	Migrate dbMigrateCommand `cmd:"" help:"Bring a database up to this program, or set up an empty one. Needs the owner."`
	Status  dbStatusCommand  `cmd:"" help:"Say how the database is."`
	Backup  dbBackupCommand  `cmd:"" help:"Write the whole registry to a file, and check the file."`
	Verify  dbVerifyCommand  `cmd:"" help:"Check everything that must be true of a registry, and compare it with its own history."`
	Restore dbRestoreCommand `cmd:"" help:"Fill an empty registry from a backup, and skip the codes that may have been given out since."`
}

// dbMigrateCommand is for a database of one's own; the private cluster is
// migrated at every start.
type dbMigrateCommand struct {
	registryConfig `embed:""`
	AppRole        string `default:"${app_role}" placeholder:"ROLE" help:"The role that serves, for a database of your own. Default: ${default}."`
}

func (cmd *dbMigrateCommand) Run(ctx context.Context, c *console) error {
	if cmd.OwnerURL == "" && cmd.DatabaseURL != "" {
		return errors.New("--owner-url is needed: the application's role may not change tables")
	}
	if cmd.OwnerURL != "" {
		if err := postgres.Migrate(ctx, cmd.OwnerURL, cmd.AppRole, cmd.settings()); err != nil {
			return err
		}
		have, _, err := postgres.SchemaVersion(ctx, cmd.OwnerURL)
		if err != nil {
			return err
		}
		c.printf("the database is at schema %d; %s may serve it\n", have, cmd.AppRole)
		return nil
	}
	return cmd.doMaking(ctx, c, func(o *opened) error {
		have, _, err := postgres.SchemaVersion(ctx, o.url)
		if err != nil {
			return err
		}
		c.printf("the database is at schema %d\n", have)
		return nil
	})
}

type dbStatusCommand struct {
	registryConfig `embed:""`
}

func (cmd *dbStatusCommand) Run(ctx context.Context, c *console) error {
	if cmd.DatabaseURL != "" {
		// A database of another schema cannot be opened; say so first.
		have, want, err := postgres.SchemaVersion(ctx, cmd.DatabaseURL)
		if err != nil {
			return err
		}
		if have != want {
			c.printf("schema     %d; this program needs %d: fangma db migrate --owner-url URL\n", have, want)
			return exit(exitFailed)
		}
	}
	return cmd.do(ctx, c, func(o *opened) error {
		have, _, err := postgres.SchemaVersion(ctx, o.url)
		if err != nil {
			return err
		}
		accounts, err := o.Accounts(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintf(table, "schema\t%d, which is what this program needs\n", have)
		fmt.Fprintf(table, "time zone\t%s, today is %s\n", o.Zone(), o.Today())
		fmt.Fprintf(table, "grid\tH3 resolution %d\n", o.GridResolution())
		fmt.Fprintf(table, "accounts\t%d\n", len(accounts))
		if o.cluster != nil {
			fmt.Fprintf(table, "data folder\t%s\n", o.cluster.Dir())
			fmt.Fprintf(table, "PostgreSQL\t%s, private\n", o.cluster.Install().Version)
			fmt.Fprintf(table, "socket\tpsql -h %s -U %s %s\n", o.cluster.SocketDir(), local.AppRole, local.DatabaseName)
		}
		return table.Flush()
	})
}
