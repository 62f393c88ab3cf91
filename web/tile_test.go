package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb/encoding/mvt"

	"fangma/registry"
)

func TestTiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	b := register(clerk, 0)
	waitForTile(t, s, 0)
	v, path := s.visitor(t), tileOf(b)

	plain := v.get(path, "Accept-Encoding", "identity").want(http.StatusOK)
	layers, err := mvt.Unmarshal(plain.body)
	if err != nil || len(layers) != 1 || layers[0].Name != "buildings" || len(layers[0].Features) != 1 {
		t.Fatalf("%v %v", layers, err)
	}
	f := layers[0].Features[0]
	if code, err := registry.ParseCode(b["code"].(string)); err != nil || f.ID != float64(code) || f.Properties["state"] != "in_use" {
		t.Errorf("feature %v %v, want %s", f.ID, f.Properties, b["code"])
	}
	tags := map[string]bool{plain.header.Get("ETag"): true}
	for coding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		got := v.get(path, "Accept-Encoding", coding).want(http.StatusOK)
		r, err := open(bytes.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(raw, plain.body) || got.header.Get("Content-Encoding") != coding {
			t.Errorf("%s: %v %v", coding, got.header, err)
		}
		tag := got.header.Get("ETag")
		tags[tag] = true
		for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
			again := v.get(path, "Accept-Encoding", coding, "If-None-Match", match).want(http.StatusNotModified)
			if len(again.body) != 0 || again.header.Get("ETag") != tag || again.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("304 with %d bytes and %v", len(again.body), again.header)
			}
		}
	}
	if len(tags) != 3 {
		t.Errorf("codings share a tag: %v", tags)
	}
	if got := v.get(path, "Accept-Encoding", "gzip;q=0, zstd;q=0.0").want(http.StatusOK); got.header.Get("Content-Encoding") != "" {
		t.Errorf("sent what was refused: %v", got.header)
	}
	if got := plain.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %s", got)
	}
	empty := v.get("/tiles/buildings/14/0/0.mvt").want(http.StatusNoContent)
	if len(empty.body) != 0 {
		t.Error("204 with a body")
	}
	v.do(http.MethodHead, path, nil).want(http.StatusOK)
}

func TestTileJSONAndStyle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	register(s.program(t, registry.Clerk), 0)
	waitForTile(t, s, 0)
	v := s.visitor(t)
	for _, layer := range []string{"buildings", "zones", "basemap"} {
		j := v.get("/tiles/" + layer + ".json").want(http.StatusOK).json()
		address := j["tiles"].([]any)[0].(string)
		if !strings.HasPrefix(address, s.url+"/tiles/"+layer+"/") || !strings.Contains(j["attribution"].(string), "OpenStreetMap") {
			t.Errorf("%s: %v", layer, j)
		}
	}
	seen := map[string]bool{}
	for _, q := range []string{"", "?theme=dark", "?lang=en", "?theme=dark&lang=en"} {
		got := v.get("/style/houses.json" + q).want(http.StatusOK)
		seen[string(got.body)] = true
		for _, word := range strings.FieldsFunc(string(got.body), func(r rune) bool { return r == '"' }) {
			if strings.HasPrefix(word, "http") && !strings.HasPrefix(word, s.url) {
				t.Errorf("%s leads to another host: %s", q, word)
			}
		}
	}
	if len(seen) < 3 {
		t.Errorf("%d different styles", len(seen))
	}
}
