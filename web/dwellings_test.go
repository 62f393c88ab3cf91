package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

func TestDwellings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	code, _ := built(clerk, block(0, 0, 2, 2))
	path := "/api/v1/buildings/" + code + "/dwellings"
	got := clerk.send(http.MethodPost, path, map[string]any{"validFrom": "2001-01-01", "pattern": map[string]any{"floors": "1-2", "rooms": "01-03", "area": 60}})
	made := got.want(http.StatusCreated).json()
	if len(items(made, "dwellings")) != 6 || made["event"].(map[string]any)["type"] != "dwelling" || got.header.Get("Location") != path {
		t.Fatalf("made %v", made)
	}
	table := "\uFEFF房号,楼层,用途,面积\r\nB1,-1,商业,12.5\r\n301,3,,\r\n"
	upload := func(query, table string) reply {
		return clerk.do(http.MethodPost, path+query, strings.NewReader(table), "Content-Type", "text/csv; charset=utf-8", "Idempotency-Key", "t-1")
	}
	once := upload("?validFrom=2002-01-01&document=D-1", table).want(http.StatusCreated)
	if twice := upload("?validFrom=2002-01-01&document=D-1", table).want(http.StatusCreated); string(twice.body) != string(once.body) {
		t.Errorf("a repeated table answers otherwise:\n%s\n%s", once.body, twice.body)
	}
	upload("?validFrom=2003-01-01&document=D-1", table).want(http.StatusUnprocessableEntity) // the same key for another day
	list := items(stranger.get(path).want(http.StatusOK).json(), "dwellings")
	var labels []string
	for _, d := range list {
		labels = append(labels, d["label"].(string))
	}
	if want := []string{"B1", "101", "102", "103", "201", "202", "203", "301"}; !slices.Equal(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
	if d := list[0]; d["use"] != "commercial" || d["area"] != 12.5 || d["floor"] != -1.0 || d["validFrom"] != "2002-01-01" {
		t.Errorf("out of the table: %v", d)
	}
	if then := items(stranger.get(path+"?validOn=2001-06-01").json(), "dwellings"); len(then) != 6 {
		t.Errorf("in 2001: %d", len(then))
	}

	one := "/api/v1/dwellings/" + list[1]["code"].(string)
	first := stranger.get(one).want(http.StatusOK)
	if first.header.Get("ETag") == "" || first.json()["buildings"].([]any)[0] != code {
		t.Errorf("%v %s", first.header, first.body)
	}
	clerk.send(http.MethodPatch, one, map[string]any{"label": "101a"}).want(http.StatusPreconditionRequired)
	patched := clerk.send(http.MethodPatch, one, map[string]any{"label": "101a", "area": nil}, "If-Match", first.header.Get("ETag")).want(http.StatusOK).json()
	if patched["label"] != "101a" || patched["area"] != nil || patched["version"] != 2.0 {
		t.Errorf("patched %v", patched)
	}
	clerk.send(http.MethodPatch, one, map[string]any{"label": "x"}, "If-Match", `"1"`).want(http.StatusPreconditionFailed)
	taken := clerk.send(http.MethodPatch, one, map[string]any{"label": "102"}, "If-Match", `"2"`).want(http.StatusConflict)
	if slug, _ := taken.problem(); slug != "label_taken" {
		t.Errorf("slug %s", slug)
	}
	ended := clerk.send(http.MethodPost, one+"/events", map[string]any{"type": "end", "validFrom": "2010-01-01"}, "If-Match", `"2"`).want(http.StatusCreated).json()
	if d := ended["dwelling"].(map[string]any); d["status"] != "retired" || d["statusFrom"] != "2010-01-01" {
		t.Errorf("ended %v", ended)
	}
	if d := stranger.get(one + "?validOn=2005-01-01").json(); d["status"] != "active" || d["label"] != "101a" {
		t.Errorf("in 2005: %v", d)
	}
	if c := stranger.get("/api/v1/codes/" + list[1]["code"].(string)).want(http.StatusOK).json(); c["kind"] != "dwelling" || c["retiredAs"] != "ended" {
		t.Errorf("code %v", c)
	}
	void := clerk.send(http.MethodPost, "/api/v1/dwellings/"+list[2]["code"].(string)+"/events", map[string]any{"type": "void", "reason": "a store room"}, "If-Match", `"1"`)
	if d := void.want(http.StatusCreated).json()["dwelling"].(map[string]any); d["status"] != "void" || d["label"] != "" {
		t.Errorf("void %v", d)
	}
	moved := clerk.send(http.MethodPost, "/api/v1/dwellings/"+list[3]["code"].(string)+"/events", map[string]any{"type": "correct", "floor": nil}, "If-Match", `"1"`)
	moved.want(http.StatusCreated)
	inBuilding := clerk.event(code, 1, map[string]any{"type": "void", "reason": "a hedge"}).want(http.StatusConflict)
	if slug, _ := inBuilding.problem(); slug != "has_dwellings" {
		t.Errorf("slug %s", slug)
	}
}

