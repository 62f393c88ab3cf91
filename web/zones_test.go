package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// zoneBox is an area in degrees, as GeoJSON.
func zoneBox(w, s, e, n float64) map[string]any {
	return map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}}
}

// around is an area a little larger than a cell.
func around(c geo.Cell) map[string]any {
	b := c.Boundary().Bound().Pad(0.0003)
	return zoneBox(b.Min[0], b.Min[1], b.Max[0], b.Max[1])
}

func drawn(v *visitor, name, kind string, geometry map[string]any, more ...any) (id string) {
	v.t.Helper()
	body := map[string]any{"name": name, "kind": kind, "geometry": geometry, "validFrom": "2000-01-01"}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return v.send(http.MethodPost, "/api/v1/zones", body).want(http.StatusCreated).json()["id"].(string)
}

// TestALifeOfAZone by HTTP: drawn, seen, changed from a day on, ended, and
// every state of it still there.
func TestALifeOfAZone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	planner, v := s.program(t, registry.Planner), s.visitor(t)
	body := map[string]any{"name": "North", "kind": "priority", "geometry": zoneBox(9.5, 47.1, 9.51, 47.11), "validFrom": "2020-01-01", "note": "phase 1"}
	first := planner.send(http.MethodPost, "/api/v1/zones", body, "Idempotency-Key", "k").want(http.StatusCreated)
	again := planner.send(http.MethodPost, "/api/v1/zones", body, "Idempotency-Key", "k").want(http.StatusCreated)
	z := first.json()
	if again.json()["id"] != z["id"] || first.header.Get("Location") != "/api/v1/zones/"+z["id"].(string) {
		t.Errorf("drawn twice, or without an address: %s %v", again.body, first.header)
	}
	path := "/api/v1/zones/" + z["id"].(string)
	if got := v.get(path).want(http.StatusOK); got.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("another tag: %v", got.header)
	}
	change := map[string]any{"geometry": zoneBox(9.5, 47.1, 9.53, 47.11), "validFrom": "2024-01-01", "reason": "grew"}
	planner.send(http.MethodPatch, path, change).want(http.StatusPreconditionRequired)
	planner.send(http.MethodPatch, path, change, "If-Match", `"9"`).want(http.StatusPreconditionFailed)
	changed := planner.send(http.MethodPatch, path, change, "If-Match", first.header.Get("ETag")).want(http.StatusOK)
	known := time.Now().UTC().Format(time.RFC3339Nano)
	ended := planner.send(http.MethodPost, path+"/end", map[string]any{"on": "2025-01-01"}, "If-Match", changed.header.Get("ETag")).want(http.StatusOK).json()
	if ended["validTo"] != "2025-01-01" || ended["version"] != 3.0 {
		t.Errorf("ended: %v", ended)
	}
	area := func(query string) string {
		list := items(v.get("/api/v1/zones?"+query).want(http.StatusOK).json(), "zones")
		if len(list) == 0 {
			return "none"
		}
		return fmt.Sprintf("%.0f", list[0]["area"])
	}
	small, large := fmt.Sprintf("%.0f", z["area"]), fmt.Sprintf("%.0f", changed.json()["area"])
	for query, want := range map[string]string{
		"validOn=2019-12-31": "none", "validOn=2020-01-01": small, "validOn=2024-01-01": large, "validOn=2025-01-01": "none", "": "none",
		"validOn=2026-01-01&knownAt=" + escape(known): large, "validOn=2024-01-01&kinds=restricted": "none", "validOn=2024-01-01&q=ORT": large,
		"validOn=2024-01-01&bbox=9.52,47,9.6,47.2": large, "validOn=2021-01-01&bbox=9.52,47,9.6,47.2": "none",
	} {
		if got := area(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	h := planner.get(path + "/history").want(http.StatusOK).json()
	if len(items(h, "events")) != 3 || len(items(h, "versions")) != 4 {
		t.Errorf("history %v", h)
	}
	v.get(path + "/history").want(http.StatusUnauthorized)
	mistake := drawn(planner, "Mistake", "custom", zoneBox(9.5, 47.1, 9.6, 47.2), "validFrom", "2026-01-01")
	planner.send(http.MethodPost, "/api/v1/zones/"+mistake+"/end", map[string]any{"on": "2026-01-01"}, "If-Match", `"1"`).want(http.StatusNoContent)
	v.get("/api/v1/zones/" + mistake).want(http.StatusNotFound)
	v.get("/api/v1/zones/999").want(http.StatusNotFound)
	v.get("/api/v1/zones/x").want(http.StatusNotFound)
}

func TestBadZones(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	planner := s.program(t, registry.Planner)
	ok := zoneBox(9.5, 47.1, 9.51, 47.11)
	bow := map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{{9.5, 47.1}, {9.6, 47.2}, {9.6, 47.1}, {9.5, 47.2}, {9.5, 47.1}}}}
	for what, c := range map[string]struct {
		body   map[string]any
		status int
		field  string
	}{
		"no name":           {map[string]any{"geometry": ok}, 422, "name"},
		"no geometry":       {map[string]any{"name": "A"}, 422, "geometry"},
		"a point":           {map[string]any{"name": "A", "geometry": map[string]any{"type": "Point", "coordinates": []float64{9, 47}}}, 400, "geometry.type"},
		"a bow":             {map[string]any{"name": "A", "geometry": bow}, 422, "geometry"},
		"another kind":      {map[string]any{"name": "A", "geometry": ok, "kind": "shop"}, 422, "kind"},
		"a telephone":       {map[string]any{"name": "13812345678", "geometry": ok}, 422, "name"},
		"an end too soon":   {map[string]any{"name": "A", "geometry": ok, "validFrom": "2020-01-01", "validTo": "2020-01-01"}, 422, "validTo"},
		"an unknown member": {map[string]any{"name": "A", "geometry": ok, "colour": "red"}, 400, "colour"},
	} {
		if _, fields := planner.send(http.MethodPost, "/api/v1/zones", c.body).want(c.status).problem(); !slices.Equal(fields, []string{c.field}) {
			t.Errorf("%s: %v", what, fields)
		}
	}
	_, fields := planner.send(http.MethodPost, "/api/v1/zones/from-divisions", map[string]any{"divisions": []string{"1", "1"}}).want(422).problem()
	if len(fields) != 2 {
		t.Errorf("unknown divisions: %v", fields)
	}
	planner.send(http.MethodPost, "/api/v1/zones/from-divisions", map[string]any{"divisions": []string{"x"}}).want(400)
	planner.send(http.MethodPost, "/api/v1/zones/from-divisions", map[string]any{"divisions": []string{}}).want(422)
}

