package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// grownGrid is a registry of 100,000 cells with 14,000 officers and 140
// administrators.
func grownGrid(b *testing.B) (*postgres.Store, []geo.Cell) {
	b.Helper()
	ctx := b.Context()
	db := dbtest.New(b)
	owner, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		b.Fatal(err)
	}
	defer owner.Close(ctx)
	cells, err := geo.CellsOf(orb.Bound{Min: orb.Point{113.80, 22.50}, Max: orb.Point{114.13, 22.83}}, dbtest.GridResolution)
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]int64, len(cells))
	for i, c := range cells {
		ids[i] = int64(c)
	}
	for _, sql := range []string{
		`insert into office (name, phone, address, opened_at) select 'office ' || n, '+86 000', '', now() from generate_series(1, 100) n`,
		`insert into account (name, display_name, created_at) select 'p' || n, 'P ' || n, now() - interval '1 day' from generate_series(1, 14140) n`,
		`insert into account_role (account_id, role, granted_from)
			select account_id, case when account_id <= 14000 then 'officer' else 'administrator' end, now() - interval '1 day' from account`,
		`insert into account_office (account_id, office_id, member_from) select account_id, 1 + account_id % 100, now() - interval '1 day' from account`,
		`insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
			values ('00000000-0000-0000-0000-000000000001', 'grid', 'assign', 'test', '', '', '2020-01-01', now(), 0, '{}')`,
	} {
		if _, err := owner.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	for _, sql := range []string{
		`insert into assignment (cell, role, account_id, held_from, event_id)
			select c, 'officer', 1 + n * 14000 / array_length($1, 1), now() - interval '1 day', '00000000-0000-0000-0000-000000000001'
			from unnest($1::bigint[]) with ordinality u (c, n) where n < array_length($1, 1)`,
		`insert into assignment (cell, role, account_id, held_from, event_id)
			select c, 'administrator', 14001 + n * 140 / array_length($1, 1), now() - interval '1 day', '00000000-0000-0000-0000-000000000001'
			from unnest($1::bigint[]) with ordinality u (c, n) where n < array_length($1, 1)`,
	} {
		if _, err := owner.Exec(ctx, sql, ids); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := owner.Exec(ctx, `analyze`); err != nil {
		b.Fatal(err)
	}
	return db.Open(b, postgres.Options{}), cells
}

// BenchmarkAnswers is who answers for one cell, as a dispatcher, an
// administrator and the public are told.
func BenchmarkAnswers(b *testing.B) {
	s, cells := grownGrid(b)
	b.Logf("%d cells", len(cells))
	for name, actor := range map[string]registry.Actor{
		"dispatcher":    {Account: 1, Name: "p1", Roles: []registry.Role{registry.Dispatcher}},
		"officer":       {Account: 7000, Name: "p7000", Roles: []registry.Role{registry.Officer}},
		"administrator": {Account: 14070, Name: "p14070", Roles: []registry.Role{registry.Administrator}},
		"public":        {},
	} {
		b.Run(name, func(b *testing.B) {
			times := make([]time.Duration, 0, b.N)
			for i := range b.N {
				begun := time.Now()
				c := cells[i*7919%len(cells)]
				got, err := s.Answers(b.Context(), actor, []geo.Cell{c}, begun)
				if err != nil || len(got) != 1 {
					b.Fatal(got, err)
				}
				times = append(times, time.Since(begun))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "ms-p95")
		})
	}
}

// BenchmarkAssignThousand gives 1,000 cells to one officer after the other.
func BenchmarkAssignThousand(b *testing.B) {
	s, cells := grownGrid(b)
	n := 0
	for name, actor := range map[string]registry.Actor{
		"operator":      {Account: 1, Name: "p1", Roles: []registry.Role{registry.Operator}},
		"administrator": {Account: 14001, Name: "p14001", Roles: []registry.Role{registry.Administrator}},
	} {
		b.Run(name, func(b *testing.B) {
			least := time.Hour
			for b.Loop() {
				begun := time.Now()
				n++
				part := cells[:min(1000, len(cells)/140-1)]
				if actor.May(registry.Assign) {
					part = cells[:1000]
				}
				to := []string{"p11", "p12"}[n%2]
				r, err := s.Assign(b.Context(), postgres.Write{Actor: actor}, []registry.Handing{{Role: registry.Officer, Person: to, Cells: part}}, registry.Why{})
				if err != nil || r.Assigned.Changed == 0 {
					b.Fatal(r.Assigned, err)
				}
				least = min(least, time.Since(begun))
			}
			b.ReportMetric(float64(least.Milliseconds()), "ms-least")
		})
	}
}

// BenchmarkGridReads are what the pages about the grid ask for.
func BenchmarkGridReads(b *testing.B) {
	s, _ := grownGrid(b)
	operator := registry.Actor{Account: 1, Name: "p1", Roles: []registry.Role{registry.Operator}}
	administrator := registry.Actor{Account: 14070, Name: "p14070", Roles: []registry.Role{registry.Administrator}}
	for name, read := range map[string]func() error{
		"all answers": func() error {
			return s.EachAnswer(b.Context(), time.Now(), func(geo.Cell, registry.Answer) error { return nil })
		},
		"territories of all": func() error {
			_, err := s.Territories(b.Context(), operator, registry.Officer, time.Time{}, nil)
			return err
		},
		"territories of an administrator": func() error {
			_, err := s.Territories(b.Context(), administrator, registry.Officer, time.Time{}, nil)
			return err
		},
		"a page of people": func() error {
			_, _, err := s.People(b.Context(), operator, postgres.PeopleFilter{})
			return err
		},
		"gaps": func() error {
			_, _, _, err := s.Gaps(b.Context(), operator, postgres.GapFilter{})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
