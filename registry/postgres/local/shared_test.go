package local

import (
	"os"
	"os/exec"
	"testing"
)

// Test processes share one cluster, which ends soon after the last of them, however that ends.
func TestShared(t *testing.T) {
	t.Parallel()
	tmp := openTemp(t)
	in := func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, "TMPDIR="+tmp) }
	a, b := startHelper(t, "shared", "-", in), startHelper(t, "shared", "-", in)
	a.ready(t)
	b.ready(t)
	if a.postmaster != b.postmaster {
		t.Fatalf("two clusters: %d and %d", a.postmaster, b.postmaster)
	}
	if got := ask(t, a.url, "select current_setting('fsync')"); got != "off" {
		t.Errorf("fsync %s", got)
	}
	exec1(t, a.url, "create database test_left")
	exec1(t, a.url, "create database kept")
	a.finish(t)
	if got := ask(t, b.url, "select 'alive'"); got != "alive" {
		t.Error("the first to end stopped it")
	}
	b.kill()
	eventually(t, "the cluster's end", func() bool { return len(postgresBelow(tmp)) == 0 })

	c := startHelper(t, "shared", "-", in)
	c.ready(t)
	if got := ask(t, c.url, "select string_agg(datname, ' ') from pg_database where datname in ('test_left', 'kept')"); got != "kept" {
		t.Errorf("databases left: %s", got)
	}
	// A postmaster that died without a word leaves nothing worth recovering.
	if p, err := os.FindProcess(c.postmaster); err == nil {
		_ = p.Kill()
	}
	c.kill()
	d := startHelper(t, "shared", "-", in)
	d.ready(t)
	if got := ask(t, d.url, "select count(*)::text from pg_database where datname = 'kept'"); got != "0" {
		t.Error("a cluster without fsync was recovered")
	}
	d.finish(t)
	eventually(t, "the cluster's end", func() bool { return len(postgresBelow(tmp)) == 0 })
}