// TestUploadedZones: files of every kind, planned and applied, with what cannot
// be taken named by row.
func TestUploadedZones(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	planner := s.program(t, registry.Planner)
	send := func(query, media string, body []byte) reply {
		t.Helper()
		return planner.do(http.MethodPost, "/api/v1/zones/import?"+query, bytes.NewReader(body), "Content-Type", media)
	}
	feature := func(name, geometry string) string {
		return `{"type":"Feature","properties":{"name":"` + name + `","kind":"priority"},"geometry":` + geometry + `}`
	}
	square := `{"type":"Polygon","coordinates":[[[9.5,47.1],[9.51,47.1],[9.51,47.11],[9.5,47.11],[9.5,47.1]]]}`
	file := []byte(`{"type":"FeatureCollection","features":[` + feature("A", square) + `,` +
		feature("B", `{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}`) + `]}`)
	plan := send("source=city&dryRun=true", "application/geo+json", file).want(http.StatusOK).json()
	left := items(plan, "leftOut")
	if plan["new"] != 1.0 || plan["applied"] != false || len(left) != 1 || left[0]["row"] != 2.0 || left[0]["reason"] != "self_intersection" {
		t.Errorf("plan: %v", plan)
	}
	if _, fields := send("source=city&strict=true", "application/geo+json", file).want(422).problem(); len(fields) != 1 || fields[0] != "row 2.geometry" {
		t.Errorf("strict: %v", fields)
	}
	if done := send("source=city", "application/geo+json", file).want(http.StatusCreated).json(); done["new"] != 1.0 || done["event"] == nil {
		t.Errorf("applied: %v", done)
	}
	if again := send("source=city", "application/octet-stream", file).want(http.StatusCreated).json(); again["same"] != 1.0 || again["event"] != nil {
		t.Errorf("again: %v", again)
	}
	cell := cellOf(t, orb.Point{9.52, 47.14})
	table := []byte("h,name,kind\n" + cell.String() + ",Cells,restricted\nxyz,Cells,\n")
	if cells := send("source=cells", "text/csv", table).want(http.StatusCreated).json(); cells["new"] != 1.0 || cells["rejected"] != 1.0 {
		t.Errorf("cells: %v", cells)
	}
	if unnamed := send("source=mine&kind=prohibited", "text/csv", []byte("cell\n"+cell.String()+"\n")).want(http.StatusCreated).json(); unnamed["new"] != 1.0 {
		t.Errorf("unnamed cells: %v", unnamed)
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, _ := z.Create("zones.geojson")
	_, _ = w.Write(file)
	_ = z.Close()
	if got := send("source=zip", "application/zip", zipped.Bytes()).want(http.StatusCreated).json(); got["new"] != 1.0 {
		t.Errorf("zip: %v", got)
	}
	lv95 := `{"type":"Polygon","coordinates":[[[2757000,1222000],[2758000,1222000],[2758000,1223000],[2757000,1223000],[2757000,1222000]]]}`
	if got := send("source=lv95&crs="+escape("EPSG:2056"), "application/json", []byte(feature("Swiss", lv95))).want(http.StatusCreated).json(); got["new"] != 1.0 {
		t.Errorf("in LV95: %v", got)
	}
	var names []string
	for _, zone := range items(s.visitor(t).get("/api/v1/zones").json(), "zones") {
		names = append(names, fmt.Sprint(zone["name"], " ", zone["kind"], " ", zone["source"]))
	}
	if want := []string{"A priority city", "Cells restricted cells", "mine prohibited mine", "A priority zip", "Swiss priority lv95"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	for what, c := range map[string]struct {
		query, media string
		body         string
		status       int
	}{
		"nothing":                 {"", "text/csv", "", 422},
		"a picture":               {"", "image/png", "\x89PNG\r\n\x1a\n\x00\x00", 422},
		"a table without columns": {"", "text/csv", "a,b\n1,2\n", 422},
		"half a document":         {"", "application/json", `{"type":"FeatureCollection","features":[`, 422},
		"a zip of nothing":        {"", "application/zip", "PK\x03\x04", 422},
		"a form":                  {"", "multipart/form-data; boundary=x", "--x--", 415},
		"an unknown system":       {"crs=nonsense", "application/json", feature("A", square), 400},
		"an unknown column":       {"map=a%3Dheight", "text/csv", "a,wkt\n1,x\n", 422},
		"a personal source":       {"source=13812345678", "application/json", feature("A", square), 422},
	} {
		if got := send(c.query, c.media, []byte(c.body)); got.status != c.status {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		} else if strings.Contains(string(got.body), "/tmp/") {
			t.Errorf("%s: the answer names a file of ours: %s", what, got.body)
		}
	}
}

// report reads a report; asking twice with the same knownAt must give the same.
func report(v *visitor, query string) map[string]any {
	v.t.Helper()
	return v.get("/api/v1/zones/report?" + query).want(http.StatusOK).json()
}

func find(rows []map[string]any, key, value string) map[string]any {
	for _, r := range rows {
		if r[key] == value {
			return r
		}
	}
	return map[string]any{}
}

// TestReport: zones, kinds, what lies outside and in two zones, on two days,
// for those who may see few and those who may not.
func TestReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, planner := s.program(t, registry.Clerk), s.program(t, registry.Planner)
	q := newQuarter(t, clerk)
	register(clerk, 200) // far outside, since today
	q.live(clerk, "2020-01-01", heads)
	q.live(clerk, "2024-01-01", []int{9})
	q.caughtUp(clerk, q.many, 29)
	many, few := drawn(planner, "Many", "priority", around(q.many)), drawn(planner, "=Few", "restricted", around(q.few))
	wide := drawn(planner, "Wide", "priority", zoneBox(9.5, 47.12, 9.545, 47.16))
	check := func(who *visitor, query string, fewShow bool) map[string]any {
		t.Helper()
		rep := report(who, query)
		zones := items(rep, "zones")
		if z := find(zones, "id", many); z["population"] != 29.0 || z["buildings"] != 6.0 || z["permits"] != 13.0 || z["densityPerKm2"] == nil {
			t.Errorf("many: %v", z)
		}
		if before, _ := find(zones, "id", many)["before"].(map[string]any); before["population"] != 21.0 {
			t.Errorf("many before: %v", before)
		}
		z, total, outside := find(zones, "id", few), rep["total"].(map[string]any), rep["outside"].(map[string]any)
		restricted, priority := find(items(rep, "kinds"), "kind", "restricted"), find(items(rep, "kinds"), "kind", "priority")
		if priority["population"] != 36.0 || priority["buildings"] != 8.0 || priority["zones"] != 2.0 {
			t.Errorf("a kind counts a house twice: %v", priority)
		}
		if total["buildings"] != 8.0 || outside["buildings"] != 1.0 {
			t.Errorf("total %v, outside %v", total, outside)
		}
		if fewShow {
			if z["population"] != 7.0 || total["population"] != 36.0 || outside["population"] != 0.0 || restricted["population"] != 7.0 || z["share"] == nil {
				t.Errorf("to a clerk: %v, total %v, outside %v, kind %v", z, total, outside, restricted)
			}
			return rep
		}
		for what, sums := range map[string]map[string]any{"zone": z, "total": total, "outside": outside, "kind": restricted} {
			if sums["population"] != nil || sums["few"] != true || sums["permits"] != nil {
				t.Errorf("a planner learns of few from the %s: %v", what, sums)
			}
		}
		return rep
	}
	query := "validOn=" + s.store.Today().String() + "&compareOn=2022-01-01"
	for _, step := range []string{"&step=none", ""} { // from memory and from the database
		check(clerk, query+step, true)
		rep := check(planner, query+step, false)
		pairs := map[string]float64{}
		for _, o := range items(rep, "overlaps") {
			pairs[fmt.Sprint(o["zones"])] = o["buildings"].(float64)
		}
		if len(pairs) != 2 || pairs[fmt.Sprintf("[%s %s]", many, wide)]+pairs[fmt.Sprintf("[%s %s]", wide, many)] != 6 {
			t.Errorf("overlaps: %v", pairs)
		}
	}
	// The map in memory and the database agree in everything.
	known := "&knownAt=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
	for _, who := range []*visitor{clerk, planner} {
		live, recorded := report(who, "step=none"), report(who, "step=none"+known)
		for _, member := range []string{"zones", "kinds", "total", "outside", "overlaps"} {
			a, _ := json.Marshal(live[member])
			b, _ := json.Marshal(recorded[member])
			if !bytes.Equal(a, b) {
				t.Errorf("%s: live %s, recorded %s", member, a, b)
			}
		}
	}
	single := planner.get("/api/v1/zones/" + few + "/population").want(http.StatusOK).json()
	if single["population"] != nil || single["few"] != true || single["buildings"] != 2.0 {
		t.Errorf("one zone to a planner: %v", single)
	}
	if single := clerk.get("/api/v1/zones/" + few + "/population?validOn=2019-01-01").want(http.StatusOK).json(); single["population"] != 0.0 {
		t.Errorf("one zone before anybody lived there: %v", single)
	}
	over := items(planner.get("/api/v1/zones/overlaps").want(http.StatusOK).json(), "overlaps")
	if len(over) != 2 || over[0]["buildings"] != 6.0 || over[0]["area"].(float64) < 1000 {
		t.Errorf("overlaps: %v", over)
	}
	table := planner.get("/api/v1/zones/report?format=csv&" + query).want(http.StatusOK).body
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\uFEFF")))).ReadAll()
	if err != nil || !bytes.HasPrefix(table, []byte("\uFEFF")) || len(rows) != 1+3+2+2 || !strings.Contains(string(table), "'=Few") {
		t.Errorf("%v %s", err, table)
	}
	var collection struct {
		Type     string
		ValidOn  string
		Features []struct {
			Geometry   struct{ Type string }
			Properties map[string]any
		}
	}
	body := planner.get("/api/v1/zones/report?format=geojson&" + query).want(http.StatusOK).body
	if err := json.Unmarshal(body, &collection); err != nil || len(collection.Features) != 3 || collection.Features[0].Geometry.Type != "MultiPolygon" ||
		collection.ValidOn == "" || collection.Features[0].Properties["buildings"] == nil {
		t.Errorf("%v %s", err, body)
	}
	for _, nosy := range []*visitor{s.visitor(t), s.program(t, registry.Officer), s.program(t, registry.Integrator)} {
		if got := nosy.get("/api/v1/zones/report"); got.status != 401 && got.status != 403 {
			t.Errorf("a report for somebody else: %d", got.status)
		}
	}
}

// TestTheSameAddressMakesTheSameReportLater: with knownAt in it, whatever was
// drawn, said or built since.
func TestTheSameAddressMakesTheSameReportLater(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, planner := s.program(t, registry.Clerk), s.program(t, registry.Planner)
	q := newQuarter(t, clerk)
	q.live(clerk, "2020-01-01", heads)
	q.caughtUp(clerk, q.many, 21)
	id := drawn(planner, "Many", "priority", around(q.many))
	first := report(planner, "compareOn=2019-01-01&step=year&from=2018-01-01")
	pinned := "compareOn=2019-01-01&step=year&from=2018-01-01&validOn=" + first["validOn"].(string) + "&knownAt=" + escape(first["knownAt"].(string))
	q.live(clerk, "2018-01-01", []int{50, 50, 50, 50, 50, 50})
	planner.send(http.MethodPatch, "/api/v1/zones/"+id, map[string]any{"geometry": zoneBox(9, 47, 9.1, 47.1)}, "If-Match", `"1"`).want(http.StatusOK)
	drawn(planner, "Later", "custom", around(q.many))
	register(clerk, 0)
	q.caughtUp(clerk, q.many, 21) // what is said of 2018 changes nothing today
	later := report(planner, pinned)
	delete(first, "recordedFrom")
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(later)
	if !bytes.Equal(a, b) {
		t.Errorf("the report was\n%s\nand is\n%s", a, b)
	}
	if now := report(planner, "compareOn=2019-01-01&step=none"); len(items(now, "zones")) != 2 {
		t.Errorf("the report of now: %v", now)
	}
}

// TestTrend: months and years, and a zone measured within one boundary.
func TestTrend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk, registry.Planner)
	q := newQuarter(t, clerk)
	q.live(clerk, "2020-06-15", heads)
	q.live(clerk, "2021-06-15", []int{9})
	id := drawn(clerk, "Many", "priority", around(q.many), "validFrom", "2023-01-01")
	trend := func(query string) string {
		t.Helper()
		var out []string
		for _, p := range items(clerk.get("/api/v1/zones/trend?zones="+id+"&"+query).want(http.StatusOK).json(), "trend") {
			out = append(out, fmt.Sprintf("%s=%v", p["on"], p["population"]))
		}
		return strings.Join(out, " ")
	}
	if got, want := trend("from=2020-05-20&to=2020-08-10&step=month"), "2020-05-20=0 2020-06-01=0 2020-07-01=21 2020-08-01=21 2020-08-10=21"; got != want {
		t.Errorf("by month: %s, want %s", got, want)
	}
	if got, want := trend("from=2019-01-01&to=2022-01-01&step=year"), "2019-01-01=0 2020-01-01=0 2021-01-01=21 2022-01-01=29"; got != want {
		t.Errorf("by year: %s, want %s", got, want)
	}
	if got := trend(""); !strings.HasPrefix(got, "2000-01-01=0 2001-01-01=0") || !strings.HasSuffix(got, s.store.Today().String()+"=29") {
		t.Errorf("by default: %s", got)
	}
	for query, field := range map[string]string{"from=2022-01-01&to=2020-01-01": "from", "step=week": "step", "step=none": "step", "from=x": "from",
		"zones=0": "zones", "kinds=shop": "kinds"} {
		if _, fields := clerk.get("/api/v1/zones/trend?" + query).want(http.StatusBadRequest).problem(); !slices.Equal(fields, []string{field}) {
			t.Errorf("%s: %v", query, fields)
		}
	}
	clerk.get("/api/v1/zones/trend?from=1900-01-01&step=month").want(http.StatusUnprocessableEntity)
	if rep := report(clerk, "zones="+id+",77&validOn=2022-01-01&step=none"); fmt.Sprint(rep["absent"]) != fmt.Sprintf("[%s 77]", id) {
		t.Errorf("absent: %v", rep["absent"])
	}
}

