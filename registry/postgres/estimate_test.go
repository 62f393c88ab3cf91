package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// twoCommunities is a registry with a district of two communities, left and
// right, of three houses each.
func twoCommunities(t *testing.T, s *postgres.Store) (ids map[string]int64, left, right []registry.Code) {
	t.Helper()
	polygon := func(s *registry.Shape) orb.Polygon { return s.Geometry.(orb.Polygon) }
	district := area(1, "d", "District", 3, nil)
	l, r := area(2, "l", "Left", 5, polygon(box(-100, -100, 100, 100))), area(3, "r", "Right", 5, polygon(box(100, -100, 300, 100)))
	l.ParentCode, r.ParentCode = "d", "d"
	importedDivisions(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("1990-01-01")}, district, l, r)
	for i := range 3 {
		b, _ := house(t, s, box(float64(10*i), 0, float64(10*i+2+2*i), 4))
		left = append(left, b.Code)
		b, _ = house(t, s, box(float64(120+10*i), 0, float64(120+10*i+4), 4))
		right = append(right, b.Code)
	}
	all, err := s.Divisions(t.Context(), postgres.DivisionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	ids = map[string]int64{}
	for _, d := range all {
		ids[d.Name] = d.ID
	}
	return ids, left, right
}

func estimate(s *postgres.Store, t *testing.T, apply bool, totals ...registry.DivisionTotal) (postgres.EstimateResult, error) {
	return s.EstimateHeadcounts(t.Context(), postgres.Write{Actor: clerk}, registry.Estimate{Totals: totals, On: *date("2020-01-01"), Apply: apply}, nil)
}

func sumOn(t *testing.T, s *postgres.Store, day string, codes []registry.Code) (heads int) {
	t.Helper()
	for _, c := range codes {
		heads += totalOn(t, s, c, day).Heads
	}
	return heads
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	clock := &testClock{time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}
	s := dbtest.Store(t, postgres.Options{Clock: clock.now})
	ids, left, right := twoCommunities(t, s)
	state(t, s, clerk, counted(left[0], 5, registry.Declared, "2019-01-01"), counted(left[1], 4, registry.Estimated, "2019-01-01"),
		counted(right[2], 2, registry.Observed, "2023-01-01"))
	plan, err := estimate(s, t, false, registry.DivisionTotal{Division: ids["Left"], Heads: 37}, registry.DivisionTotal{Division: ids["Right"], Heads: 10})
	if err != nil || plan.Applied || plan.Divisions[0].Known != 5 || plan.Divisions[0].Places != 2 {
		t.Fatalf("plan: %+v, %v", plan, err)
	}
	if got := sumOn(t, s, "2020-01-01", left); got != 9 {
		t.Fatalf("the plan changed something: %d", got)
	}
	clock.at = clock.at.Add(time.Hour)
	done, err := estimate(s, t, true, registry.DivisionTotal{Division: ids["Left"], Heads: 37}, registry.DivisionTotal{Division: ids["Right"], Heads: 10})
	if err != nil || !done.Applied || done.Stated != 5 {
		t.Fatalf("apply: %+v, %v", done, err)
	}
	if l, r := sumOn(t, s, "2020-01-01", left), sumOn(t, s, "2020-01-01", right); l != 37 || r != 10 {
		t.Errorf("%d and %d live there, want 37 and 10", l, r)
	}
	wantTotal(t, s, left[0], "2020-01-01", 0, 5)  // declared: never overwritten
	wantTotal(t, s, left[1], "2019-06-01", 0, 4)  // before the estimate's day
	wantTotal(t, s, right[2], "2024-01-01", 0, 2) // a later observation stands
	seen, err := s.Watched(clerk).Headcounts(t.Context(), left[1], registry.AsOf{ValidOn: date("2020-01-01")})
	if err != nil || len(seen.Statements) != 1 || seen.Statements[0].Evidence != registry.Estimated || seen.Statements[0].Declarer != registry.ByStatistics {
		t.Errorf("%+v, %v", seen, err)
	}
	clock.at = clock.at.Add(time.Hour)
	again, err := estimate(s, t, true, registry.DivisionTotal{Division: ids["Left"], Heads: 37}, registry.DivisionTotal{Division: ids["Right"], Heads: 10})
	if err != nil || again.Applied || again.Stated != 0 || again.Same != 5 {
		t.Errorf("again: %+v, %v", again, err)
	}
	whole, err := estimate(s, t, true, registry.DivisionTotal{Division: ids["District"], Heads: 100})
	if err != nil || !whole.Applied {
		t.Fatalf("the district: %+v, %v", whole, err)
	}
	if got := sumOn(t, s, "2020-01-01", append(left, right...)); got != 100 {
		t.Errorf("%d live in the district, want 100", got)
	}
	verify(t, s)
}

func TestEstimatesThatCannotBe(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	ids, left, _ := twoCommunities(t, s)
	state(t, s, clerk, counted(left[0], 50, registry.Declared, "2019-01-01"))
	for name, c := range map[string]struct {
		totals     []registry.DivisionTotal
		slug, says string
	}{
		"below what is known": {[]registry.DivisionTotal{{Division: ids["Left"], Heads: 49}}, "estimate_impossible", "below_known"},
		"too many":            {[]registry.DivisionTotal{{Division: ids["Right"], Heads: 99_999}}, "estimate_impossible", "too_dense"},
		"overlapping":         {[]registry.DivisionTotal{{Division: ids["Left"], Heads: 60}, {Division: ids["District"], Heads: 60}}, "divisions_overlap", "share"},
		"unknown":             {[]registry.DivisionTotal{{Division: 4711, Heads: 60}}, "division_unknown", "4711"},
		"twice":               {[]registry.DivisionTotal{{Division: ids["Left"], Heads: 60}, {Division: ids["Left"], Heads: 60}}, "invalid_fields", "twice"},
		"negative":            {[]registry.DivisionTotal{{Division: ids["Left"], Heads: -1}}, "invalid_fields", "between"},
	} {
		_, err := estimate(s, t, true, c.totals...)
		if e := wantError(t, err, registry.Invalid, c.slug); !strings.Contains(e.Error(), c.says) {
			t.Errorf("%s: %v", name, e)
		}
	}
	if got := sumOn(t, s, "2020-01-01", left); got != 50 {
		t.Errorf("a refused estimate left %d", got)
	}
	_, err := s.EstimateHeadcounts(t.Context(), postgres.Write{Actor: registry.Actor{Account: 9, Roles: []registry.Role{registry.Officer}}},
		registry.Estimate{Totals: []registry.DivisionTotal{{Division: ids["Left"], Heads: 60}}}, nil)
	wantError(t, err, registry.Forbidden, "forbidden")
}
