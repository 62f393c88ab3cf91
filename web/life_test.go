package web_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

// block is a footprint near Vaduz between two corners, in steps of about 7.6 m
// to the east and 11 m to the north.
func block(x0, y0, x1, y1 float64) map[string]any {
	p := func(x, y float64) [2]float64 {
		return [2]float64{math.Round((9.52+x/10000)*1e9) / 1e9, math.Round((47.14+y/10000)*1e9) / 1e9}
	}
	return map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1), p(x0, y0)}}}
}

// built makes a building that stands since 2000, with dwellings.
func built(v *visitor, geometry map[string]any, labels ...string) (code string, dwellings []string) {
	v.t.Helper()
	b := v.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": geometry, "validFrom": "2000-01-01"}).want(http.StatusCreated).json()
	code = b["code"].(string)
	if len(labels) == 0 {
		return code, nil
	}
	var list []map[string]any
	for _, l := range labels {
		list = append(list, map[string]any{"label": l})
	}
	got := v.send(http.MethodPost, "/api/v1/buildings/"+code+"/dwellings", map[string]any{"dwellings": list, "validFrom": "2001-01-01"})
	for _, d := range items(got.want(http.StatusCreated).json(), "dwellings") {
		dwellings = append(dwellings, d["code"].(string))
	}
	return code, dwellings
}

func items(of map[string]any, name string) []map[string]any {
	var out []map[string]any
	for _, v := range of[name].([]any) {
		out = append(out, v.(map[string]any))
	}
	return out
}

func codesOf(list []map[string]any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v["code"].(string)
	}
	return out
}

func (v *visitor) event(code string, version int, body map[string]any) reply {
	v.t.Helper()
	return v.send(http.MethodPost, "/api/v1/buildings/"+code+"/events", body, "If-Match", fmt.Sprintf(`"%d"`, version))
}

func TestSplitResolveAndRevert(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	code, units := built(clerk, block(0, 0, 4, 2), "101", "102", "201")
	path := "/api/v1/buildings/" + code
	clerk.send(http.MethodPatch, path, map[string]any{"externalIds": []any{map[string]any{"source": "egid", "id": "007"}}},
		"If-Match", `"1"`).want(http.StatusOK)

	line := map[string]any{"line": map[string]any{"type": "LineString", "coordinates": [][2]float64{{9.5201, 47.13}, {9.5201, 47.15}}}}
	parts := items(clerk.send(http.MethodPost, path+"/cut", line).want(http.StatusOK).json(), "parts")
	if len(parts) != 2 || parts[0]["area"].(float64) < parts[1]["area"].(float64) {
		t.Fatalf("cut into %v", parts)
	}
	split := map[string]any{"type": "split", "validFrom": "2020-01-01", "document": "T-1",
		"children": []any{map[string]any{"geometry": parts[0]["geometry"], "name": "East"}, map[string]any{"geometry": parts[1]["geometry"]}}}
	bad := clerk.event(code, 2, split).want(http.StatusUnprocessableEntity)
	if _, fields := bad.problem(); !slices.Contains(fields, "dwellings") || !slices.Contains(fields, "externalIds") {
		t.Errorf("without dispositions: %s", bad.body)
	}
	split["dwellings"] = []any{
		map[string]any{"dwelling": units[0], "action": "move", "to": map[string]any{"child": 0}},
		map[string]any{"dwelling": units[1], "action": "recreate", "to": map[string]any{"child": 1}, "label": "1"},
		map[string]any{"dwelling": units[2], "action": "end"},
	}
	split["externalIds"] = []any{map[string]any{"source": "egid", "id": "007", "to": map[string]any{"child": 1}}}
	clerk.event(code, 1, split).want(http.StatusPreconditionFailed)
	done := clerk.event(code, 2, split).want(http.StatusCreated).json()
	parent := done["building"].(map[string]any)
	if parent["code"] != code || parent["retiredAs"] != "split" || len(items(parent, "successors")) != 2 || len(items(done, "buildings")) != 3 ||
		len(items(done, "dwellings")) != 4 || len(items(done, "lineage")) != 3 {
		t.Fatalf("split: %v", done)
	}
	children := codesOf(items(parent, "successors"))
	event := done["event"].(map[string]any)["id"].(string)

	if got := stranger.get(path).json(); len(items(got, "successors")) != 2 {
		t.Errorf("a split building leads to %v", got["successors"])
	}
	resolved := stranger.get("/api/v1/codes/" + code + "/resolve").want(http.StatusOK).json()
	sum := 0.0
	for _, n := range items(resolved, "successors") {
		sum += n["share"].(float64)
	}
	if resolved["status"] != "retired" || math.Abs(sum-1) > 1e-6 {
		t.Errorf("resolved %v", resolved)
	}
	if was := stranger.get("/api/v1/codes/" + code + "/resolve?at=2010-01-01").json(); was["status"] != "active" || codesOf(items(was, "successors"))[0] != code {
		t.Errorf("in 2010 it leads to %v", was)
	}
	for _, child := range children {
		g := stranger.get("/api/v1/buildings/" + child + "/lineage").want(http.StatusOK).json()
		if len(items(g, "nodes")) != 2 || len(items(g, "edges")) != 1 || g["cut"] != false {
			t.Errorf("lineage of a child: %v", g)
		}
	}
	if g := stranger.get(path + "/lineage?depth=1").json(); len(items(g, "nodes")) != 3 || items(g, "nodes")[0]["point"] == nil {
		t.Errorf("lineage: %v", g)
	}
	if g := stranger.get(path + "/lineage?validOn=2019-12-31").json(); len(items(g, "nodes")) != 1 {
		t.Errorf("lineage before the split: %v", g)
	}
	h := stranger.get(path + "/history").want(http.StatusOK).json()
	if items(h, "events")[0]["type"] != "split" || len(items(h, "lineage")) != 2 {
		t.Errorf("history: %v", h)
	}

	// A later event over a child stands in the way of taking the split back.
	clerk.send(http.MethodPatch, "/api/v1/buildings/"+children[0], map[string]any{"floors": 2}, "If-Match", `"1"`).want(http.StatusOK)
	undo := map[string]any{"events": []string{event}, "reason": "the wrong house"}
	blocked := clerk.send(http.MethodPost, "/api/v1/reverts", undo).want(http.StatusConflict)
	if slug, fields := blocked.problem(); slug != "blocked" || len(fields) != 1 || !strings.Contains(string(blocked.body), children[0]) {
		t.Errorf("blocked: %s", blocked.body)
	}
	later := items(stranger.get("/api/v1/buildings/"+children[0]+"/history").json(), "events")[0]["id"].(string)
	undo["events"] = []string{event, later}
	undo["dryRun"] = true
	dry := clerk.send(http.MethodPost, "/api/v1/reverts", undo).want(http.StatusOK).json()
	if b := stranger.get(path).json(); b["status"] != "retired" {
		t.Errorf("a dry run changed it: %v", b)
	}
	undo["dryRun"] = false
	real := clerk.send(http.MethodPost, "/api/v1/reverts", undo).want(http.StatusCreated).json()
	if !slices.Equal(codesOf(items(dry, "buildings")), codesOf(items(real, "buildings"))) ||
		!slices.Equal(codesOf(items(dry, "dwellings")), codesOf(items(real, "dwellings"))) {
		t.Errorf("the dry run and the real one differ:\n%v\n%v", dry, real)
	}
	if b := stranger.get(path).json(); b["status"] != "active" || len(items(b, "externalIds")) != 1 {
		t.Errorf("after the reversal: %v", b)
	}
	if d := stranger.get(path + "/dwellings").json(); len(items(d, "dwellings")) != 3 {
		t.Errorf("dwellings after the reversal: %v", d)
	}
}

