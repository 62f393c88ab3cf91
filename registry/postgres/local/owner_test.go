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
	text, err := os.ReadFile(os.Args[0]) // lies where nobody cannot go
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, text, 0o755); err != nil {
		t.Fatal(err)
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
