package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// inhabited is a random history in which people are counted, dwellings move,
// and some are in two houses.
type inhabited struct {
	*town
	counts int
}

// step does one random thing: half of them life events, half about heads.
func (t *inhabited) step(ctx context.Context) error {
	var err error
	switch n := t.r.IntN(12); {
	case n < 6:
		return t.town.step(ctx)
	case n < 9:
		err = t.count(ctx)
	case n < 10:
		err = t.withdraw(ctx)
	default:
		err = t.move(ctx)
	}
	var answer *registry.Error
	if errors.As(err, &answer) {
		return nil
	}
	return err
}

// someone picks a house with its dwellings, or 0.
func (t *inhabited) someone(ctx context.Context) (registry.Code, []*registry.Dwelling, error) {
	a, _ := t.pick()
	if a == nil {
		return 0, nil, nil
	}
	all, err := t.s.Dwellings(ctx, a.code)
	return a.code, all, err
}

func (t *inhabited) count(ctx context.Context) error {
	house, units, err := t.someone(ctx)
	if err != nil || house == 0 {
		return err
	}
	codes := []registry.Code{house}
	for _, u := range units {
		codes = append(codes, u.Code)
	}
	var in []registry.HeadcountInput
	for range 1 + t.r.IntN(3) {
		h := counted(codes[t.r.IntN(len(codes))], t.r.IntN(9), registry.HeadcountEvidences()[t.r.IntN(3)], "")
		h.From = t.when()
		if t.r.IntN(2) == 0 {
			h.Permits = ptr(t.r.IntN(*h.Heads + 1))
		}
		in = append(in, h)
	}
	_, err = t.s.StateHeadcounts(ctx, t.write(), in, registry.Why{})
	if err == nil {
		t.mu.Lock()
		t.counts++
		t.mu.Unlock()
	}
	return err
}

func (t *inhabited) withdraw(ctx context.Context) error {
	house, units, err := t.someone(ctx)
	if err != nil || house == 0 {
		return err
	}
	seen, err := t.s.Watched(clerk).Headcounts(ctx, house, registry.AsOf{})
	if err != nil || len(seen.Statements) == 0 {
		return err
	}
	_ = units
	s := seen.Statements[t.r.IntN(len(seen.Statements))]
	_, err = t.s.WithdrawHeadcount(ctx, t.write(), s.Code, s.From, registry.Why{Reason: "a slip"})
	return err
}

// move puts a dwelling into another house, or into two.
func (t *inhabited) move(ctx context.Context) error {
	house, units, err := t.someone(ctx)
	if err != nil || len(units) == 0 {
		return err
	}
	other, _ := t.pick()
	if other == nil {
		return nil
	}
	into := []registry.Code{other.code}
	if t.r.IntN(2) == 0 && other.code != house {
		into = append(into, house)
	}
	r, err := t.s.CorrectDwelling(ctx, t.write(), units[t.r.IntN(len(units))].Code,
		registry.DwellingCorrection{DwellingInput: registry.DwellingInput{Buildings: &into}, ValidFrom: t.when()})
	if err == nil {
		t.mu.Lock()
		t.events = append(t.events, r.Event.ID)
		t.done[r.Event.Type]++
		t.mu.Unlock()
	}
	return err
}

// dayTotals sums every standing house up on one day, in plain SQL and from the
// base tables alone.
const dayTotals = `
	with unit as (
		select home, code, min(house) as house from (
			select i.building_code as home, i.dwelling_code as code, i.in_building as house
			from dwelling_building i where i.recorded_to = 'infinity' and i.valid @> $1::date) u
		group by home, code
	), said as (
		select u.house, count(*) as stated, sum(h.heads) as heads, sum(coalesce(h.permits, 0)) as permits
		from unit u join headcount h on h.building_code = u.home and h.code = u.code
		where h.recorded_to = 'infinity' and h.valid @> $1::date
		group by u.house
	), looked as (
		select h.building_code as house, lower(h.valid) as day
		from headcount h where h.code = h.building_code and h.recorded_to = 'infinity' and h.evidence <> 'estimated'
		union all
		select (select min(i.in_building) from dwelling_building i
			where i.building_code = h.building_code and i.dwelling_code = h.code and i.recorded_to = 'infinity' and i.valid @> lower(h.valid)), lower(h.valid)
		from headcount h where h.code <> h.building_code and h.recorded_to = 'infinity' and h.evidence <> 'estimated'
		union all
		select building_code, visited_on from visit where withdrawn_at is null and result in ('no_change', 'changed')
	)
	select v.building_code, (select count(*) from unit u where u.house = v.building_code),
		coalesce(s.heads, o.heads, 0), coalesce(s.permits, o.permits, 0),
		(select max(l.day) + 180 from looked l where l.house = v.building_code and l.day <= $1::date)
	from building_version v
		left join said s on s.house = v.building_code
		left join headcount o on o.building_code = v.building_code and o.code = v.building_code and o.recorded_to = 'infinity' and o.valid @> $1::date
	where v.recorded_to = 'infinity' and v.valid @> $1::date and v.state not in ('demolished', 'not_realised')`

