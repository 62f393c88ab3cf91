package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	exclusive = syscall.LOCK_EX
	shared    = syscall.LOCK_SH
)

// flock is a lock on a file in the data folder. The kernel drops it when the process ends in
// whatever way, so a lock that is held always means a process that lives.
type flock struct{ file *os.File }

// lock waits for the lock of that name until ctx ends.
func (f *folder) lock(ctx context.Context, name string, how int) (*flock, error) {
	file, err := f.openLock(name)
	if err != nil {
		return nil, err
	}
	l := &flock{file}
	if err := l.wait(ctx, how); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

// lockServer takes the lock of the one process that serves this folder and writes its pid there
// for the next one's error message. A process that was killed while it started a program leaves the
// lock to that one for a moment, and a new holder has not written its pid at once: it waits for both.
func (f *folder) lockServer(ctx context.Context) (*flock, error) {
	file, err := f.openLock("server.lock")
	if err != nil {
		return nil, err
	}
	l := &flock{file}
	patience, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err = l.waitUnless(patience, exclusive, func() error {
		if pid := l.pid(); pid != 0 && !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return &ServedError{Dir: f.dir, PID: pid}
		}
		return nil
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = &ServedError{Dir: f.dir}
	}
	if err == nil {
		err = l.writePID()
	}
	if err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

func (f *folder) openLock(name string) (*os.File, error) {
	// Root makes these files too, and the owner must be able to come back without root.
	file, err := f.create(name, os.O_RDWR)
	if err != nil {
		return nil, f.explain(fmt.Errorf("open lock: %w", err))
	}
	return file, nil
}

// wait polls, because a blocked flock(2) cannot be given up when ctx ends.
func (l *flock) wait(ctx context.Context, how int) error {
	return l.waitUnless(ctx, how, func() error { return nil })
}

// waitUnless waits for the lock until ctx ends or hopeless gives an error.
func (l *flock) waitUnless(ctx context.Context, how int, hopeless func() error) error {
	for {
		ok, err := l.try(how)
		if ok || err != nil {
			return err
		}
		if err := hopeless(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", l.file.Name(), ctx.Err())
		case <-time.After(25 * time.Millisecond):
		}
	}
}

func (l *flock) try(how int) (bool, error) {
	for {
		err := syscall.Flock(int(l.file.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
		}
	}
}

// tryExclusive turns a shared lock into an exclusive one if nobody else holds it. When it fails
// the shared lock may be lost too, which suits a process that is leaving.
func (l *flock) tryExclusive() (bool, error) { return l.try(exclusive) }

// alone tells whether no other process holds this shared lock, and keeps it.
func (l *flock) alone(ctx context.Context) (bool, error) {
	only, err := l.try(exclusive)
	if err != nil {
		return false, err
	}
	return only, l.wait(ctx, shared)
}

func (l *flock) pid() int {
	text := make([]byte, 20)
	n, _ := l.file.ReadAt(text, 0) // it is shorter, and may be empty
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	return pid
}

func (l *flock) writePID() error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("write lock: %w", err)
	}
	if _, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("write lock: %w", err)
	}
	return nil
}

func (l *flock) release() {
	if l != nil {
		l.file.Close()
	}
}
