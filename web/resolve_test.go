package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"fangma/registry"
)

// TestResolveMany: one answer for each, in order, however wrong the others are.
func TestResolveMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk, stranger := s.program(t, registry.Clerk), s.visitor(t)
	code, units := built(clerk, block(0, 0, 2, 2), "1")
	gone, _ := built(clerk, block(5, 5, 6, 6))
	clerk.event(gone, 1, map[string]any{"type": "retire", "as": "demolished"}).want(http.StatusCreated)
	slip := code[:4] + string('0'+(code[4]-'0'+1)%10) + code[5:]
	asked := []string{code, code[:4] + " " + code[4:8] + "-" + code[8:], slip, units[0], gone, "999999999951", "", code}
	got := stranger.send(http.MethodPost, "/api/v1/codes/resolve", map[string]any{"codes": asked}).want(http.StatusOK).json()
	for i, r := range items(got, "results") {
		if r["asked"] != asked[i] {
			t.Errorf("%d: asked %v", i, r["asked"])
		}
		want := []string{code, code, "bad_code", units[0], "nothing", "code_unknown", "bad_code", code}[i]
		var is string
		switch list, ok := r["successors"].([]any); {
		case !ok:
			is = r["problem"].(map[string]any)["type"].(string)[len("/problems/"):]
		case len(list) == 0:
			is = "nothing"
		default:
			is = list[0].(map[string]any)["code"].(string)
		}
		if is != want {
			t.Errorf("%q leads to %s, want %s: %v", asked[i], is, want, r)
		}
	}
	if p := items(got, "results")[2]["problem"].(map[string]any); fmt.Sprint(p["suggestions"]) != fmt.Sprint([]any{code}) {
		t.Errorf("suggestions %v", p)
	}
	before := stranger.send(http.MethodPost, "/api/v1/codes/resolve", map[string]any{"codes": []string{gone}, "at": "2005-01-01"}).want(http.StatusOK).json()
	if r := items(before, "results")[0]; before["at"] != "2005-01-01" || r["status"] != "active" {
		t.Errorf("in 2005: %v", before)
	}
	for path, status := range map[string]int{"/api/v1/codes/" + slip + "/resolve": 422, "/api/v1/codes/999999999951/resolve": 404,
		"/api/v1/codes/" + code + "/resolve?at=x": 400, "/api/v1/codes/" + code + "/resolve?knownAt=2020-01-01": 400} {
		if got := stranger.get(path); got.status != status {
			t.Errorf("%s: %d, want %d", path, got.status, status)
		}
	}
}

// BenchmarkResolve answers for 10,000 codes in one request.
func BenchmarkResolve(b *testing.B) {
	s := newSite(b)
	clerk := s.program(b, registry.Clerk)
	code, _ := built(clerk, block(0, 0, 20, 20))
	var codes []string
	for range 2 {
		got := clerk.send(http.MethodPost, "/api/v1/buildings/"+code+"/dwellings",
			map[string]any{"pattern": map[string]any{"floors": "1-50", "rooms": "001-100", "label": fmt.Sprintf("%d-{floor}-{room}", len(codes))}})
		codes = append(codes, codesOf(items(got.want(http.StatusCreated).json(), "dwellings"))...)
	}
	body, err := json.Marshal(map[string]any{"codes": codes})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() { // without the checks of a visitor, which take longer than the answer
		r, err := http.Post(s.url+"/api/v1/codes/resolve", "application/json", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
			b.Fatal(r.Status, err)
		}
		r.Body.Close()
	}
	b.ReportMetric(float64(b.N*len(codes))/b.Elapsed().Seconds(), "codes/s")
}

// waitForCount waits until the map shows n buildings.
func (s *site) waitForCount(t testing.TB, n int) {
	t.Helper()
	v := s.visitor(t)
	for range 500 {
		if v.get("/api/v1/map").json()["buildings"] == float64(n) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the map does not come to show %d buildings", n)
}
