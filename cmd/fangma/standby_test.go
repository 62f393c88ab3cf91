package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"fangma/registry/postgres/local"
)

// standby is a streaming replica of a private cluster, made by PostgreSQL's own
// means. It belongs to whom the cluster belongs to, whom the cluster's socket
// lets in.
type standby struct {
	t       *testing.T
	install local.Install
	dir     string
	cmd     *exec.Cmd
}

// newStandby copies the cluster in a data folder, which must be running.
func newStandby(t *testing.T, data string) *standby {
	t.Helper()
	primary, err := local.Join(t.Context(), local.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := primary.Stop(context.Background()); err != nil { // leaves it to the server
			t.Error(err)
		}
	}()
	s := &standby{t: t, install: primary.Install(), dir: openTempDir(t)}
	s.own(s.dir)
	out, err := s.run("pg_basebackup", "-D", s.data(), "-d", primary.SuperURL("postgres"), "-R", "-X", "stream", "-c", "fast").CombinedOutput()
	if err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	return s
}

func (s *standby) data() string { return filepath.Join(s.dir, "data") }

// run prepares one of PostgreSQL's programs, which refuse to be root.
func (s *standby) run(tool string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.install.Tool(tool), args...)
	cmd.Dir = s.dir
	if uid, gid, drop := s.owner(); drop {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	return cmd
}

// owner is whom PostgreSQL runs as when this is root.
func (s *standby) owner() (uid, gid int, drop bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		s.t.Fatal(err)
	}
	uid, _ = strconv.Atoi(u.Uid) // a number, on every system with fork
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, true
}

func (s *standby) own(dir string) {
	if uid, gid, drop := s.owner(); drop {
		if err := os.Chown(dir, uid, gid); err != nil {
			s.t.Fatal(err)
		}
	}
}

// start runs it until it answers.
func (s *standby) start() {
	s.t.Helper()
	s.cmd = s.run("postgres", "-D", s.data(), "-c", "listen_addresses=", "-c", "port=5432",
		"-c", "unix_socket_directories="+s.dir, "-c", "logging_collector=off", "-c", "log_min_messages=fatal", "-c", "dynamic_shared_memory_type=sysv")
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); s.run("pg_isready", "-h", s.dir).Run() != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("the standby does not answer")
		}
	}
}

// kill ends it as a power cut does.
func (s *standby) kill() {
	if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		s.t.Error(err)
	}
	_ = s.cmd.Wait() // says that it was killed
}

// url is how the role that serves reaches it.
func (s *standby) url() string {
	return "postgres://" + local.AppRole + "@/" + local.DatabaseName + "?host=" + url.QueryEscape(s.dir)
}
