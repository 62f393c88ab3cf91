package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the operating-system user that the cluster's files and processes belong to.
type owner struct {
	uid, gid uint32
	name     string
	drop     bool // this process is root and becomes the owner for PostgreSQL's programs
}

// ownerOf finds who owns, or will own, the cluster in that folder.
func ownerOf(data, asRoot string) (owner, error) {
	euid := uint32(os.Geteuid())
	var st syscall.Stat_t
	err := syscall.Stat(data, &st)
	switch {
	case err == nil && st.Uid == 0:
		return owner{}, fmt.Errorf("%s belongs to root, and PostgreSQL refuses to run as root: give it to another user, for example: chown -R postgres %s", data, data)
	case err == nil && euid != 0 && st.Uid != euid:
		return owner{}, fmt.Errorf("%s belongs to %s: run fangma as that user or as root, or choose another folder with --data", data, userName(st.Uid))
	case err == nil:
		return lookup(strconv.Itoa(int(st.Uid)), user.LookupId)
	case !errors.Is(err, fs.ErrNotExist):
		return owner{}, fmt.Errorf("look at %s: %w", data, err)
	case euid != 0:
		return lookup(strconv.Itoa(int(euid)), user.LookupId)
	}
	if asRoot == "" {
		asRoot = "postgres"
	}
	o, err := lookup(asRoot, user.Lookup)
	if err != nil {
		return owner{}, fmt.Errorf("PostgreSQL refuses to run as root and needs an ordinary user: %w", err)
	}
	if o.uid == 0 {
		return owner{}, fmt.Errorf("PostgreSQL refuses to run as root, and %s is root", asRoot)
	}
	return o, nil
}

func lookup(key string, find func(string) (*user.User, error)) (owner, error) {
	u, err := find(key)
	if err != nil {
		return owner{}, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return owner{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return owner{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	return owner{uid: uint32(uid), gid: uint32(gid), name: u.Username, drop: os.Geteuid() == 0}, nil
}

func userName(uid uint32) string {
	id := strconv.Itoa(int(uid))
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "user " + id
}

// own gives the file to the owner when this process is root.
func (o owner) own(path string) error {
	if !o.drop {
		return nil
	}
	if err := os.Lchown(path, int(o.uid), int(o.gid)); err != nil {
		return fmt.Errorf("give %s to %s: %w", path, o.name, err)
	}
	return nil
}

// command prepares a program to run as the owner in the folder, in a session of its own: Ctrl-C
// in a terminal goes to the whole foreground group, and PostgreSQL must outlive Fangma's own
// farewell. Its environment is made new, because variables such as PGOPTIONS would leak into it.
func (o owner) command(dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"LD_LIBRARY_PATH", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if o.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: o.uid, Gid: o.gid}
	}
	return cmd
}

// reach checks that the owner, whom root drops to, can get into the folder.
func (o owner) reach(dir string) error {
	if !o.drop {
		return nil
	}
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		var st syscall.Stat_t
		if err := syscall.Stat(d, &st); err != nil {
			return fmt.Errorf("look at %s: %w", d, err)
		}
		open := st.Mode&0o001 != 0
		switch {
		case st.Uid == o.uid:
			open = st.Mode&0o100 != 0
		case st.Gid == o.gid:
			open = st.Mode&0o010 != 0
		}
		if !open {
			return fmt.Errorf("the user %s, whom PostgreSQL runs as because this is root, cannot reach %s: %s is closed to it; choose another folder with --data, such as /var/lib/fangma", o.name, dir, d)
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}
