package postgres_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// planner is who draws zones in these tests.
func planner() registry.Actor {
	return registry.Actor{Name: "planner", Roles: []registry.Role{registry.Planner}}
}

// zoneBox is an area with its south-west corner n hundredths of a degree east of
// Vaduz, wide hundredths wide.
func zoneBox(n, wide float64) orb.Polygon {
	w, e := 9.50+n/100, 9.50+(n+wide)/100
	return orb.Polygon{{{w, 47.10}, {e, 47.10}, {e, 47.12}, {w, 47.12}, {w, 47.10}}}
}

func ref[T any](v T) *T { return &v }

func drawZone(t *testing.T, s *postgres.Store, name string, shape orb.Geometry, from registry.Date) registry.Zone {
	t.Helper()
	r, err := s.DrawZone(t.Context(), postgres.Write{Actor: planner()}, registry.ZoneRegistration{
		ZoneInput: registry.ZoneInput{Name: &name, Boundary: shape}, ValidFrom: &from})
	if err != nil {
		t.Fatal(err)
	}
	return r.Zones[0]
}

// zonesOn tells the zones of a moment as people would.
func zonesOn(t *testing.T, s *postgres.Store, at registry.AsOf) []string {
	t.Helper()
	list, err := s.Zones(t.Context(), postgres.ZoneFilter{AsOf: at})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, z := range list {
		out = append(out, fmt.Sprintf("%s %s %s %.0f v%d", z.ID, z.Name, z.Kind, z.Area(), z.Version))
	}
	return out
}

