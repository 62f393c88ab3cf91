package web_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// quarter is a town of two cells of the grid: six houses in the one, two in the
// other, 700 m to the east.
type quarter struct {
	many, few geo.Cell
	houses    []string // codes: those of many, then those of few
}

// heads are how many live in each house of a quarter.
var heads = []int{1, 2, 3, 4, 5, 6, 3, 4}

func cellOf(t testing.TB, p orb.Point) geo.Cell {
	t.Helper()
	c, err := geo.CellAt(p, dbtest.GridResolution)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newQuarter builds the houses; nobody lives there yet.
func newQuarter(t testing.TB, clerk *visitor) quarter {
	t.Helper()
	q := quarter{many: cellOf(t, orb.Point{9.52, 47.14}), few: cellOf(t, orb.Point{9.53, 47.14})}
	for i := range heads {
		at, n := q.many.Center(), i
		if i >= 6 {
			at, n = q.few.Center(), i-6
		}
		x, y := at[0]+float64(n%3-1)*0.00015, at[1]+float64(n/3)*0.0001
		r := func(v float64) float64 { return math.Round(v*1e9) / 1e9 }
		outline := [][][2]float64{{{r(x), r(y)}, {r(x + 0.0001), r(y)}, {r(x + 0.0001), r(y + 0.00006)}, {r(x), r(y + 0.00006)}, {r(x), r(y)}}}
		code, _ := built(clerk, map[string]any{"type": "Polygon", "coordinates": outline})
		q.houses = append(q.houses, code)
	}
	return q
}

// live states how many live in the first n houses, from a day on.
func (q quarter) live(clerk *visitor, from string, heads []int) {
	clerk.t.Helper()
	var list []map[string]any
	for i, n := range heads {
		list = append(list, map[string]any{"code": q.houses[i], "heads": n, "permits": n / 2, "evidence": "declared", "from": from})
	}
	clerk.send(http.MethodPost, "/api/v1/headcounts", map[string]any{"statements": list}).want(http.StatusCreated)
}

// caughtUp waits until the map shows the people of a cell to a clerk.
func (q quarter) caughtUp(clerk *visitor, cell geo.Cell, people float64) {
	clerk.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		c := densityOf(clerk, "res=10")[cell.String()]
		if c != nil && c["population"] == people {
			return
		}
	}
	clerk.t.Fatalf("the map never showed %v people in %s", people, cell)
}

// densityOf asks for cells, by cell.
func densityOf(v *visitor, query string) map[string]map[string]any {
	v.t.Helper()
	out := map[string]map[string]any{}
	for _, c := range items(v.get("/api/v1/density?"+query).want(http.StatusOK).json(), "cells") {
		out[c["cell"].(string)] = c
	}
	return out
}

