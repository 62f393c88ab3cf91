package web_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/web"
)

// FuzzRegistration feeds bodies to the decoder. Whatever comes, there is an
// answer for the caller, and what is accepted is bounded and finite.
func FuzzRegistration(f *testing.F) {
	for _, body := range []string{
		`{"geometry":` + goodPolygon + `,"floors":3,"height":9.5,"name":"x","externalIds":[{"source":"osm","id":"w1"}]}`,
		`{"geometry":{"type":"Point","coordinates":[9.5,47.1]},"override":{"reason":"r"},"validFrom":"2013-08-03"}`,
		`{"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}`,
		`{"geometry":null,"floors":null,"height":null,"name":null}`,
		`{"a":{"a":{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}}}`,
		`{"type":"retire","as":"demolished"}`, `[]`, `{`, `"`, "\xff", `{"a":1,"a":2}`, `1 2`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := web.DecodeRegistration(body)
		if err == nil && in.Shape != nil && in.Shape.Geometry == nil {
			t.Errorf("a geometry of nothing from %q", body)
		}
		if err != nil {
			if status := web.StatusOf(err); status < 400 || status > 499 {
				t.Errorf("%d for %q: %v", status, body, err)
			}
		}
		if _, err := web.DecodeEvent(body); err != nil {
			if status := web.StatusOf(err); status < 400 || status > 499 {
				t.Errorf("%d for %q: %v", status, body, err)
			}
		}
	})
}

// FuzzLife feeds bodies to the readers of events over several codes.
func FuzzLife(f *testing.F) {
	for _, body := range []string{
		`{"events":["0199e3a4-7c1b-7e22-a5f0-0c4b9a1d2e3f"],"reason":"r","dryRun":true}`,
		`{"actor":"a","from":"2026-01-01","to":"2026-01-02T00:00:00Z","reason":"r"}`,
		`{"dwellings":[{"label":"1","floor":null,"area":1e9}]}`, `{"pattern":{"floors":"-1-3,5","rooms":"01-04,A-C","label":"{floor}{room}"}}`,
		`{"type":"end","validFrom":"2026-01-01"}`, `{"parents":["112345678973"],"versions":{"112345678973":1},"dwellings":[{"dwelling":"200000000185","action":"move","to":{"child":0}}]}`,
		`{"line":{"type":"LineString","coordinates":[[1,2],[3,4,5]]}}`, `{"line":{"coordinates":[[null]]}}`, `{"pattern":{"floors":"--","rooms":"-"}}`,
		"label,floor\n1,2\n", "房号;楼层\n\"1;2", "{", "\xff",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, err := range web.DecodeLife(body) {
			if err == nil {
				continue
			}
			if status := web.StatusOf(err); status < 400 || status > 499 {
				t.Errorf("%d for %q: %v", status, body, err)
			}
		}
	})
}

// FuzzQuery feeds queries to every reader of parameters.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{
		"bbox=9.5,47.1,9.6,47.2&limit=3&state=in_use", "cell=8a1f8d2a6b6ffff&community=3", "validOn=2013-08-03&knownAt=2026-11-23T05:00:00Z",
		"bbox=NaN,,,&limit=-1", "q=%00&q=2", "cursor=AAAAAAAAAAA", "knownAt=9999-12-31T23:59:59-23:59", "a;b", "%zz",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		if err := web.DecodeQuery(q); err != nil {
			if status := web.StatusOf(err); status != http.StatusBadRequest {
				t.Errorf("%d for %q: %v", status, q, err)
			}
		}
	})
}

// TestAnyAddress asks for addresses made of pieces of real ones and of things
// that do not belong there, with headers of the same kind: nothing may panic,
// and nothing may be a fault of ours.
func TestAnyAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := register(s.program(t, registry.Clerk), 0)["code"].(string)
	pieces := []string{"/", "//", "api", "/api/v1/", "buildings", "codes", "history", "events", "tiles", "zones", ".json", ".mvt", "/h/", "plate.svg",
		"/style/", "houses", "14", "8625", "0", "-1", code, "１１２３", "编码：", "..", ".", "%", "\x00", "\xff", " ", "+", "{code}", "assets", "docs", "problems", "overlap"}
	headers := []string{`"1"`, `W/"1"`, "*", "", `"1.x-gzip", "2"`, "gzip;q=0.5, *;q=0", "Bearer ", "Bearer x", "fangma=x; fangma=y", "en;q=x, zh;q=NaN", "\xff"}
	methods := []string{"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "BREW"}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	for range 5_000 {
		path := "/"
		for range 1 + random.IntN(6) {
			path += pick(pieces)
			if random.IntN(2) == 0 {
				path += "/"
			}
		}
		if strings.HasSuffix(path, "/events/stream") {
			continue // does not end
		}
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader("{}"))
		r.Method, r.URL.Path = pick(methods), path
		for _, name := range []string{"If-None-Match", "If-Match", "Idempotency-Key", "Authorization", "Cookie", "Accept-Encoding", "Accept-Language"} {
			if random.IntN(3) == 0 {
				r.Header.Set(name, pick(headers))
			}
		}
		r.Header.Set("Content-Type", "application/json")
		out := httptest.NewRecorder()
		s.web.ServeHTTP(out, r)
		if out.Code >= 500 && path != "/" {
			t.Errorf("%s %q: %d %s", r.Method, path, out.Code, out.Body)
		}
	}
}
