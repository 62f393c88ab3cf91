package web_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/web"
)

// whoMay reads testdata/who.txt: for each route, "GET /x", the roles that may
// use it, or everybody.
func whoMay(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/who.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 3 {
			t.Fatalf("who.txt: nobody may %q", line)
		}
		for _, who := range words[2:] {
			if who != "everybody" && !registry.Role(who).Valid() {
				t.Fatalf("who.txt: %q is no role", who)
			}
		}
		out[words[0]+" "+words[1]] = words[2:]
	}
	return out
}

// TestEveryRouteForEveryRole tries every line of the table with nobody, with
// every role, and with somebody who has no role. Who may not is told so before
// anything else is looked at; who may gets past. What is right stands in
// who.txt and not in the table.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	who := map[string]*visitor{"nobody": s.visitor(t), "no role": s.program(t)}
	for _, role := range registry.Roles() {
		who[string(role)] = s.program(t, role)
	}
	may := whoMay(t)
	for _, line := range web.Table() {
		name := line.Method + " " + line.Path
		allowed, known := may[name]
		delete(may, name)
		if !known {
			t.Errorf("testdata/who.txt does not say who may %s", name)
			continue
		}
		if line.Path == "/api/v1/events/stream" {
			continue // it does not end: TestStream
		}
		path := strings.NewReplacer("{code}", "112345678973", "{cell}", "8a1f8d2a6b6ffff", "{layer}", "buildings",
			"{z}/{x}/{y}", "14/8625/5745", "{view}", "houses", "{slug}", "overlap", "{name}", "nobody-of-that-name",
			"{id}", "1").Replace(line.Path)
		for role, v := range who {
			v.t = t
			got := v.send(line.Method, path, "", "Content-Type", "text/plain")
			slug := ""
			if got.status == http.StatusUnauthorized || got.status == http.StatusForbidden {
				slug, _ = got.problem()
			}
			want := ""
			switch {
			case slices.Contains(allowed, "everybody") || slices.Contains(allowed, role):
			case role == "nobody":
				want = "unauthenticated"
			default:
				want = "forbidden"
			}
			if refused := slug == "unauthenticated" || slug == "forbidden"; want != "" && slug != want || want == "" && refused {
				t.Errorf("%s as %s: %d %s, want %q", name, role, got.status, slug, want)
			}
		}
	}
	for name := range may {
		t.Errorf("who.txt knows %s, the table does not", name)
	}
}
