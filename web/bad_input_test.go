package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fangma/registry"
)

const goodPolygon = `{"type":"Polygon","coordinates":[[[9.52,47.14],[9.5203,47.14],[9.5203,47.1402],[9.52,47.1402],[9.52,47.14]]]}`

// TestBadBodies: whatever is wrong is named, and nothing is written.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	polygon := func(coordinates string) string {
		return `{"geometry":{"type":"Polygon","coordinates":` + coordinates + `}}`
	}
	with := func(members string) string { return `{"geometry":` + goodPolygon + `,` + members + `}` }
	for name, c := range map[string]struct {
		body   string
		status int
		fields []string
	}{
		"empty":                  {``, 400, []string{"body"}},
		"not JSON":               {`geometry=1`, 400, []string{"body"}},
		"an array":               {`[]`, 400, []string{"body"}},
		"null":                   {`null`, 400, []string{"body"}},
		"cut off":                {`{"geometry":{"type":"Poly`, 400, []string{"body"}},
		"something after it":     {`{} {}`, 400, []string{"body"}},
		"a number after it":      {`{}1`, 400, []string{"body"}},
		"no UTF-8":               {"{\"name\":\"\xff\xfe\"}", 400, []string{"body"}},
		"nothing in it":          {`{}`, 422, []string{"geometry"}},
		"unknown members":        {with(`"flors":3,"x":1`), 400, []string{"flors", "x"}},
		"case matters":           {with(`"Floors":3`), 400, []string{"Floors"}},
		"twice":                  {with(`"floors":3,"floors":4`), 400, []string{"floors"}},
		"twice inside":           {`{"geometry":{"type":"Point","type":"Point","coordinates":[1,2]}}`, 400, []string{"type"}},
		"deep":                   {with(`"name":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), 400, []string{"name"}},
		"deep objects":           {strings.Repeat(`{"a":`, 30) + `1` + strings.Repeat(`}`, 30), 400, []string{"a"}},
		"wrong types":            {with(`"floors":"3","height":true,"name":7,"inQuestion":"no","validFrom":20130803`), 400, []string{"inQuestion", "floors", "height", "name", "validFrom"}},
		"a fraction of a floor":  {with(`"floors":2.5`), 400, []string{"floors"}},
		"too many digits":        {with(`"floors":1e400,"height":1e400`), 400, []string{"floors", "height"}},
		"NaN":                    {with(`"height":NaN`), 400, []string{"body"}},
		"null where it says no":  {with(`"name":null`), 400, []string{"name"}},
		"no such date":           {with(`"validFrom":"2013-02-30"`), 400, []string{"validFrom"}},
		"out of range":           {with(`"floors":-1,"height":0,"state":"ruined","legality":"dunno"`), 422, []string{"state", "legality", "floors", "height"}},
		"registered as gone":     {with(`"state":"demolished"`), 422, []string{"state"}},
		"too long":               {with(`"name":"` + strings.Repeat("房", 201) + `"`), 422, []string{"name"}},
		"an identity number":     {with(`"reason":"11010519491231002X"`), 422, []string{"reason"}},
		"a control character":    {with(`"name":"a\u0000b"`), 422, []string{"name"}},
		"ids without a source":   {with(`"externalIds":[{"id":"1"},{"source":"x","id":"y","z":1},7]`), 400, []string{"externalIds.2", "externalIds.0.source", "externalIds.1.z"}},
		"ids that are no list":   {with(`"externalIds":{"source":"x"}`), 400, []string{"externalIds"}},
		"an empty override":      {with(`"override":{}`), 400, []string{"override.reason"}},
		"geometry as text":       {`{"geometry":"POINT(1 2)"}`, 400, []string{"geometry"}},
		"geometry null":          {`{"geometry":null}`, 400, []string{"geometry"}},
		"a feature":              {`{"geometry":{"type":"Feature","geometry":` + goodPolygon + `}}`, 400, []string{"geometry.coordinates", "geometry.geometry"}},
		"a line":                 {`{"geometry":{"type":"LineString","coordinates":[[9,47],[10,47]]}}`, 400, []string{"geometry.type"}},
		"another system":         {`{"geometry":{"type":"Point","coordinates":[9,47],"crs":{}}}`, 400, []string{"geometry.crs"}},
		"no coordinates":         {`{"geometry":{"type":"Polygon"}}`, 400, []string{"geometry.coordinates"}},
		"coordinates null":       {polygon(`null`), 400, []string{"geometry.coordinates"}},
		"a null in a position":   {polygon(`[[[null,47.1],[9.5203,47.1],[9.5203,47.1402],[null,47.1]]]`), 400, []string{"geometry.coordinates"}},
		"one number":             {polygon(`[[[9.52],[9.5203,47.14],[9.5203,47.1402],[9.52]]]`), 400, []string{"geometry.coordinates"}},
		"four numbers":           {polygon(`[[[9.52,47.14,1,2],[9.5203,47.14],[9.5203,47.1402],[9.52,47.14]]]`), 400, []string{"geometry.coordinates"}},
		"numbers as text":        {polygon(`[[["9.52","47.14"]]]`), 400, []string{"geometry.coordinates"}},
		"no rings":               {polygon(`[]`), 422, []string{"geometry"}},
		"an empty ring":          {polygon(`[[]]`), 422, []string{"geometry"}},
		"two corners":            {polygon(`[[[9.52,47.14],[9.53,47.14],[9.52,47.14]]]`), 422, []string{"geometry"}},
		"off the earth":          {polygon(`[[[200,47.14],[200.1,47.14],[200.1,47.15],[200,47.14]]]`), 422, []string{"geometry"}},
		"latitude first":         {polygon(`[[[47.14,109.52],[47.1402,109.52],[47.1402,109.5203],[47.14,109.52]]]`), 422, []string{"geometry"}},
		"a bow tie":              {polygon(`[[[9.52,47.14],[9.5203,47.1402],[9.5203,47.14],[9.52,47.1402],[9.52,47.14]]]`), 422, []string{"geometry"}},
		"smaller than a wall":    {polygon(`[[[9.52,47.14],[9.520001,47.14],[9.520001,47.140001],[9.52,47.14]]]`), 422, []string{"geometry"}},
		"larger than an airport": {polygon(`[[[9.52,47.14],[9.62,47.14],[9.62,47.24],[9.52,47.14]]]`), 422, []string{"geometry"}},
		"huge numbers":           {polygon(`[[[1e308,1e308],[-1e308,1e308],[0,-1e308],[1e308,1e308]]]`), 422, []string{"geometry"}},
	} {
		got := clerk.send(http.MethodPost, "/api/v1/buildings", c.body)
		slug, fields := got.problem()
		if got.status != c.status || !slices.Equal(fields, c.fields) {
			t.Errorf("%s: %d %s %v, want %d %v", name, got.status, slug, fields, c.status, c.fields)
		}
		if bytes.Contains(got.body, []byte("11010519491231002X")) {
			t.Errorf("%s: the digits are repeated: %s", name, got.body)
		}
	}
	if list := clerk.get("/api/v1/buildings").json()["buildings"].([]any); len(list) != 0 {
		t.Errorf("%d buildings were made", len(list))
	}
}

func TestBadEnvelopes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	good := `{"geometry":` + goodPolygon + `}`
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 1 << 10 {
		_, _ = z.Write(make([]byte, 64<<10))
	}
	_ = z.Close()
	for name, c := range map[string]struct {
		body   string
		header []string
		status int
	}{
		"a gzip bomb":         {bomb.String(), []string{"Content-Encoding", "gzip"}, 415},
		"a form":              {good, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		"no media type":       {good, []string{"Content-Type", ""}, 415},
		"another charset":     {good, []string{"Content-Type", "application/json; charset=gb18030"}, 415},
		"a megabyte too much": {good + strings.Repeat(" ", 2<<20), nil, 413},
		"a bad key":           {good, []string{"Idempotency-Key", "two words"}, 400},
		"a long key":          {good, []string{"Idempotency-Key", strings.Repeat("k", 129)}, 400},
		"a bad token":         {good, []string{"Authorization", "Bearer nonsense"}, 401},
		"another scheme":      {good, []string{"Authorization", "Basic Y2xlcms6cHc="}, 401},
		"from another site":   {good, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another origin":      {good, []string{"Origin", "https://evil.example"}, 403},
	} {
		if got := clerk.send(http.MethodPost, "/api/v1/buildings", c.body, c.header...); got.status != c.status {
			t.Errorf("%s: %d, want %d\n%s", name, got.status, c.status, got.body)
		}
	}
	path := "/api/v1/buildings/" + register(clerk, 0)["code"].(string)
	for tag, status := range map[string]int{
		`"1"`: 422, `"2"`: 412, `"1.abc"`: 422, `"1.abc-gzip"`: 422, `W/"1"`: 412, `1`: 400, `"x"`: 400, `"1", "2"`: 400,
		`"01"`: 400, `"-1"`: 400, `"0"`: 400, `"99999999999999999999"`: 400, `*`: 428, `""`: 400,
	} {
		got := clerk.send(http.MethodPatch, path, `{"name":""}`, "If-Match", tag) // would change nothing
		if got.status != status {
			t.Errorf("If-Match %s: %d, want %d\n%s", tag, got.status, status, got.body)
		}
	}
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for path, want := range map[string]struct {
		status int
		field  string
	}{
		"/api/v1/buildings?limt=3":                              {400, "limt"},
		"/api/v1/buildings?limit=0":                             {400, "limit"},
		"/api/v1/buildings?limit=1e3":                           {400, "limit"},
		"/api/v1/buildings?limit=501":                           {400, "limit"},
		"/api/v1/buildings?limit=1&limit=2":                     {400, "limit"},
		"/api/v1/buildings?bbox=1,2,3":                          {400, "bbox"},
		"/api/v1/buildings?bbox=1,2,3,x":                        {400, "bbox"},
		"/api/v1/buildings?bbox=NaN,NaN,NaN,NaN":                {400, "bbox"},
		"/api/v1/buildings?bbox=-Inf,0,Inf,1":                   {400, "bbox"},
		"/api/v1/buildings?bbox=9,47,8,48":                      {400, "bbox"},
		"/api/v1/buildings?bbox=0,0,50,50":                      {400, "bbox"},
		"/api/v1/buildings?bbox=0,0,5,500":                      {400, "bbox"},
		"/api/v1/buildings?cell=xyz":                            {400, "cell"},
		"/api/v1/buildings?cell=8f1f8d2a6b6e0c0":                {400, "cell"},
		"/api/v1/buildings?community=abc":                       {400, "community"},
		"/api/v1/buildings?community=99999999999999999999":      {400, "community"},
		"/api/v1/buildings?state=ruined":                        {400, "state"},
		"/api/v1/buildings?state=demolished":                    {400, "state"},
		"/api/v1/buildings?validOn=yesterday":                   {400, "validOn"},
		"/api/v1/buildings?validOn=0001-01-01":                  {400, "validOn"},
		"/api/v1/buildings?knownAt=12":                          {400, "knownAt"},
		"/api/v1/buildings?cursor=!":                            {400, "cursor"},
		"/api/v1/buildings?q=" + strings.Repeat("x", 201):       {400, "q"},
		"/api/v1/buildings?q=%00":                               {400, "q"},
		"/api/v1/buildings?q=%ff":                               {400, "q"},
		"/api/v1/buildings?q=%zz":                               {400, "query"},
		"/api/v1/buildings?a;b":                                 {400, "query"},
		"/api/v1/buildings?" + strings.Repeat("y", 100) + "=1":  {400, "(a member)"},
		"/api/v1/buildings/112340678973":                        {422, "code"},
		"/api/v1/buildings/11234567897":                         {422, "code"},
		"/api/v1/buildings/012345678978":                        {422, "code"},
		"/api/v1/buildings/%00":                                 {422, "code"},
		"/api/v1/buildings/" + url.PathEscape("١١٢٣٤٥٦٧٨٩٧٣"):   {422, "code"},
		"/api/v1/buildings/" + strings.Repeat("1", 5000):        {422, "code"},
		"/api/v1/buildings/112345678973":                        {404, ""},
		"/api/v1/buildings/112345678973/history":                {404, ""},
		"/api/v1/buildings/112345678973?knownAt=2001-01-01":     {404, ""},
		"/api/v1/buildings/200000000185":                        {404, ""},
		"/api/v1/codes/abc":                                     {422, "code"},
		"/api/v1/lookup":                                        {400, "lon"},
		"/api/v1/lookup?lon=9":                                  {400, "lat"},
		"/api/v1/lookup?lon=NaN&lat=47":                         {400, "lon"},
		"/api/v1/lookup?lon=181&lat=47":                         {400, "lon"},
		"/api/v1/lookup?lon=9&lat=1e999":                        {400, "lat"},
		"/api/v1/lookup/brief":                                  {400, "lon"},
		"/api/v1/lookup/brief?lon=9":                            {400, "lat"},
		"/api/v1/lookup/brief?lon=NaN&lat=47":                   {400, "lon"},
		"/api/v1/lookup/brief?lon=9&lat=91":                     {400, "lat"},
		"/api/v1/lookup/brief?lon=9&lat=47&lat=47":              {400, "lat"},
		"/api/v1/lookup/brief?lon=9&lat=47&code=112345678973":   {400, "code"},
		"/api/v1/lookup/brief?lon=9&lat=47&validOn=2026-01-01":  {400, "validOn"},
		"/api/v1/lookup/brief?code=112340678973":                {422, "code"},
		"/api/v1/lookup/brief?code=112345678973":                {404, ""},
		"/api/v1/cells/xyz":                                     {422, "cell"},
		"/api/v1/cells/ffffffffffffffff":                        {422, "cell"},
		"/api/v1/cells/0":                                       {422, "cell"},
		"/api/v1/divisions?level=6":                             {400, "level"},
		"/api/v1/divisions?parent=-1":                           {400, "parent"},
		"/api/v1/divisions?knownAt=soon":                        {400, "knownAt"},
		"/api/v1/cells/8a1f8d2a6b6ffff?validOn=soon":            {400, "validOn"},
		"/api/v1/lookup?lon=9&lat=47&knownAt=x":                 {400, "knownAt"},
		"/api/v1/buildings/112345678973/lineage?depth=0":        {400, "depth"},
		"/api/v1/buildings/112345678973/lineage?depth=51":       {400, "depth"},
		"/api/v1/buildings/112345678973/lineage":                {404, ""},
		"/api/v1/buildings/112340678973/lineage":                {422, "code"},
		"/api/v1/buildings/112345678973/dwellings":              {404, ""},
		"/api/v1/dwellings/212345678968":                        {404, ""},
		"/api/v1/dwellings/112340678973":                        {422, "code"},
		"/api/v1/codes/112345678973/resolve":                    {404, ""},
		"/api/v1/codes/112345678973/resolve?at=1":               {400, "at"},
		"/api/v1/exports/buildings":                             {401, ""},
		"/tiles/buildings/14/1/1.mvt?validOn=soon":              {400, "validOn"},
		"/tiles/zones/14/1/1.mvt?knownAt=soon":                  {400, "knownAt"},
		"/tiles/nothing/1/1/1.mvt?validOn=2000-01-01":           {404, "layer"},
		"/tiles/buildings.json?knownAt=NaN":                     {400, "knownAt"},
		"/api/v1/nothing":                                       {404, ""},
		"/api/v1/buildings/":                                    {404, ""},
		"//api/v1/buildings":                                    {404, ""},
		"/tiles/nothing/1/1/1.mvt":                              {404, "layer"},
		"/tiles/nothing.json":                                   {404, "layer"},
		"/tiles/buildings/12/1/1.mvt":                           {400, "z"},
		"/tiles/buildings/17/1/1.mvt":                           {400, "z"},
		"/tiles/buildings/99999999999999999999/1/1.mvt":         {400, "z"},
		"/tiles/buildings/14/16384/1.mvt":                       {400, "x"},
		"/tiles/buildings/14/-1/1.mvt":                          {400, "x"},
		"/tiles/buildings/14/+1/1.mvt":                          {400, "x"},
		"/tiles/buildings/14/01/1.mvt":                          {400, "x"},
		"/tiles/buildings/14/1/16384.mvt":                       {400, "y"},
		"/tiles/buildings/14/1/1.5.mvt":                         {400, "y"},
		"/tiles/buildings/14/1/1.mvt?x=1":                       {400, "x"},
		"/tiles/buildings/14/1/1":                               {404, ""},
		"/tiles/buildings/14/1/" + url.PathEscape("１") + ".mvt": {400, "y"},
		"/style/nothing.json":                                   {404, ""},
		"/style/houses.json?theme=blue":                         {400, "theme"},
		"/problems/nothing":                                     {404, ""},
		"/../../etc/passwd":                                     {404, ""},
		"/assets/" + url.PathEscape("../../../etc/passwd"):      {404, ""},
		"/.keep":                    {404, ""},
		"/h/112345678973?lang=fr":   {400, "lang"},
		"/h/112345678973/plate.svg": {404, ""},
		"/h/112340678973/plate.svg": {422, "code"},
		"/healthz?x=1":              {400, "x"},
	} {
		got := v.get(path)
		_, fields := got.problem()
		if got.status != want.status || want.field != "" && !slices.Contains(fields, want.field) {
			t.Errorf("%.80s: %d %v, want %d %q", path, got.status, fields, want.status, want.field)
		}
	}
}

// TestLargeInputIsAnsweredSoon: the largest bodies that are let in take at
// most a second and little memory.
func TestLargeInputIsAnsweredSoon(t *testing.T) {
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	circle := func(n int, noise float64) string {
		ring := make([][2]float64, 0, n+1)
		for i := range n {
			a := 2 * math.Pi * float64(i) / float64(n)
			r := 0.001 * (1 + noise*rand.Float64())
			ring = append(ring, [2]float64{math.Round((9.52+r*math.Cos(a))*1e9) / 1e9, math.Round((47.14+r*math.Sin(a))*1e9) / 1e9})
		}
		b, err := json.Marshal(map[string]any{"geometry": map[string]any{"type": "Polygon", "coordinates": [][][2]float64{append(ring, ring[0])}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	zigzag := strings.Builder{}
	for i := range 9_900 {
		fmt.Fprintf(&zigzag, "[%.6f,%.6f],", 9.52+float64(i%2)*0.001, 47.14+float64(i%190)*0.00001)
	}
	var holes strings.Builder
	for i := range 2_400 {
		fmt.Fprintf(&holes, ",[[9.5,47],[9.5,47.1],[9.%d,47]]", 6+i%3)
	}
	for name, body := range map[string]string{
		"many corners":       circle(9_900, 0),
		"a ragged outline":   circle(9_900, 0.3),
		"lines that cross":   `{"geometry":{"type":"Polygon","coordinates":[[` + zigzag.String() + `[9.52,47.14]]]}}`,
		"many holes":         `{"geometry":{"type":"Polygon","coordinates":[[[9,47],[10,47],[10,48],[9,47]]` + holes.String() + `]}}`,
		"many brackets":      `{"geometry":{"type":"MultiPolygon","coordinates":[` + strings.Repeat("[[]],", 180_000) + `[]]}}`,
		"many members":       `{"geometry":` + goodPolygon + manyMembers(60_000) + `}`,
		"many ids":           `{"geometry":` + goodPolygon + `,"externalIds":[` + strings.Repeat(`{},`, 300_000) + `{}]}`,
		"a very long number": `{"geometry":` + goodPolygon + `,"height":` + strings.Repeat("9", 1_000_000) + `}`,
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		got := clerk.send(http.MethodPost, "/api/v1/buildings", body)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if got.status >= 500 || got.status < 200 {
			t.Errorf("%s: %d", name, got.status)
		}
		allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
		if allocated > 256 {
			t.Errorf("%s: %d MB allocated", name, allocated)
		}
		if got.status >= 400 && len(got.body) > 64<<10 {
			t.Errorf("%s: an answer of %d bytes", name, len(got.body))
		}
		t.Logf("%s: %d bytes, %v, %d MB allocated: %d %.300s", name, len(body), took.Round(time.Millisecond), allocated, got.status, got.body)
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":1`, i)
	}
	return b.String()
}
