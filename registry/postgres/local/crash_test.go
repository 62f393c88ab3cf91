package local

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fangma is killed; its cluster is still there, with its work, and the next one takes it over.
func TestAdopt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	h := startHelper(t, "start", dir, nil)
	h.ready(t)
	exec1(t, h.url, "create table house (n int)")
	h.kill()
	if got := ask(t, h.url, "select 'alive'"); got != "alive" {
		t.Fatal("the cluster died with its fangma")
	}
	c := start(t, Config{Dir: dir})
	if c.pm.pid != h.postmaster {
		t.Errorf("postmaster %d, want the adopted %d", c.pm.pid, h.postmaster)
	}
	select {
	case <-c.Lost():
		t.Error("Lost before it was")
	default:
	}
	stop(t, c)
	<-c.Lost()
	ended(t, dir)
}

// A server that cannot be talked to is stopped, not doubled.
func TestAdoptUnreachable(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	h := startHelper(t, "start", dir, nil)
	h.ready(t)
	h.kill()
	if err := os.RemoveAll(filepath.Join(dir, "sockets")); err != nil {
		t.Fatal(err)
	}
	c := start(t, Config{Dir: dir, patience: 200 * time.Millisecond})
	if c.pm.pid == h.postmaster {
		t.Error("adopted a server without a socket")
	}
	if syscall.Kill(h.postmaster, 0) == nil && worksIn(h.postmaster, c.folder.data()) {
		t.Error("two postmasters on one folder")
	}
}

// The kill can come at any moment of a first start.
func TestKilledDuringFirstStart(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"postgres.new-*", "postgres.new-*/global", "postgres/PG_VERSION", "postgres/postmaster.pid"} {
		t.Run(strings.ReplaceAll(moment, "/", "|"), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(openTemp(t), "data")
			h := startHelper(t, "start", dir, nil)
			eventually(t, moment, func() bool {
				found, _ := filepath.Glob(filepath.Join(dir, moment))
				return len(found) > 0
			})
			h.kill()
			c := start(t, Config{Dir: dir})
			if got := ask(t, c.AppURL(DatabaseName), "select 'alive'"); got != "alive" {
				t.Error("does not work")
			}
			// The orphaned initdb may still have been writing when its folder was swept.
			stop(t, c)
			stop(t, start(t, Config{Dir: dir}))
			if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
				t.Error(err)
			}
		})
	}
}

// The kill comes between making the socket folder and giving it to PostgreSQL's user.
func TestKilledBeforeSocketsAreGivenAway(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	stop(t, start(t, Config{Dir: dir}))
	sockets := filepath.Join(dir, "sockets")
	if err := os.RemoveAll(sockets); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(sockets, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, start(t, Config{Dir: dir}).AppURL(DatabaseName), "select 'alive'"); got != "alive" {
		t.Error("does not work")
	}
}

// The postmaster is killed: no goodbye, its children still there, its pid file too.
func TestPostmasterKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	exec1(t, c.OwnerURL(DatabaseName), "create table house (n int)")
	exec1(t, c.OwnerURL(DatabaseName), "insert into house values (7)")
	go func() { // holds a backend in the middle of a query; its error is the point
		_ = exec.Command(c.Install().Tool("psql"), c.OwnerURL(DatabaseName), "-c", "select pg_sleep(20)").Run()
	}()
	eventually(t, "a busy backend", func() bool {
		return ask(t, c.SuperURL("postgres"), "select count(*)::text from pg_stat_activity where query like 'select pg_sleep%'") == "1"
	})
	if err := syscall.Kill(c.pm.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Lost()
	stop(t, c)
	c = start(t, Config{Dir: dir})
	if got := ask(t, c.OwnerURL(DatabaseName), "select n::text from house"); got != "7" {
		t.Errorf("a committed row is %q, want 7", got)
	}
}

// After a crash the pid in the old file may belong to anything.
func TestStalePID(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	stop(t, c)
	other := c.folder.owner.command("/", "sleep", "600")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	stale := fmt.Sprintf("%d\n%s\n1700000000\n5432\n%s\n\n  12345678         7\nready   \n", other.Process.Pid, c.folder.data(), c.SocketDir())
	for _, path := range []string{filepath.Join(c.folder.data(), "postmaster.pid"), filepath.Join(c.SocketDir(), ".s.PGSQL.5432.lock")} {
		if err := os.WriteFile(path, []byte(stale), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.folder.owner.own(path); err != nil {
			t.Fatal(err)
		}
	}
	start(t, Config{Dir: dir})
	if err := syscall.Kill(other.Process.Pid, 0); err != nil {
		t.Errorf("the bystander: %v", err)
	}
}

// Ctrl-C in a terminal goes to the whole foreground group.
func TestInterruptSparesTheCluster(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	h := startHelper(t, "start", dir, nil)
	h.ready(t)
	if err := syscall.Kill(-h.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = h.cmd.Wait() // the helper dies of it; fangma would now say its farewell to the database
	if got := ask(t, h.url, "select 'alive'"); got != "alive" {
		t.Error("the interrupt reached PostgreSQL")
	}
	start(t, Config{Dir: dir})
}

// What PostgreSQL says about its failure is in the error, and the folder works once it is mended.
func TestBrokenSettings(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	stop(t, start(t, Config{Dir: dir}))
	custom := filepath.Join(dir, "custom.conf")
	if err := os.WriteFile(custom, []byte("shared_bufers = 1GB\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "shared_bufers") {
		t.Fatalf("error %v, want PostgreSQL's own words", err)
	}
	if err := os.Remove(custom); err != nil {
		t.Fatal(err)
	}
	start(t, Config{Dir: dir})
}
