package local

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestNewCluster(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data folder's, first")
	c := start(t, Config{Dir: dir})

	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC", "unix_socket_permissions": "0700",
	} {
		if got := ask(t, c.SuperURL(DatabaseName), "select current_setting('"+setting+"')"); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if got := ask(t, c.AppURL(DatabaseName), "select postgis_version()"); !strings.HasPrefix(got, "3.") {
		t.Errorf("PostGIS %s", got)
	}
	if got := ask(t, c.AppURL(DatabaseName), "select (similarity('阳光花园一栋', '阳光花园二栋') > 0)::text"); got != "true" {
		t.Errorf("pg_trgm does not see Chinese letters")
	}
	for url, want := range map[string]string{c.AppURL(DatabaseName): AppRole, c.OwnerURL(DatabaseName): OwnerRole} {
		if got := ask(t, url, "select current_user::text"); got != want {
			t.Errorf("%s is %s, want %s", url, got, want)
		}
		if got := ask(t, url, "select rolsuper::text from pg_roles where rolname = current_user"); got != "false" {
			t.Errorf("%s is a superuser", want)
		}
	}
	if st, err := os.Stat(c.SocketDir()); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("socket folder: %v, %v; want 0700", st.Mode(), err)
	}
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("data folder: %v, %v; want 0700", st.Mode(), err)
	}

	exec1(t, c.OwnerURL(DatabaseName), "create table house (n int); insert into house values (7)")
	stop(t, c)
	ended(t, dir)
	again := start(t, Config{Dir: dir})
	if got := ask(t, again.OwnerURL(DatabaseName), "select n::text from house"); got != "7" {
		t.Errorf("second start: %s, want 7", got)
	}
}

// An operator may tune, but not give away what was acknowledged, nor open a port.
func TestDurabilityCannotBeTurnedOff(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	exec1(t, c.SuperURL("postgres"), "alter system set fsync = off")
	exec1(t, c.SuperURL("postgres"), "alter system set full_page_writes = off")
	stop(t, c)
	custom := "work_mem = 3MB\nfsync = off\nlisten_addresses = '*'\n"
	if err := os.WriteFile(filepath.Join(dir, "custom.conf"), []byte(custom), 0o644); err != nil {
		t.Fatal(err)
	}
	c = start(t, Config{Dir: dir})
	for setting, want := range map[string]string{"fsync": "on", "full_page_writes": "on", "listen_addresses": "", "work_mem": "3MB"} {
		if got := ask(t, c.SuperURL("postgres"), "select current_setting('"+setting+"')"); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
}

func TestTwoServers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	h := startHelper(t, "start", dir, nil)
	h.ready(t)

	_, err := Start(t.Context(), Config{Dir: dir})
	served, ok := errors.AsType[*ServedError](err)
	if !ok || served.PID != h.cmd.Process.Pid {
		t.Fatalf("second Start: %v, want a ServedError for pid %d", err, h.cmd.Process.Pid)
	}

	// A command comes beside it, uses the same server and leaves it alone.
	c, err := Join(t.Context(), Config{Dir: dir, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	if c.pm.pid != h.postmaster {
		t.Errorf("Join found postmaster %d, want %d", c.pm.pid, h.postmaster)
	}
	stop(t, c)
	if got := ask(t, h.url, "select 'alive'"); got != "alive" {
		t.Error("Join's Stop stopped the server's cluster")
	}

	// The last to leave stops it, even if that is not the server.
	c, err = Join(t.Context(), Config{Dir: dir, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	h.finish(t)
	if got := ask(t, c.AppURL(DatabaseName), "select 'alive'"); got != "alive" {
		t.Error("the server stopped a cluster in use")
	}
	stop(t, c)
	ended(t, dir)
}

// Many at once in a new folder make one cluster.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	var all sync.WaitGroup
	clusters := make([]*Cluster, 6)
	for i := range clusters {
		all.Go(func() {
			c, err := Join(t.Context(), Config{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			clusters[i] = c
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	for _, c := range clusters {
		if c.pm.pid != clusters[0].pm.pid {
			t.Errorf("two postmasters: %d and %d", c.pm.pid, clusters[0].pm.pid)
		}
	}
	for _, c := range clusters {
		all.Go(func() {
			if err := c.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ended(t, dir)
}

// A Unix socket's path has 107 bytes; the data folder may be deeper.
func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), strings.Repeat("a-long-folder/", 12), "data")
	c := start(t, Config{Dir: dir})
	if strings.HasPrefix(c.SocketDir(), dir) {
		t.Errorf("socket folder %s is in the long one", c.SocketDir())
	}
	if st, err := os.Stat(c.SocketDir()); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("socket folder: %v, %v; want 0700", st.Mode(), err)
	}
	stop(t, c)
	sockets := c.SocketDir()
	if exists(sockets) {
		t.Errorf("Stop left %s", sockets)
	}

	// The name is known to everybody on the machine, so somebody may be there first.
	if err := os.Mkdir(sockets, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	if err := os.Chmod(sockets, 0o777); err != nil { // whatever the umask
		t.Fatal(err)
	}
	if c, err := Start(t.Context(), Config{Dir: dir}); err == nil {
		stop(t, c)
		t.Error("Start trusted a socket folder that everybody can write to")
	}
}

// A log is read by more people than a registry.
func TestLogHoldsNoContents(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	exec1(t, c.OwnerURL(DatabaseName), "create table secret (name text primary key)")
	conn := connect(t, c.OwnerURL(DatabaseName))
	for range 2 {
		_, _ = conn.Exec(t.Context(), "insert into secret values ($1)", "Lao Wang")
		_, _ = conn.Exec(t.Context(), "insert into secret values ('Lao Wang')", pgx.QueryExecModeSimpleProtocol)
	}
	stop(t, c)
	logs, err := filepath.Glob(filepath.Join(dir, "log", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	if !bytes.Contains(all, []byte("duplicate key")) {
		t.Errorf("the log does not report the error:\n%s", all)
	}
	if bytes.Contains(all, []byte("Lao Wang")) {
		t.Errorf("the log repeats a row's contents:\n%s", all)
	}
}
