package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

func counted(code registry.Code, heads int, e registry.Evidence, from string) registry.HeadcountInput {
	in := registry.HeadcountInput{Code: code, Heads: &heads, Evidence: &e}
	if from != "" {
		in.From = date(from)
	}
	return in
}

func state(t *testing.T, s *postgres.Store, a registry.Actor, in ...registry.HeadcountInput) registry.Receipt {
	t.Helper()
	r, err := s.StateHeadcounts(t.Context(), postgres.Write{Actor: a}, in, registry.Why{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func totalOn(t *testing.T, s *postgres.Store, code registry.Code, day string) registry.TotalSpan {
	t.Helper()
	total, err := s.Total(t.Context(), code, registry.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	span := total.On(*date(day))
	span.Period = registry.Period{}
	return span
}

func wantTotal(t *testing.T, s *postgres.Store, code registry.Code, day string, dwellings, heads int) {
	t.Helper()
	if got := totalOn(t, s, code, day); got.Dwellings != dwellings || got.Heads != heads {
		t.Errorf("%s on %s: %d dwellings, %d heads; want %d, %d", code, day, got.Dwellings, got.Heads, dwellings, heads)
	}
}

func verify(t *testing.T, s *postgres.Store) {
	t.Helper()
	err := s.Verify(t.Context(), func(string) {}, func(name, key string) { t.Errorf("%s: %s", name, key) })
	if err != nil {
		t.Fatal(err)
	}
}

// The whole way of a number: stated of a house, superseded by its dwellings,
// corrected, withdrawn, and read as it was known.
func TestHeadcountsOverTime(t *testing.T) {
	t.Parallel()
	clock := &testClock{time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}
	s := dbtest.Store(t, postgres.Options{Clock: clock.now})
	b, units := house(t, s, box(0, 0, 4, 2), "101", "102")
	wantTotal(t, s, b.Code, "2001-06-01", 2, 0)
	state(t, s, clerk, counted(b.Code, 9, registry.Declared, "2010-01-01"))
	wantTotal(t, s, b.Code, "2009-12-31", 2, 0)
	wantTotal(t, s, b.Code, "2010-01-01", 2, 9)
	clock.at = clock.at.Add(time.Hour)
	before := clock.at
	clock.at = clock.at.Add(time.Hour)
	r := state(t, s, clerk, counted(units[0].Code, 3, registry.Observed, "2020-01-01"), counted(units[1].Code, 2, registry.Estimated, "2021-01-01"))
	if r.Counted.Stated != 2 || r.Event.Class != registry.ClassPeople || r.Event.Parts != 0 {
		t.Errorf("receipt: %+v", r)
	}
	wantTotal(t, s, b.Code, "2019-12-31", 2, 9)
	wantTotal(t, s, b.Code, "2020-06-01", 2, 3)
	wantTotal(t, s, b.Code, "2021-01-01", 2, 5)
	if got := totalOn(t, s, b.Code, "2021-01-01").ConfirmedTo; got == nil || *got != *date("2020-01-01")+180 {
		t.Errorf("confirmed to %v", got)
	}
	then, err := s.Total(t.Context(), b.Code, registry.AsOf{KnownAt: &before})
	if err != nil || then.On(*date("2021-01-01")).Heads != 9 {
		t.Errorf("as it was known: %+v, %v", then, err)
	}
	clock.at = clock.at.Add(time.Hour)
	_, err = s.WithdrawHeadcount(t.Context(), postgres.Write{Actor: clerk}, units[0].Code, *date("2020-01-01"), registry.Why{Reason: "another house"})
	if err != nil {
		t.Fatal(err)
	}
	wantTotal(t, s, b.Code, "2020-06-01", 2, 9)
	wantTotal(t, s, b.Code, "2021-01-01", 2, 2)
	_, err = s.WithdrawHeadcount(t.Context(), postgres.Write{Actor: clerk}, units[0].Code, *date("2020-01-01"), registry.Why{Reason: "again"})
	wantError(t, err, registry.NotFound, "headcount_unknown")
	verify(t, s)
}

func TestHeadcountsThatCannotBe(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	b, units := house(t, s, box(0, 0, 4, 2), "101")
	_, err := s.StateHeadcounts(t.Context(), postgres.Write{Actor: clerk}, []registry.HeadcountInput{
		counted(b.Code, 1, registry.Declared, "1999-12-31"),
		counted(units[0].Code, 1, registry.Declared, "2000-06-01"),
		counted(200000000185, 1, registry.Declared, ""),
		counted(b.Code, 1, registry.Declared, ""),
	}, registry.Why{})
	e := wantError(t, err, registry.Invalid, "invalid_fields")
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "statements[0].from statements[1].from statements[2].code" {
		t.Errorf("wrong are %s", got)
	}
	wantTotal(t, s, b.Code, "2026-05-01", 1, 0)
	state(t, s, clerk, counted(b.Code, 1, registry.Declared, ""))
	_, err = s.StateHeadcounts(t.Context(), postgres.Write{Actor: clerk}, []registry.HeadcountInput{counted(b.Code, 1, registry.Declared, "")}, registry.Why{})
	wantError(t, err, registry.Invalid, "no_change")
}

func TestAHeadcountIsStatedOnce(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	b, _ := house(t, s, box(0, 0, 4, 2))
	w := postgres.Write{Actor: clerk, IdempotencyKey: "k", RequestHash: []byte{1}}
	first, err := s.StateHeadcounts(t.Context(), w, []registry.HeadcountInput{counted(b.Code, 4, registry.Declared, "")}, registry.Why{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.StateHeadcounts(t.Context(), w, []registry.HeadcountInput{counted(b.Code, 4, registry.Declared, "")}, registry.Why{})
	if err != nil || !again.Replayed || again.Event.ID != first.Event.ID || again.Counted.Stated != 1 {
		t.Errorf("%+v, %v", again, err)
	}
}

// Officers state what they find in their own cells, and see nothing besides;
// a house elsewhere answers the same whether or not anything is stated there.
func TestHeadcountsOfOfficers(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	state(t, w.Store, w.mei, counted(w.hers, 3, registry.Observed, ""))
	state(t, w.Store, clerk, counted(w.other, 5, registry.Declared, ""))
	third := w.house(t, 9.5400, 47.1600)
	for _, code := range []registry.Code{w.other, third} {
		_, err := w.StateHeadcounts(t.Context(), postgres.Write{Actor: w.mei}, []registry.HeadcountInput{counted(code, 1, registry.Observed, "")}, registry.Why{})
		wantError(t, err, registry.Forbidden, "not_your_cell")
		_, err = w.WithdrawHeadcount(t.Context(), postgres.Write{Actor: w.mei}, code, w.Today(), registry.Why{Reason: "no"})
		wantError(t, err, registry.Forbidden, "not_your_cell")
		_, err = w.Watched(w.mei).Headcounts(t.Context(), code, registry.AsOf{})
		wantError(t, err, registry.Forbidden, "not_your_house")
	}
	got, err := w.Watched(w.mei).Headcounts(t.Context(), w.hers, registry.AsOf{})
	if err != nil || len(got.Statements) != 1 || got.Statements[0].Heads != 3 || got.Total.Heads != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	if n := w.count(t, `access_log where act = 'headcounts.read'`); n != 1 {
		t.Errorf("%d reads are on the record, want the one that showed something", n)
	}
	verify(t, w.Store)
}

// A landlord sees their own house and nobody else's.
func TestHeadcountsOfLandlords(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	state(t, w.Store, clerk, counted(w.hers, 3, registry.Observed, ""), counted(w.other, 4, registry.Observed, ""))
	owner := w.account(t, "owner", registry.Landlord)
	w.exec(t, `insert into holding (building_code, account_id, held_from, event_id) select $1, $2, $3, event_id from event limit 1`,
		w.hers, owner.Account, w.clock.at.Add(-time.Minute))
	got, err := w.Watched(owner).Headcounts(t.Context(), w.hers, registry.AsOf{})
	if err != nil || len(got.Statements) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = w.Watched(owner).Headcounts(t.Context(), w.other, registry.AsOf{})
	wantError(t, err, registry.Forbidden, "not_your_house")
	_, err = w.StateHeadcounts(t.Context(), postgres.Write{Actor: owner}, []registry.HeadcountInput{counted(w.hers, 1, registry.Declared, "")}, registry.Why{})
	wantError(t, err, registry.Forbidden, "not_your_cell")
}

// Every policy is needed: without it something that works above does not, or
// something shows that must not.
func TestEveryPolicyOfHeadcountsIsNeeded(t *testing.T) {
	t.Parallel()
	for policy, breaks := range map[string]func(t *testing.T, w *work) error{
		"read_in_cells": func(t *testing.T, w *work) error { return w.seesOne(t, w.mei, w.hers) },
		"read_in_houses": func(t *testing.T, w *work) error {
			owner := w.account(t, "owner", registry.Landlord)
			w.exec(t, `insert into holding (building_code, account_id, held_from, event_id) select $1, $2, $3, event_id from event limit 1`,
				w.hers, owner.Account, w.clock.at.Add(-time.Minute))
			return w.seesOne(t, owner, w.hers)
		},
		"read_all": func(t *testing.T, w *work) error { return w.seesOne(t, clerk, w.hers) },
		"write_in_cells": func(t *testing.T, w *work) error {
			_, err := w.StateHeadcounts(t.Context(), postgres.Write{Actor: w.mei}, []registry.HeadcountInput{counted(w.hers, 7, registry.Observed, "")}, registry.Why{})
			return err
		},
		"write_all": func(t *testing.T, w *work) error {
			_, err := w.StateHeadcounts(t.Context(), postgres.Write{Actor: clerk}, []registry.HeadcountInput{counted(w.hers, 7, registry.Observed, "")}, registry.Why{})
			return err
		},
		"close_in_cells": func(t *testing.T, w *work) error {
			_, err := w.WithdrawHeadcount(t.Context(), postgres.Write{Actor: w.mei}, w.hers, w.Today(), registry.Why{Reason: "r"})
			return orStays(t, w, err)
		},
		"close_all": func(t *testing.T, w *work) error {
			_, err := w.WithdrawHeadcount(t.Context(), postgres.Write{Actor: clerk}, w.hers, w.Today(), registry.Why{Reason: "r"})
			return orStays(t, w, err)
		},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			for _, removed := range []bool{false, true} {
				w := newWork(t)
				state(t, w.Store, clerk, counted(w.hers, 3, registry.Observed, ""))
				if removed {
					w.exec(t, `drop policy `+policy+` on headcount`)
				}
				if err := breaks(t, w); (err != nil) != removed {
					t.Errorf("removed %v: %v", removed, err)
				}
			}
		})
	}
}

// seesOne fails unless the actor sees the statement about a house.
func (w *work) seesOne(t *testing.T, a registry.Actor, code registry.Code) error {
	got, err := w.Watched(a).Headcounts(t.Context(), code, registry.AsOf{})
	if err == nil && len(got.Statements) != 1 {
		err = registry.Errorf(registry.NotFound, "nothing", "%d statements are seen", len(got.Statements))
	}
	return err
}

// orStays fails if what was to be withdrawn still stands.
func orStays(t *testing.T, w *work, err error) error {
	if err == nil && w.count(t, `headcount where recorded_to = 'infinity'`) > 0 {
		err = registry.Errorf(registry.Conflict, "stays", "the statement still stands")
	}
	return err
}

// With the wrong scope a query sees nothing, whatever it asks for; the app role
// cannot step around it.
func TestHeadcountsAreClosedToTheAppRole(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	state(t, w.Store, clerk, counted(w.hers, 3, registry.Observed, ""), counted(w.other, 4, registry.Observed, ""))
	conn, err := pgx.Connect(t.Context(), w.db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	see := func(settings string) (n int) {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback(t.Context())
		if _, err := tx.Exec(t.Context(), settings); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(t.Context(), `select count(*) from headcount`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	cell := w.cell(t, w.hers)
	for settings, want := range map[string]int{
		``: 0, `set local fangma.cells = ''`: 0, `set local fangma.rights = 'count,visits'`: 0,
		`set local fangma.rights = 'headcounts'`:               2,
		`set local fangma.cells = '` + decimal(cell) + `'`:     1,
		`set local fangma.houses = '` + w.other.String() + `'`: 1,
	} {
		if got := see(settings); got != want {
			t.Errorf("%q sees %d, want %d", settings, got, want)
		}
	}
	for _, sql := range []string{`delete from headcount`, `update headcount set heads = 0`, `alter table headcount disable row level security`,
		`delete from building_total`, `update building_total set heads = 0`} {
		if _, err := conn.Exec(context.Background(), sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
}

func decimal(c geo.Cell) string {
	var digits []byte
	for n := uint64(c); n > 0; n /= 10 {
		digits = append([]byte{byte('0' + n%10)}, digits...)
	}
	return string(digits)
}

// Verify finds totals and places that were changed behind the registry's back.
func TestVerifyFindsWrongTotals(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	state(t, w.Store, clerk, counted(w.hers, 3, registry.Observed, ""), counted(w.other, 4, registry.Declared, ""))
	for _, damage := range []struct{ sql, back, finds string }{
		{`update building_total set heads = heads + 1`, `update building_total set heads = heads - 1`, "a total that is not what its house sums up to"},
		{`update headcount set heads = heads + 1`, `update headcount set heads = heads - 1`, "a total that is not what its house sums up to"},
		{`update headcount set cell = cell + 1`, `update headcount set cell = cell - 1`, "a headcount that is kept in another building or cell than it counts in"},
	} {
		w.exec(t, damage.sql)
		found := map[string]int{}
		if err := w.Verify(t.Context(), func(string) {}, func(name, _ string) { found[name]++ }); err != nil {
			t.Fatal(err)
		}
		if found[damage.finds] != 2 || len(found) > 1 {
			t.Errorf("%s: found %v", damage.sql, found)
		}
		w.exec(t, damage.back)
	}
	verify(t, w.Store)
}
