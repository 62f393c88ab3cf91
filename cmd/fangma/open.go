package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

// opened is a registry that a command works on.
type opened struct {
	*postgres.Store
	reader  *postgres.Reader // in place of the store, for a server that only reads
	cluster *local.Cluster   // nil when the database is somebody else's
	url     string           // of the role that serves
	owner   string           // of the role that owns the tables; "" if it was not given
	data    string           // the --data with which other commands reach this registry; "" for none
}

// open reaches the registry of the configuration, making, starting and
// migrating the private cluster as needed. Beside a running server it uses the
// server's cluster.
func (cfg registryConfig) open(ctx context.Context, c *console) (*opened, error) {
	return cfg.enter(ctx, c, local.Join)
}

// serve is open for the one process that serves a data folder.
func (cfg registryConfig) serve(ctx context.Context, c *console) (*opened, error) {
	return cfg.enter(ctx, c, local.Start)
}

func (cfg registryConfig) enter(ctx context.Context, c *console,
	enter func(context.Context, local.Config) (*local.Cluster, error)) (_ *opened, err error) {
	o := &opened{data: cfg.Data}
	urls := connection{app: cfg.DatabaseURL, owner: cfg.OwnerURL}
	if cfg.DatabaseURL == "" {
		if cfg.OwnerURL != "" {
			return nil, errors.New("--owner-url without --database-url: the private cluster has its own owner")
		}
		dir, err := cfg.folder()
		if err != nil {
			return nil, err
		}
		if o.cluster, err = enter(ctx, local.Config{Dir: dir, Log: c.Note}); err != nil {
			return nil, err
		}
		urls = connection{app: o.cluster.AppURL(local.DatabaseName), owner: o.cluster.OwnerURL(local.DatabaseName)}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if urls.owner != "" {
		if err := urls.migrate(ctx, cfg.settings()); err != nil {
			return nil, err
		}
	}
	o.url, o.owner = urls.app, urls.owner
	o.Store, err = postgres.Open(ctx, urls.app, postgres.Options{})
	return o, err
}

// command spells a command of this program for the same registry.
func (o *opened) command(words string) string {
	words = os.Args[0] + " " + words // as it was called, for one that is not in the PATH
	if o.data == "" {
		return words
	}
	return words + " --data " + o.data
}

// stopPatience is how long a cluster may take to write everything down.
const stopPatience = time.Minute

// close gives the connections back and leaves the cluster, which stops with
// its last user. It works after the command's own context has ended.
func (o *opened) close() error {
	if o.Store != nil {
		o.Store.Close()
	}
	if o.reader != nil {
		o.reader.Close()
	}
	if o.cluster == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	return o.cluster.Stop(ctx)
}

// lost is closed when the private cluster has ended by itself; it never is for
// a foreign database.
func (o *opened) lost() <-chan struct{} {
	if o.cluster == nil {
		return nil
	}
	return o.cluster.Lost()
}

// do opens the registry for the duration of one piece of work. A slip in
// --data must not make a new registry, and then say that nothing is in it.
func (cfg registryConfig) do(ctx context.Context, c *console, work func(*opened) error) error {
	if cfg.DatabaseURL == "" {
		dir, err := cfg.folder()
		if err != nil {
			return err
		}
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no registry in %s: fangma serve makes one, as do import and user add; or choose another folder with --data", dir)
		}
	}
	return cfg.doMaking(ctx, c, work)
}

// doMaking is do for work that a new registry can begin with.
func (cfg registryConfig) doMaking(ctx context.Context, c *console, work func(*opened) error) (err error) {
	o, err := cfg.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	return work(o)
}

func (cfg registryConfig) folder() (string, error) {
	if cfg.Data != "" {
		return cfg.Data, nil
	}
	return dataFolder()
}

func (cfg registryConfig) settings() postgres.Settings {
	return postgres.Settings{Timezone: cfg.TimeZone, GridResolution: cfg.GridResolution}
}

// connection is how one database is reached in its two roles.
type connection struct{ app, owner string }

// migrate brings the schema up to this program and lets the role of the
// application's URL serve.
func (urls connection) migrate(ctx context.Context, s postgres.Settings) error {
	role := local.AppRole
	if urls.app != "" {
		u, err := url.Parse(urls.app)
		if err != nil || u.User.Username() == "" {
			return errors.New("--database-url names no user: postgres://USER@HOST/DATABASE")
		}
		role = u.User.Username()
	}
	if err := postgres.Migrate(ctx, urls.owner, role, s); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}
