package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry"
	"fangma/web"
)

// TestTheStraightWayIsTheOrdinaryOne: a tile that is answered before the router
// has the status, every header and every byte that the router's answer has. A
// query sends the same question the ordinary way.
func TestTheStraightWayIsTheOrdinaryOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	community(t, s, orb.Bound{Min: orb.Point{9.5, 47.1}, Max: orb.Point{9.6, 47.2}})
	clerk := s.program(t, registry.Clerk)
	for n := range 5 {
		register(clerk, n)
	}
	waitForTile(t, s, 4)
	today := "?validOn=" + s.store.Today().String()
	statuses := map[int]int{}
	same := func(method, path string, header ...string) (etag string) {
		t.Helper()
		straight, ordinary := plainly(t, s, method, path, header...), plainly(t, s, method, path+today, header...)
		if !reflect.DeepEqual(straight, ordinary) {
			t.Errorf("%s %s %v:\n%+v\n%+v", method, path, header, straight, ordinary)
		}
		statuses[straight.status]++
		return straight.header.Get("ETag")
	}
	for _, layer := range []string{"buildings", "zones", "basemap"} {
		for _, z := range []maptile.Zoom{0, 5, 10, 13, 14, 16} {
			at := maptile.At(orb.Point{9.5201, 47.1401}, z)
			path := fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, z, at.X, at.Y)
			for _, coding := range []string{"identity", "gzip", "zstd", "br, gzip;q=0", ""} {
				etag := same(http.MethodGet, path, "Accept-Encoding", coding)
				same(http.MethodHead, path, "Accept-Encoding", coding)
				for _, match := range []string{etag, "W/" + etag + `, "x"`, "*", `"other"`} {
					same(http.MethodGet, path, "Accept-Encoding", coding, "If-None-Match", match)
				}
			}
		}
	}
	for _, path := range []string{"/tiles/buildings/14/0/0.mvt", "/tiles/buildings/17/0/0.mvt", "/tiles/buildings/1/2/0.mvt", "/tiles/buildings/01/0/0.mvt",
		"/tiles/buildings/1/0/0.pbf", "/tiles/buildings/1/0/0.mvt/", "/tiles/rivers/1/0/0.mvt", "/tiles/buildings//0/0.mvt", "/tiles/buildings/1/0/%30.mvt"} {
		same(http.MethodGet, path)
	}
	for _, status := range []int{200, 204, 304, 400, 404} {
		if statuses[status] == 0 {
			t.Errorf("no answer was %d: %v", status, statuses)
		}
	}
}

// plain is an answer without what no two answers share.
type plain struct {
	status int
	header http.Header
	body   string
}

func plainly(t testing.TB, s *site, method, path string, header ...string) plain {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	out := httptest.NewRecorder()
	s.web.ServeHTTP(out, r)
	h := maps.Clone(out.Header())
	id := h.Get("X-Request-Id")
	if len(id) != 12 {
		t.Errorf("%s: request id %q", path, id)
	}
	h.Del("X-Request-Id")
	return plain{out.Code, h, strings.ReplaceAll(out.Body.String(), id, "ID")}
}

// TestTheStraightWayIsCounted: metrics know every answer by its route; of tiles
// that went well the log has nothing, unless it is asked for everything.
func TestTheStraightWayIsCounted(t *testing.T) {
	t.Parallel()
	var quiet, loud bytes.Buffer
	s := newSite(t)
	for level, book := range map[slog.Level]*bytes.Buffer{slog.LevelInfo: &quiet, slog.LevelDebug: &loud} {
		server, err := web.New(web.Config{Store: s.store, Live: s.live, Log: slog.New(slog.NewTextHandler(book, &slog.HandlerOptions{Level: level}))})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/tiles/buildings/14/0/0.mvt", "/tiles/buildings/14/0/0.mvt", "/tiles/buildings/99/0/0.mvt", "/api/v1/lookup/brief?lon=9&lat=47"} {
			serve(server, path)
		}
		body := serve(server.Admin(), "/metrics").Body.String()
		for _, want := range []string{`count{method="GET",route="/tiles/{layer}/{z}/{x}/{y}.mvt",status="204"} 2`,
			`count{method="GET",route="/tiles/{layer}/{z}/{x}/{y}.mvt",status="400"} 1`,
			`count{method="GET",route="/api/v1/lookup/brief",status="200"} 1`} {
			if !strings.Contains(body, "fangma_http_request_seconds_"+want) {
				t.Errorf("the metrics lack %s", want)
			}
		}
	}
	if got := quiet.String(); strings.Contains(got, "status=204") || !strings.Contains(got, "status=400") || !strings.Contains(got, "route=/api/v1/lookup/brief") {
		t.Errorf("the log has\n%s", got)
	}
	if got := loud.String(); strings.Count(got, "status=204") != 2 {
		t.Errorf("the log of everything has\n%s", got)
	}
}

// TestAPanicOnTheStraightWay is told and counted, and leaves the answer to the
// ordinary way.
func TestAPanicOnTheStraightWay(t *testing.T) {
	t.Parallel()
	answered, log := web.GuardedPanic()
	if answered || !strings.Contains(log, "msg=panic") || !strings.Contains(log, "the tile is broken") {
		t.Errorf("answered %v\n%s", answered, log)
	}
}

// TestATileAskedForWithABody: a tile asked for with a body is refused as ever.
func TestATileAskedForWithABody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	v.do(http.MethodGet, "/tiles/buildings/14/0/0.mvt", strings.NewReader("x")).want(http.StatusBadRequest)
	v.do(http.MethodGet, "/api/v1/lookup/brief?lon=9&lat=47", strings.NewReader("x")).want(http.StatusBadRequest)
	v.do(http.MethodPost, "/tiles/buildings/14/0/0.mvt", strings.NewReader("x")).want(http.StatusMethodNotAllowed)
	v.do(http.MethodPost, "/api/v1/lookup/brief", strings.NewReader("x")).want(http.StatusMethodNotAllowed)
}

// TestBriefLookupsAreNotCounted as long as they come from memory.
func TestBriefLookupsAreNotCounted(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC) // stands still
	s := newSite(t, func(c *web.Config) { c.Clock = func() time.Time { return now } })
	b := register(s.program(t, registry.Clerk), 0)
	waitForTile(t, s, 0)
	ask := func(path string) int { return serve(s.web, path).Code }
	for range web.ReadsAtOnce + 10 {
		if got := ask("/api/v1/lookup/brief?code=" + b["code"].(string)); got != http.StatusOK {
			t.Fatalf("from memory: %d", got)
		}
	}
	limited := false
	for range web.ReadsAtOnce + 10 {
		limited = limited || ask("/api/v1/lookup/brief?code=x") == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("what the map does not know is not counted")
	}
	if got := ask("/api/v1/lookup/brief?lon=9.5201&lat=47.1401"); got != http.StatusOK {
		t.Errorf("from memory, when the rest is limited: %d", got)
	}
}
