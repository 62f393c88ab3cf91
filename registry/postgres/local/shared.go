package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// inUse is the test cluster that this process already uses. It is a variable of the package because
// tests, which call Shared one by one, have nothing in common that could hold it.
var inUse struct {
	sync.Mutex
	cluster *Cluster
}

// Shared gives tests the one cluster that all test processes of this user share, in a folder under
// os.TempDir. It is fast because it is NOT durable: nothing is synced to disk. Nothing but this
// function makes or opens such a cluster. Later calls of one process give the same one.
//
// It needs no Stop: a watcher stops the cluster two seconds after the last test process has ended,
// however that ended. The folder stays, so that the next run starts at once; databases named
// "test_…" are thrown away when nobody uses the cluster, all others stay.
func Shared(ctx context.Context) (*Cluster, error) {
	inUse.Lock()
	defer inUse.Unlock()
	if inUse.cluster != nil {
		return inUse.cluster, nil
	}
	c, err := share(ctx)
	if err != nil {
		return nil, fmt.Errorf("test cluster: %w", err)
	}
	inUse.cluster = c
	return c, nil
}

func share(ctx context.Context) (*Cluster, error) {
	install, err := Find()
	if err != nil {
		return nil, err
	}
	flockTool, err := exec.LookPath("flock")
	if err != nil {
		return nil, fmt.Errorf("the program flock is missing (on Debian: apt-get install util-linux): %w", err)
	}
	// One folder a user and a version, so that none is in another's way.
	name := fmt.Sprintf("fangma-test-%d-%d", os.Geteuid(), install.Major)
	c, err := Join(ctx, Config{Dir: filepath.Join(os.TempDir(), name), installs: []Install{install}, unsafe: true})
	if err != nil {
		return nil, err
	}
	if err := c.watch(flockTool); err != nil {
		return nil, err
	}
	return c, nil
}

// watcher waits until nobody holds the users lock, lingers, and if still nobody does, stops the
// cluster while it holds the lock itself, so that a newcomer waits for the end.
const watcher = `
while kill -0 "$pid"; do
	"$flock" -x "$lock" true
	sleep 2
	"$flock" -n -x "$lock" sh -c 'kill -INT "$pid" && while kill -0 "$pid"; do sleep 0.05; done'
done`

func (c *Cluster) watch(flockTool string) error {
	cmd := exec.Command("sh", "-c", watcher)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(),
		"flock="+flockTool, "lock="+c.folder.path("users.lock"), "pid="+strconv.Itoa(c.pm.pid))
	// A session of its own, or Ctrl-C on the tests would end it before its work.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// discard throws the test cluster away.
func (f *folder) discard(ctx context.Context) error {
	if err := f.clearStale(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(f.data()); err != nil {
		return fmt.Errorf("discard the test cluster: %w", err)
	}
	return nil
}

// dropTests removes the databases that tests left behind.
func dropTests(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `select datname from pg_database where starts_with(datname, 'test_')`)
	if err != nil {
		return fmt.Errorf("drop old test databases: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("drop old test databases: %w", err)
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, "drop database "+quoteName(name)+" with (force)"); err != nil {
			return fmt.Errorf("drop old test databases: %w", err)
		}
	}
	return nil
}
