package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// The rules that let the large tables become distributed ones of Citus, held
// on plain PostgreSQL.
func TestSchemaKeepsTheWayToGrow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.New(t).OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for rule, sql := range map[string]string{
		"a large table's key, unique or exclusion constraint leads with building_code": `
			select c.relname || '.' || i.relname
			from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
				left join pg_constraint k on k.conindid = x.indexrelid
				left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]
			where c.relname in ('building', 'building_version', 'dwelling', 'dwelling_version', 'dwelling_building', 'lineage',
					'headcount', 'building_total', 'visit', 'holding')
				and (x.indisunique or k.contype = 'x') and a.attname is distinct from 'building_code'
				-- the list of single-machine constraints
				and i.relname not in ('dwelling_by_code', 'label_in_building')`,
		"a table distributed by cell leads with it": `
			select c.relname || '.' || i.relname
			from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
				left join pg_constraint k on k.conindid = x.indexrelid
				left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]
			where c.relname in ('assignment', 'proposal')
				and (x.indisunique or k.contype = 'x') and a.attname is distinct from 'cell'`,
		"no triggers of our own": `
			select tgname::text from pg_trigger where not tgisinternal and tgrelid in (
				select oid from pg_class where relowner = (select oid from pg_roles where rolname = current_user))`,
		"no domains": `select typname::text from pg_type where typtype = 'd' and typnamespace = 'public'::regnamespace`,
		"no functions of our own, least of all security definers": `
			select proname::text from pg_proc where pronamespace = 'public'::regnamespace
				and proowner = (select oid from pg_roles where rolname = current_user)`,
	} {
		rows, err := conn.Query(ctx, sql)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		breaches, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(breaches) > 0 {
			t.Errorf("%s: %v, %v", rule, breaches, err)
		}
	}
}

func TestMigrationsSayWhyAndOfWhichClass(t *testing.T) {
	t.Parallel()
	err := postgres.EachMigration(func(name string, text []byte) {
		if strings.Contains(name, "_grants") {
			return
		}
		for _, word := range []string{"-- Why: ", "-- Class: "} {
			if !strings.Contains(string(text), word) {
				t.Errorf("%s lacks %q", name, word)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// set_config does not reach the workers of a distributed database and fails
// there as an empty answer; SET LOCAL does.
func TestNoSetConfig(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && strings.Contains(string(text), "set_config") {
			t.Errorf("%s calls set_config", name)
		}
	}
}
