package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Dump writes the database without its extensions to a file that pg_restore reads, without the rows
// of the tables in skip, and reads it back whole. The file appears under its name only when it is
// complete, for nobody else to read: it holds keys and password hashes. An existing file is not
// overwritten. The URL's role must see every row; what it does not see would be missing.
func (i Install) Dump(ctx context.Context, databaseURL, file string, skip []string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already, and a backup is not overwritten", file)
	}
	out, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer os.Remove(out.Name()) // nothing is left under this name when all went well
	defer out.Close()
	// Extensions need a superuser and are there before a restore: naming the one that every database
	// has leaves all others out.
	//
	// An owner without the right to bypass row-level security reads through a policy of its own: without
	// the option pg_dump would refuse, and with it leave out what no policy shows. See postgres.SeesAll.
	args := []string{"--format=custom", "--extension=plpgsql", "--no-owner", "--no-password", "--enable-row-security"}
	for _, table := range skip {
		args = append(args, "--exclude-table-data="+table)
	}
	cmd, err := i.client(ctx, "pg_dump", databaseURL, args...)
	if err != nil {
		return err
	}
	cmd.Stdout = out // as the one who asked, also where PostgreSQL's user may not write
	if err := run(cmd); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := out.Sync(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	// To read all of it finds what a list of contents would not.
	if err := run(i.command(ctx, "pg_restore", "--file="+os.DevNull, out.Name())); err != nil {
		return fmt.Errorf("read the backup back: %w", err)
	}
	if err := os.Rename(out.Name(), file); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return syncDir(filepath.Dir(file))
}

// Contents names the tables whose rows are in a file that Dump wrote.
func (i Install) Contents(ctx context.Context, file string) ([]string, error) {
	cmd := i.command(ctx, "pg_restore", "--list", file)
	var list, complaint strings.Builder
	cmd.Stdout, cmd.Stderr = &list, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s is not a backup: %w: %s", file, err, strings.TrimSpace(complaint.String()))
	}
	var tables []string
	for line := range strings.Lines(list.String()) {
		// 4711; 0 16389 TABLE DATA public code fangma_owner
		if _, entry, ok := strings.Cut(line, " TABLE DATA public "); ok {
			tables = append(tables, strings.Fields(entry)[0])
		}
	}
	return tables, nil
}

// Restore fills an empty database from a file that Dump wrote, in one transaction: all of it or
// nothing. The URL's role becomes the owner of everything.
func (i Install) Restore(ctx context.Context, databaseURL, file string) error {
	cmd, err := i.client(ctx, "pg_restore", databaseURL,
		"--single-transaction", "--exit-on-error", "--no-owner", "--no-password")
	if err != nil {
		return err
	}
	cmd.Args = append(cmd.Args, file)
	if err := run(cmd); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	return nil
}

// client prepares a program that talks to the database. The password goes through the environment,
// because arguments are for everybody on the machine to read.
func (i Install) client(ctx context.Context, tool, databaseURL string, args ...string) (*exec.Cmd, error) {
	u, err := url.Parse(databaseURL)
	if err != nil || u.Scheme == "" {
		return nil, errors.New("the database's address must be a URL: postgres://USER@HOST/DATABASE")
	}
	password, secret := u.User.Password()
	if secret {
		u.User = url.User(u.User.Username())
	}
	cmd := i.command(ctx, tool, append(args, "--dbname="+u.String())...)
	if secret {
		cmd.Env = append(cmd.Environ(), "PGPASSWORD="+password)
	}
	return cmd, nil
}

// command prepares a program that Ctrl-C reaches only through ctx.
func (i Install) command(ctx context.Context, tool string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, i.Tool(tool), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it takes its leave of the server
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run runs the program and puts what it complains of into the error.
func run(cmd *exec.Cmd) error {
	var complaint strings.Builder
	cmd.Stderr = &complaint
	err := cmd.Run()
	if text := strings.TrimSpace(complaint.String()); err != nil && text != "" {
		return fmt.Errorf("%w: %s", err, text)
	}
	return err
}

// Recreate drops the database and makes it anew, empty, with Fangma's extensions. Only a process
// that serves the folder may, so that nobody else is at work in it.
func (c *Cluster) Recreate(ctx context.Context, name string) error {
	if c.server == nil {
		return errors.New("recreate a database: only the folder's server may")
	}
	conn, err := c.connect(ctx, "postgres")
	if err != nil {
		return fmt.Errorf("recreate database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// Without "force": a command that joined the cluster is not cut off in the middle of its work.
	if _, err := conn.Exec(ctx, "drop database if exists "+quoteName(name)); err != nil {
		return fmt.Errorf("recreate database %s: %w", name, err)
	}
	return c.createDatabase(ctx, conn, name)
}
