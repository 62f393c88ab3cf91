package local

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The test binary is also the fangma process that a test starts, kills and outlives: with this
// variable it does what the first word says to the data folder in the second and waits.
const helperEnv = "FANGMA_LOCAL_HELPER"

func TestMain(m *testing.M) {
	if what, dir, ok := strings.Cut(os.Getenv(helperEnv), " "); ok {
		if err := help(what, dir); err != nil {
			fmt.Println("error:", strings.ReplaceAll(err.Error(), "\n", " | "))
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func help(what, dir string) error {
	ctx := context.Background()
	var c *Cluster
	var err error
	switch what {
	case "start":
		c, err = Start(ctx, Config{Dir: dir})
	case "join":
		c, err = Join(ctx, Config{Dir: dir})
	case "shared":
		c, err = Shared(ctx)
	}
	if err != nil {
		return err
	}
	fmt.Println("ready", c.pm.pid, c.SuperURL("postgres"))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the test closes it
		return err
	}
	if what == "shared" {
		return nil // such a process just ends
	}
	return c.Stop(ctx)
}

// helper is such a process.
type helper struct {
	cmd        *exec.Cmd
	stdin      io.Closer
	stdout     *bufio.Scanner
	postmaster int
	url        string
}

// startHelper runs a helper; prepare may change how.
func startHelper(t *testing.T, what, dir string, prepare func(*exec.Cmd)) *helper {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperEnv+"="+what+" "+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if prepare != nil {
		prepare(cmd)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &helper{cmd: cmd, stdin: stdin, stdout: bufio.NewScanner(stdout)}
	t.Cleanup(h.kill)
	return h
}

func (h *helper) ready(t *testing.T) {
	t.Helper()
	if !h.stdout.Scan() {
		t.Fatalf("helper said nothing: %v", h.stdout.Err())
	}
	words := strings.SplitN(h.stdout.Text(), " ", 3)
	if len(words) != 3 || words[0] != "ready" {
		t.Fatalf("helper: %s", h.stdout.Text())
	}
	h.postmaster, _ = strconv.Atoi(words[1])
	h.url = words[2]
}

func (h *helper) kill() {
	_ = h.cmd.Process.Kill() // it may have ended
	_ = h.cmd.Wait()         // killed is what it says
}

func (h *helper) finish(t *testing.T) {
	t.Helper()
	h.stdin.Close()
	if err := h.cmd.Wait(); err != nil {
		t.Fatalf("helper: %v", err)
	}
}

// openTemp is t.TempDir, but the user whom root drops to can get into it, and no server is left.
func openTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fangma")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			left := postgresBelow(dir)
			if len(left) == 0 {
				break
			}
			for _, pid := range left {
				_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
			}
			time.Sleep(20 * time.Millisecond)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// postgresBelow gives the processes that work in a cluster somewhere below the folder.
func postgresBelow(dir string) []int {
	var pids []int
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir+"/") {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// ended waits for the last of them: what writes the log ends by itself, when the others have.
func ended(t *testing.T, dir string) {
	t.Helper()
	eventually(t, "the end of what runs in the cluster", func() bool { return len(postgresBelow(dir)) == 0 })
}

func start(t *testing.T, cfg Config) *Cluster {
	t.Helper()
	cfg.Log = t.Logf
	c, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

func stop(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, url, sql string) string {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(context.Background())
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// eventually waits for something that another process does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
