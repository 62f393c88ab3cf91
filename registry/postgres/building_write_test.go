package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// square is a footprint of about 11 m × 15 m with its south-west corner at
// (9.52+dx/1000, 47.14+dy/1000).
func square(dx, dy float64) *registry.Shape {
	x, y := 9.52+dx/1000, 47.14+dy/1000
	const w, h = 0.0002, 0.0001
	return &registry.Shape{Geometry: orb.Polygon{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}}
}

func date(s string) *registry.Date {
	d, err := registry.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func ptr[T any](v T) *T { return &v }

func at(day string) func() time.Time {
	return func() time.Time { return date(day).Time().Add(12 * time.Hour) }
}

var clerk = registry.Actor{Name: "test clerk", Roles: []registry.Role{registry.Clerk}}

func register(t *testing.T, s *postgres.Store, r registry.Registration) registry.Record {
	t.Helper()
	receipt, err := s.Register(context.Background(), postgres.Write{Actor: clerk}, r)
	if err != nil {
		t.Fatalf("register: %v", err)
	}
	return receipt.Building
}

func wantError(t *testing.T, err error, kind registry.ErrorKind, slug string) *registry.Error {
	t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Slug != slug {
		t.Fatalf("got %v, want kind %d, %s", err, kind, slug)
	}
	return e
}

func TestLifeOfABuilding(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	b := register(t, s, registry.Registration{
		Input:     registry.Input{Shape: square(0, 0), Name: ptr("Old mill"), Floors: registry.Some(2), ExternalIDs: &[]registry.ExternalID{{Source: "osm", ID: "w007"}}},
		ValidFrom: date("2013-08-03"),
	})
	if !b.Code.Valid() || b.Code.Kind() != registry.KindBuilding || b.Version != 1 || b.StatusOn != registry.Active {
		t.Fatalf("registered as %+v", b)
	}
	if _, err := s.Transition(ctx, postgres.Write{Actor: clerk, IfMatch: ptr(1)}, b.Code,
		registry.Transition{State: registry.Unusable, ValidFrom: date("2026-02-01")}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Correct(ctx, postgres.Write{Actor: clerk, IfMatch: ptr(1)}, b.Code, registry.Correction{Input: registry.Input{Name: ptr("x")}})
	wantError(t, err, registry.Stale, "stale")
	if _, err := s.Correct(ctx, postgres.Write{Actor: clerk, IfMatch: ptr(2)}, b.Code,
		registry.Correction{Input: registry.Input{Name: ptr("New mill"), Floors: registry.Optional[int]{Set: true}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Retire(ctx, postgres.Write{Actor: clerk, IfMatch: ptr(3)}, b.Code,
		registry.Retirement{As: registry.AsDemolished, ValidFrom: date("2026-03-01"), Why: registry.Why{Reason: "storm"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		on    string
		state registry.State
		name  string
	}{{"2020-01-01", registry.InUse, "New mill"}, {"2026-02-15", registry.Unusable, "New mill"}, {"2026-03-01", registry.Demolished, "New mill"}} {
		got, err := s.Building(ctx, b.Code, registry.AsOf{ValidOn: date(c.on)})
		if err != nil || got.State != c.state || got.Name != c.name || got.Floors != nil {
			t.Errorf("on %s: %v, %+v", c.on, err, got)
		}
	}
	_, err = s.Retire(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Retirement{As: registry.AsDemolished})
	wantError(t, err, registry.Conflict, "retired")
	list, _, err := s.Buildings(ctx, postgres.Filter{})
	if err != nil || len(list) != 0 {
		t.Errorf("a retired building is listed: %v, %v", list, err)
	}
	list, _, err = s.Buildings(ctx, postgres.Filter{AsOf: registry.AsOf{ValidOn: date("2026-02-15")}, Query: "mill"})
	if err != nil || len(list) != 1 || list[0].ExternalIDs[0].ID != "w007" {
		t.Errorf("the town of February lacks it: %v, %v", list, err)
	}
	h, err := s.History(ctx, b.Code)
	if err != nil || len(h.Events) != 4 || h.Events[0].Type != registry.EventRetire || h.Events[0].Reason != "storm" {
		t.Fatalf("history: %v, %+v", err, h.Events)
	}
}

func TestWhatWasKnownWhen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	march := db.Open(t, postgres.Options{Clock: at("2026-03-15")})
	b := register(t, march, registry.Registration{Input: registry.Input{Shape: square(0, 0)}, ValidFrom: date("2000-01-01")})
	may := db.Open(t, postgres.Options{Clock: at("2026-05-01")})
	if _, err := may.Retire(ctx, postgres.Write{Actor: clerk}, b.Code,
		registry.Retirement{As: registry.AsDemolished, ValidFrom: date("2026-03-01")}); err != nil {
		t.Fatal(err)
	}
	for known, want := range map[string]registry.State{"2026-04-15": registry.InUse, "2026-05-02": registry.Demolished} {
		got, err := may.Building(ctx, b.Code, registry.AsOf{ValidOn: date("2026-04-02"), KnownAt: ptr(date(known).Time())})
		if err != nil || got.State != want {
			t.Errorf("known at %s: %v, %s, want %s", known, err, got.State, want)
		}
	}
}

// Of many clerks who register the same house at once exactly one wins, and
// the others learn the winner's code. Checked to fail without lockCells.
func TestOneOfManyAtOnePlace(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{MaxConns: 8})
	var wg sync.WaitGroup
	errs := make([]error, 16)
	codes := make([]registry.Code, 16)
	for i := range errs {
		wg.Go(func() {
			r, err := s.Register(context.Background(), postgres.Write{Actor: clerk},
				registry.Registration{Input: registry.Input{Shape: square(float64(i)/10000, 0)}})
			errs[i], codes[i] = err, r.Building.Code
		})
	}
	wg.Wait()
	var winner registry.Code
	for i, err := range errs {
		if err == nil {
			if winner != 0 {
				t.Fatal("two winners")
			}
			winner = codes[i]
		}
	}
	for _, err := range errs {
		if err == nil {
			continue
		}
		if e := wantError(t, err, registry.Conflict, "overlap"); e.Codes[0] != winner {
			t.Errorf("told %v, the winner is %v", e.Codes, winner)
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	first := register(t, s, registry.Registration{Input: registry.Input{Shape: square(0, 0)}})
	over := registry.Registration{Input: registry.Input{Shape: square(0.01, 0)}}
	_, err := s.Register(ctx, postgres.Write{Actor: clerk}, over)
	if e := wantError(t, err, registry.Conflict, "overlap"); e.Codes[0] != first.Code {
		t.Errorf("names %v, not %v", e.Codes, first.Code)
	}
	inside := registry.Registration{Input: registry.Input{Shape: &registry.Shape{Geometry: first.Point}}}
	_, err = s.Register(ctx, postgres.Write{Actor: clerk}, inside)
	wantError(t, err, registry.Conflict, "overlap")
	planned := over
	planned.State = ptr(registry.Planned)
	p := register(t, s, planned) // a plan may stand on a house
	_, err = s.Transition(ctx, postgres.Write{Actor: clerk}, p.Code, registry.Transition{State: registry.UnderConstruction})
	wantError(t, err, registry.Conflict, "overlap")
	if _, err := s.Retire(ctx, postgres.Write{Actor: clerk}, first.Code, registry.Retirement{As: registry.AsDemolished}); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Transition(ctx, postgres.Write{Actor: clerk}, p.Code, registry.Transition{State: registry.UnderConstruction}); err != nil {
		t.Fatalf("the old house is gone: %v", err)
	}
	over.Override = &registry.Override{Reason: "two storeys, two owners"}
	register(t, s, over)
	neighbour := register(t, s, registry.Registration{Input: registry.Input{Shape: square(0.2, 0)}}) // wall to wall
	_, err = s.Correct(ctx, postgres.Write{Actor: clerk}, neighbour.Code, registry.Correction{Input: registry.Input{Shape: square(0, 0)}, Why: registry.Why{Reason: "moved"}})
	wantError(t, err, registry.Conflict, "overlap")
}

func TestRetriesAreSafe(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{})
	w := postgres.Write{Actor: clerk, IdempotencyKey: "k1", RequestHash: []byte("a")}
	req := registry.Registration{Input: registry.Input{Shape: square(0, 0), Address: ptr("Städtle 1")}}
	var wg sync.WaitGroup
	receipts := make([]registry.Receipt, 8)
	for i := range receipts {
		wg.Go(func() {
			var err error
			if receipts[i], err = s.Register(ctx, w, req); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	fresh := 0
	for _, r := range receipts {
		if !r.Replayed {
			fresh++
		}
		r.Replayed, receipts[0].Replayed = false, false
		if diff := cmp.Diff(receipts[0].Building, r.Building); diff != "" {
			t.Errorf("answers differ: %s", diff)
		}
	}
	if fresh != 1 {
		t.Errorf("done %d times", fresh)
	}
	w.RequestHash = []byte("b")
	_, err := s.Register(ctx, w, req)
	wantError(t, err, registry.Invalid, "idempotency_key_reused")
}

func TestVoid(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{})
	ids := &[]registry.ExternalID{{Source: "cadastre", ID: "0012"}}
	b := register(t, s, registry.Registration{Input: registry.Input{Shape: square(0, 0), ExternalIDs: ids}})
	_, err := s.Register(ctx, postgres.Write{Actor: clerk}, registry.Registration{Input: registry.Input{Shape: square(1, 1), ExternalIDs: ids}})
	if e := wantError(t, err, registry.Conflict, "external_id_taken"); e.Codes[0] != b.Code {
		t.Errorf("names %v", e.Codes)
	}
	_, err = s.Void(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Why{})
	wantError(t, err, registry.Invalid, "invalid_fields")
	if _, err := s.Void(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Why{Reason: "a shadow"}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Building(ctx, b.Code, registry.AsOf{})
	if err != nil || got.StatusOn != registry.Voided || got.State != "" {
		t.Errorf("void reads as %+v, %v", got, err)
	}
	register(t, s, registry.Registration{Input: registry.Input{Shape: square(0, 0), ExternalIDs: ids}})
}
