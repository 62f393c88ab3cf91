package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"fangma/registry/dbtest"
)

// TestMain makes the program itself a command of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fangma": main})
}

// TestScripts runs testdata/*.txtar, each with an empty registry in a database
// of its own: FANGMA_DATABASE_URL leads there. $OWNER_URL is the owner's.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(),
		Setup: func(env *testscript.Env) error {
			db := dbtest.New(t)
			env.Setenv("FANGMA_DATABASE_URL", db.AppURL)
			env.Setenv("OWNER_URL", db.OwnerURL)
			env.Setenv("SUPER_URL", db.SuperURL)
			return giveAddresses(t, env)
		},
	})
}

// TestPrivateScripts runs testdata/private/*.txtar, each with a data folder of
// its own, in which the program makes its private cluster.
func TestPrivateScripts(t *testing.T) {
	// PostgreSQL runs as another user when this is root, and has to get there.
	root, err := os.MkdirTemp("", "fangma-cmd-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/private",
		WorkdirRoot:         root,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("FANGMA_DATA", env.WorkDir+"/data")
			return giveAddresses(t, env)
		},
	})
}

// giveAddresses sets $BUSY to an address that is taken, and FANGMA_LISTEN and
// FANGMA_ADMIN_LISTEN to free ones.
func giveAddresses(t *testing.T, env *testscript.Env) error {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	t.Cleanup(func() { busy.Close() })
	env.Setenv("BUSY", busy.Addr().String())
	for _, name := range []string{"FANGMA_LISTEN", "FANGMA_ADMIN_LISTEN"} {
		env.Setenv(name, freeAddress(t))
	}
	return nil
}

// freeAddress gives an address that was free a moment ago.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// patience bounds how long a test waits for what should happen at once.
const patience = 2 * time.Minute

func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits": exits,
		"ready": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 1 {
				ts.Fatalf("usage: ready ADDRESS")
			}
			ts.Check(waitReady(args[0]))
		},
	}
}

// exits is exec that holds the exit code against its first argument.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		got = failed.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code is %d, want %d", got, want)
	}
}

// waitReady waits until the server at the address answers for the registry.
func waitReady(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		resp, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.New("the server at " + address + " did not get ready")
		case <-time.After(20 * time.Millisecond):
		}
	}
}
