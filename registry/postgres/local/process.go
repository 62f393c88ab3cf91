package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// worksIn tells whether that process lives and is PostgreSQL working in the data folder. The pid
// in a stale file may long belong to another program.
func worksIn(pid int, data string) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	if runtime.GOOS == "linux" {
		cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
		return err == nil && cwd == data
	}
	out, err := exec.Command("ps", "-p", strconv.Itoa(pid), "-o", "command=").Output()
	return err == nil && strings.Contains(string(out), data)
}

// workers gives every process that works in the data folder, as far as the system tells.
func workers(data string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && pid != os.Getpid() && worksIn(pid, data) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// clearStale readies a folder without a postmaster for a new one. Children of a postmaster that
// was killed notice and end by themselves, one in the middle of a long query late; starting
// beside them would ruin the data. Files that name a pid are removed, since PostgreSQL takes
// whatever has that pid now, be it a zombie, for a server.
func (f *folder) clearStale(ctx context.Context) error {
	for wait := time.Now(); ; {
		pids := workers(f.data())
		if len(pids) == 0 {
			break
		}
		switch waited := time.Since(wait); {
		case waited > 30*time.Second:
			return fmt.Errorf("processes of an earlier PostgreSQL still work in %s: %v", f.data(), pids)
		case waited > 3*time.Second:
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGTERM) // it may have ended just now
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	if runtime.GOOS != "linux" {
		return nil // nothing here could be sure that nobody works in the folder
	}
	sockets, err := f.socketDir()
	if err != nil {
		return err
	}
	for _, path := range []string{
		filepath.Join(f.data(), "postmaster.pid"),
		filepath.Join(sockets, ".s.PGSQL.5432.lock"), // names a pid too, and the folder is ours alone
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove stale pid file: %w", err)
		}
	}
	return nil
}
