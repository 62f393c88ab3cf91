package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// clock is a time that a test sets.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) set(t testing.TB, s string) {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	c.at.Store(&v)
}

func (c *clock) now() time.Time { return *c.at.Load() }

func clockedSite(t testing.TB, c *clock) *site {
	t.Helper()
	return openClockedSite(t, dbtest.New(t), postgres.Options{Clock: c.now})
}

// shows lists the codes in a tile.
func shows(t testing.TB, r reply) []string {
	t.Helper()
	layers, err := mvt.Unmarshal(r.body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range layers {
		for _, f := range l.Features {
			out = append(out, fmt.Sprintf("%.0f %v", f.ID, f.Properties["state"]))
		}
	}
	slices.Sort(out)
	return out
}

// TestTwoTimes is the design's example, in every reader: a demolition recorded
// on 1 May as of 1 March.
func TestTwoTimes(t *testing.T) {
	t.Parallel()
	var c clock
	c.set(t, "2026-01-10T10:00:00Z")
	s := clockedSite(t, &c)
	clerk, v := s.program(t, registry.Clerk), s.visitor(t)
	code, units := built(clerk, block(0, 0, 2, 2), "1")
	other, _ := built(clerk, block(3, 0, 4, 1))
	waitForTile(t, s, 0)
	c.set(t, "2026-05-01T10:00:00Z")
	clerk = s.program(t, registry.Clerk, registry.Planner) // tokens do not last from month to month
	clerk.event(code, 1, map[string]any{"type": "retire", "as": "demolished", "validFrom": "2026-03-01", "endDwellings": true}).want(http.StatusCreated)
	c.set(t, "2026-06-01T10:00:00Z")
	clerk = s.program(t, registry.Clerk, registry.Integrator)

	b := v.get("/api/v1/buildings/" + other).json()
	point := b["point"].([]any)
	fine, err := geo.ParseCell(b["cell"].(string))
	if err != nil {
		t.Fatal(err)
	}
	cell, err := fine.Parent(7) // large enough for both
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("lon=%v&lat=%v", 9.5201, 47.1401)
	tile := tileAt(map[string]any{"point": point}, 14)
	for _, w := range []struct {
		when  string
		there bool
	}{
		{"validOn=2026-04-02&knownAt=2026-04-15", true},
		{"validOn=2026-04-02&knownAt=2026-05-02", false},
		{"validOn=2026-04-02", false},
		{"validOn=2026-02-28", true},
		{"validOn=2026-02-28&knownAt=2026-05-02T00:00:00Z", true},
		{"knownAt=2026-04-15", true}, // today, as it was believed then
		{"validOn=2030-01-01", false},
	} {
		state, status := "demolished", "retired"
		n := 1
		if w.there {
			state, status, n = "in_use", "active", 2
		}
		if got := v.get("/api/v1/buildings/" + code + "?" + w.when).want(http.StatusOK).json(); got["state"] != state || got["status"] != status {
			t.Errorf("%s: building is %v, %v", w.when, got["status"], got["state"])
		}
		if got := v.get("/api/v1/codes/" + code + "?" + w.when).want(http.StatusOK).json(); got["state"] != state || got["status"] != status {
			t.Errorf("%s: code is %v", w.when, got)
		}
		if got := items(v.get("/api/v1/buildings?"+w.when).want(http.StatusOK).json(), "buildings"); len(got) != n {
			t.Errorf("%s: %d in the list", w.when, len(got))
		}
		if got := items(v.get("/api/v1/buildings/"+code+"/dwellings?"+w.when).want(http.StatusOK).json(), "dwellings"); len(got) != n-1 {
			t.Errorf("%s: dwellings %v", w.when, got)
		}
		if got := v.get("/api/v1/dwellings/" + units[0] + "?" + w.when).want(http.StatusOK).json(); got["status"] != status {
			t.Errorf("%s: dwelling %v", w.when, got)
		}
		if got := v.get("/api/v1/codes/" + units[0] + "?" + w.when).want(http.StatusOK).json(); got["status"] != status {
			t.Errorf("%s: code of a dwelling %v", w.when, got)
		}
		if got := v.get("/api/v1/lookup?" + at + "&" + w.when).want(http.StatusOK).json(); (got["distance"] == 0.0) != w.there {
			t.Errorf("%s: lookup %v", w.when, got["distance"])
		}
		if got := v.get("/api/v1/cells/" + cell.String() + "?" + w.when).want(http.StatusOK).json(); got["buildings"] != float64(n) {
			t.Errorf("%s: %v in the cell", w.when, got["buildings"])
		}
		if got := shows(t, v.get(tile+"?"+w.when).want(http.StatusOK)); len(got) != n {
			t.Errorf("%s: the tile shows %v", w.when, got)
		}
		if got := clerk.get("/api/v1/exports/buildings?format=jsonl&"+w.when, "Accept-Encoding", "identity").want(http.StatusOK); bytes.Count(got.body, []byte("\n")) != n {
			t.Errorf("%s: export %s", w.when, got.body)
		}
	}
	if h := v.get("/api/v1/buildings/" + code + "/history?knownAt=2026-04-15").json(); len(items(h, "events")) != 1 || items(h, "versions")[0]["recordedTo"] != nil {
		t.Errorf("history as it was told: %v", h)
	}
	if h := v.get("/api/v1/buildings/" + code + "/history?validOn=2026-04-02").json(); len(items(h, "versions")) != 2 {
		t.Errorf("versions about 2 April: %v", h["versions"])
	}
	for _, path := range []string{"/api/v1/buildings/" + code, "/api/v1/codes/" + code, "/api/v1/codes/" + units[0], "/api/v1/dwellings/" + units[0],
		"/api/v1/buildings/" + code + "/history", "/api/v1/buildings/" + code + "/lineage", "/api/v1/buildings/" + code + "/dwellings"} {
		v.get(path + "?knownAt=2026-01-09").want(http.StatusNotFound)
		for _, bad := range []string{"validOn=2026-02-30", "knownAt=yesterday", "knownAt=2026-01-01&knownAt=2026-01-02", "asOf=2026-01-01"} {
			name, _, _ := strings.Cut(bad, "=")
			if _, fields := v.get(path + "?" + bad).want(http.StatusBadRequest).problem(); !slices.Equal(fields, []string{name}) {
				t.Errorf("%s?%s: %v", path, bad, fields)
			}
		}
	}
}

// TestADatedTileIsTheLiveTile draws the present by way of the database: the
// bytes must be those of the live map. It must not be stale after an event.
func TestADatedTileIsTheLiveTile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, v := s.program(t, registry.Clerk), s.visitor(t)
	var b map[string]any
	for n := range 12 {
		b = register(clerk, n)
	}
	waitForTile(t, s, 11)
	path := tileAt(b, 14)
	for z := 13; z <= 16; z++ {
		p := tileAt(b, z)
		live := v.get(p, "Accept-Encoding", "identity").want(http.StatusOK)
		dated := v.get(p+"?knownAt=2999-01-01", "Accept-Encoding", "identity").want(http.StatusOK)
		if !bytes.Equal(live.body, dated.body) {
			t.Errorf("zoom %d: %d bytes live, %d from the database", z, len(live.body), len(dated.body))
		}
	}
	today := v.get("/api/v1/map").json()["today"].(string)
	if live, dated := v.get(path), v.get(path+"?validOn="+today); live.header.Get("ETag") != dated.header.Get("ETag") {
		t.Error("today is not the live map")
	}
	tomorrow, err := registry.ParseDate(today)
	if err != nil {
		t.Fatal(err)
	}
	later := path + "?validOn=" + (tomorrow + 1).String()
	first := v.get(later).want(http.StatusOK)
	tag := first.header.Get("ETag")
	v.get(later, "If-None-Match", tag).want(http.StatusNotModified)
	code := b["code"].(string)
	clerk.event(code, 1, map[string]any{"type": "retire", "as": "demolished", "validFrom": (tomorrow + 1).String()}).want(http.StatusCreated)
	deadline := time.Now().Add(10 * time.Second)
	for v.get(later, "If-None-Match", tag).status == http.StatusNotModified {
		if time.Now().After(deadline) {
			t.Fatal("tomorrow's map still shows a house whose end has been recorded")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if before, after := shows(t, first), shows(t, v.get(later)); len(after) != len(before)-1 {
		t.Errorf("%d houses before, %d after", len(before), len(after))
	}
	if now := shows(t, v.get(path).want(http.StatusOK)); !strings.Contains(strings.Join(now, " "), code) {
		t.Error("it has gone from today's map already")
	}
	v.get(path + "?validOn=1900-01-01").want(http.StatusNoContent)
	v.get("/tiles/buildings/12/1/1.mvt?validOn=1900-01-01").want(http.StatusBadRequest)
	j := v.get("/tiles/buildings.json?validOn=2020-01-01&knownAt=2026-01-01").want(http.StatusOK).json()
	if a := j["tiles"].([]any)[0].(string); !strings.HasSuffix(a, "/{z}/{x}/{y}.mvt?knownAt=2026-01-01&validOn=2020-01-01") {
		t.Errorf("tiles at %s", a)
	}
	v.get("/tiles/buildings.json?validOn=x").want(http.StatusBadRequest)
	v.get("/tiles/basemap/14/1/1.mvt?validOn=2000-01-01").want(http.StatusNoContent)
}

// TestDatedZones: divisions of a date come with the counts of that date.
func TestDatedZones(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := community(t, s, orb.Bound{Min: orb.Point{9.5, 47.1}, Max: orb.Point{9.6, 47.2}})
	clerk, v := s.program(t, registry.Clerk), s.visitor(t)
	built(clerk, block(0, 0, 1, 1))
	code, _ := built(clerk, block(5, 5, 6, 6))
	clerk.event(code, 1, map[string]any{"type": "retire", "as": "demolished", "validFrom": "2010-01-01"}).want(http.StatusCreated)
	for day, want := range map[string]float64{"2005-01-01": 2, "2015-01-01": 1} {
		list := items(v.get("/api/v1/divisions?validOn="+day).want(http.StatusOK).json(), "divisions")
		if len(list) != 1 || list[0]["id"] != id || list[0]["buildings"] != want {
			t.Errorf("%s: %v", day, list)
		}
		layers, err := mvt.Unmarshal(v.get("/tiles/zones/8/134/89.mvt?validOn="+day, "Accept-Encoding", "identity").want(http.StatusOK).body)
		if err != nil || len(layers) == 0 || len(layers[0].Features) != 1 || layers[0].Features[0].Properties["buildings"] != want {
			t.Errorf("%s: zones %v %v", day, layers, err)
		}
		if got := v.get("/api/v1/lookup?lon=9.52&lat=47.14&validOn=" + url.QueryEscape(day)).json(); got["community"].(map[string]any)["id"] != id {
			t.Errorf("%s: lookup %v", day, got)
		}
	}
	s.waitForCount(t, 1)
	const tile = "/tiles/zones/8/134/89.mvt"
	live := v.get(tile, "Accept-Encoding", "identity").want(http.StatusOK)
	if dated := v.get(tile+"?knownAt=2999-01-01", "Accept-Encoding", "identity").want(http.StatusOK); !bytes.Equal(live.body, dated.body) {
		t.Errorf("zones: %d bytes live, %d from the database", len(live.body), len(dated.body))
	}
}

// community imports one division of level 5 and gives its id.
func community(t testing.TB, s *site, box orb.Bound) string {
	t.Helper()
	row := intake.Item[intake.Division]{Value: intake.Division{Row: 1, ID: "1", Code: "c1", Name: "Vaduz", Level: 5, Boundary: orb.MultiPolygon{box.ToPolygon()}}}
	rows := func(yield func(intake.Item[intake.Division], error) bool) { yield(row, nil) }
	since, err := registry.ParseDate("2000-01-01")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.store.ImportDivisions(t.Context(), registry.Actor{Name: "test"}, rows, postgres.ImportOptions{Source: "test", Apply: true, ValidFrom: &since})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.store.Divisions(t.Context(), postgres.DivisionFilter{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return strconv.FormatInt(list[0].ID, 10)
}

// tileAt is the address of the tile of a zoom that holds a building.
func tileAt(b map[string]any, z int) string {
	p := b["point"].([]any)
	t := maptile.At(orb.Point{p[0].(float64), p[1].(float64)}, maptile.Zoom(z))
	return fmt.Sprintf("/tiles/buildings/%d/%d/%d.mvt", z, t.X, t.Y)
}