// officerOf makes an officer of one cell, who carries a token.
func (s *site) officerOf(t testing.TB, cell geo.Cell) *visitor {
	t.Helper()
	v := s.program(t, registry.Officer)
	boss := registry.Actor{Name: "test", Roles: []registry.Role{registry.Operator}}
	_, err := s.store.Assign(t.Context(), postgres.Write{Actor: boss},
		[]registry.Handing{{Role: registry.Officer, Person: "p-officer", Cells: []geo.Cell{cell}}}, registry.Why{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// cellTile is the address of the tile of zoom 15 that holds the middle of a cell.
func cellTile(layer string, c geo.Cell) string {
	p := c.Center()
	lat := p[1] * math.Pi / 180
	n := float64(int(1) << 15)
	return fmt.Sprintf("/tiles/%s/15/%d/%d.mvt", layer, int((p[0]+180)/360*n), int((1-math.Log(math.Tan(lat)+1/math.Cos(lat))/math.Pi)/2*n))
}

// inTile is what a tile says of a cell.
func inTile(t testing.TB, body []byte, cell geo.Cell) map[string]any {
	t.Helper()
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			if f.Properties["h"] == cell.String() {
				return f.Properties
			}
		}
	}
	return nil
}

// TestDensityShowsWhatARoleMaySee, in numbers, in tables and in tiles, of now
// and of a date.
func TestDensityShowsWhatARoleMaySee(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	q := newQuarter(t, clerk)
	q.live(clerk, "2020-01-01", heads)
	q.caughtUp(clerk, q.many, 21)
	hidden := map[string]any{"population": nil, "few": nil, "permits": nil}
	few := map[string]any{"population": nil, "few": true, "permits": nil}
	shows := func(n float64, permits float64) map[string]any {
		return map[string]any{"population": n, "few": nil, "permits": permits}
	}
	for _, c := range []struct {
		who       string
		v         *visitor
		many, few map[string]any
		total     any
		houses    bool
	}{
		{"nobody", s.visitor(t), hidden, hidden, nil, false},
		{"a landlord", s.program(t, registry.Landlord), hidden, hidden, nil, false},
		{"an integrator", s.program(t, registry.Integrator), hidden, hidden, nil, false},
		{"a planner", s.program(t, registry.Planner), hidden, hidden, nil, true},
		{"an operator", s.program(t, registry.Operator), hidden, hidden, nil, true},
		{"a dispatcher", s.program(t, registry.Dispatcher), shows(21, 9), few, 21.0, true},
		{"a clerk", clerk, shows(21, 9), shows(7, 3), 28.0, true},
		{"the officer of the few", s.officerOf(t, q.few), hidden, shows(7, 3), 7.0, true},
	} {
		past := "&validOn=2024-05-01"
		known := "&knownAt=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
		for _, when := range []string{"", past, known} {
			body := c.v.get("/api/v1/density?res=10" + when).want(http.StatusOK)
			cells := densityOf(c.v, "res=10"+when)
			for cell, want := range map[geo.Cell]map[string]any{q.many: c.many, q.few: c.few} {
				tile := inTile(t, c.v.get(cellTile("density", cell)+strings.Replace(when, "&", "?", 1)).want(http.StatusOK).body, cell)
				for name, n := range want {
					if got := cells[cell.String()][name]; got != n {
						t.Errorf("%s%s: %s is %v, want %v", c.who, when, name, got, n)
					}
					if got := tile[name]; got != n {
						t.Errorf("%s%s: in the tile %s is %v, want %v", c.who, when, name, got, n)
					}
				}
				if (tile["dwellings"] != nil) != c.houses || (cells[cell.String()]["dwellings"] != nil) != c.houses {
					t.Errorf("%s%s: dwellings: %v %v", c.who, when, tile, cells[cell.String()])
				}
				looked := c.houses && (want["population"] != nil || want["few"] != nil)
				if (tile["unconfirmed"] != nil) != looked || (cells[cell.String()]["unconfirmed"] != nil) != looked {
					t.Errorf("%s%s: unconfirmed: %v %v", c.who, when, tile, cells[cell.String()])
				}
			}
			if total := body.json()["total"].(map[string]any); total["population"] != c.total || total["buildings"] != 8.0 {
				t.Errorf("%s%s: total %v", c.who, when, total)
			}
			if got := body.header; !strings.Contains(got.Get("Cache-Control"), "private") || !strings.Contains(strings.Join(got.Values("Vary"), ","), "Cookie") {
				t.Errorf("%s%s: a cache may keep it: %v", c.who, when, got)
			}
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(c.v.get("/api/v1/density?res=10&format=csv").want(http.StatusOK).body, []byte("\uFEFF")))).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%v %v", rows, err)
		}
		for _, row := range rows[1:] {
			want := c.many["population"]
			if row[0] == q.few.String() {
				want = c.few["population"]
			}
			if text := row[6]; want == nil && text != "" || want != nil && text != fmt.Sprint(want) {
				t.Errorf("%s: the table says %q, want %v", c.who, text, want)
			}
		}
	}
	if coarse := densityOf(clerk, "res=9"); len(coarse) == 0 || len(coarse) > 2 {
		t.Errorf("at resolution 9: %v", coarse)
	}
}

// TestAHeadcountLeavesNoTraceForStrangers: of how many live in a house, and of
// when somebody said so, nothing reaches those who may not know: no byte of a
// list or tile, no tag, and no message to an open map.
func TestAHeadcountLeavesNoTraceForStrangers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	q := newQuarter(t, clerk)
	stranger, planner, officer, dispatcher := s.visitor(t), s.program(t, registry.Planner), s.officerOf(t, q.few), s.program(t, registry.Dispatcher)
	all := map[string]*visitor{"nobody": stranger, "a planner": planner, "an officer of another cell": officer}
	q.caughtUp(clerk, q.many, 0)
	look := func(v *visitor) map[string]string {
		out := map[string]string{}
		for _, path := range []string{"/api/v1/density?res=10", "/api/v1/density?res=8", "/api/v1/density?res=10&format=csv",
			"/api/v1/density?res=10&validOn=2025-01-01", cellTile("density", q.many), cellTile("cells", q.many)} {
			r := v.get(path)
			out[path] = fmt.Sprintf("%d %s %d %s", r.status, r.header.Get("ETag"), len(r.body), r.body)
		}
		return out
	}
	before := map[string]map[string]string{}
	for who, v := range all {
		before[who] = look(v)
	}
	open, far, near := stranger.listen(""), planner.listen(""), dispatcher.listen("")
	first := open.next("ready", "")
	far.next("ready", "")
	near.next("ready", "")
	q.live(clerk, "2020-01-01", heads[:6])
	said := time.Now()
	var heard struct {
		BBox   *[4]float64
		Layers []string
	}
	if err := json.Unmarshal([]byte(near.next("change", "density").data), &heard); err != nil {
		t.Fatal(err)
	}
	t.Logf("the dispatcher's map heard of it %v later", time.Since(said))
	if p := q.many.Center(); heard.BBox == nil || heard.BBox[0] > p[0] || heard.BBox[2] < p[0] {
		t.Errorf("the dispatcher was told of %+v", heard)
	}
	if data := far.next("change", "density").data; !strings.Contains(data, `"bbox":null`) {
		t.Errorf("the planner was told where: %s", data)
	}
	q.caughtUp(clerk, q.many, 21)
	for who, v := range all {
		after := look(v)
		if !maps.Equal(before[who], after) {
			for path, was := range before[who] {
				if was != after[path] {
					t.Errorf("%s: %s changed from %.300s to %.300s", who, path, was, after[path])
				}
			}
		}
	}
	// The next thing that strangers hear of is the next public change.
	code := register(clerk, 90)["code"].(string)
	e := open.next("change", "")
	if !strings.Contains(e.data, code) || numberOf(t, e.id) != numberOf(t, first.id)+1 {
		t.Errorf("after %v strangers heard %v", first, e)
	}
}