func TestMergeAndAbsorb(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	a, _ := built(clerk, block(0, 0, 2, 2), "1")
	b, _ := built(clerk, block(2, 0, 3, 2), "2")
	c, _ := built(clerk, block(9, 9, 10, 10))
	preview := clerk.send(http.MethodPost, "/api/v1/merges/preview", map[string]any{"parents": []string{a, b}}).want(http.StatusOK).json()
	if preview["area"].(float64) < 400 {
		t.Errorf("preview: %v", preview)
	}
	for _, path := range []string{"/api/v1/merges/preview", "/api/v1/merges"} {
		apart := map[string]any{"parents": []string{a, c}}
		if path == "/api/v1/merges" {
			apart["versions"] = map[string]int{a: 1, c: 1}
		}
		got := clerk.send(http.MethodPost, path, apart).want(http.StatusUnprocessableEntity)
		if _, fields := got.problem(); !slices.Equal(fields, []string{"parents"}) || !strings.Contains(string(got.body), "apart") {
			t.Errorf("%s of houses apart: %s", path, got.body)
		}
	}
	merge := map[string]any{"parents": []string{a, b}, "child": map[string]any{"name": "Both"}, "validFrom": "2010-01-01", "versions": map[string]int{a: 1}}
	missing := clerk.send(http.MethodPost, "/api/v1/merges", merge).want(http.StatusPreconditionRequired)
	if _, fields := missing.problem(); !slices.Equal(fields, []string{"versions." + b}) {
		t.Errorf("fields %v", fields)
	}
	merge["versions"] = map[string]int{a: 1, b: 2}
	clerk.send(http.MethodPost, "/api/v1/merges", merge).want(http.StatusPreconditionFailed)
	merge["versions"] = map[string]int{a: 1, b: 1}
	first := clerk.send(http.MethodPost, "/api/v1/merges", merge, "Idempotency-Key", "m").want(http.StatusCreated)
	again := clerk.send(http.MethodPost, "/api/v1/merges", merge, "Idempotency-Key", "m").want(http.StatusCreated)
	if string(first.body) != string(again.body) {
		t.Errorf("a retry answers otherwise:\n%s\n%s", first.body, again.body)
	}
	child := strings.TrimPrefix(first.header.Get("Location"), "/api/v1/buildings/")
	if d := items(clerk.get("/api/v1/buildings/"+child+"/dwellings").want(http.StatusOK).json(), "dwellings"); len(d) != 2 {
		t.Errorf("dwellings of the merged house: %v", d)
	}
	if r := clerk.get("/api/v1/codes/" + a + "/resolve").json(); codesOf(items(r, "successors"))[0] != child {
		t.Errorf("resolved %v", r)
	}
	gone := clerk.send(http.MethodPost, "/api/v1/merges/preview", map[string]any{"parents": []string{a, child}}).want(http.StatusConflict)
	if slug, _ := gone.problem(); slug != "retired" {
		t.Errorf("slug %s", slug)
	}

	kiosk, _ := built(clerk, block(3, 0, 3.5, 0.5))
	absorb := map[string]any{"into": child, "from": []string{kiosk}, "versions": map[string]int{child: 1, kiosk: 1}}
	got := clerk.send(http.MethodPost, "/api/v1/absorptions", absorb).want(http.StatusCreated).json()
	if k := clerk.get("/api/v1/buildings/" + kiosk).json(); k["retiredAs"] != "merged" || items(got, "lineage")[0]["relation"] != "absorb" {
		t.Errorf("absorbed: %v %v", k, got)
	}
	if b := clerk.get("/api/v1/buildings/" + child).json(); b["version"] != 2.0 || b["status"] != "active" {
		t.Errorf("the large one: %v", b)
	}
}

