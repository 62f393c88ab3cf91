package local

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openTemp(t), "data")
	c := start(t, Config{Dir: dir})
	i := c.Install()
	exec1(t, c.OwnerURL(DatabaseName), `
		create table house (n int primary key, at geometry(point, 4326));
		create table skipped (n int);
		grant select on house to fangma_app;
		insert into house select n, st_setsrid(st_point(n, n), 4326) from generate_series(1, 50) n;
		insert into skipped values (1);
		alter table house enable row level security;
		alter table house force row level security`)

	// Beside the data folder, where only the caller may write.
	file := filepath.Join(t.TempDir(), "backup")
	if err := i.Dump(t.Context(), c.OwnerURL(DatabaseName), file, []string{"public.skipped"}); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v; want 0600", st.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("besides the backup there is %v", left)
	}
	tables, err := i.Contents(t.Context(), file)
	if err != nil || !slices.Equal(tables, []string{"house"}) {
		t.Errorf("rows of %v, %v; want house", tables, err)
	}
	if err := i.Dump(t.Context(), c.OwnerURL(DatabaseName), file, nil); err == nil {
		t.Error("a backup was overwritten")
	}

	if err := c.Recreate(t.Context(), DatabaseName); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(broken, whole[:len(whole)*9/10], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := i.Restore(t.Context(), c.OwnerURL(DatabaseName), broken); err == nil {
		t.Error("half a backup was restored")
	}
	if got := ask(t, c.SuperURL(DatabaseName), "select coalesce(to_regclass('house')::text, 'nothing')"); got != "nothing" {
		t.Errorf("half a backup left %s", got)
	}
	if err := i.Restore(t.Context(), c.OwnerURL(DatabaseName), file); err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]string{
		"select count(*) || ' ' || sum(st_x(at)) from house":                          "50 1275",
		"select count(*)::text from skipped":                                          "0",
		"select tableowner::text from pg_tables where tablename = 'house'":            OwnerRole,
		"select has_table_privilege('fangma_app', 'house', 'select')::text":           "true",
		"select relforcerowsecurity::text from pg_class where relname = 'house'":      "true",
		"select count(*)::text from pg_extension where extname in ('postgis')":        "1",
		"select has_table_privilege('fangma_app', 'skipped', 'select, insert')::text": "false",
	} {
		if got := ask(t, c.SuperURL(DatabaseName), question); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
}

// Everybody on a machine may read the arguments of its processes.
func TestPasswordIsNoArgument(t *testing.T) {
	cmd, err := Install{BinDir: "/bin"}.client(t.Context(), "pg_dump", "postgres://owner:s3cret@db.example:5433/fangma?sslmode=require")
	if err != nil {
		t.Fatal(err)
	}
	if args := strings.Join(cmd.Args, " "); strings.Contains(args, "s3cret") || !strings.Contains(args, "postgres://owner@db.example:5433/fangma?sslmode=require") {
		t.Errorf("arguments %s", args)
	}
	if !slices.Contains(cmd.Env, "PGPASSWORD=s3cret") {
		t.Error("the password is lost")
	}
}
