package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postmaster is the cluster's first process, started by us or found running.
type postmaster struct {
	pid     int
	sockets string
	port    int
	data    string
	child   bool // of this process, so that waiting for it tells more than /proc does
	logf    func(string, ...any)
	gone    chan struct{} // closed when the process has ended
	once    sync.Once
}

var (
	// errGone says that the process ended while it was waited for.
	errGone = errors.New("PostgreSQL ended")
	// errNotYet is the answer of a server that starts, recovers or shuts down.
	errNotYet = errors.New("PostgreSQL is not ready")
	// errRefused is an answer that waiting will not better.
	errRefused = errors.New("PostgreSQL refuses")
)

// run gives a postmaster that answers: the one running in the folder, else a new one. Only a
// process that is alone in the folder may put a running one aside.
func (f *folder) run(ctx context.Context, alone bool) (*postmaster, error) {
	if pm := f.running(); pm != nil {
		adopted, err := f.adopt(ctx, pm, alone)
		if adopted || err != nil {
			return pm, err
		}
	}
	if f.cfg.unsafe && exists(filepath.Join(f.data(), "postmaster.pid")) {
		// It did not end in order, and without fsync what it left may be anything.
		if err := f.discard(ctx); err != nil {
			return nil, err
		}
	}
	if err := f.chooseInstall(); err != nil {
		return nil, err
	}
	if !exists(filepath.Join(f.data(), "PG_VERSION")) {
		if exists(f.data()) {
			return nil, fmt.Errorf("%s holds something that is not a PostgreSQL cluster: move it away", f.data())
		}
		if err := f.initialise(ctx); err != nil {
			return nil, err
		}
	}
	if err := f.clearStale(ctx); err != nil {
		return nil, err
	}
	if _, err := f.configure(); err != nil {
		return nil, err
	}
	return f.spawn(ctx)
}

// adopt takes over a postmaster that a killed process left, or joins one in use. It answers false
// when that one was stopped instead, because it does not answer or has other settings.
func (f *folder) adopt(ctx context.Context, pm *postmaster, alone bool) (bool, error) {
	if err := f.chooseInstall(); err != nil {
		return false, err
	}
	if alone {
		changed, err := f.configure()
		if err != nil {
			return false, err
		}
		if changed || !f.startedAs(pm) {
			f.cfg.logf("restarting PostgreSQL (pid %d) with new settings", pm.pid)
			return false, pm.stop(ctx)
		}
	}
	err := pm.waitReady(ctx, cmp.Or(f.cfg.patience, 10*time.Second))
	switch {
	case err == nil && alone:
		f.cfg.logf("adopted the PostgreSQL still running in %s (pid %d)", f.data(), pm.pid)
		fallthrough
	case err == nil:
		go pm.watch()
		return true, nil
	case errors.Is(err, errGone):
		return false, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case !alone:
		return false, fmt.Errorf("the PostgreSQL in %s, which another fangma process uses, does not answer: %w", f.data(), err)
	}
	f.cfg.logf("the PostgreSQL running in %s (pid %d) does not answer and is stopped: %v", f.data(), pm.pid, err)
	return false, pm.stop(ctx)
}

// running finds the postmaster that runs in the folder, or nil.
func (f *folder) running() *postmaster {
	text, err := os.ReadFile(filepath.Join(f.data(), "postmaster.pid"))
	if err != nil {
		return nil
	}
	// pid, data folder, start time, port, socket folder, …
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 || !worksIn(pid, f.data()) {
		return nil
	}
	pm := f.newPostmaster(pid)
	if len(lines) > 4 {
		pm.port, _ = strconv.Atoi(lines[3])
		pm.sockets = lines[4]
	}
	if pm.port == 0 || pm.sockets == "" { // it has only just begun
		pm.port = 5432
		pm.sockets, _ = f.socketDir() // an error shows as a server that does not answer
	}
	return pm
}

func (f *folder) newPostmaster(pid int) *postmaster {
	return &postmaster{pid: pid, port: 5432, data: f.data(), logf: f.cfg.logf, gone: make(chan struct{})}
}

// startedAs tells whether the running postmaster got the command line we would give.
func (f *folder) startedAs(pm *postmaster) bool {
	sockets, err := f.socketDir()
	if err != nil {
		return false
	}
	text, err := os.ReadFile(filepath.Join(f.data(), "postmaster.opts"))
	if err != nil {
		return false
	}
	// The file is the program followed by each argument in double quotes.
	want := f.install.Tool("postgres")
	for _, arg := range f.fixed(sockets) {
		want += ` "` + arg + `"`
	}
	return strings.TrimSpace(string(text)) == want && pm.sockets == sockets
}