func TestCarveOutRetireAndRevive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code, units := built(clerk, block(0, 0, 10, 2), "1", "2")
	carved := clerk.event(code, 1, map[string]any{"type": "carve_out", "part": map[string]any{"geometry": block(0, 0, 1, 1)},
		"dwellings": []any{map[string]any{"dwelling": units[0], "action": "move", "to": map[string]any{"child": 0}}}}).want(http.StatusCreated).json()
	if carved["building"].(map[string]any)["code"] != code || carved["building"].(map[string]any)["status"] != "active" || len(items(carved, "buildings")) != 2 {
		t.Fatalf("carved %v", carved)
	}
	large := clerk.event(code, 2, map[string]any{"type": "carve_out", "part": map[string]any{"geometry": block(1, 0, 6, 2)}})
	if _, fields := large.want(http.StatusUnprocessableEntity).problem(); !slices.Equal(fields, []string{"part.geometry"}) {
		t.Errorf("a large part: %s", large.body)
	}
	retire := map[string]any{"type": "retire", "as": "demolished", "validFrom": "2022-03-01"}
	clerk.event(code, 2, map[string]any{"type": "retire", "as": "demolished"}).want(http.StatusUnprocessableEntity)
	retire["endDwellings"] = true
	retire["validFrom"] = clerk.get("/api/v1/map").json()["today"]
	if got := clerk.event(code, 2, retire).want(http.StatusCreated).json(); len(items(got, "dwellings")) != 1 {
		t.Errorf("retired %v", got)
	}
	if d := clerk.get("/api/v1/dwellings/" + units[1]).want(http.StatusOK).json(); d["status"] != "retired" || d["retiredAs"] != "ended" {
		t.Errorf("its dwelling: %v", d)
	}
	clerk.event(code, 3, map[string]any{"type": "revive"}).want(http.StatusUnprocessableEntity)
	back := clerk.event(code, 3, map[string]any{"type": "revive", "reason": "it was the neighbour's"}).want(http.StatusCreated).json()
	if b := back["building"].(map[string]any); b["status"] != "active" || b["state"] != "in_use" || len(items(back, "dwellings")) != 1 {
		t.Errorf("revived %v", back)
	}
}

func TestRevertOfOneActor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, operator := s.program(t, registry.Clerk), s.program(t, registry.Operator)
	code, _ := built(clerk, block(0, 0, 2, 2), "1")
	body := map[string]any{"actor": "p-clerk", "from": "2000-01-01", "to": "2999-01-01", "reason": "a bad day", "dryRun": true}
	if got := operator.send(http.MethodPost, "/api/v1/reverts", body).want(http.StatusOK).json(); len(items(got, "buildings")) != 1 || len(items(got, "dwellings")) != 1 {
		t.Errorf("dry run %v", got)
	}
	delete(body, "dryRun")
	operator.send(http.MethodPost, "/api/v1/reverts", body).want(http.StatusCreated)
	if b := operator.get("/api/v1/buildings/" + code).want(http.StatusOK).json(); b["status"] != "void" {
		t.Errorf("%v", b)
	}
	body["actor"] = "nobody"
	operator.send(http.MethodPost, "/api/v1/reverts", body).want(http.StatusNotFound)
}