// TestZonesAreBitemporal: what a zone is on a day, and what the registry knew of
// it at an instant, are answered apart, whatever became of it since.
func TestZonesAreBitemporal(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	s := dbtest.Store(t, postgres.Options{Clock: func() time.Time { return now }})
	ctx := t.Context()
	day := func(text string) registry.Date {
		d, err := registry.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	z := drawZone(t, s, "North", zoneBox(0, 1), day("2020-01-01"))
	drawn := now
	now = now.AddDate(0, 1, 0)
	wide := registry.ZoneCorrection{ValidFrom: ref(day("2024-01-01")), ZoneInput: registry.ZoneInput{
		Boundary: zoneBox(0, 2), Kind: ref(registry.Priority)}}
	if _, err := s.CorrectZone(ctx, postgres.Write{Actor: planner(), IfMatch: ref(1)}, z.ID, wide); err != nil {
		t.Fatal(err)
	}
	widened := now
	now = now.AddDate(0, 1, 0)
	if _, err := s.EndZone(ctx, postgres.Write{Actor: planner(), IfMatch: ref(2)}, z.ID,
		registry.ZoneEnd{On: ref(day("2025-06-01"))}); err != nil {
		t.Fatal(err)
	}
	id := z.ID.String()
	// What holds now bears the zone's version, what was known its own of then.
	small, large := id+" North custom 1687601 v3", id+" North priority 3375201 v3"
	smallThen, largeThen := id+" North custom 1687601 v1", id+" North priority 3375201 v2"
	for _, c := range []struct {
		on    string
		known *time.Time
		want  []string
	}{
		{"2019-12-31", nil, []string{}},
		{"2020-01-01", nil, []string{small}},
		{"2023-12-31", nil, []string{small}},
		{"2024-01-01", nil, []string{large}},
		{"2025-05-31", nil, []string{large}},
		{"2025-06-01", nil, []string{}},
		{"2025-06-01", &widened, []string{largeThen}},
		{"2025-06-01", &drawn, []string{smallThen}},
		{"2024-01-01", &drawn, []string{smallThen}},
		{"2024-01-01", ref(drawn.Add(-time.Second)), []string{}},
	} {
		got := zonesOn(t, s, registry.AsOf{ValidOn: ref(day(c.on)), KnownAt: c.known})
		if !slices.Equal(got, c.want) {
			t.Errorf("on %s as known at %v: %q, want %q", c.on, c.known, got, c.want)
		}
	}
	h, err := s.ZoneHistory(ctx, z.ID)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range h.Events {
		told = append(told, string(e.Class)+" "+string(e.Type))
	}
	if want := []string{"grid zone_end", "grid zone_correct", "grid zone"}; !slices.Equal(told, want) {
		t.Errorf("events %q, want %q", told, want)
	}
	if len(h.Versions) != 4 {
		t.Errorf("%d versions: %+v", len(h.Versions), h.Versions)
	}
	ended, err := s.ZoneAt(ctx, z.ID, registry.AsOf{})
	if err != nil || ended.To != day("2025-06-01") || ended.Version != 3 {
		t.Errorf("the ended zone: %+v, %v", ended, err)
	}
}

func TestAZoneThatWasTakenBackNeverWas(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	z := drawZone(t, s, "Mistake", zoneBox(0, 1), s.Today())
	before := time.Now()
	w := postgres.Write{Actor: planner(), IfMatch: ref(1)}
	if _, err := s.EndZone(t.Context(), w, z.ID, registry.ZoneEnd{}); err != nil {
		t.Fatal(err)
	}
	if got := zonesOn(t, s, registry.AsOf{}); len(got) != 0 {
		t.Errorf("%q", got)
	}
	var refused *registry.Error
	if _, err := s.ZoneAt(t.Context(), z.ID, registry.AsOf{}); !errors.As(err, &refused) || refused.Kind != registry.NotFound {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := s.ZoneAt(t.Context(), z.ID, registry.AsOf{KnownAt: &before}); err != nil {
		t.Errorf("it was known: %v", err)
	}
	w.IfMatch = ref(2)
	if _, err := s.EndZone(t.Context(), w, z.ID, registry.ZoneEnd{}); !errors.As(err, &refused) || refused.Slug != "zone_withdrawn" {
		t.Errorf("ended twice: %v", err)
	}
}

func TestZonesRefuse(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	bow := orb.Polygon{{{9.5, 47.1}, {9.6, 47.2}, {9.6, 47.1}, {9.5, 47.2}, {9.5, 47.1}}}
	name, kind, phone := "N", registry.ZoneKind("shop"), "13812345678"
	_, err := s.DrawZone(t.Context(), postgres.Write{Actor: planner()}, registry.ZoneRegistration{
		ZoneInput: registry.ZoneInput{Name: &phone, Kind: &kind, Boundary: bow}, ValidTo: ref(s.Today())})
	var refused *registry.Error
	if !errors.As(err, &refused) || len(refused.Fields) != 4 {
		t.Errorf("%v", err)
	}
	z := drawZone(t, s, name, zoneBox(0, 1), s.Today())
	for what, c := range map[string]struct {
		saw  int
		c    registry.ZoneCorrection
		slug string
	}{
		"a stale version":             {7, registry.ZoneCorrection{ZoneInput: registry.ZoneInput{Note: ref("x")}}, "stale"},
		"no change":                   {1, registry.ZoneCorrection{ZoneInput: registry.ZoneInput{Name: &name}}, "no_change"},
		"an end before its beginning": {1, registry.ZoneCorrection{ValidTo: registry.Some(s.Today() - 1)}, "invalid_fields"},
		"from before its beginning": {1, registry.ZoneCorrection{ValidFrom: ref(s.Today() - 1),
			ZoneInput: registry.ZoneInput{Note: ref("x")}}, "invalid_fields"},
	} {
		_, err := s.CorrectZone(t.Context(), postgres.Write{Actor: planner(), IfMatch: &c.saw}, z.ID, c.c)
		if !errors.As(err, &refused) || refused.Slug != c.slug {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.CorrectZone(t.Context(), postgres.Write{Actor: planner()}, 99, registry.ZoneCorrection{}); !errors.As(err, &refused) ||
		refused.Kind != registry.NotFound {
		t.Errorf("an unknown zone: %v", err)
	}
}

func TestDrawingAZoneTwiceUnderOneKeyDrawsItOnce(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	name := "Once"
	r := registry.ZoneRegistration{ZoneInput: registry.ZoneInput{Name: &name, Boundary: zoneBox(0, 1)}}
	w := postgres.Write{Actor: planner(), IdempotencyKey: "k", RequestHash: []byte("h")}
	first, err := s.DrawZone(t.Context(), w, r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.DrawZone(t.Context(), w, r)
	if err != nil || !again.Replayed || again.Zones[0].ID != first.Zones[0].ID || len(zonesOn(t, s, registry.AsOf{})) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
}

func candidates(list ...intake.Item[intake.Zone]) iter.Seq2[intake.Item[intake.Zone], error] {
	return func(yield func(intake.Item[intake.Zone], error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func zoneItem(row int, name string, kind registry.ZoneKind, shape orb.Polygon) intake.Item[intake.Zone] {
	return intake.Item[intake.Zone]{Value: intake.Zone{Row: row, Name: name, Kind: kind, Boundary: orb.MultiPolygon{shape}}}
}

// TestImportZones: plan, apply, apply again, apply a changed file, and a retry
// under the same key.
func TestImportZones(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	file := candidates(zoneItem(1, "A", registry.Optimised, zoneBox(0, 1)), zoneItem(2, "B", "", zoneBox(1, 1)),
		zoneItem(3, "A", registry.Optimised, zoneBox(2, 1)),
		intake.Item[intake.Zone]{Reject: &intake.Reject{Row: 4, Field: "geometry", Reason: "empty"}})
	var left []string
	run := func(apply bool, key string, file iter.Seq2[intake.Item[intake.Zone], error]) postgres.ImportResult {
		t.Helper()
		left = nil
		opt := postgres.ZoneImportOptions{Kind: registry.Restricted, ImportOptions: postgres.ImportOptions{
			Source: "plan", Apply: apply, Left: func(l postgres.LeftOut) error {
				left = append(left, fmt.Sprintf("%d %s", l.Row, l.Reason))
				return nil
			}}}
		r, err := s.ImportZones(t.Context(), postgres.Write{Actor: planner(), IdempotencyKey: key, RequestHash: []byte("h")}, file, opt)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := run(false, "", file); r.New != 2 || r.Rejected != 2 || r.Applied || !slices.Equal(left, []string{"3 repeated_id", "4 empty"}) {
		t.Errorf("plan: %+v %q", r, left)
	}
	if got := zonesOn(t, s, registry.AsOf{}); len(got) != 0 {
		t.Fatalf("a plan drew %q", got)
	}
	if r := run(true, "once", file); r.New != 2 || !r.Applied {
		t.Errorf("apply: %+v", r)
	}
	want := []string{"1 A optimised 1687601 v1", "2 B restricted 1687601 v1"}
	if got := zonesOn(t, s, registry.AsOf{}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if r := run(true, "once", file); r.New != 2 {
		t.Errorf("a retry: %+v", r)
	}
	if r := run(true, "", file); r.Same != 2 || r.New+r.Changed != 0 {
		t.Errorf("again: %+v", r)
	}
	if r := run(true, "", candidates(zoneItem(1, "A", registry.Prohibited, zoneBox(0, 3)))); r.Changed != 1 || r.Gone != 1 ||
		r.Fields["kind"] != 1 || r.Fields["boundary"] != 1 {
		t.Errorf("changed: %+v", r)
	}
	want[0] = "1 A prohibited 5062802 v2"
	if got := zonesOn(t, s, registry.AsOf{}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