// spawn starts the server and waits until it answers, however long it takes to recover from a
// crash, which it reports. It stays alive when this process dies.
func (f *folder) spawn(ctx context.Context) (*postmaster, error) {
	sockets, err := f.socketDir()
	if err != nil {
		return nil, err
	}
	out, err := f.create("log/start.log", os.O_WRONLY|os.O_TRUNC)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer out.Close()
	f.markLogs()
	cmd := f.owner.command(f.data(), f.install.Tool("postgres"), f.fixed(sockets)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	pm := f.newPostmaster(cmd.Process.Pid)
	pm.sockets, pm.child = sockets, true
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		pm.ended()
	}()
	if err := pm.waitReady(ctx, time.Minute); err != nil {
		if stopErr := pm.stop(context.WithoutCancel(ctx)); stopErr != nil {
			f.cfg.logf("%v", stopErr)
		}
		return nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, f.logTail())
	}
	return pm, nil
}

func (pm *postmaster) ended() { pm.once.Do(func() { close(pm.gone) }) }

// watch notices the end of a postmaster that is not our child.
func (pm *postmaster) watch() {
	for worksIn(pm.pid, pm.data) {
		time.Sleep(500 * time.Millisecond)
	}
	pm.ended()
}

func (pm *postmaster) alive() bool {
	select {
	case <-pm.gone:
		return false
	default:
		return pm.child || worksIn(pm.pid, pm.data)
	}
}

// waitReady waits until the server answers as ours. It gives up on one that has been
// silent for the patience; "starting up" is an answer.
func (pm *postmaster) waitReady(ctx context.Context, patience time.Duration) error {
	slow := time.Now().Add(5 * time.Second)
	heard := time.Now()
	for {
		err := pm.ping(ctx)
		if err == nil {
			return nil
		}
		if !pm.alive() {
			return errGone
		}
		if errors.Is(err, errNotYet) {
			heard = time.Now()
		}
		if errors.Is(err, errRefused) || time.Since(heard) > patience {
			return err
		}
		if time.Now().After(slow) {
			pm.logf("waiting for PostgreSQL: %v", err)
			slow = time.Now().Add(10 * time.Second)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last answer: %w)", ctx.Err(), err)
		case <-pm.gone:
			return errGone
		case <-time.After(25 * time.Millisecond):
		}
	}
}

func (pm *postmaster) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, pm.url(Superuser, "postgres"))
	if err != nil {
		// The server's own words without pgx's list of attempts.
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
			if pgErr.Code == "57P03" { // cannot_connect_now
				return fmt.Errorf("%w: %s", errNotYet, pgErr.Message)
			}
			return fmt.Errorf("%w: %s", errRefused, pgErr.Message)
		}
		return err
	}
	defer conn.Close(ctx)
	var data string
	if err := conn.QueryRow(ctx, "select current_setting('data_directory')").Scan(&data); err != nil {
		return err
	}
	if data != pm.data {
		return fmt.Errorf("%w: the server at %s belongs to %s", errRefused, pm.sockets, data)
	}
	return nil
}

func (pm *postmaster) url(role, database string) string {
	return socketURL(pm.sockets, pm.port, role, database)
}

// stop shuts the server down: clients are cut off, everything is written, and the process has
// ended when it returns nil. A server that does not react is made to stop harder; its next start
// then recovers from the log, which loses nothing that was committed.
func (pm *postmaster) stop(ctx context.Context) error {
	for _, step := range []struct {
		signal  syscall.Signal
		timeout time.Duration
	}{
		{syscall.SIGINT, 2 * time.Minute}, // fast
		{syscall.SIGQUIT, 10 * time.Second},
		{syscall.SIGKILL, 10 * time.Second},
	} {
		if !pm.alive() {
			return nil
		}
		if err := syscall.Kill(pm.pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop PostgreSQL (pid %d): %w", pm.pid, err)
		}
		deadline := time.Now().Add(step.timeout)
		for pm.alive() && time.Now().Before(deadline) {
			select {
			case <-ctx.Done():
				return fmt.Errorf("PostgreSQL (pid %d) is still shutting down: %w", pm.pid, ctx.Err())
			case <-pm.gone:
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	if pm.alive() {
		return fmt.Errorf("PostgreSQL (pid %d) cannot be stopped", pm.pid)
	}
	return nil
}

// runContext runs a program and ends it when ctx does.
func runContext(ctx context.Context, cmd *exec.Cmd) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() {
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it leads a group of its own
		}
	})
	defer stop()
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return out, err
}
