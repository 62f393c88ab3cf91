package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

type dbBackupCommand struct {
	registryConfig `embed:""`
	File           string `arg:"" help:"File to write; it must not exist."`
}

func (cmd *dbBackupCommand) Run(ctx context.Context, c *console) error {
	return cmd.asOwner(ctx, c, local.Join, func(db owned) error {
		untouched, migrated, err := postgres.Untouched(ctx, db.url)
		if err != nil {
			return err
		}
		if !migrated {
			return errors.New("there is no registry to back up")
		}
		if err := postgres.SeesAll(ctx, db.url); err != nil {
			return err
		}
		if err := db.install.Dump(ctx, db.url, cmd.File, postgres.NotDumped()); err != nil {
			return err
		}
		if err := checkBackup(ctx, db.install, cmd.File); err != nil {
			return err
		}
		st, err := os.Stat(cmd.File)
		if err != nil {
			return err
		}
		c.printf("%s holds the whole registry, %.1f MB, read back and found complete\n", cmd.File, float64(st.Size())/1e6)
		if untouched {
			c.printf("the registry is empty\n")
		}
		c.printf("keep it as safe as the registry itself: it holds the key of the codes and the accounts\n")
		return nil
	})
}

// checkBackup sees that the file holds what a registry cannot do without.
func checkBackup(ctx context.Context, install local.Install, file string) error {
	tables, err := install.Contents(ctx, file)
	if err != nil {
		return err
	}
	for _, t := range postgres.MustBeDumped() {
		if !slices.Contains(tables, t) {
			return fmt.Errorf("%s is not a whole backup of a registry: the table %s is not in it", file, t)
		}
	}
	return nil
}

type dbRestoreCommand struct {
	registryConfig `embed:""`
	File           string `arg:"" optional:"" help:"A file that fangma db backup wrote."`
	Advance        bool   `help:"Restore nothing, but let a registry that was restored or promoted by other means mint codes again: skip 10,000,000 codes of each kind."`
}

func (cmd *dbRestoreCommand) Run(ctx context.Context, c *console) error {
	if cmd.Advance == (cmd.File != "") {
		return errors.New("give either the file to restore or --advance")
	}
	if cmd.Advance {
		return cmd.asOwner(ctx, c, local.Join, func(db owned) error {
			_, migrated, err := postgres.Untouched(ctx, db.url)
			if err != nil {
				return err
			}
			if !migrated {
				return errors.New("there is no registry here")
			}
			return cmd.afterRestore(ctx, c, db)
		})
	}
	if _, err := os.Stat(cmd.File); err != nil {
		return err
	}
	// As the server of the folder: nobody may be at work in it meanwhile.
	return cmd.asOwner(ctx, c, local.Start, func(db owned) error {
		if err := checkBackup(ctx, db.install, cmd.File); err != nil {
			return err
		}
		if err := db.makeRoom(ctx); err != nil {
			return err
		}
		if err := db.install.Restore(ctx, db.url, cmd.File); err != nil {
			return err
		}
		c.printf("restored %s\n", cmd.File)
		return cmd.afterRestore(ctx, c, db)
	})
}

func (cmd *dbRestoreCommand) afterRestore(ctx context.Context, c *console, db owned) error {
	// A backup of an older program is brought up to this one.
	if err := (connection{app: cmd.DatabaseURL, owner: db.url}).migrate(ctx, cmd.settings()); err != nil {
		return err
	}
	if err := postgres.AfterRestore(ctx, db.url); err != nil {
		return err
	}
	c.printf("skipped 10,000,000 codes of each kind, which may have been given out since; everybody has to sign in again\n" +
		"API tokens that were revoked since the backup are valid again: look at fangma user list\n")
	return nil
}

// owned is a database as its owner sees it, and the programs that read and fill it.
type owned struct {
	url     string
	install local.Install
	cluster *local.Cluster // nil when the database is somebody else's
}

// asOwner reaches the database as its owner, without migrating it.
func (cfg registryConfig) asOwner(ctx context.Context, c *console,
	enter func(context.Context, local.Config) (*local.Cluster, error), work func(owned) error) (err error) {
	if cfg.OwnerURL != "" {
		install, err := local.Find()
		if err != nil {
			return err
		}
		return work(owned{url: cfg.OwnerURL, install: install})
	}
	if cfg.DatabaseURL != "" {
		return errors.New("--owner-url is needed: the application's role may not read or write everything")
	}
	dir, err := cfg.folder()
	if err != nil {
		return err
	}
	cluster, err := enter(ctx, local.Config{Dir: dir, Log: c.Note})
	if err != nil {
		return err
	}
	o := opened{cluster: cluster}
	defer func() { err = errors.Join(err, o.close()) }()
	return work(owned{url: cluster.OwnerURL(local.DatabaseName), install: cluster.Install(), cluster: cluster})
}

// makeRoom leaves an empty database, and refuses to where something is in it.
func (db owned) makeRoom(ctx context.Context) error {
	untouched, migrated, err := postgres.Untouched(ctx, db.url)
	switch {
	case err != nil:
		return err
	case !untouched:
		return errors.New("there is a registry here already, and a restore does not overwrite one: choose an empty folder with --data, or an empty database")
	case !migrated:
		return nil
	case db.cluster == nil:
		return errors.New("the database holds the tables of an empty registry: make a new database with the extensions postgis, pg_trgm and btree_gist for the restore")
	}
	return db.cluster.Recreate(ctx, local.DatabaseName)
}
