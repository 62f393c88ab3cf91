package local

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// settings is postgresql.conf, for a machine of two cores and a few gigabytes. An operator of a
// larger one puts his own in custom.conf.
const settings = `# Written by fangma at every start. Put your own settings in %s

# A registry writes a few rows a second; a bulk import writes a lot at once. Reads that must be
# fast never come here: they are answered from memory by fangma itself.
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
# An import of a city runs through a few checkpoints instead of dozens.
max_wal_size = 2GB
min_wal_size = 80MB
checkpoint_timeout = 15min
wal_compression = on
# Base backups and replicas need no restart.
wal_level = replica
# After an import the planner must learn of it soon: until then a write of 5 ms takes 20.
autovacuum_naptime = 10s
# Solid state.
random_page_cost = 1.1
# PostGIS's cost estimates make the compiler start for queries of a millisecond.
jit = off

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# A week of logs, bounded. They hold no row's contents: statements and details of errors are left
# out, since either may carry what somebody typed.
logging_collector = on
log_directory = '%s'
log_filename = 'postgresql-%%a.log'
log_file_mode = 0600
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_line_prefix = '%%m [%%p] %%q%%u@%%d '
log_error_verbosity = terse
log_min_error_statement = panic

include_if_exists '%s'
`

// fixed are the settings that custom.conf and ALTER SYSTEM cannot change, because they are given
// on the command line: an acknowledged registration survives a power cut, and nobody but the local
// users in pg_ident.conf gets in.
func (f *folder) fixed(sockets string) []string {
	safe := "on"
	if f.cfg.unsafe {
		safe = "off"
	}
	args := []string{"-D", f.data()}
	for _, s := range []string{
		"fsync=" + safe, "synchronous_commit=" + safe, "full_page_writes=" + safe,
		"listen_addresses=", "port=5432", `unix_socket_directories="` + sockets + `"`, "unix_socket_permissions=0700",
	} {
		args = append(args, "-c", s)
	}
	if runtime.GOOS == "linux" {
		// A container's /dev/shm holds 64 MB, or is missing; macOS in turn has next to none of this.
		args = append(args, "-c", "dynamic_shared_memory_type=sysv")
	}
	if f.cfg.unsafe {
		// Every test package opens pools of its own, at the same time.
		args = append(args, "-c", "max_connections=500", "-c", "autovacuum=off", "-c", "max_wal_size=1GB")
	}
	return args
}

// configure writes the cluster's settings and tells whether they differ from those there.
func (f *folder) configure() (changed bool, err error) {
	if err := f.subfolder("log"); err != nil {
		return false, err
	}
	for name, text := range map[string]string{
		"postgresql.conf": fmt.Sprintf(settings, f.path("custom.conf"), quote(f.path("log")), quote(f.path("custom.conf"))),
		"pg_hba.conf": "# Written by fangma at every start.\n" +
			"local all all peer map=fangma\nlocal replication all peer map=fangma\n",
		"pg_ident.conf": f.identMap(),
	} {
		path := filepath.Join("postgres", name)
		old, err := f.root.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("configure PostgreSQL: %w", err)
		}
		if bytes.Equal(old, []byte(text)) {
			continue
		}
		changed = true
		if err := f.replace(path, text); err != nil {
			return false, err
		}
	}
	return changed, nil
}

// replace swaps the file's contents in one step.
func (f *folder) replace(path, text string) error {
	file, err := f.create(path+".new", os.O_WRONLY|os.O_TRUNC)
	if err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	if err := f.root.Rename(path+".new", path); err != nil {
		return fmt.Errorf("configure PostgreSQL: %w", err)
	}
	return nil
}

// quote escapes a path for a single-quoted string of postgresql.conf.
func quote(path string) string { return strings.ReplaceAll(path, "'", "''") }

// identMap lets root and the cluster's owner be each of its roles, and nobody else. There are no
// passwords to lose: the kernel says who is at the other end of the socket.
func (f *folder) identMap() string {
	users := []string{f.owner.name, "root"}
	if u, err := user.LookupId(strconv.Itoa(os.Geteuid())); err == nil && !slices.Contains(users, u.Username) {
		users = append(users, u.Username)
	}
	var b strings.Builder
	b.WriteString("# Written by fangma at every start.\n")
	for _, u := range slices.Compact(users) {
		for _, role := range []string{Superuser, OwnerRole, AppRole} {
			fmt.Fprintf(&b, "fangma %q %s\n", u, role)
		}
	}
	return b.String()
}
