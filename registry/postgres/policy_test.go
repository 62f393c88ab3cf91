package postgres_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
)

// guarded is a statement that exactly one policy lets through: for those in
// the scope, and for nobody else.
type guarded struct {
	scope postgres.Scope
	sql   string
}

// guardedRows are rows in two cells, by and about two officers.
type guardedRows struct {
	*work
	cell  geo.Cell // where hers stands, which mei works
	event uuid.UUID
}

func newGuardedRows(t *testing.T) *guardedRows {
	t.Helper()
	w := newWork(t)
	g := &guardedRows{work: w, cell: w.cell(t, w.hers), event: uuid.New()}
	w.exec(t, `
		insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
		values ($1, 'people', 'test', 'test', '', '', current_date, now(), 0, '{}')`, g.event)
	w.exec(t, `
		insert into assignment (cell, role, account_id, held_from, event_id) values ($1, 'administrator', $2, now(), $3)`,
		int64(g.cell), w.lan.Account, g.event)
	for _, h := range []struct {
		code registry.Code
		who  registry.Actor
	}{{w.hers, w.lan}, {w.other, w.mei}} { // each in the other's cell, so that no row is let through twice
		cell := int64(w.cell(t, h.code))
		w.exec(t, `
			insert into headcount (building_code, code, version, part, in_building, cell, valid, recorded_from, event_id, heads, evidence, declarer, stated_on)
			values ($1, $1, 1, 0, $1, $2, daterange(current_date, null), now(), $3, 2, 'observed', 'officer', current_date)`, h.code, cell, g.event)
		w.exec(t, `
			insert into visit (building_code, visit_id, cell, account_id, visited_at, visited_on, result, note, event_id)
			values ($1, gen_random_uuid(), $2, $3, now(), current_date, 'no_change', '', $4)`, h.code, cell, h.who.Account, g.event)
		w.exec(t, `
			insert into proposal (cell, proposal_id, kind, building_code, note, account_id, made_at, event_id, state)
			values ($1, gen_random_uuid(), 'demolition', $2, '', $3, now(), $4, 'open')`, cell, h.code, h.who.Account, g.event)
		w.exec(t, `
			insert into access_log (access_id, accessed_at, account_id, account_name, act, codes, cells, detail, request)
			values (gen_random_uuid(), now(), $1, 'x', 'test', array[$2::bigint], array[$3::bigint], '{}', '')`, h.who.Account, h.code, cell)
	}
	return g
}

// scenarios give for every policy a statement that it alone lets through.
func (g *guardedRows) scenarios() map[string]guarded {
	mei := registry.Actor{Account: g.mei.Account, Roles: []registry.Role{registry.Officer}}
	lan := registry.Actor{Account: g.lan.Account, Roles: []registry.Role{registry.Administrator}}
	as := func(r registry.Role) postgres.Scope {
		return postgres.Scope{Actor: registry.Actor{Account: 1 << 40, Roles: []registry.Role{r}}}
	}
	herself := postgres.Scope{Actor: mei}
	officer := postgres.Scope{Actor: mei, Worked: []geo.Cell{g.cell}}
	lead := postgres.Scope{Actor: lan, Administered: []geo.Cell{g.cell}}
	landlord := postgres.Scope{Actor: registry.Actor{Account: 1 << 41, Roles: []registry.Role{registry.Landlord}}, Houses: []registry.Code{g.hers}}
	asker := postgres.Scope{Asked: []geo.Cell{g.cell}}
	clerk, operator, dispatcher := as(registry.Clerk), as(registry.Operator), as(registry.Dispatcher)
	insert := func(table, columns, values string, args ...any) string {
		return fmt.Sprintf("insert into "+table+" ("+columns+") values ("+values+")", args...)
	}
	assignment := func(role string) string {
		return insert("assignment", "cell, role, account_id, held_from, held_to, event_id",
			"%d, '%s', %d, timestamptz '2001-01-01', timestamptz '2001-01-02', '%s'", int64(g.cell), role, g.lan.Account, g.event)
	}
	headcount := insert("headcount", "building_code, code, version, part, in_building, cell, valid, recorded_from, event_id, heads, evidence, declarer, stated_on",
		"%d, %d, 9, 0, %d, %d, daterange('2001-01-01', '2001-01-02'), now(), '%s', 1, 'observed', 'officer', current_date", g.hers, g.hers, g.hers, int64(g.cell), g.event)
	visit := insert("visit", "building_code, visit_id, cell, account_id, visited_at, visited_on, result, note, event_id",
		"%d, gen_random_uuid(), %d, %d, now(), current_date, 'no_change', '', '%s'", g.hers, int64(g.cell), g.mei.Account, g.event)
	proposal := insert("proposal", "cell, proposal_id, kind, building_code, note, account_id, made_at, event_id, state",
		"%d, gen_random_uuid(), 'demolition', %d, '', %d, now(), '%s', 'open'", int64(g.cell), g.hers, g.mei.Account, g.event)
	access := insert("access_log", "access_id, accessed_at, account_id, account_name, act, codes, cells, detail, request",
		"gen_random_uuid(), now(), %d, 'x', 'test', '{}', '{}', '{}', ''", g.mei.Account)
	return map[string]guarded{
		"assignment.read_own":       {herself, `select from assignment`},
		"assignment.read_in_cells":  {postgres.Scope{Actor: registry.Actor{Account: 1 << 42}, Administered: []geo.Cell{g.cell}}, `select from assignment`},
		"assignment.read_asked":     {asker, `select from assignment`},
		"assignment.read_all":       {dispatcher, `select from assignment`},
		"assignment.write_in_cells": {lead, assignment("officer")},
		"assignment.write_all":      {operator, assignment("administrator")},
		"assignment.end_in_cells":   {lead, `update assignment set withdrawn = true`},
		"assignment.end_all":        {operator, `update assignment set withdrawn = true`},

		"headcount.read_in_cells":  {officer, `select from headcount`},
		"headcount.read_in_houses": {landlord, `select from headcount`},
		"headcount.read_all":       {clerk, `select from headcount`},
		"headcount.write_in_cells": {officer, headcount},
		"headcount.write_all":      {clerk, headcount},
		"headcount.close_in_cells": {officer, `update headcount set recorded_to = timestamptz '2100-01-01'`},
		"headcount.close_all":      {clerk, `update headcount set recorded_to = timestamptz '2100-01-01'`},

		"visit.read_in_cells":   {officer, `select from visit`},
		"visit.read_all":        {clerk, `select from visit`},
		"visit.write_in_cells":  {officer, visit},
		"visit.change_in_cells": {postgres.Scope{Actor: lan, Worked: []geo.Cell{g.cell}}, `update visit set withdrawn_at = now()`},
		"visit.move":            {clerk, `update visit set cell = 1`},

		"proposal.read_own":       {herself, `select from proposal`},
		"proposal.read_in_cells":  {postgres.Scope{Actor: registry.Actor{Account: 1 << 42}, Administered: []geo.Cell{g.cell}}, `select from proposal`},
		"proposal.read_all":       {clerk, `select from proposal`},
		"proposal.write_in_cells": {officer, proposal},
		"proposal.decide":         {clerk, `update proposal set state = 'refused', decided_at = now()`},
		"proposal.withdraw":       {herself, `update proposal set state = 'withdrawn', decided_at = now()`},

		"access_log.write":          {herself, access},
		"access_log.read_in_cells":  {lead, `select from access_log`},
		"access_log.read_in_houses": {landlord, `select from access_log`},
		"access_log.read_all":       {operator, `select from access_log`},
	}
}

