package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReadOnlyOnAReplica serves a registry, and beside it a streaming replica of
// its database with --read-only. What is registered at the primary comes to
// show byte for byte at the replica's server; what would write there is sent to
// the primary, on every route. The replica is killed, misses a change, and comes
// back: its server follows again by itself.
func TestReadOnlyOnAReplica(t *testing.T) {
	primary := &killable{t: t, dir: openTempDir(t), listen: freeAddress(t)}
	const password = "correct horse battery"
	primary.command(password, "user", "add", "clerk", "--role", "clerk", "--password-stdin")
	primary.start()
	t.Cleanup(primary.end)
	token := strings.TrimSpace(primary.command("", "user", "token", "clerk"))
	house, ok := primary.register(t.Context(), token, 0, 0)
	if !ok {
		t.Fatal("nothing was registered")
	}

	copied := newStandby(t, primary.dir+"/data")
	copied.start()
	t.Cleanup(func() { copied.kill() })
	reader := &killable{t: t, dir: primary.dir, listen: freeAddress(t)}
	reader.flags = []string{"--read-only", "--database-url", copied.url(), "--primary-url", "http://" + primary.listen}
	reader.start()
	t.Cleanup(reader.end)

	both := []*killable{primary, reader}
	before := sameNewTile(t, both, nil)
	if _, ok := primary.register(t.Context(), token, 0, 1); !ok {
		t.Fatal("nothing was registered")
	}
	before = sameNewTile(t, both, before)
	for _, path := range []string{"/readyz", "/healthz"} {
		if state := readOnlyState(t, reader, path, true); !state.Standby || !state.Connected || state.Behind == nil || *state.Behind > 10 ||
			state.Primary != "http://"+primary.listen {
			t.Errorf("%s: %+v", path, state)
		}
	}
	everyOperation(t, primary, reader, token, house.Code.String())
	exportsAtReplica(t, copied.url())

	copied.kill()
	if _, ok := primary.register(t.Context(), token, 0, 2); !ok {
		t.Fatal("nothing was registered")
	}
	if got := operation(t, reader, http.MethodPost, "/api/v1/buildings", token); !got.refused() {
		t.Errorf("without its database: %+v", got)
	}
	copied.start()
	last := sameNewTile(t, both, before)

	// Without its primary it goes on, and says that it may be behind.
	primary.end()
	defer primary.start() // for its end
	alone := readOnlyState(t, reader, "/readyz", false)
	if alone.Connected || !alone.Standby || alone.Behind == nil || *alone.Behind <= 0 {
		t.Errorf("without its primary: %+v", alone)
	}
	if tile, err := getTile("http://" + reader.listen); err != nil || !bytes.Equal(tile, last) {
		t.Errorf("without its primary the map is another one: %v", err)
	}
}

// exportsAtReplica makes an archive of a replica, which gives no event its place in the feed.
func exportsAtReplica(t *testing.T, url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "houses.pmtiles")
	for _, want := range []string{"tiles in " + path, "has not changed"} {
		var said bytes.Buffer
		code := run(t.Context(), []string{"export", "buildings", "--format", "pmtiles", "--database-url", url, "-o", path}, nil, &said, &said)
		if code != 0 || !strings.Contains(said.String(), want) {
			t.Errorf("exit code %d, want %q:\n%s", code, want, &said)
		}
	}
}

type readOnlyHealth struct {
	Primary            string
	Standby, Connected bool
	Behind             *float64 `json:"behindSeconds"`
}

// readOnlyState waits until the replica has its primary, or has lost it: it
// connects when it likes.
func readOnlyState(t *testing.T, s *killable, path string, connected bool) readOnlyHealth {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var health struct{ ReadOnly readOnlyHealth }
		s.get(path, &health)
		if health.ReadOnly.Connected == connected || time.Now().After(deadline) {
			return health.ReadOnly
		}
	}
}

// everyOperation sends every documented operation to both servers, as somebody
// who may write. The reader answers what only reads as the primary does, and
// sends everything else there; the primary never does.
func everyOperation(t *testing.T, primary, reader *killable, token, code string) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	primary.get("/openapi.json", &doc)
	fill := strings.NewReplacer("{code}", code, "{cell}", "8a1f8d2a6b6ffff", "{layer}", "buildings", "{z}/{x}/{y}", "14/8625/5745",
		"{view}", "houses", "{slug}", "overlap", "{name}", "nobody-of-that-name", "{id}", "1")
	refused := map[string]int{}
	for path, item := range doc.Paths {
		for method := range item {
			method = strings.ToUpper(method)
			if method == "PARAMETERS" || path == "/api/v1/events/stream" { // which does not end
				continue
			}
			here, there := operation(t, primary, method, fill.Replace(path), token), operation(t, reader, method, fill.Replace(path), token)
			switch {
			case here.Status >= 500:
				t.Errorf("%s %s at the primary: %+v", method, path, here)
			case there.refused() && there.Primary == "http://"+primary.listen:
				refused[method]++
			case there.Status != here.Status:
				t.Errorf("%s %s: %d at the primary, %+v at the replica", method, path, here.Status, there)
			}
		}
	}
	if refused["GET"] < 3 || refused["POST"] < 20 || refused["PATCH"] < 5 || refused["DELETE"] < 3 {
		t.Errorf("too little was refused: %v", refused)
	}
	for _, looks := range []string{"/api/v1/buildings/" + code + "/headcounts", "/api/v1/officers/me/grid"} {
		if got := operation(t, reader, http.MethodGet, looks, token); !got.refused() {
			t.Errorf("%s: %+v", looks, got)
		}
	}
}

// told is what a server says to an operation.
type told struct {
	Status                int
	Type, Detail, Primary string
}

func (p told) refused() bool {
	return p.Status == http.StatusServiceUnavailable && p.Type == "/problems/read_only"
}

// operation sends a request without a body, which no route that writes takes.
func operation(t *testing.T, s *killable, method, path, token string) told {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.listen+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultTransport.RoundTrip(req) // follows nothing
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	var p told
	if resp.StatusCode >= 400 {
		if err := json.Unmarshal(text, &p); err != nil && resp.Header.Get("Content-Type") == "application/problem+json" {
			t.Errorf("%s %s: %v", method, path, err)
		}
	}
	p.Status = resp.StatusCode
	return p
}
