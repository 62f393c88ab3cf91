package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	i, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"postgres", "initdb", "pg_dump", "pg_restore"} {
		if _, err := os.Stat(i.Tool(tool)); err != nil {
			t.Errorf("%s %s: %v", i.Version, tool, err)
		}
	}
}

// fakeInstall makes a folder of programs that answer like that version's, with those files of
// extensions, and gives the path of the programs.
func fakeInstall(t *testing.T, version string, files ...string) string {
	t.Helper()
	root := t.TempDir()
	bin := filepath.Join(root, "bin")
	for name, script := range map[string]string{
		"bin/postgres":  fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s (Debian %s-0+deb12u1)'\n", version, version),
		"bin/initdb":    "#!/bin/sh\n",
		"bin/pg_config": fmt.Sprintf("#!/bin/sh\ncase $1 in --sharedir) echo %s/share;; --pkglibdir) echo %s/lib;; esac\n", root, root),
	} {
		write(t, filepath.Join(root, name), script)
	}
	for _, name := range files {
		write(t, filepath.Join(root, name), "")
	}
	return bin
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

var (
	contrib = []string{"share/extension/pg_trgm.control", "share/extension/btree_gist.control"}
	scripts = append([]string{"share/extension/postgis.control"}, contrib...)
	whole   = append([]string{"lib/postgis-3.so"}, scripts...)
)

func TestWhatIsMissing(t *testing.T) {
	for _, tt := range []struct {
		name string
		dirs []string
		want []string // words of the message; none when it is found
	}{
		{"whole", []string{fakeInstall(t, "16.4", whole...)}, nil},
		{"newest version with PostGIS", []string{fakeInstall(t, "17.2", contrib...), fakeInstall(t, "15.18", whole...)}, nil},
		{"no PostGIS", []string{fakeInstall(t, "17.2", contrib...)}, []string{
			"17.2", "lacks postgis", "apt-get install postgresql-17 postgresql-17-postgis-3"}},
		{"PostGIS without its library", []string{fakeInstall(t, "15.18", scripts...)}, []string{"lacks postgis"}},
		{"no contrib", []string{fakeInstall(t, "15.18", "lib/postgis-3.so", "share/extension/postgis.control")}, []string{
			"lacks pg_trgm, btree_gist"}},
		{"too old", []string{fakeInstall(t, "13.5", whole...)}, []string{"13.5", "is not one of these", "postgresql-postgis"}},
		{"too new", []string{fakeInstall(t, "19beta1", whole...)}, []string{"19beta1", "is not one of these"}},
		{"nothing", []string{t.TempDir()}, []string{
			"no PostgreSQL server is installed", "sudo apt-get install postgresql postgresql-postgis"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i, err := choose(findAll(tt.dirs))
			if tt.want == nil {
				if err != nil || !i.usable() {
					t.Fatalf("%+v, %v; want a usable one", i, err)
				}
				return
			}
			if _, ok := errors.AsType[*MissingError](err); !ok {
				t.Fatalf("error %v, want a MissingError", err)
			}
			for _, word := range tt.want {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("error %q does not say %q", err, word)
				}
			}
		})
	}
}

// A link to a program leads to its siblings, as /usr/local/bin/postgres may.
func TestFindThroughLink(t *testing.T) {
	bin, links := fakeInstall(t, "15.18", whole...), t.TempDir()
	if err := os.Symlink(filepath.Join(bin, "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	found, _ := findAll([]string{links, bin})
	if len(found) != 1 || found[0].BinDir != bin {
		t.Errorf("found %+v, want one in %s", found, bin)
	}
}

// Data of another major version gives a notice, and stays as it is.
func TestOtherVersionsData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	stop(t, c)
	for version, words := range map[string][]string{
		"16": {"PostgreSQL 16", "apt-get install postgresql-16", "fangma db backup"},
		"14": {"PostgreSQL 14", "15 to 18", "restore a backup"},
		"19": {"PostgreSQL 19", "15 to 18", "restore a backup"},
	} {
		file := filepath.Join(c.folder.data(), "PG_VERSION")
		if err := os.WriteFile(file, []byte(version+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		// As on a machine that has the version below, whatever this one has.
		_, err := Start(t.Context(), Config{Dir: dir, installs: []Install{{Major: 15, Version: "15.18"}}})
		if _, ok := errors.AsType[*VersionError](err); !ok {
			t.Fatalf("error %v, want a VersionError", err)
		}
		for _, word := range words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("error %q does not say %q", err, word)
			}
		}
	}
}

// A newer PostgreSQL beside the one that made the data must not be tried on it.
func TestDataKeepsItsVersion(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	stop(t, c)
	newer := Install{Major: c.Install().Major + 1, Version: "newer", BinDir: "/nowhere"}
	again := start(t, Config{Dir: dir, installs: []Install{newer, c.Install()}})
	if again.Install().BinDir != c.Install().BinDir {
		t.Errorf("started with %+v", again.Install())
	}
}