// checkTotals holds the totals to what plain SQL makes of a day.
func checkTotals(t *testing.T, conn *pgx.Conn, s *postgres.Store, day registry.Date) {
	t.Helper()
	ctx := context.Background()
	kept := map[registry.Code]registry.TotalSpan{}
	err := s.EachTotal(ctx, registry.AsOf{}, func(total *registry.Total) error {
		if span := total.On(day); span.Dwellings+span.Heads > 0 || span.ConfirmedTo != nil {
			kept[total.Building] = span
		}
		for i, span := range total.Spans {
			if i > 0 && total.Spans[i-1].To != span.From {
				t.Errorf("%s: spans do not follow each other", total.Building)
			}
		}
		if total.Spans[len(total.Spans)-1].To != registry.Forever {
			t.Errorf("%s: the total ends", total.Building)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, dayTotals, day.Time())
	if err != nil {
		t.Fatal(err)
	}
	var code registry.Code
	var want registry.TotalSpan
	var confirmed *time.Time
	_, err = pgx.ForEachRow(rows, []any{&code, &want.Dwellings, &want.Heads, &want.Permits, &confirmed}, func() error {
		got := kept[code]
		delete(kept, code)
		if got.Dwellings != want.Dwellings || got.Heads != want.Heads || got.Permits != want.Permits ||
			(got.ConfirmedTo == nil) != (confirmed == nil) || confirmed != nil && *got.ConfirmedTo != registry.DateOf(*confirmed) {
			t.Errorf("%s on %s: %+v, want %+v, confirmed to %v", code, day, got, want, confirmed)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, span := range kept {
		t.Errorf("%s on %s: %+v of a house that does not stand", code, day, span)
	}
}

// After each of a thousand random events the totals are what plain SQL sums up,
// on days before, at and after those of the events.
func TestTotalsOfARandomHistory(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var clock atomic.Int64
	clock.Store(date("2026-01-01").Time().Unix())
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{Clock: func() time.Time { return time.Unix(clock.Add(61), 0) }})
	conn, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	w := &inhabited{town: &town{s: s, r: rand.New(rand.NewPCG(seed, 1)), day: s.Today, rows: 4, mu: &sync.Mutex{},
		live: map[registry.Code]*plotHouse{}, done: map[registry.EventType]int{}}}
	for i := range 800 {
		if err := w.step(ctx); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		checkTotals(t, conn, s, s.Today()-registry.Date(w.r.IntN(150))+registry.Date(w.r.IntN(3)))
		if t.Failed() {
			t.Fatalf("after step %d", i)
		}
	}
	t.Logf("done: %v, %d counts", w.done, w.counts)
	for day := s.Today() - 220; day < s.Today()+200; day += 7 {
		checkTotals(t, conn, s, day)
	}
	verify(t, s)
	checkTotalsFeed(t, s)
	checkPast(t, conn, s)
	checkReplayedTotals(t, s)
}

// checkReplayedTotals feeds the registry's events into an empty one: headcounts
// never travel in them, dwellings do, and are counted there as here.
func checkReplayedTotals(t *testing.T, s *postgres.Store) {
	t.Helper()
	ctx := context.Background()
	copied := dbtest.Store(t, postgres.Options{})
	if err := copied.Replay(ctx, readFeed(t, s, 100)); err != nil {
		t.Fatal(err)
	}
	verify(t, copied)
	err := s.EachTotal(ctx, registry.AsOf{}, func(total *registry.Total) error {
		there, err := copied.Total(ctx, total.Building, registry.AsOf{})
		for _, span := range total.Spans {
			if got := there.On(span.From); got.Dwellings != span.Dwellings || got.Heads != 0 {
				t.Errorf("%s on %s: %+v, want %d dwellings and no heads", total.Building, span.From, got, span.Dwellings)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkTotalsFeed applies the feed of totals as a follower does, and finds what
// the table has.
func checkTotalsFeed(t *testing.T, s *postgres.Store) {
	t.Helper()
	ctx := context.Background()
	if _, err := s.Position(ctx); err != nil {
		t.Fatal(err)
	}
	latest := map[registry.Code]registry.Total{}
	var after postgres.TotalsCursor
	for {
		page, next, err := s.TotalsFeed(ctx, after, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, total := range page {
			if total.Version <= latest[total.Building].Version {
				t.Errorf("%s: version %d after %d", total.Building, total.Version, latest[total.Building].Version)
			}
			latest[total.Building] = total
		}
		if next == after {
			break
		}
		back, err := postgres.ParseTotalsCursor(next.String())
		if err != nil || back != next {
			t.Fatalf("cursor %v: %v, %v", next, back, err)
		}
		after = next
	}
	if end, err := s.TotalsEnd(ctx); err != nil || end != after {
		t.Errorf("end %v, %v, want %v", end, err, after)
	}
	n := 0
	err := s.EachTotal(ctx, registry.AsOf{}, func(total *registry.Total) error {
		n++
		if got := latest[total.Building]; got.Version != total.Version || !got.Equal(total) {
			t.Errorf("the feed says %+v, the table %+v", got, total)
		}
		return nil
	})
	if err != nil || n != len(latest) {
		t.Errorf("%d totals, %d in the feed, %v", n, len(latest), err)
	}
}

// checkPast holds totals as they were known to be whole at every moment.
func checkPast(t *testing.T, conn *pgx.Conn, s *postgres.Store) {
	t.Helper()
	ctx := context.Background()
	rows, err := conn.Query(ctx, `select distinct recorded_from from building_total order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	moments, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range moments[:min(len(moments), 40)] {
		seen := map[registry.Code]bool{}
		err := s.EachTotal(ctx, registry.AsOf{KnownAt: &at}, func(total *registry.Total) error {
			if seen[total.Building] || total.Spans[len(total.Spans)-1].To != registry.Forever {
				t.Errorf("%s at %s: %+v", total.Building, at, total.Spans)
			}
			seen[total.Building] = true
			for i := 1; i < len(total.Spans); i++ {
				if total.Spans[i-1].To != total.Spans[i].From {
					t.Errorf("%s at %s: %+v", total.Building, at, total.Spans)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Sixteen clerks and counters at one small town.
func TestTotalsUnderManyHands(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 12})
	shared := &town{mu: &sync.Mutex{}, live: map[registry.Code]*plotHouse{}, done: map[registry.EventType]int{}}
	var wg sync.WaitGroup
	var steps, counts atomic.Int64
	for n := range 16 {
		wg.Go(func() {
			w := &inhabited{town: &town{s: s, r: rand.New(rand.NewPCG(seed, uint64(n))), day: s.Today, rows: 2, mu: shared.mu,
				live: shared.live, done: shared.done}}
			for steps.Add(1) <= 800 {
				if err := w.step(ctx); err != nil {
					t.Error(err)
					return
				}
			}
			counts.Add(int64(w.counts))
		})
	}
	wg.Wait()
	t.Logf("done: %v, %d counts", shared.done, counts.Load())
	conn, err := pgx.Connect(ctx, db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for day := s.Today() - 210; day < s.Today()+2; day += 10 {
		checkTotals(t, conn, s, day)
	}
	verify(t, s)
	checkTotalsFeed(t, s)
}

// Of many who count dwellings of one house at the same moment all are in the
// total. Checked to fail when lockSubjects reads without "for update".
func TestTwoCountsAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{MaxConns: 8})
	labels := make([]string, 40)
	for i := range labels {
		labels[i] = fmt.Sprint(i)
	}
	b, units := house(t, s, box(0, 0, 4, 2), labels...)
	var wg sync.WaitGroup
	for _, u := range units {
		wg.Go(func() {
			if _, err := s.StateHeadcounts(ctx, postgres.Write{Actor: clerk}, []registry.HeadcountInput{counted(u.Code, 2, registry.Declared, "")}, registry.Why{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	total, err := s.Total(ctx, b.Code, registry.AsOf{})
	if err != nil || total.On(s.Today()).Heads != 80 || total.Version != 41 {
		t.Errorf("%+v, %v", total, err)
	}
	verify(t, s)
}
