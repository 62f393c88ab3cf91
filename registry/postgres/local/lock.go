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
// for the next one's error message.
func (f *folder) lockServer() (*flock, error) {
	file, err := f.openLock("server.lock")
	if err != nil {
		return nil, err
	}
	l := &flock{file}
	ok, err := l.try(exclusive)
	if err == nil && !ok {
		err = &ServedError{Dir: f.dir, PID: l.pid()}
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
	file, err := os.OpenFile(f.path(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	// Root makes these files too, and the owner must be able to come back without root.
	if err := f.owner.own(f.path(name)); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// wait polls, because a blocked flock(2) cannot be given up when ctx ends.
func (l *flock) wait(ctx context.Context, how int) error {
	for {
		ok, err := l.try(how)
		if ok || err != nil {
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
	text, err := os.ReadFile(l.file.Name())
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
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
