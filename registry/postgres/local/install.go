package local

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The PostgreSQL versions that Fangma runs on. 15 is the first whose public schema is closed to
// strangers; 18 is the newest whose settings have been read.
const (
	OldestMajor = 15
	NewestMajor = 18
)

// Install is one PostgreSQL on this machine.
type Install struct {
	Major   int
	Version string // as the server says it, such as "15.18"
	BinDir  string
	Missing []string // the extensions Fangma needs that it does not have
}

// Tool is the path of one of its programs, such as pg_dump.
func (i Install) Tool(name string) string { return filepath.Join(i.BinDir, name) }

func (i Install) usable() bool {
	return i.Major >= OldestMajor && i.Major <= NewestMajor && len(i.Missing) == 0
}

// MissingError says which software Fangma needs and does not find, and how to get it.
type MissingError struct {
	Found  []Install // what was found and does not do
	Looked []string  // the folders looked at, when nothing was found
}

func (e *MissingError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Fangma needs PostgreSQL %d to %d with PostGIS 3", OldestMajor, NewestMajor)
	for _, i := range e.Found {
		if i.Major < OldestMajor || i.Major > NewestMajor {
			fmt.Fprintf(&b, "; PostgreSQL %s in %s is not one of these", i.Version, i.BinDir)
			continue
		}
		fmt.Fprintf(&b, "; PostgreSQL %s in %s lacks %s", i.Version, i.BinDir, strings.Join(i.Missing, ", "))
	}
	if len(e.Found) == 0 {
		fmt.Fprintf(&b, "; no PostgreSQL server is installed (looked in %s)", strings.Join(e.Looked, ", "))
	}
	fmt.Fprintf(&b, ". On Debian or Ubuntu: %s", e.Command())
	return b.String()
}

// Command is the command that installs what is missing on Debian and its descendants.
func (e *MissingError) Command() string {
	for _, i := range e.Found {
		if i.Major >= OldestMajor && i.Major <= NewestMajor {
			return aptCommand(i.Major)
		}
	}
	return "sudo apt-get install postgresql postgresql-postgis"
}

func aptCommand(major int) string {
	return fmt.Sprintf("sudo apt-get install postgresql-%d postgresql-%d-postgis-3 postgresql-%d-postgis-3-scripts", major, major, major)
}

// Find gives the newest PostgreSQL on this machine that Fangma can use. Its error is a
// *MissingError that names what is missing and the command that installs it.
func Find() (Install, error) {
	found, looked := findAll(searchPath())
	return choose(found, looked)
}

func choose(found []Install, looked []string) (Install, error) {
	for _, i := range found {
		if i.usable() {
			return i, nil
		}
	}
	return Install{}, &MissingError{Found: found, Looked: looked}
}

// searchPath lists the folders that may hold the server's programs, by how Debian, Red Hat,
// Homebrew and others install them. Debian keeps initdb and postgres out of PATH.
func searchPath() []string {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		matches, _ := filepath.Glob(pattern) // fails only on a malformed pattern
		dirs = append(dirs, matches...)
	}
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

// findAll gives every PostgreSQL server in the folders, newest first, and the folders looked at.
func findAll(dirs []string) (found []Install, looked []string) {
	seen := map[string]bool{}
	for _, dir := range dirs {
		if dir == "" || slices.Contains(looked, dir) {
			continue
		}
		looked = append(looked, dir)
		// A link in /usr/local/bin leads to the folder where its siblings are.
		server, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		bin := filepath.Dir(server)
		if seen[bin] {
			continue
		}
		seen[bin] = true
		if i, err := inspect(bin); err == nil {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b Install) int { return cmp.Compare(b.Major, a.Major) })
	return found, looked
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (([0-9]+)[^ \n]*)`)

func inspect(bin string) (Install, error) {
	i := Install{BinDir: bin}
	out, err := exec.Command(i.Tool("postgres"), "--version").Output()
	if err != nil {
		return i, fmt.Errorf("ask PostgreSQL for its version: %w", err)
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return i, fmt.Errorf("ask PostgreSQL for its version: it said %q", out)
	}
	i.Version = string(m[1])
	i.Major, _ = strconv.Atoi(string(m[2])) // the pattern admits digits only
	if _, err := os.Stat(i.Tool("initdb")); err != nil {
		return i, errors.New("a client without a server")
	}
	share, lib := i.folders()
	for _, e := range extensions {
		if !exists(filepath.Join(share, "extension", e+".control")) {
			i.Missing = append(i.Missing, e)
		}
	}
	// Debian splits PostGIS in two packages: the scripts alone are not enough.
	if !slices.Contains(i.Missing, "postgis") &&
		!exists(filepath.Join(lib, "postgis-3.so")) && !exists(filepath.Join(lib, "postgis-3.dylib")) {
		i.Missing = append(i.Missing, "postgis")
	}
	return i, nil
}

// folders gives where extensions' control files and libraries are.
func (i Install) folders() (share, lib string) {
	ask := func(what, otherwise string) string {
		out, err := exec.Command(i.Tool("pg_config"), what).Output()
		if err != nil {
			return otherwise
		}
		return strings.TrimSpace(string(out))
	}
	// Without pg_config, Debian's layout.
	major := strconv.Itoa(i.Major)
	return ask("--sharedir", "/usr/share/postgresql/"+major), ask("--pkglibdir", "/usr/lib/postgresql/"+major+"/lib")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
