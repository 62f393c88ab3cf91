package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/web"
)

// listener is an open event stream.
type listener struct {
	t      testing.TB
	events chan sse
	stop   func()
}

type sse struct{ event, id, data string }

func (v *visitor) listen(lastID string) *listener {
	v.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.site.url+"/api/v1/events/stream", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header = v.header.Clone()
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	res, err := (&http.Client{}).Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		v.t.Fatalf("stream: %s %v", res.Status, res.Header)
	}
	l := &listener{t: v.t, events: make(chan sse, 100)}
	l.stop = func() { cancel(); _ = res.Body.Close() }
	v.t.Cleanup(l.stop)
	go l.read(res.Body)
	return l
}

func (l *listener) read(body io.Reader) {
	defer close(l.events)
	var e sse
	for lines := bufio.NewScanner(body); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "event":
			e.event = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e.event != "" {
				l.events <- e
			}
			e = sse{}
		}
	}
}

// next waits for an event of the kind, passing over others.
func (l *listener) next(kind, layer string) sse {
	l.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e, ok := <-l.events:
			if !ok {
				l.t.Fatalf("the stream ended before %s", kind)
			}
			if e.event == kind && strings.Contains(e.data, layer) {
				return e
			}
		case <-deadline:
			l.t.Fatalf("no %s %s", kind, layer)
		}
	}
}

// tileOf is the address of the tile of zoom 14 that holds a building's point.
func tileOf(b map[string]any) string {
	p := b["point"].([]any)
	lat := p[1].(float64) * math.Pi / 180
	x := int((p[0].(float64) + 180) / 360 * (1 << 14))
	y := int((1 - math.Log(math.Tan(lat)+1/math.Cos(lat))/math.Pi) / 2 * (1 << 14))
	return "/tiles/buildings/14/" + strconv.Itoa(x) + "/" + strconv.Itoa(y) + ".mvt"
}

// TestAChangeReachesEveryOpenMap: two maps are open on one server and one on
// another; a third process writes to the same database.
func TestAChangeReachesEveryOpenMap(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := openSite(t, s.db)
	clerk := s.program(t, registry.Clerk)
	one, two, far := s.visitor(t).listen(""), s.visitor(t).listen(""), other.visitor(t).listen("")
	maps := map[string]*listener{"one": one, "two": two, "far": far}
	for _, l := range maps {
		l.next("ready", "")
	}
	check := func(code, tile string, visible bool) {
		t.Helper()
		for name, l := range maps {
			var c struct {
				Codes  []string
				More   bool
				BBox   []float64
				Layers []string
			}
			if err := json.Unmarshal([]byte(l.next("change", "buildings").data), &c); err != nil {
				t.Fatal(err)
			}
			if len(c.Codes) != 1 || c.Codes[0] != code || c.More || len(c.BBox) != 4 || c.BBox[0] > 9.53 || c.BBox[2] < 9.51 {
				t.Errorf("%s was told %+v", name, c)
			}
		}
		for _, where := range []*site{s, other} {
			got := where.visitor(t).get(tile)
			if visible != (got.status == http.StatusOK) {
				t.Errorf("the tile: %d", got.status)
			}
		}
	}
	b := register(clerk, 0)
	code, tile := b["code"].(string), tileOf(b)
	check(code, tile, true)
	c, err := registry.ParseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	third := s.db.Open(t, postgres.Options{})
	if _, err := third.Retire(t.Context(), postgres.Write{Actor: registry.Actor{Name: "cli"}}, c, registry.Retirement{As: registry.AsDemolished}); err != nil {
		t.Fatal(err)
	}
	check(code, tile, false)
}

func TestAStreamGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	l := s.visitor(t).listen("")
	l.next("ready", "")
	register(clerk, 0)
	seen := l.next("change", "buildings")
	l.stop()
	missed := register(clerk, 1)["code"].(string)
	waitForTile(t, s, 1)
	again := s.visitor(t).listen(seen.id)
	for e := range again.events { // other layers of the first change may come before
		if e.event != "change" {
			t.Errorf("went on with %+v", e)
		}
		if e.event != "change" || strings.Contains(e.data, missed) {
			break
		}
	}
	for _, id := range []string{"nonsense", "other-1", strings.Split(seen.id, "-")[0] + "-999", strings.Split(seen.id, "-")[0] + "--1"} {
		if first := <-s.visitor(t).listen(id).events; first.event != "ready" {
			t.Errorf("after %s: %+v", id, first)
		}
	}
}

// waitForTile waits until the n-th square's change has been told.
func waitForTile(t testing.TB, s *site, n int) {
	t.Helper()
	v := s.visitor(t)
	for range 200 {
		if v.get("/api/v1/map").want(http.StatusOK).json()["buildings"].(float64) > float64(n) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the map does not follow")
}

func TestAServerThatStopsEndsItsStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.visitor(t).listen("")
	l.next("ready", "")
	s.live.Stop()
	for range l.events {
	}
	got := s.visitor(t).get("/api/v1/events/stream").want(http.StatusTooManyRequests)
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestARebuiltMapIsTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	b := register(clerk, 0)
	register(clerk, 1)
	path := "/api/v1/buildings/" + b["code"].(string)
	clerk.send(http.MethodPatch, path, map[string]any{"floors": 7}, "If-Match", `"1"`).want(http.StatusOK)
	waitForTile(t, s, 1)
	rebuilt := openSite(t, s.db)
	fresh := rebuilt.visitor(t).get(tileOf(b)).want(http.StatusOK)
	for range 100 {
		if lived := s.visitor(t).get(tileOf(b)).want(http.StatusOK); bytes.Equal(lived.body, fresh.body) && lived.header.Get("ETag") == fresh.header.Get("ETag") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the tiles differ")
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	v.get("/healthz").want(http.StatusOK)
	v.get("/readyz").want(http.StatusOK)

	// A map that nobody has started says so, and nothing that needs it answers.
	live := web.NewLive(web.LiveConfig{Store: s.store})
	idle, err := web.New(web.Config{Store: s.store, Live: live, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 503, "/tiles/buildings/14/1/1.mvt": 503, "/tiles/zones.json": 503, "/style/houses.json": 503,
		"/api/v1/map": 503, "/api/v1/lookup?lon=9&lat=47": 503, "/api/v1/lookup/brief?lon=9&lat=47": 503, "/api/v1/events/stream": 503, "/api/v1/buildings": 200, "/api/v1/divisions": 200,
	} {
		got := serve(idle, path)
		if got.Code != want || want == 503 && got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", path, got.Code, got.Header())
		}
	}
	body := serve(s.web.Admin(), "/metrics").Body.String()
	for _, name := range []string{"fangma_http_request_seconds_bucket{", `route="/readyz"`, "fangma_tile_cache_misses_total", "fangma_live_silent_seconds", "go_goroutines"} {
		if !strings.Contains(body, name) {
			t.Errorf("no %s in the metrics", name)
		}
	}
	if got := serve(s.web, "/metrics"); got.Code != http.StatusNotFound {
		t.Errorf("metrics on the public listener: %d", got.Code)
	}
}
