package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folder is Fangma's data folder as far as the cluster is concerned:
//
//	postgres/        the cluster
//	postgres.new-*   a cluster being made; left over only by a crash
//	sockets/         the Unix socket, when the path is short enough for one
//	log/             PostgreSQL's logs
//	custom.conf      an operator's own settings, read after Fangma's
//	*.lock           see Cluster
type folder struct {
	cfg      Config
	dir      string
	root     *os.Root // dir; root writes here, and the owner must not lead it elsewhere by a link
	owner    owner
	install  Install
	logsFrom map[string]int // sizes of the logs before the start
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }
func (f *folder) data() string            { return f.path("postgres") }

func openFolder(cfg Config) (*folder, error) {
	if cfg.Dir == "" {
		return nil, errors.New("no data folder given")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f := &folder{cfg: cfg, dir: dir}
	if f.owner, err = ownerOf(f.data(), cfg.User); err != nil {
		return nil, f.explain(err)
	}
	if err := f.makeDir(); err != nil {
		return nil, f.explain(err)
	}
	// PostgreSQL's processes are recognised by their working folder, which has no links in it.
	if f.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := f.owner.reach(f.dir); err != nil {
		return nil, err
	}
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return nil, f.explain(fmt.Errorf("data folder: %w", err))
	}
	return f, nil
}

func (f *folder) close() { f.root.Close() }

// create opens a file of the folder for writing, made if need be, and gives it to the owner.
func (f *folder) create(name string, flag int) (*os.File, error) {
	file, err := f.root.OpenFile(name, flag|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if f.owner.drop {
		if err := file.Chown(int(f.owner.uid), int(f.owner.gid)); err != nil {
			file.Close()
			return nil, err
		}
	}
	return file, nil
}

// explain turns a bare "permission denied" into what to do about it.
func (f *folder) explain(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: run fangma as the user who owns %s, or choose another folder with --data", err, f.dir)
	}
	return err
}

// makeDir makes the data folder. One that has something in it is left as it is, whoever owns it.
func (f *folder) makeDir() error {
	if err := os.MkdirAll(filepath.Dir(f.dir), 0o755); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	err := os.Mkdir(f.dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		entries, err := os.ReadDir(f.dir)
		if err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
		if len(entries) > 0 {
			return nil
		}
	} else if err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	return f.owner.own(f.dir)
}

// subfolder makes a folder that only its owner may enter.
func (f *folder) subfolder(name string) error {
	if err := f.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder: %w", err)
	}
	return f.owner.own(f.path(name))
}

// maxSocketDir is what remains of the 107 bytes of a Unix socket's path before /.s.PGSQL.5432.
const maxSocketDir = 107 - len("/.s.PGSQL.5432")

// socketDir gives the private folder for the socket, made and checked. Where the data folder's
// path is too long it stands in /tmp, where a stranger could have put one of that name before.
func (f *folder) socketDir() (string, error) {
	dir := f.path("sockets")
	// A comma separates folders to PostgreSQL and hosts to its clients.
	if len(dir) > maxSocketDir || strings.ContainsAny(dir, `,"`) {
		sum := sha256.Sum256([]byte(f.dir))
		dir = filepath.Join("/tmp", "fangma-"+strconv.Itoa(int(f.owner.uid))+"-"+hex.EncodeToString(sum[:6]))
	}
	if err := os.Mkdir(dir, 0o700); err == nil {
		return dir, f.owner.own(dir)
	} else if !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make socket folder: %w", err)
	}
	var st syscall.Stat_t
	if err := syscall.Lstat(dir, &st); err != nil {
		return "", fmt.Errorf("look at socket folder %s: %w", dir, err)
	}
	private := st.Mode&syscall.S_IFMT == syscall.S_IFDIR && st.Mode&0o077 == 0
	if private && int(st.Uid) == os.Geteuid() {
		return dir, f.owner.own(dir) // our own; a start that was killed had not given it away yet
	}
	if !private || st.Uid != f.owner.uid {
		return "", fmt.Errorf("the socket folder %s is not a private folder of %s: remove it", dir, f.owner.name)
	}
	return dir, nil
}

