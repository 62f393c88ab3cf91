package postgres_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// readFeed reads the registry class from the beginning in small pages.
func readFeed(t *testing.T, s *postgres.Store, limit int) []postgres.FeedPart {
	t.Helper()
	var all []postgres.FeedPart
	c := postgres.Cursor{Class: registry.ClassRegistry}
	for {
		page, next, err := s.Feed(context.Background(), c, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		if c, err = postgres.ParseCursor(registry.ClassRegistry, next.String()); err != nil {
			t.Fatal(err)
		}
	}
}

// Under concurrent writers and positioners every event comes exactly once, and
// those of one code in the order of its versions. Replaying the feed gives the
// state that the tables hold.
func TestFeedUnderConcurrentWriters(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{MaxConns: 8})
	const writers, each = 6, 12
	done := make(chan struct{})
	var positioners, wg sync.WaitGroup
	for range 2 {
		positioners.Go(func() {
			for {
				if _, err := s.Position(ctx); err != nil {
					t.Error(err)
				}
				select {
				case <-done:
					return
				case <-time.After(time.Millisecond):
				}
			}
		})
	}
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				b := register(t, s, registry.Registration{Input: registry.Input{Shape: square(float64(w), float64(i))}})
				for v := range rand.IntN(3) {
					states := []registry.State{registry.Unusable, registry.InUse, registry.UnderConstruction}
					if _, err := s.Transition(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Transition{State: states[v]}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	close(done)
	positioners.Wait()
	if _, err := s.Position(ctx); err != nil {
		t.Fatal(err)
	}
	checkReplay(t, s, readFeed(t, s, 7), writers*each)
}

func checkReplay(t *testing.T, s *postgres.Store, parts []postgres.FeedPart, buildings int) {
	t.Helper()
	state := map[registry.Code]registry.Building{}
	var last int64
	for _, p := range parts {
		if p.Position < last || !p.Last {
			t.Fatalf("position %d after %d, last %v", p.Position, last, p.Last)
		}
		last = p.Position
		var b registry.Building
		if err := json.Unmarshal(p.Part.After, &b); err != nil {
			t.Fatal(err)
		}
		if b.Version != state[b.Code].Version+1 {
			t.Fatalf("%s: version %d after %d", b.Code, b.Version, state[b.Code].Version)
		}
		state[b.Code] = b
	}
	if len(state) != buildings {
		t.Fatalf("%d buildings in the feed, want %d", len(state), buildings)
	}
	for code, want := range state {
		want.ExternalIDs = nil
		rec, err := s.Building(context.Background(), code, registry.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.On(s.Today()), rec); diff != "" {
			t.Fatalf("%s: feed and tables differ: %s", code, diff)
		}
	}
}

// A transaction that stays open delays only itself: later events get their
// positions at once, and its own event comes after them, exactly once.
func TestFeedWithALongTransaction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	slow, err := pgx.Connect(ctx, db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close(ctx)
	tx, err := slow.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	const header = `insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
		values (gen_random_uuid(), 'registry', 'import', 'slow', '', '', '2026-01-01', '2000-01-01', 0, '{}')`
	if _, err := tx.Exec(ctx, header); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		register(t, s, registry.Registration{Input: registry.Input{Shape: square(float64(i), 0)}})
		if n, err := s.Position(ctx); err != nil || n != 1 {
			t.Fatalf("placed %d, %v", n, err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Position(ctx); err != nil || n != 1 {
		t.Fatalf("placed %d, %v", n, err)
	}
	parts := readFeed(t, s, 100)
	if len(parts) != 4 || parts[3].Event.ActorName != "slow" || parts[3].Part != nil {
		t.Fatalf("got %d rows, the last %+v", len(parts), parts[len(parts)-1])
	}
	if n, err := s.Position(ctx); err != nil || n != 0 {
		t.Fatalf("placed %d again, %v", n, err)
	}
}

// A page that ends inside an event goes on inside it.
func TestFeedPagesThroughOneEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	conn, err := pgx.Connect(ctx, db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `
		with e as (
			insert into event (event_id, class, type, actor_name, reason, document, valid_from, recorded_at, parts, detail)
			select gen_random_uuid(), 'registry', 'import', 'n' || n, '', '', '2026-01-01', now(), 10, '{}'
			from generate_series(1, 3) n returning event_id)
		insert into event_code (building_code, event_id, code, version, after)
		select c, event_id, c, 1, '{}' from e, generate_series(100, 109) c`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Position(ctx); err != nil {
		t.Fatal(err)
	}
	parts := readFeed(t, s, 4)
	if len(parts) != 30 {
		t.Fatalf("%d parts, want 30", len(parts))
	}
	for i, p := range parts {
		if want := registry.Code(100 + i%10); p.Part.Code != want || p.Last != (i%10 == 9) {
			t.Errorf("row %d is %d (last %v), want %d", i, p.Part.Code, p.Last, want)
		}
	}
}

func TestAppMayNotRewriteHistory(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	register(t, s, registry.Registration{Input: registry.Input{Shape: square(0, 0)}})
	conn, err := pgx.Connect(ctx, db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{
		`delete from building_version`, `delete from event`, `delete from event_code`, `delete from code`, `delete from feed`,
		`delete from code_block`, `truncate event`, `update event set reason = 'x'`, `update event_code set after = '{}'`,
		`update building_version set name = 'x'`, `update code set code = 100000000190`, `update feed set position = 9`,
	} {
		if _, err := conn.Exec(ctx, sql); err == nil {
			t.Errorf("the app role may: %s", sql)
		}
	}
}
