// Package local runs Fangma's private PostgreSQL cluster: a real PostGIS server, made from the
// system's packages, that lives in Fangma's data folder, listens on a Unix socket only and needs
// no administrator.
//
// Several Fangma processes may use one folder at the same time. One of them at most is the server
// ([Start]); commands such as an import come beside it ([Join]). Whoever leaves last stops the
// cluster. A process that is killed leaves the cluster running, and the next one adopts it.
package local

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"
)

// The roles and the database that every private cluster has.
const (
	Superuser    = "postgres"     // makes extensions and test databases; Fangma never serves as it
	OwnerRole    = "fangma_owner" // migrates, backs up, restores
	AppRole      = "fangma_app"   // serves; owns nothing
	DatabaseName = "fangma"
)

// Config says where the cluster lives and as whom it runs. Only Dir is needed.
type Config struct {
	// Dir is Fangma's data folder; the cluster is in its sub-folder "postgres". It is made, open
	// to nobody else, when it does not exist.
	Dir string
	// User is the operating-system user that PostgreSQL runs as when Fangma is root, because
	// PostgreSQL refuses to be root; "postgres" when empty. An existing cluster keeps its owner.
	User string
	// Log receives one line per noteworthy step. Nil is silent.
	Log func(format string, args ...any)

	installs []Install     // what to choose from; nil looks at this machine
	patience time.Duration // how long a running server may be silent before it is stopped; 0 is 10 s
	unsafe   bool          // no durability at all; only Shared sets it
}

func (c Config) logf(format string, args ...any) {
	if c.Log != nil {
		c.Log(format, args...)
	}
}

// Cluster is a running private cluster that this process uses.
type Cluster struct {
	cfg    Config
	folder *folder
	pm     *postmaster
	server *flock // held by the one process that serves; nil in others
	users  *flock // held, shared, by every process that uses the cluster

	stop    sync.Once
	stopErr error
}

// ServedError says that another Fangma process already serves this data folder.
type ServedError struct {
	Dir string
	PID int // 0 when the other process does not say
}

func (e *ServedError) Error() string {
	who := "another fangma process"
	if e.PID != 0 {
		who = "pid " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("the data folder %s is already served by %s: stop that one first, or choose another folder with --data", e.Dir, who)
}

// Start makes the cluster when the folder is new, starts it or adopts the one still running there,
// and waits until it answers and has its roles, database and extensions. The process is then the
// folder's server: a second Start fails with *ServedError. Missing software is reported as
// *MissingError, another PostgreSQL version's data as *VersionError.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	return enter(ctx, cfg, true)
}

// Join is Start for a command that comes beside the server or instead of it: it uses the running
// cluster, else starts it, and never fails because a server is there.
func Join(ctx context.Context, cfg Config) (*Cluster, error) {
	return enter(ctx, cfg, false)
}

func enter(ctx context.Context, cfg Config, serve bool) (*Cluster, error) {
	f, err := openFolder(cfg)
	if err != nil {
		return nil, err
	}
	c := &Cluster{cfg: cfg, folder: f}
	if err := c.enter(ctx, serve); err != nil {
		c.server.release()
		c.users.release()
		f.close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) enter(ctx context.Context, serve bool) error {
	var err error
	if serve {
		if c.server, err = c.folder.lockServer(ctx); err != nil {
			return err
		}
	}
	// The gate makes starting and stopping one thing at a time. It is held for the whole start,
	// so a second process waits instead of finding half a cluster.
	gate, err := c.folder.lock(ctx, "gate.lock", exclusive)
	if err != nil {
		return err
	}
	defer gate.release()
	if c.users, err = c.folder.lock(ctx, "users.lock", shared); err != nil {
		return err
	}
	alone, err := c.users.alone(ctx)
	if err != nil {
		return err
	}
	if c.pm, err = c.folder.run(ctx, alone); err != nil {
		return err
	}
	if err := c.prepare(ctx, alone); err != nil {
		// Nobody would stop what this process has just started.
		if alone {
			err = errors.Join(err, c.pm.stop(context.WithoutCancel(ctx)))
		}
		return err
	}
	return nil
}

// Stop leaves the cluster and, when no other Fangma process uses it, shuts it down cleanly and
// waits for that. It needs a context of its own: the one that Ctrl-C cancels is already over. When
// ctx ends first the error says so and the shutdown goes on by itself. Later calls do nothing and
// give the same answer.
func (c *Cluster) Stop(ctx context.Context) error {
	c.stop.Do(func() { c.stopErr = c.leave(ctx) })
	return c.stopErr
}

func (c *Cluster) leave(ctx context.Context) error {
	defer c.folder.close()
	defer c.server.release()
	defer c.users.release()
	gate, err := c.folder.lock(ctx, "gate.lock", exclusive)
	if err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	defer gate.release()
	last, err := c.users.tryExclusive()
	if err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	if !last {
		c.cfg.logf("PostgreSQL keeps running for another fangma process, which will stop it")
		return nil
	}
	if err := c.pm.stop(ctx); err != nil {
		return err
	}
	if c.pm.sockets != c.folder.path("sockets") {
		_ = os.Remove(c.pm.sockets) // in /tmp, and made again at the next start
	}
	return nil
}

// Lost is closed when the cluster has ended, by Stop or by itself. A server that sees it close
// before Stop has lost its database and should end with an error, so that whatever supervises it
// starts it again.
func (c *Cluster) Lost() <-chan struct{} { return c.pm.gone }

// Log gives the last lines of the cluster's log, for error messages.
func (c *Cluster) Log() string { return c.folder.logTail() }

// Dir is the data folder as an absolute path.
func (c *Cluster) Dir() string { return c.folder.dir }

// SocketDir is the folder of the Unix socket, for psql -h.
func (c *Cluster) SocketDir() string { return c.pm.sockets }

// Install is the PostgreSQL that runs the cluster; its BinDir has pg_dump and pg_restore.
func (c *Cluster) Install() Install { return c.folder.install }

// AppURL is the connection string of the role that serves.
func (c *Cluster) AppURL(database string) string { return c.url(AppRole, database) }

// OwnerURL is the connection string of the role that migrates, backs up and restores.
func (c *Cluster) OwnerURL(database string) string { return c.url(OwnerRole, database) }

// SuperURL is the connection string of the cluster's superuser.
func (c *Cluster) SuperURL(database string) string { return c.url(Superuser, database) }

func (c *Cluster) url(role, database string) string { return c.pm.url(role, database) }

func socketURL(sockets string, port int, role, database string) string {
	// Not url.Values.Encode: to libpq and pgx a plus sign is not a space.
	u := url.URL{
		Scheme:   "postgres",
		User:     url.User(role),
		Path:     "/" + database,
		RawQuery: "host=" + url.PathEscape(sockets) + "&port=" + strconv.Itoa(port),
	}
	return u.String()
}
