package local

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody makes a helper run as an ordinary user that is not PostgreSQL's.
func nobody(t *testing.T) func(*exec.Cmd) {
	t.Helper()
	dir := openTemp(t)
	binary := filepath.Join(dir, "fangma")
	// It lies where nobody cannot go. Not copied by this process: a child that a parallel test forks
	// meanwhile would hold it open for writing, and it could not be run.
	if out, err := exec.Command("install", "-m", "755", os.Args[0], binary).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return func(cmd *exec.Cmd) {
		cmd.Path, cmd.Dir = binary, "/"
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
}

// What only root can try: being somebody else. For an ordinary user all other tests are that.
func TestAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	t.Run("ordinary user", func(t *testing.T) {
		t.Parallel()
		base := openTemp(t)
		if err := os.Chmod(base, 0o777); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(base, "data")
		h := startHelper(t, "start", dir, nobody(t))
		h.ready(t)
		var st syscall.Stat_t
		if err := syscall.Stat(filepath.Join(dir, "postgres"), &st); err != nil || st.Uid != 65534 {
			t.Errorf("the cluster belongs to %d, %v", st.Uid, err)
		}
		h.kill()
		// Root takes over without changing whose it is.
		c := start(t, Config{Dir: dir})
		stop(t, c)
		stop(t, start(t, Config{Dir: dir}))
		h = startHelper(t, "start", dir, nobody(t))
		h.ready(t)
		h.finish(t)
	})
	t.Run("stranger", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(openTemp(t), "data")
		c := start(t, Config{Dir: dir})
		h := startHelper(t, "start", dir, nobody(t))
		h.stdout.Scan()
		if got := h.stdout.Text(); !strings.Contains(got, "run fangma as the user who owns") {
			t.Errorf("a stranger's start says %q", got)
		}
		// Even with every folder open, the server asks the kernel who it is.
		for _, path := range []string{dir, c.SocketDir()} {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(filepath.Join(c.SocketDir(), ".s.PGSQL.5432"), 0o777); err != nil {
			t.Fatal(err)
		}
		for _, url := range []string{c.SuperURL("postgres"), c.AppURL(DatabaseName)} {
			psql := exec.Command(c.Install().Tool("psql"), url, "-c", "select 1")
			psql.Dir = "/"
			psql.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			if out, err := psql.CombinedOutput(); err == nil || !strings.Contains(string(out), "Peer authentication failed") {
				t.Errorf("a stranger's psql: %v, %s", err, out)
			}
		}
	})
	t.Run("closed folder", func(t *testing.T) {
		t.Parallel()
		base := openTemp(t)
		if err := os.Chmod(base, 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := Start(t.Context(), Config{Dir: filepath.Join(base, "data")})
		if err == nil || !strings.Contains(err.Error(), base+" is closed to it") {
			t.Errorf("error %v, want the folder that is closed", err)
		}
	})
	t.Run("no such user", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), Config{Dir: filepath.Join(openTemp(t), "data"), User: "nosuchuser"})
		if err == nil || !strings.Contains(err.Error(), "nosuchuser") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("links", func(t *testing.T) {
		t.Parallel()
		// Who gets hold of PostgreSQL's user must not get root's files with it.
		base := openTemp(t)
		dir, victim := filepath.Join(base, "data"), filepath.Join(base, "victim")
		if err := os.WriteFile(victim, []byte("root's"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"users.lock", "log/start.log", "postgres/pg_hba.conf.new"} {
			stop(t, start(t, Config{Dir: dir}))
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(victim, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			// Settings that differ are written again.
			if err := os.WriteFile(filepath.Join(dir, "postgres/pg_hba.conf"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if c, err := Start(t.Context(), Config{Dir: dir}); err == nil {
				stop(t, c)
				t.Errorf("%s: Start followed a link out of the folder", name)
			}
			var st syscall.Stat_t
			if err := syscall.Stat(victim, &st); err != nil || st.Uid != 0 || st.Size != 6 {
				t.Errorf("%s: the victim now belongs to %d and has %d bytes, %v", name, st.Uid, st.Size, err)
			}
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("folder of others", func(t *testing.T) {
		t.Parallel()
		// Somebody's folder with something in it stays his.
		dir := openTemp(t)
		if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		start(t, Config{Dir: dir})
		var st syscall.Stat_t
		if err := syscall.Stat(dir, &st); err != nil || st.Uid != 0 {
			t.Errorf("the folder now belongs to %d, %v", st.Uid, err)
		}
	})
}