func TestBadDwellings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	code, units := built(clerk, block(0, 0, 2, 2), "101")
	path := "/api/v1/buildings/" + code + "/dwellings"
	long := `{"dwellings":[` + strings.Repeat(`{"label":"x"},`, 5000) + `{"label":"y"}]}`
	for name, c := range map[string]struct {
		body   string
		media  string
		query  string
		status int
		fields []string
	}{
		"nothing":            {`{}`, "", "", 400, []string{"dwellings"}},
		"both":               {`{"dwellings":[],"pattern":{"floors":"1","rooms":"1"}}`, "", "", 400, []string{"dwellings"}},
		"none":               {`{"dwellings":[]}`, "", "", 422, []string{"dwellings"}},
		"too many":           {long, "", "", 400, []string{"dwellings"}},
		"wrong types":        {`{"dwellings":[{"label":1,"floor":"2","use":3,"area":"x"}]}`, "", "", 400, []string{"dwellings.0.label", "dwellings.0.floor", "dwellings.0.use", "dwellings.0.area"}},
		"unknown members":    {`{"dwellings":[{"label":"1","flor":2}],"x":1}`, "", "", 400, []string{"dwellings.0.flor", "x"}},
		"out of range":       {`{"dwellings":[{"label":"","floor":999,"use":"palace","area":-1},{}]}`, "", "", 422, []string{"dwellings.0.label", "dwellings.0.floor", "dwellings.0.use", "dwellings.0.area", "dwellings.1.label"}},
		"NaN":                {`{"dwellings":[{"label":"1","area":NaN}]}`, "", "", 400, []string{"body"}},
		"no code":            {`{"dwellings":[{"label":"1","buildings":["112340678973"]}]}`, "", "", 400, []string{"dwellings.0.buildings.0"}},
		"no such house":      {`{"dwellings":[{"label":"1","buildings":["112345678973"]}]}`, "", "", 404, nil},
		"before the house":   {`{"dwellings":[{"label":"1"}],"validFrom":"1999-12-31"}`, "", "", 422, []string{"dwellings.0.validFrom"}},
		"label taken":        {`{"dwellings":[{"label":"101"}]}`, "", "", 409, []string{"label"}},
		"twice in one":       {`{"dwellings":[{"label":"7"},{"label":"7"}]}`, "", "", 409, []string{"label"}},
		"an identity number": {`{"dwellings":[{"label":"11010519491231002X"}]}`, "", "", 422, []string{"dwellings.0.label"}},
		"a bad pattern":      {`{"pattern":{"floors":"1-","rooms":"x-1"}}`, "", "", 422, []string{"pattern.floors", "pattern.rooms"}},
		"half a pattern":     {`{"pattern":{"floors":"1","room":"1"}}`, "", "", 400, []string{"pattern.rooms", "pattern.room"}},
		"a huge pattern":     {`{"pattern":{"floors":"1-300","rooms":"1-9999"}}`, "", "", 422, []string{"pattern.rooms"}},
		"a bad table":        {"label,floor\n1,x\n", "text/csv", "", 422, []string{"line 2.floor"}},
		"an empty table":     {"", "text/csv", "", 422, []string{"line 1"}},
		"a foreign table":    {"label\n\xb7\xbf\n", "text/csv", "", 422, []string{"body"}},
		"another charset":    {"label\n1\n", "text/csv; charset=gb18030", "", 415, []string{"Content-Type"}},
		"a spreadsheet":      {"PK", "application/zip", "", 415, []string{"Content-Type"}},
		"a query with JSON":  {`{"dwellings":[{"label":"1"}]}`, "", "?reason=x", 400, []string{"query"}},
		"a bad query":        {"label\n1\n", "text/csv", "?validFrom=soon", 400, []string{"validFrom"}},
		"an unknown query":   {"label\n1\n", "text/csv", "?reson=x", 400, []string{"reson"}},
	} {
		media := c.media
		if media == "" {
			media = "application/json"
		}
		got := clerk.do(http.MethodPost, path+c.query, strings.NewReader(c.body), "Content-Type", media)
		if _, fields := got.problem(); got.status != c.status || !slices.Equal(fields, c.fields) {
			t.Errorf("%s: %d %v, want %d %v\n%.500s", name, got.status, fields, c.status, c.fields, got.body)
		}
	}
	one := "/api/v1/dwellings/" + units[0]
	for body, status := range map[string]int{
		`{}`: 400, `{"type":"retire"}`: 400, `{"type":7}`: 400, `{"type":"end","label":"x"}`: 400, `{"type":"void"}`: 422,
		`{"type":"end","validFrom":"2000-01-01"}`: 422, `{"type":"correct"}`: 422, `{"type":"correct","buildings":[]}`: 400,
	} {
		if got := clerk.send(http.MethodPost, one+"/events", body, "If-Match", `"1"`); got.status != status {
			t.Errorf("%s: %d, want %d\n%s", body, got.status, status, got.body)
		}
	}
	if left := items(clerk.get(path).json(), "dwellings"); len(left) != 1 {
		t.Errorf("%d dwellings", len(left))
	}
	for address, status := range map[string]int{
		"/api/v1/dwellings/abc": 422, "/api/v1/dwellings/200000000185": 404, "/api/v1/dwellings/" + code: 404,
		"/api/v1/buildings/200000000185/dwellings": 404, one + "?knownAt=2001-01-01": 404, one + "?validOn=x": 400, path + "?at=1": 400,
	} {
		if got := clerk.get(address); got.status != status {
			t.Errorf("%s: %d, want %d", address, got.status, status)
		}
	}
}
