package web_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestWalls holds the direction of imports: each package may import, of ours,
// only what is below it, and some libraries have one home.
func TestWalls(t *testing.T) {
	t.Parallel()
	may := map[string][]string{
		"geo":                         {},
		"registry":                    {"geo"},
		"registry/intake":             {"geo", "registry"},
		"registry/postgres/local":     {},
		"registry/territory":          {"geo", "registry"},
		"registry/postgres":           {"geo", "registry", "registry/intake", "registry/territory"},
		"registry/export":             {"geo", "registry"},
		"registry/postgres/yardstick": {"geo"},
		"registry/dbtest":             {"geo", "registry", "registry/postgres", "registry/postgres/local"},
		"tiles/pmtiles":               {},
		"tiles":                       {"geo"},
		"web":                         {"geo", "registry", "registry/export", "registry/intake", "registry/postgres", "registry/territory", "tiles"},
		"seeds":                       {"geo", "registry", "registry/intake", "registry/postgres"},
		"cmd/fangma": {"geo", "registry", "registry/export", "registry/intake", "registry/postgres", "registry/postgres/local",
			"registry/postgres/yardstick", "registry/territory", "tiles", "tiles/pmtiles", "web", "seeds"},
	}
	home := map[string][]string{
		"github.com/jackc/pgx/v5":  {"registry/postgres", "registry/postgres/local", "registry/postgres/yardstick", "registry/dbtest"},
		"github.com/uber/h3-go/v4": {"geo"},
		"github.com/gorilla/mux":   {"web"},
		"net/http":                 {"web", "cmd/fangma"},
		"database/sql":             {},
	}
	out, err := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "fangma/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		words := strings.Fields(line)
		from, ok := strings.CutPrefix(words[0], "fangma/")
		if !ok {
			continue
		}
		allowed, known := may[from]
		if !known {
			t.Errorf("%s has no place in the layout; give it one here", from)
			continue
		}
		for _, path := range words[1:] {
			if to, ours := strings.CutPrefix(path, "fangma/"); ours && !slices.Contains(allowed, to) {
				t.Errorf("%s must not import %s", from, to)
			}
			for library, homes := range home {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(homes, from) {
					t.Errorf("%s must not import %s", from, path)
				}
			}
		}
	}
	// These know no database at all, not even through others.
	for _, name := range []string{"geo", "registry", "registry/export", "registry/intake", "registry/territory", "tiles"} {
		deps, err := exec.Command("go", "list", "-deps", "fangma/"+name).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(deps), "github.com/jackc/pgx/") {
			t.Errorf("%s reaches pgx", name)
		}
	}
}