func numberOf(t testing.TB, id string) (n int) {
	t.Helper()
	if _, err := fmt.Sscanf(id[strings.Index(id, "-")+1:], "%d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDensityOfTheRecordedPresentIsTheLiveOne: what is read from the database
// for this instant equals what the map in memory has followed to.
func TestDensityOfTheRecordedPresentIsTheLiveOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	q := newQuarter(t, clerk)
	q.live(clerk, "2020-01-01", heads)
	q.live(clerk, "2024-01-01", []int{9, 0, 3})
	gone := register(clerk, 0)["code"].(string)
	clerk.send(http.MethodPost, "/api/v1/buildings/"+gone+"/events", map[string]any{"type": "retire", "as": "demolished"}, "If-Match", `"1"`).want(http.StatusCreated)
	q.caughtUp(clerk, q.many, 27)
	waitForGone(t, s, gone)
	known := "&knownAt=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
	for _, res := range []string{"res=10", "res=9", "res=7"} {
		live, recorded := clerk.get("/api/v1/density?"+res).json(), clerk.get("/api/v1/density?"+res+known).json()
		for _, member := range []string{"cells", "total"} {
			a, _ := json.Marshal(live[member])
			b, _ := json.Marshal(recorded[member])
			if !bytes.Equal(a, b) {
				t.Errorf("%s %s: live %s, recorded %s", res, member, a, b)
			}
		}
	}
	for _, cell := range []geo.Cell{q.many, q.few} {
		for _, layer := range []string{"density", "cells"} {
			live := clerk.get(cellTile(layer, cell), "Accept-Encoding", "identity").want(http.StatusOK).body
			recorded := clerk.get(cellTile(layer, cell)+strings.Replace(known, "&", "?", 1), "Accept-Encoding", "identity").want(http.StatusOK).body
			if !bytes.Equal(live, recorded) {
				t.Errorf("%s of %s: live %v, recorded %v", layer, cell, inTile(t, live, cell), inTile(t, recorded, cell))
			}
		}
	}
	for on, want := range map[string]any{"2019-12-31": 0.0, "2020-01-01": 21.0, "2023-12-31": 21.0, "2024-01-01": 27.0} {
		if got := densityOf(clerk, "res=10&validOn="+on)[q.many.String()]["population"]; got != want {
			t.Errorf("on %s: %v, want %v", on, got, want)
		}
	}
	// The same by plain SQL, at the grid's resolution and above it.
	conn, err := pgx.Connect(context.Background(), s.db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var buildings, people float64
	err = conn.QueryRow(context.Background(), `
		select count(*), coalesce(sum(t.heads), 0)
		from building_version v left join building_total t on t.building_code = v.building_code and t.recorded_to = 'infinity' and t.valid @> current_date
		where v.recorded_to = 'infinity' and v.valid @> current_date and v.state <> 'demolished' and v.cell = $1`, int64(q.many)).Scan(&buildings, &people)
	got := densityOf(clerk, "res=10")[q.many.String()]
	if err != nil || got["buildings"] != buildings || got["population"] != people {
		t.Errorf("%v, by SQL %v buildings and %v people, %v", got, buildings, people, err)
	}
}

// waitForGone waits until the map does not count a house any more.
func waitForGone(t testing.TB, s *site, code string) {
	t.Helper()
	for range 200 {
		if s.visitor(t).get("/api/v1/map").json()["buildings"] == float64(len(heads)) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the map goes on showing %s", code)
}

func TestDensityRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for query, field := range map[string]string{
		"res=11": "res", "res=2": "res", "res=x": "res", "bbox=1,2,3": "bbox", "bbox=9,48,10,47": "bbox", "bbox=-181,0,0,1": "bbox",
		"measure=height": "measure", "format=pdf": "format", "division=x": "division", "validOn=yesterday": "validOn", "limit=0": "limit",
	} {
		if _, fields := v.get("/api/v1/density?" + query).want(http.StatusBadRequest).problem(); len(fields) != 1 || fields[0] != field {
			t.Errorf("%s: %v", query, fields)
		}
	}
	if _, fields := v.get("/api/v1/density?division=999").want(http.StatusUnprocessableEntity).problem(); fields[0] != "division" {
		t.Errorf("%v", fields)
	}
	v.get("/api/v1/density?bbox=-180,-90,180,90").want(http.StatusOK)
	v.get("/tiles/density/17/0/0.mvt").want(http.StatusBadRequest)
	v.get("/tiles/cells/3/0/0.mvt").want(http.StatusBadRequest)
}
