package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fangma/registry"
)

// TestKilledServerLosesNothing kills a server with SIGKILL three times while
// eight clients register houses, and starts it again each time. The clients
// do what good clients do: they repeat, under the same Idempotency-Key, what
// was not answered. In the end every house asked for is there exactly once,
// every answer given still holds, and no house is there by half.
func TestKilledServerLosesNothing(t *testing.T) {
	dir := openTempDir(t)
	s := &killable{t: t, dir: dir, listen: freeAddress(t)}
	const password = "correct horse battery"
	s.command(password, "user", "add", "clerk", "--role", "clerk", "--password-stdin")
	s.start()
	t.Cleanup(s.end)
	token := strings.TrimSpace(s.command("", "user", "token", "clerk"))

	const clients, kills, afterLast = 8, 3, 40
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var answered atomic.Int64
	answers := make([][]answer, clients)
	var working sync.WaitGroup
	for n := range clients {
		working.Go(func() {
			for row := 0; ctx.Err() == nil; row++ {
				a, ok := s.register(t.Context(), token, n, row)
				if !ok {
					return
				}
				answers[n] = append(answers[n], a)
				answered.Add(1)
			}
		})
	}
	for range kills {
		s.await(&answered, answered.Load()+40)
		s.kill()
		s.start()
	}
	s.await(&answered, answered.Load()+afterLast)
	stop()
	working.Wait()

	codes := map[registry.Code]bool{}
	for n := range clients {
		for _, a := range answers[n] {
			if codes[a.Code] {
				t.Errorf("the code %s was given to two houses", a.Code)
			}
			codes[a.Code] = true
			s.check(a)
		}
	}
	if there := s.houses(); there != len(codes) {
		t.Errorf("%d houses are there, %d were answered", there, len(codes))
	}
}

// openTempDir is a folder that the user PostgreSQL runs as can get into when
// this is root.
func openTempDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "fangma-crash-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// killable is a server in a process of its own.
type killable struct {
	t      *testing.T
	dir    string
	listen string
	flags  []string // of serve
	cmd    *exec.Cmd
}

func (s *killable) fangma(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Args[0] = "fangma" // which TestMain takes for the program itself
	cmd.Env = append(os.Environ(), "FANGMA_DATA="+s.dir+"/data", "FANGMA_LISTEN="+s.listen, "FANGMA_ADMIN_LISTEN=", "FANGMA_LOG=warn")
	return cmd
}

// command runs another command beside the server and gives its output.
func (s *killable) command(stdin string, args ...string) string {
	s.t.Helper()
	cmd := s.fangma(args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("fangma %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (s *killable) start() {
	s.t.Helper()
	s.cmd = s.fangma(append([]string{"serve"}, s.flags...)...)
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if err := waitReady(s.listen); err != nil {
		s.t.Fatal(err)
	}
}

func (s *killable) kill() {
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Error(err)
	}
	_ = s.cmd.Wait() // says that it was killed
}

func (s *killable) end() {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ended with %v", err)
	}
}

// await waits until so many requests were answered.
func (s *killable) await(answered *atomic.Int64, enough int64) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); answered.Load() < enough; time.Sleep(time.Millisecond) {
		if s.t.Failed() || time.Now().After(deadline) {
			s.t.Fatalf("only %d requests were answered, %d were awaited", answered.Load(), enough)
		}
	}
}

// answer is what a client was told.
type answer struct {
	Code registry.Code `json:"code"`
	Name string        `json:"name"`
}

// register asks for one house until there is an answer; without one the test
// is over. Houses of a client
// stand in a row, ten metres apart; clients' rows do not meet.
func (s *killable) register(ctx context.Context, token string, client, row int) (answer, bool) {
	name := fmt.Sprintf("house-%d-%d", client, row)
	lon, lat := 9.4+float64(row)*0.0002, 47.0+float64(client)*0.001
	body := fmt.Sprintf(`{"geometry":{"type":"Polygon","coordinates":[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[4]f],[%[1]f,%[2]f]]]},"name":%[5]q}`,
		lon, lat, lon+0.0001, lat+0.0001, name)
	for ctx.Err() == nil {
		req, err := http.NewRequest(http.MethodPost, "http://"+s.listen+"/api/v1/buildings", strings.NewReader(body))
		if err != nil {
			s.t.Error(err)
			return answer{}, false
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Idempotency-Key", name)
		var a answer
		switch err := ask(req, http.StatusCreated, &a); {
		case err == nil:
			return a, true
		case errors.As(err, new(wrongStatus)):
			s.t.Errorf("%s: %v", name, err)
			return answer{}, false
		}
		time.Sleep(10 * time.Millisecond) // the server is away; again
	}
	return answer{}, false
}

// wrongStatus is an answer that was not the one awaited.
type wrongStatus string

func (w wrongStatus) Error() string { return string(w) }

// ask sends a request. A server that is away, or not ready yet, is an error;
// another answer than the awaited one is a wrongStatus.
func ask(req *http.Request, want int, into any) error {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == http.StatusServiceUnavailable:
		return errors.New("not ready")
	case resp.StatusCode != want:
		return wrongStatus(fmt.Sprintf("%s: %s", resp.Status, text))
	}
	return json.NewDecoder(bytes.NewReader(text)).Decode(into)
}

func (s *killable) get(path string, into any) {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://"+s.listen+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := ask(req, http.StatusOK, into); err != nil {
		s.t.Fatalf("GET %s: %v", path, err)
	}
}

// check holds an answer against the registry: the house is there under its
// code, whole, by one event.
func (s *killable) check(a answer) {
	s.t.Helper()
	var house struct {
		answer
		Version int             `json:"version"`
		Cell    string          `json:"cell"`
		Shape   json.RawMessage `json:"geometry"`
	}
	s.get("/api/v1/buildings/"+a.Code.String(), &house)
	if house.answer != a || house.Version != 1 || house.Cell == "" || len(house.Shape) == 0 {
		s.t.Errorf("%s was answered, %+v is there", a.Code, house)
	}
	var history struct{ Events, Versions []json.RawMessage }
	s.get("/api/v1/buildings/"+a.Code.String()+"/history", &history)
	if len(history.Events) != 1 || len(history.Versions) != 1 {
		s.t.Errorf("%s has %d events and %d versions, want one of each", a.Code, len(history.Events), len(history.Versions))
	}
}

// houses counts what the list holds, page by page.
func (s *killable) houses() int {
	s.t.Helper()
	count, path := 0, "/api/v1/buildings"
	for {
		var page struct {
			Buildings []answer
			Next      *string
		}
		s.get(path, &page)
		count += len(page.Buildings)
		if page.Next == nil {
			return count
		}
		path = "/api/v1/buildings?cursor=" + url.QueryEscape(*page.Next)
	}
}
