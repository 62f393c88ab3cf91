package postgres_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
)

// noDoubles looks for what the exclusion constraint rules out.
func noDoubles(t *testing.T, db dbtest.Database) {
	t.Helper()
	if n := doubles(t, db); n > 0 {
		t.Errorf("%d times two hold one cell in one role", n)
	}
}

func doubles(t *testing.T, db dbtest.Database) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `
		select count(*) from assignment a join assignment b using (cell, role)
		where (a.held_from, a.event_id) < (b.held_from, b.event_id) and not a.withdrawn and not b.withdrawn
			and tstzrange(a.held_from, a.held_to) && tstzrange(b.held_from, b.held_to)`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// race lets two operators assign the same cells at once, again and again, and
// counts how often one was refused.
func race(o *office, rounds int) (refused int) {
	for i := range rounds {
		o.now = o.now.Add(hour)
		cells := o.cells[i%10*20 : i%10*20+20]
		var wg sync.WaitGroup
		var mu sync.Mutex
		for _, name := range []string{"ben", "cem", "dan"} {
			wg.Go(func() {
				_, err := o.assign(o.operator, registry.Officer, name, o.now, cells...)
				if e, ok := err.(*registry.Error); ok && e.Slug == "assigned_meanwhile" {
					mu.Lock()
					refused++
					mu.Unlock()
				} else if err != nil {
					o.t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	return refused
}

func TestTwoAssignTheSameCellsAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if race(o, 30) == 0 {
		t.Error("nobody ever met anybody: this shows nothing")
	}
	noDoubles(t, o.db)
}

// Without the constraint the same race goes wrong: the test above can fail.
func TestWithoutTheConstraintTwoHoldOneCell(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, o.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `alter table assignment drop constraint assignment_cell_role_tstzrange_excl`); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		race(o, 5)
		if doubles(t, o.db) > 0 {
			return
		}
	}
	t.Error("the race does no harm even without the constraint")
}
