package postgres_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// checkHistory holds a registry to everything that is true of any history.
func checkHistory(t *testing.T, db dbtest.Database, s *postgres.Store) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var twice int
	if err := conn.QueryRow(ctx, twoOnOnePlot).Scan(&twice); err != nil || twice > 0 {
		t.Errorf("two houses on one plot: %d, %v", twice, err)
	}
	err = s.Verify(ctx, func(string) {}, func(name, key string) { t.Errorf("%s: %s", name, key) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Position(ctx); err != nil {
		t.Fatal(err)
	}
	feed := readFeed(t, s, 100)
	moments := someMoments(feed)
	for _, at := range moments {
		if diff := cmp.Diff(rebuilt(t, feed, at), exported(t, s, at), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("valid on %s, known at %v: events and tables differ: %s", at.ValidOn, at.KnownAt, diff)
		}
	}
	checkReplayed(t, s, feed, moments)
}

// twoOnOnePlot counts pairs of standing houses that the guard should have kept
// apart.
const twoOnOnePlot = `
	select count(*) from building_version a join building_version b
		on a.building_code < b.building_code and a.valid && b.valid and a.geom && b.geom
	where a.recorded_to = 'infinity' and b.recorded_to = 'infinity'
		and a.state not in ('demolished', 'not_realised', 'planned') and b.state not in ('demolished', 'not_realised', 'planned')
		and st_area(st_intersection(a.geom, b.geom)) > 0.8 * least(st_area(a.geom), st_area(b.geom))`

// someMoments are pairs of valid and recorded time over the whole history, the
// present among them.
func someMoments(feed []postgres.FeedPart) []registry.AsOf {
	first, last := feed[0].Event.RecordedAt, feed[len(feed)-1].Event.RecordedAt
	moments := []registry.AsOf{{ValidOn: ptr(registry.DateOf(last)), KnownAt: ptr(last)}}
	for range 12 {
		known := first.Add(time.Duration(rand.Int64N(int64(last.Sub(first)) + 1)))
		moments = append(moments, registry.AsOf{KnownAt: &known, ValidOn: ptr(registry.DateOf(last) - registry.Date(rand.IntN(300)-5))})
	}
	return moments
}

// rebuilt is the standing town as the events tell it.
func rebuilt(t *testing.T, feed []postgres.FeedPart, at registry.AsOf) map[registry.Code]registry.Facts {
	t.Helper()
	latest := map[registry.Code]registry.Building{}
	for _, p := range feed {
		if p.Part == nil || p.Part.Code != p.Part.Building || p.Event.RecordedAt.After(*at.KnownAt) {
			continue
		}
		var b registry.Building
		if err := json.Unmarshal(p.Part.After, &b); err != nil {
			t.Fatal(err)
		}
		latest[b.Code] = b
	}
	out := map[registry.Code]registry.Facts{}
	for code, b := range latest {
		if s, ok := b.Timeline.At(*at.ValidOn); ok && s.State.Standing() {
			out[code] = s.Facts
		}
	}
	return out
}

// exported is the standing town as the tables tell it.
func exported(t *testing.T, s *postgres.Store, at registry.AsOf) map[registry.Code]registry.Facts {
	t.Helper()
	out := map[registry.Code]registry.Facts{}
	err := s.EachRecord(context.Background(), at, func(r registry.Record) error {
		out[r.Code] = r.Facts
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// checkReplayed feeds the events into an empty registry, in two goes, and
// compares state and history.
func checkReplayed(t *testing.T, s *postgres.Store, feed []postgres.FeedPart, moments []registry.AsOf) {
	t.Helper()
	ctx := context.Background()
	copied := dbtest.Store(t, postgres.Options{})
	half := len(feed) / 2
	for half < len(feed)-1 && feed[half].Event.ID == feed[half-1].Event.ID {
		half++
	}
	for _, part := range [][]postgres.FeedPart{feed[:half], feed} {
		if err := copied.Replay(ctx, part); err != nil {
			t.Fatalf("replay: %v", err)
		}
	}
	for _, at := range moments {
		if diff := cmp.Diff(exported(t, s, at), exported(t, copied, at)); diff != "" {
			t.Fatalf("the replayed registry differs on %s: %s", at.ValidOn, diff)
		}
	}
	codes := map[registry.Code]bool{}
	for _, p := range feed {
		if p.Part != nil && p.Part.Code == p.Part.Building {
			codes[p.Part.Code] = true
		}
	}
	for code := range codes {
		want, err := s.History(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		got, err := copied.History(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("history of %s differs: %s", code, diff)
		}
	}
}
