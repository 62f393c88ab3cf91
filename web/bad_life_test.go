package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
)

// TestBadLife: whatever is wrong with an event over several codes is named by
// its place, and nothing happens.
func TestBadLife(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	a, _ := built(clerk, block(0, 0, 4, 2), "1")
	b, _ := built(clerk, block(4, 0, 5, 2))
	events, point := "/api/v1/buildings/"+a+"/events", `{"type":"Point","coordinates":[9.52,47.14]}`
	versions := fmt.Sprintf(`"versions":{"%s":1,"%s":1}`, a, b)
	for name, c := range map[string]struct {
		path, body string
		status     int
		fields     []string
	}{
		"a split of nothing":       {events, `{"type":"split"}`, 400, []string{"children"}},
		"children that are none":   {events, `{"type":"split","children":[1,{"geometry":null}]}`, 400, []string{"children.0", "children.1.geometry"}},
		"too many children":        {events, `{"type":"split","children":[` + strings.Repeat("{},", 100) + `{}]}`, 400, []string{"children"}},
		"one child":                {events, `{"type":"split","children":[{"geometry":` + goodPolygon + `}]}`, 422, []string{"children"}},
		"children without outline": {events, `{"type":"split","children":[{},{"floors":0}]}`, 422, []string{"children.0.geometry", "children.1.floors", "children.1.geometry"}},
		"the same child twice":     {events, `{"type":"split","children":[{"geometry":` + goodPolygon + `},{"geometry":` + goodPolygon + `}]}`, 422, nil},
		"children's ids":           {events, `{"type":"split","children":[{"geometry":` + point + `,"externalIds":[]},{"geometry":` + point + `}]}`, 422, nil},
		"an unknown member inside": {events, `{"type":"split","children":[{"x":1},{"geometry":{"type":"Polygon","coordinates":[],"crs":1}}]}`, 400, []string{"children.0.x", "children.1.geometry.crs"}},
		"dispositions of nothing":  {events, `{"type":"split","children":[],"dwellings":[{}]}`, 400, []string{"dwellings.0.dwelling", "dwellings.0.action"}},
		"a bad dwelling code":      {events, `{"type":"retire","as":"demolished","dwellings":[{"dwelling":"212345678969","action":"end"}]}`, 400, []string{"dwellings.0.dwelling"}},
		"a place that is two":      {events, `{"type":"retire","as":"demolished","dwellings":[{"dwelling":"200000000185","action":"move","to":{"code":"112345678973","child":0}}]}`, 400, []string{"dwellings.0.to"}},
		"a place that is none":     {events, `{"type":"retire","as":"demolished","dwellings":[{"dwelling":"200000000185","action":"move","to":{}}]}`, 400, []string{"dwellings.0.to"}},
		"half a child":             {events, `{"type":"retire","as":"demolished","dwellings":[{"dwelling":"200000000185","action":"move","to":{"child":0.5}}]}`, 400, []string{"dwellings.0.to.child"}},
		"an id without a place":    {events, `{"type":"split","children":[],"externalIds":[{"source":"x","id":"y"}]}`, 400, []string{"externalIds.0.to"}},
		"carved out of nothing":    {events, `{"type":"carve_out"}`, 400, []string{"part"}},
		"carved without outline":   {events, `{"type":"carve_out","part":{}}`, 422, []string{"part.geometry"}},
		"carved from elsewhere":    {events, `{"type":"carve_out","part":{"geometry":{"type":"Polygon","coordinates":[[[10,48],[10.0001,48],[10.0001,48.0001],[10,48]]]}}}`, 422, nil},
		"revived alive":            {events, `{"type":"revive","reason":"x"}`, 409, nil},
		"no such event":            {events, `{"type":"merge"}`, 400, []string{"type"}},
		"a merge of nothing":       {"/api/v1/merges", `{}`, 400, []string{"parents"}},
		"a merge of codes as text": {"/api/v1/merges", `{"parents":"` + a + `"}`, 400, []string{"parents"}},
		"a merge of no codes":      {"/api/v1/merges", `{"parents":["x","` + a + `",null]}`, 400, []string{"parents.0", "parents.2"}},
		"a merge of one":           {"/api/v1/merges", `{"parents":["` + a + `"],` + versions + `}`, 422, []string{"parents"}},
		"a merge with itself":      {"/api/v1/merges", `{"parents":["` + a + `","` + a + `"],` + versions + `}`, 422, nil},
		"a merge without versions": {"/api/v1/merges", `{"parents":["` + a + `","` + b + `"]}`, 428, []string{"versions." + a, "versions." + b}},
		"versions of no code":      {"/api/v1/merges", `{"parents":["` + a + `","` + b + `"],"versions":{"x":1,"` + a + `":"1"}}`, 400, []string{"versions." + a, "versions.x"}},
		"a merge with a stranger":  {"/api/v1/merges", `{"parents":["` + a + `","112345678973"],"versions":{"` + a + `":1,"112345678973":1}}`, 404, nil},
		"the small takes large":    {"/api/v1/absorptions", `{"into":"` + b + `","from":["` + a + `"],` + versions + `}`, 422, []string{"into"}},
		"an absorption of nothing": {"/api/v1/absorptions", `{"into":"` + a + `","from":[]}`, 400, []string{"from"}},
		"reverting nothing":        {"/api/v1/reverts", `{"reason":"x"}`, 400, []string{"events"}},
		"reverting two ways":       {"/api/v1/reverts", `{"events":[],"actor":"x","reason":"x"}`, 400, []string{"events"}},
		"reverting no events":      {"/api/v1/reverts", `{"events":["x"],"reason":"x"}`, 400, []string{"events"}},
		"reverting without reason": {"/api/v1/reverts", `{"events":["0199e3a4-7c1b-7e22-a5f0-0c4b9a1d2e3f"]}`, 422, []string{"reason"}},
		"reverting the unknown":    {"/api/v1/reverts", `{"events":["0199e3a4-7c1b-7e22-a5f0-0c4b9a1d2e3f"],"reason":"x"}`, 404, nil},
		"reverting backwards":      {"/api/v1/reverts", `{"actor":"x","from":"2026-02-01","to":"2026-01-01","reason":"x"}`, 400, []string{"to"}},
		"reverting without days":   {"/api/v1/reverts", `{"actor":"x","from":1,"reason":"x"}`, 400, []string{"to", "from"}},
		"cut without a line":       {"/api/v1/buildings/" + a + "/cut", `{}`, 400, []string{"line"}},
		"cut with a point":         {"/api/v1/buildings/" + a + "/cut", `{"line":{"type":"Point","coordinates":[1,2]}}`, 400, []string{"line.type", "line.coordinates"}},
		"cut with nulls":           {"/api/v1/buildings/" + a + "/cut", `{"line":{"type":"LineString","coordinates":[[null,1],[2,3]]}}`, 400, []string{"line.coordinates"}},
		"cut off the earth":        {"/api/v1/buildings/" + a + "/cut", `{"line":{"type":"LineString","coordinates":[[1e300,1],[2,3]]}}`, 400, []string{"line.coordinates"}},
		"cut elsewhere":            {"/api/v1/buildings/" + a + "/cut", `{"line":{"type":"LineString","coordinates":[[1,1],[2,3]]}}`, 422, []string{"line"}},
		"cut of a stranger":        {"/api/v1/buildings/112345678973/cut", `{"line":{"type":"LineString","coordinates":[[1,1],[2,3]]}}`, 404, nil},
		"preview of one":           {"/api/v1/merges/preview", `{"parents":[]}`, 400, []string{"parents"}},
		"resolving nothing":        {"/api/v1/codes/resolve", `{"codes":[]}`, 400, []string{"codes"}},
		"resolving numbers":        {"/api/v1/codes/resolve", `{"codes":[112345678973],"at":"x"}`, 400, []string{"codes", "at"}},
		"resolving too much":       {"/api/v1/codes/resolve", `{"codes":[` + strings.Repeat(`"1",`, 10_000) + `"1"]}`, 400, []string{"codes"}},
	} {
		got := clerk.send(http.MethodPost, c.path, c.body, "If-Match", `"1"`)
		slug, fields := got.problem()
		if got.status != c.status || c.fields != nil && !slices.Equal(fields, c.fields) {
			t.Errorf("%s: %d %s %v, want %d %v\n%.500s", name, got.status, slug, fields, c.status, c.fields, got.body)
		}
	}
	for _, code := range []string{a, b} {
		if v := clerk.get("/api/v1/buildings/" + code).json()["version"]; v != 1.0 {
			t.Errorf("%s is at version %v", code, v)
		}
	}
}