// initialise makes a new cluster under another name and renames it when it is whole, so that a
// crash half-way never leaves something that looks like a cluster.
func (f *folder) initialise(ctx context.Context) error {
	f.sweep()
	fresh, err := os.MkdirTemp(f.dir, "postgres.new-")
	if err != nil {
		return fmt.Errorf("make cluster: %w", err)
	}
	defer os.RemoveAll(fresh) // nothing is left under this name after the rename
	if err := f.owner.own(fresh); err != nil {
		return err
	}
	f.cfg.logf("making a PostgreSQL %s cluster in %s", f.install.Version, f.data())
	args := []string{
		"--pgdata", fresh, "--username", Superuser, "--data-checksums", "--encoding", "UTF8",
		"--locale", "C.UTF-8", "--auth-local", "peer", "--auth-host", "reject", "--no-instructions",
	}
	if f.install.Major >= 17 {
		// Built-in collation is the same in every version of the C library, so that indexes stay right.
		args = append(args, "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
	}
	if f.cfg.unsafe {
		args = append(args, "--no-sync")
	}
	out, err := runContext(ctx, f.owner.command(f.dir, f.install.Tool("initdb"), args...))
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	if err := os.Rename(fresh, f.data()); err != nil {
		return fmt.Errorf("make cluster: %w", err)
	}
	return syncDir(f.dir)
}

// sweep removes what a crash during initialise left. A folder that cannot be removed does no harm.
func (f *folder) sweep() {
	left, _ := filepath.Glob(f.path("postgres.new-*")) // fails only on a malformed pattern
	for _, dir := range left {
		f.cfg.logf("removing the half-made cluster %s", dir)
		if err := os.RemoveAll(dir); err != nil {
			f.cfg.logf("remove it yourself: %v", err)
		}
	}
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// VersionError says that the data belongs to a PostgreSQL version that is not installed, or that
// Fangma does not run on.
type VersionError struct {
	Dir       string
	Major     int // of the data
	Installed []Install
}

func (e *VersionError) Error() string {
	var have []string
	for _, i := range e.Installed {
		note := ""
		if len(i.Missing) > 0 {
			note = " (without " + strings.Join(i.Missing, ", ") + ")"
		}
		have = append(have, i.Version+note)
	}
	if len(have) == 0 {
		have = []string{"none"}
	}
	msg := fmt.Sprintf("the data in %s was made by PostgreSQL %d; usable here: %s. ", e.Dir, e.Major, strings.Join(have, ", "))
	if e.Major < OldestMajor || e.Major > NewestMajor {
		return msg + fmt.Sprintf("This Fangma runs on PostgreSQL %d to %d: restore a backup into a new data folder", OldestMajor, NewestMajor)
	}
	return msg + fmt.Sprintf("Install that version (%s), and to move to a newer one: fangma db backup with this folder, then fangma db restore into a new one", aptCommand(e.Major))
}

// chooseInstall takes the version that made the data; for a new folder the newest usable.
func (f *folder) chooseInstall() error {
	found, looked := f.cfg.installs, []string(nil)
	if found == nil {
		found, looked = findAll(searchPath())
	}
	text, err := os.ReadFile(filepath.Join(f.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		f.install, err = choose(found, looked)
		return err
	}
	if err != nil {
		return fmt.Errorf("read the cluster's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("read the cluster's version in %s: it says %q", f.data(), text)
	}
	for _, i := range found {
		if i.Major == major && i.usable() {
			f.install = i
			if best, _ := choose(found, nil); best.Major > major {
				f.cfg.logf("PostgreSQL %s is installed too; this folder stays with %d until you back it up and restore it into a new one", best.Version, major)
			}
			return nil
		}
	}
	return &VersionError{Dir: f.data(), Major: major, Installed: found}
}