// TestEveryPolicyIsNeededAndKeeps: with each policy its statement passes for
// those it is for, and for nobody else; without it, it does not; and if it let
// everybody through, that would be seen. A policy without a scenario fails.
func TestEveryPolicyIsNeededAndKeeps(t *testing.T) {
	t.Parallel()
	g := newGuardedRows(t)
	conn, err := pgx.Connect(t.Context(), g.db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	scenarios := g.scenarios()
	kinds := map[string]string{}
	rows, err := conn.Query(t.Context(), `
		select tablename || '.' || policyname, cmd from pg_policies where roles = array[$1::name]`, local.AppRole)
	if err != nil {
		t.Fatal(err)
	}
	var name, kind string
	if _, err := pgx.ForEachRow(rows, []any{&name, &kind}, func() error { kinds[name] = kind; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		if kinds[name] == "" {
			t.Errorf("there is no policy %s", name)
		}
	}
	// passes says whether the statement touches anything after a change of the
	// schema that is taken back.
	passes := func(change string, s postgres.Scope, sql string) bool {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback(t.Context())
		for _, first := range []string{change, `set local role ` + local.AppRole, s.Statements()} {
			if _, err := tx.Exec(t.Context(), first); err != nil {
				t.Fatalf("%s: %v", first, err)
			}
		}
		tag, err := tx.Exec(t.Context(), sql)
		var denied *pgconn.PgError
		if errors.As(err, &denied) && denied.Code == "42501" {
			return false
		}
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return tag.RowsAffected() > 0
	}
	stranger := postgres.Scope{Actor: registry.Actor{Account: 1 << 43, Roles: []registry.Role{registry.Officer, registry.Administrator, registry.Landlord, registry.Planner, registry.Integrator}},
		Worked: []geo.Cell{1}, Administered: []geo.Cell{2}, Asked: []geo.Cell{3}, Houses: []registry.Code{112345678973}}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		s, ok := scenarios[name]
		if !ok {
			t.Errorf("policy %s has no scenario here: what would be wrong without it?", name)
			continue
		}
		table, policy, _ := strings.Cut(name, ".")
		open := map[string]string{"SELECT": " using (true)", "INSERT": " with check (true)", "UPDATE": " using (true) with check (true)"}[kinds[name]]
		for _, c := range []struct {
			what, change string
			scope        postgres.Scope
			want         bool
		}{
			{"as it is, for whom it is", ``, s.scope, true},
			{"as it is, for a stranger", ``, stranger, false},
			{"as it is, for nobody", ``, postgres.Scope{}, false},
			{"dropped", `drop policy ` + policy + ` on ` + table, s.scope, false},
			{"open to all, for a stranger", `alter policy ` + policy + ` on ` + table + open, stranger, true},
		} {
			if got := passes(c.change, c.scope, s.sql); got != c.want {
				t.Errorf("%s, %s: passes %v, want %v", name, c.what, got, c.want)
			}
		}
	}
}

// TestProtectedTablesAreForced: the owner of a table is bound like everybody,
// and every table with a cell of somebody's work is among them.
func TestProtectedTablesAreForced(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	for _, table := range []string{"assignment", "headcount", "visit", "proposal", "access_log"} {
		if n := w.count(t, `pg_class where relname = '`+table+`' and relrowsecurity and relforcerowsecurity`); n != 1 {
			t.Errorf("%s is not guarded by row-level security, or not from its owner", table)
		}
	}
	if n := w.count(t, `pg_class c where c.relkind = 'r' and c.relrowsecurity and not c.relforcerowsecurity`); n != 0 {
		t.Errorf("%d tables do not hold their owner to their policies", n)
	}
	if n := w.count(t, `pg_roles where rolname = '`+local.AppRole+`' and (rolsuper or rolbypassrls)`); n != 0 {
		t.Error("the role that serves passes by every policy")
	}
}
