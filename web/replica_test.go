package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/web"
)

const primaryURL = "https://codes.example.org"

// readOnlySite is a server that only reads, on a database that others write to.
func readOnlySite(t *testing.T, db dbtest.Database) *site {
	t.Helper()
	reader, err := postgres.OpenReader(t.Context(), db.AppURL, postgres.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reader.Close)
	s := &site{db: db, log: &logBook{}}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	s.live = web.NewLive(web.LiveConfig{Reader: reader, CacheBytes: 8 << 20, Log: log})
	s.start(t, web.Config{Reader: reader, PrimaryURL: primaryURL, Live: s.live, Name: "房码 Test", Log: log})
	return s
}

// on is the same visitor at another server of the same registry.
func (v *visitor) on(s *site) *visitor {
	other := *v
	other.site = s
	return &other
}

// TestTableKnowsWhatWrites: a line is refused by servers that only read exactly
// if its handler is one of those that have the store that writes.
func TestTableKnowsWhatWrites(t *testing.T) {
	t.Parallel()
	for _, line := range web.Table() {
		if has := strings.Contains(line.Handler, "(*writing)"); has != line.Writes {
			t.Errorf("%s %s: writes: %v, but its handler is %s", line.Method, line.Path, line.Writes, line.Handler)
		}
	}
}

// TestReadOnlyRefusesWhatWrites tries every line of the table: what would write
// is told where to go instead, whoever asks; all else is answered as it is by a
// server that writes, and leaves nothing behind.
func TestReadOnlyRefusesWhatWrites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	everyRole := s.programOf(t, "everything", registry.Roles()...)
	code := register(everyRole, 0)["code"].(string)
	reader := readOnlySite(t, s.db)
	stranger := reader.visitor(t)
	for _, line := range web.Table() {
		if line.Path == "/api/v1/events/stream" {
			continue // it does not end
		}
		name := line.Method + " " + line.Path
		path := strings.NewReplacer("{code}", code, "{cell}", "8a1f8d2a6b6ffff", "{layer}", "buildings",
			"{z}/{x}/{y}", "14/8625/5745", "{view}", "houses", "{slug}", "overlap", "{name}", "nobody-of-that-name",
			"{id}", "1").Replace(line.Path)
		here := everyRole.send(line.Method, path, "", "Content-Type", "text/plain")
		if here.status == http.StatusServiceUnavailable {
			t.Errorf("%s: %d from a server that writes: %s", name, here.status, here.body)
		}
		for _, v := range []*visitor{everyRole.on(reader), stranger} {
			got := v.send(line.Method, path, "", "Content-Type", "text/plain")
			if !line.Writes {
				if v != stranger && got.status != here.status {
					t.Errorf("%s: %d from one that writes, %d from one that reads: %s", name, here.status, got.status, got.body)
				}
				continue
			}
			if slug, _ := got.want(http.StatusServiceUnavailable).problem(); slug != "read_only" || got.json()["primary"] != primaryURL {
				t.Errorf("%s: %s", name, got.body)
			}
			if link := got.header.Get("Link"); link != "<"+primaryURL+path+`>; rel="alternate"` {
				t.Errorf("%s leads to %s", name, link)
			}
		}
	}
}

// TestReadOnlyFollows: without listening and without giving events their place,
// a server that only reads shows what another one writes, and says how old what
// it shows may be.
func TestReadOnlyFollows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	reader := readOnlySite(t, s.db)
	v := clerk.on(reader)
	if got := v.get("/api/v1/session").want(http.StatusOK); !strings.Contains(string(got.body), `"clerk"`) {
		t.Errorf("a token is not good for reading: %s", got.body)
	}
	b := register(clerk, 0)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		here, there := clerk.get(tileOf(b)), v.get(tileOf(b))
		if here.status == http.StatusOK && there.status == http.StatusOK && bytes.Equal(here.body, there.body) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what was written elsewhere does not show")
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		state, _ := v.get(path).want(http.StatusOK).json()["readOnly"].(map[string]any)
		behind, known := state["behindSeconds"].(float64)
		if state["primary"] != primaryURL || state["standby"] != false || !known || behind < 0 || behind > 10 {
			t.Errorf("%s: %v", path, state)
		}
		if got := clerk.get(path).want(http.StatusOK).json()["readOnly"]; got != nil {
			t.Errorf("%s of a server that writes: %v", path, got)
		}
	}
}
