package local

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// markLogs remembers how far the logs were written before a server starts, so that its failure is
// not explained with what an earlier one said.
func (f *folder) markLogs() {
	f.logsFrom = map[string]int{}
	for _, path := range f.logs() {
		if st, err := os.Stat(path); err == nil {
			f.logsFrom[path] = int(st.Size())
		}
	}
}

// logs lists the files of PostgreSQL's log collector.
func (f *folder) logs() []string {
	paths, _ := filepath.Glob(f.path("log/postgresql-*.log")) // fails only on a malformed pattern
	return paths
}

// logTail gives the last lines that PostgreSQL wrote since it was started, or since ever if this
// process did not start it: of its first words, and of the log that its collector keeps after them.
func (f *folder) logTail() string {
	const keep = 15
	text, _ := os.ReadFile(f.path("log/start.log")) // nothing to show is fine
	for _, path := range f.logs() {
		later, _ := os.ReadFile(path)
		if from := f.logsFrom[path]; from <= len(later) {
			later = later[from:]
		}
		text = append(text, later...)
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return strings.Contains(line, "skipping missing configuration file") // custom.conf, mostly
	})
	if len(lines) > keep {
		lines = lines[len(lines)-keep:]
	}
	return strings.Join(lines, "\n")
}
