package web_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"fangma/web"
)

func TestTheInterfaceIsServed(t *testing.T) {
	t.Parallel()
	script := strings.Repeat("export const x = 1\n", 200)
	s := newSite(t, func(c *web.Config) {
		c.App = fstest.MapFS{
			"index.html":        {Data: []byte("<!doctype html><title>map</title>")},
			"my-grid.html":      {Data: []byte("<!doctype html><title>my grid</title>")},
			"assets/map-abc.js": {Data: []byte(script)},
			"assets/map.js":     {Data: []byte(script)},
			"assets/map.js.br":  {Data: []byte("brotli")},
			"assets/map.js.gz":  {Data: []byte("gzip")},
			"fonts/0-255.pbf":   {Data: []byte{1, 2, 3}},
			".keep":             {},
		}
	})
	v := s.visitor(t)
	index := v.get("/").want(http.StatusOK)
	if index.header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(index.header.Get("Content-Type"), "text/html") {
		t.Errorf("/: %v", index.header)
	}
	v.get("/", "If-None-Match", index.header.Get("ETag")).want(http.StatusNotModified)
	js := v.get("/assets/map-abc.js", "Accept-Encoding", "gzip").want(http.StatusOK)
	if js.header.Get("Content-Encoding") != "gzip" || !strings.Contains(js.header.Get("Cache-Control"), "immutable") ||
		js.header.Get("Content-Type") != "text/javascript; charset=utf-8" || len(js.body) >= len(script) {
		t.Errorf("script: %v", js.header)
	}
	if plain := v.get("/assets/map-abc.js", "Accept-Encoding", "identity"); string(plain.body) != script || plain.header.Get("ETag") == js.header.Get("ETag") {
		t.Errorf("uncompressed: %v", plain.header)
	}
	small := v.get("/assets/map.js", "Accept-Encoding", "gzip, br").want(http.StatusOK)
	if small.header.Get("Content-Encoding") != "br" || string(small.body) != "brotli" || small.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("brotli: %v %q", small.header, small.body)
	}
	v.get("/assets/map.js", "Accept-Encoding", "br", "If-None-Match", small.header.Get("ETag")).want(http.StatusNotModified)
	if z := v.get("/assets/map.js", "Accept-Encoding", "gzip, br;q=0").want(http.StatusOK); z.header.Get("Content-Encoding") != "gzip" || z.header.Get("ETag") == small.header.Get("ETag") {
		t.Errorf("no brotli: %v", z.header)
	}
	if z := v.get("/assets/map.js", "Accept-Encoding", "gzip").want(http.StatusOK); z.header.Get("Content-Encoding") != "gzip" || string(z.body) != "gzip" {
		t.Errorf("the build's gzip: %v %q", z.header, z.body)
	}
	v.get("/assets/map.js.br").want(http.StatusNotFound)
	v.get("/assets/map.js.gz").want(http.StatusNotFound)
	v.get("/fonts/0-255.pbf?v=3").want(http.StatusOK)
	v.get("/.keep").want(http.StatusNotFound)
	if page := v.get("/my-grid").want(http.StatusOK); page.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(string(page.body), "my grid") {
		t.Errorf("/my-grid: %v %s", page.header, page.body)
	}
	v.get("/my-grid.html").want(http.StatusNotFound)
	v.do(http.MethodPost, "/", strings.NewReader("x")).want(http.StatusMethodNotAllowed)
}

// TestAnUnknownAddress: a person is led back to the map in their language, a
// program is told in the form that it understands.
func TestAnUnknownAddress(t *testing.T) {
	t.Parallel()
	v := newSite(t).visitor(t)
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	for lang, want := range map[string]string{"en": "There is no such page", "zh-CN": "没有这个页面"} {
		page := v.get("/no/such", "Accept", browser, "Accept-Language", lang).want(http.StatusNotFound)
		if !strings.Contains(string(page.body), want) || !strings.Contains(string(page.body), `href="/"`) {
			t.Errorf("%s: %s", lang, page.body)
		}
	}
	for path, accept := range map[string]string{"/no/such": "*/*", "/api/v1/nothing": browser, "/assets/gone.js": browser} {
		if slug, _ := v.get(path, "Accept", accept).want(http.StatusNotFound).problem(); slug != "no_such_page" {
			t.Errorf("%s: %s", path, slug)
		}
	}
	if slug, _ := v.do(http.MethodPost, "/no/such", strings.NewReader("x"), "Accept", browser).want(http.StatusNotFound).problem(); slug != "no_such_page" {
		t.Errorf("posted: %s", slug)
	}
}

func TestAnUnbuiltInterfaceSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.App = fstest.MapFS{".keep": {}} })
	got := s.visitor(t).get("/").want(http.StatusServiceUnavailable)
	if !strings.Contains(string(got.body), "make build") {
		t.Errorf("%s", got.body)
	}
	s.visitor(t).get("/docs").want(http.StatusOK)
}

// TestEveryAnswerIsGuarded: whatever is answered, nothing of another host is
// let in and no script or style stands in a page.
func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	for _, path := range []string{"/", "/docs", "/openapi.json", "/h/112345678973", "/api/v1/map", "/api/v1/nothing", "/tiles/zones/0/0/0.mvt", "/problems/overlap"} {
		h := v.get(path).header
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: no %s", path, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s: %s", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	for _, path := range []string{"/docs", "/h/112345678973", "/problems/overlap"} {
		page := string(v.get(path).body)
		for _, bad := range []string{"<script", "<style", " style=", " onclick", `src="http`, `href="http`} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %s", path, bad)
			}
		}
	}
}