// TestZoneSumsAreThoseOfPlainSQL: random areas, with holes and in parts, over
// houses scattered at random; from memory, from the database, and by PostGIS.
func TestZoneSumsAreThoseOfPlainSQL(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, planner := s.program(t, registry.Clerk), s.program(t, registry.Planner)
	random := rand.New(rand.NewPCG(5, 7))
	var list []map[string]any
	for i := range 120 {
		x, y := float64(random.IntN(400)*3), float64(random.IntN(200)*3)
		r := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": block(x, y, x+1, y+1), "validFrom": "2000-01-01", "floors": 1 + i%5})
		if r.status == http.StatusCreated { // another may stand there
			list = append(list, map[string]any{"code": r.json()["code"], "heads": random.IntN(9), "evidence": "observed", "from": "2021-01-01"})
		}
	}
	clerk.send(http.MethodPost, "/api/v1/headcounts", map[string]any{"statements": list}).want(http.StatusCreated)
	for range 12 {
		drawn(planner, "Z", "custom", star(random))
	}
	conn, err := pgx.Connect(context.Background(), s.db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	time.Sleep(50 * time.Millisecond)
	sums := func() string {
		rows, err := conn.Query(context.Background(), `
			select z.zone_id, count(*), coalesce(sum(t.heads), 0)
			from zone_version z join building_version v on st_intersects(z.boundary, v.point)
				left join building_total t on t.building_code = v.building_code and t.recorded_to = 'infinity' and t.valid @> current_date
			where v.recorded_to = 'infinity' and v.valid @> current_date and z.recorded_to = 'infinity'
			group by 1 order by 1`)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		var id, n, people int64
		if _, err = pgx.ForEachRow(rows, []any{&id, &n, &people}, func() error {
			out = append(out, fmt.Sprintf("%d:%d/%d", id, n, people))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(out, " ")
	}
	want := sums()
	for _, query := range []string{"step=none", "step=year"} {
		var got string
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			var out []string
			for _, z := range items(report(clerk, query+"&kinds=custom"), "zones") {
				if z["buildings"] != 0.0 {
					out = append(out, fmt.Sprintf("%v:%v/%v", z["id"], z["buildings"], z["population"]))
				}
			}
			slices.SortFunc(out, func(a, b string) int {
				var x, y int
				_, _ = fmt.Sscan(a, &x)
				_, _ = fmt.Sscan(b, &y)
				return x - y
			})
			if got = strings.Join(out, " "); got == want {
				break
			}
		}
		if got != want || want == "" {
			t.Errorf("%s: %s, by SQL %s", query, got, want)
		}
	}
}

// star is an area with a hole and an island.
func star(random *rand.Rand) map[string]any {
	x, y := 9.52+random.Float64()*0.1, 47.14+random.Float64()*0.05
	w, h := 0.005+random.Float64()*0.04, 0.003+random.Float64()*0.02
	box := func(x, y, w, h float64) [][2]float64 {
		return [][2]float64{{x, y}, {x + w, y + h/3}, {x + w, y + h}, {x + w/2, y + h/2}, {x, y + h}, {x, y}}
	}
	hole := [][2]float64{{x + w/10, y + h/5}, {x + w/10, y + h/4}, {x + w/5, y + h/4}, {x + w/5, y + h/5}, {x + w/10, y + h/5}}
	return map[string]any{"type": "MultiPolygon", "coordinates": [][][][2]float64{{box(x, y, w, h), hole}, {box(x+2*w, y, w, h)}}}
}

// TestDrawnZonesReachOpenMaps and are in the tiles of zones.
func TestDrawnZonesReachOpenMaps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	planner, v := s.program(t, registry.Planner), s.visitor(t)
	open := v.listen("")
	open.next("ready", "")
	c := cellOf(t, orb.Point{9.52, 47.14})
	drawn(planner, "North", "priority", around(c))
	open.next("change", "zones")
	tile := v.get(cellTile("zones", c)).want(http.StatusOK).body
	if !bytes.Contains(tile, []byte("North")) || !bytes.Contains(tile, []byte("priority")) {
		t.Errorf("the tile does not show it: %q", tile)
	}
	if old := v.get(cellTile("zones", c) + "?validOn=1999-01-01"); bytes.Contains(old.body, []byte("North")) {
		t.Errorf("it shows before it was")
	}
	if then := v.get(cellTile("zones", c) + "?validOn=2001-01-01"); !bytes.Contains(then.body, []byte("North")) {
		t.Errorf("it does not show on an earlier day: %d", then.status)
	}
}
