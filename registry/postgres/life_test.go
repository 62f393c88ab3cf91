package postgres_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// box is a footprint between two corners, in units of about 7.6 m × 11 m.
func box(x0, y0, x1, y1 float64) *registry.Shape {
	p := func(x, y float64) orb.Point { return orb.Point{9.52 + x/10000, 47.14 + y/10000} }
	return &registry.Shape{Geometry: orb.Polygon{{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1), p(x0, y0)}}}
}

func dwellings(labels ...string) []registry.DwellingRegistration {
	rs := make([]registry.DwellingRegistration, len(labels))
	for i, l := range labels {
		rs[i].Label = &l
		rs[i].ValidFrom = date("2001-01-01")
	}
	return rs
}

// house registers a building with dwellings, in use since 2000.
func house(t *testing.T, s *postgres.Store, shape *registry.Shape, labels ...string) (registry.Record, []registry.Dwelling) {
	t.Helper()
	b := register(t, s, registry.Registration{Input: registry.Input{Shape: shape}, ValidFrom: date("2000-01-01")})
	if len(labels) == 0 {
		return b, nil
	}
	r, err := s.RegisterDwellings(context.Background(), postgres.Write{Actor: clerk}, b.Code, dwellings(labels...))
	if err != nil {
		t.Fatal(err)
	}
	return b, r.Dwellings
}

func status(t *testing.T, s *postgres.Store, code registry.Code) registry.Standing {
	t.Helper()
	got, err := s.CodeStatus(context.Background(), code)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSplit(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	parent := register(t, s, registry.Registration{
		Input: registry.Input{Shape: box(0, 0, 4, 2), Floors: registry.Some(3),
			ExternalIDs: &[]registry.ExternalID{{Source: "cadastre", ID: "007"}, {Source: "osm", ID: "w1"}}},
		ValidFrom: date("2000-01-01")})
	units, err := s.RegisterDwellings(ctx, postgres.Write{Actor: clerk}, parent.Code, dwellings("101", "102", "103"))
	if err != nil {
		t.Fatal(err)
	}
	d := units.Dwellings
	child := func(n int) *registry.Destination { return &registry.Destination{Child: &n} }
	split := registry.Split{
		Children:  []registry.Input{{Shape: box(0, 0, 3, 2)}, {Shape: box(3, 0, 4, 2)}},
		ValidFrom: date("2026-04-01"), Why: registry.Why{Reason: "divided", Document: "2026-17"},
	}
	_, err = s.Split(ctx, postgres.Write{Actor: clerk}, parent.Code, split)
	if e := wantError(t, err, registry.Invalid, "invalid_fields"); len(e.Fields) != 5 {
		t.Fatalf("three dwellings and two ids need a disposition: %v", e.Fields)
	}
	split.Dwellings = []registry.Disposition{
		{Dwelling: d[0].Code, Action: registry.MoveDwelling, To: child(0)},
		{Dwelling: d[1].Code, Action: registry.RecreateDwelling, To: child(1), Label: ptr("1")},
		{Dwelling: d[2].Code, Action: registry.EndDwelling},
	}
	split.ExternalIDs = []registry.IDDisposition{
		{ExternalID: registry.ExternalID{Source: "cadastre", ID: "007"}, To: child(1)},
		{ExternalID: registry.ExternalID{Source: "osm", ID: "w1"}},
	}
	r, err := s.Split(ctx, postgres.Write{Actor: clerk, IfMatch: ptr(1)}, parent.Code, split)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Buildings) != 3 || len(r.Dwellings) != 4 || *r.Lineage[0].Share != 0.75 {
		t.Fatalf("receipt: %+v", r)
	}
	a, b := r.Buildings[0], r.Buildings[1]
	if *a.Floors != 3 || a.ExternalIDs != nil || b.ExternalIDs[0].ID != "007" || a.From != *date("2026-04-01") {
		t.Errorf("children: %+v, %+v", a, b)
	}
	if st := status(t, s, parent.Code); st.Status != registry.Retired || st.As != registry.AsSplit || st.From != *date("2026-04-01") {
		t.Errorf("parent: %+v", st)
	}
	in, err := s.Dwellings(ctx, a.Code)
	if err != nil || len(in) != 1 || in[0].Code != d[0].Code || !in[0].In(parent.Code, *date("2026-03-31")) {
		t.Errorf("moved: %v, %+v", err, in)
	}
	list, _, err := s.Buildings(ctx, postgres.Filter{})
	if err != nil || len(list) != 2 {
		t.Errorf("today's list: %v, %v", len(list), err)
	}
	list, _, err = s.Buildings(ctx, postgres.Filter{AsOf: registry.AsOf{ValidOn: date("2026-03-31")}})
	if err != nil || len(list) != 1 || list[0].Code != parent.Code {
		t.Errorf("March's list: %v, %v", list, err)
	}
	res, err := s.Resolve(ctx, []registry.Code{parent.Code, d[1].Code, 999999999951}, s.Today())
	if err != nil || len(res[0].Successors) != 2 || res[1].StatusOn != registry.Retired || res[2].Known {
		t.Errorf("resolve: %v, %+v", err, res)
	}
	res, err = s.Resolve(ctx, []registry.Code{parent.Code}, *date("2026-03-01"))
	if err != nil || len(res[0].Successors) != 1 || res[0].Successors[0].Code != parent.Code {
		t.Errorf("in March it was itself: %v, %+v", err, res)
	}
	revertRestores(t, s, r, parent, d, []registry.Code{a.Code, b.Code})
}

// revertRestores takes a split back and compares everything with before, then
// takes the reversal back and finds the split again.
func revertRestores(t *testing.T, s *postgres.Store, split registry.Receipt, parent registry.Record, units []registry.Dwelling, children []registry.Code) {
	t.Helper()
	ctx := context.Background()
	reversal := postgres.Reversal{Why: registry.Why{Reason: "wrong house"}, Events: []uuid.UUID{split.Event.ID}, DryRun: true}
	dry, err := s.Revert(ctx, postgres.Write{Actor: clerk}, reversal)
	if err != nil {
		t.Fatal(err)
	}
	if status(t, s, parent.Code).Status != registry.Retired {
		t.Fatal("a dry run changed something")
	}
	reversal.DryRun = false
	r, err := s.Revert(ctx, postgres.Write{Actor: clerk}, reversal)
	if err != nil {
		t.Fatal(err)
	}
	ignore := cmp.Options{cmpopts.IgnoreFields(registry.Event{}, "ID", "RecordedAt"), cmpopts.IgnoreFields(registry.Record{}, "RecordedFrom"), cmpopts.IgnoreFields(registry.Dwelling{}, "RecordedFrom")}
	if diff := cmp.Diff(dry, r, ignore); diff != "" {
		t.Errorf("the dry run was not the real one: %s", diff)
	}
	now, err := s.Building(ctx, parent.Code, registry.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parent, now, cmpopts.IgnoreFields(registry.Record{}, "RecordedFrom", "Version")); diff != "" {
		t.Errorf("not as before: %s", diff)
	}
	for _, c := range children {
		if status(t, s, c).Status != registry.Voided {
			t.Errorf("child %s is not void", c)
		}
	}
	for _, u := range units {
		now, err := s.Dwelling(ctx, u.Code)
		if err != nil || now.Status != registry.Active || !now.In(parent.Code, s.Today()) {
			t.Errorf("dwelling %s: %v, %+v", u.Code, err, now)
		}
	}
	_, err = s.Revert(ctx, postgres.Write{Actor: clerk}, reversal)
	wantError(t, err, registry.Conflict, "blocked")
	again := postgres.Reversal{Why: registry.Why{Reason: "right after all"}, Events: []uuid.UUID{r.Event.ID}}
	if _, err := s.Revert(ctx, postgres.Write{Actor: clerk}, again); err != nil {
		t.Fatal(err)
	}
	res, err := s.Resolve(ctx, []registry.Code{parent.Code}, s.Today())
	if err != nil || len(res[0].Successors) != 2 {
		t.Errorf("the split holds again, and leads to: %v, %+v", err, res)
	}
}

func TestSplitGuards(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	b, _ := house(t, s, box(0, 0, 4, 2))
	for name, children := range map[string][]*registry.Shape{
		"one":       {box(0, 0, 4, 2)},
		"uncovered": {box(0, 0, 2, 2), box(3, 0, 4, 2)},
		"outside":   {box(0, 0, 2, 2), box(2, 0, 5, 2)},
		"overlap":   {box(0, 0, 3, 2), box(2, 0, 4, 2)},
		"identical": {box(0, 0, 4, 2), box(0, 0, 4, 2)},
	} {
		var r registry.Split
		for _, c := range children {
			r.Children = append(r.Children, registry.Input{Shape: c})
		}
		_, err := s.Split(ctx, postgres.Write{Actor: clerk}, b.Code, r)
		if e := wantError(t, err, registry.Invalid, "invalid_fields"); e.Fields[0].Field != "children" {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestMergeMovesEverything(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	a, da := house(t, s, box(0, 0, 2, 2), "1")
	b, db := house(t, s, box(2, 0, 4, 2), "2", "3")
	c, _ := house(t, s, box(4, 2, 6, 4)) // touches b in a corner only
	_, err := s.Merge(ctx, postgres.Write{Actor: clerk}, registry.Merge{Parents: []registry.Code{b.Code, c.Code}})
	wantError(t, err, registry.Invalid, "invalid_fields")
	r, err := s.Merge(ctx, postgres.Write{Actor: clerk, Versions: map[registry.Code]int{a.Code: 1, b.Code: 1}},
		registry.Merge{Parents: []registry.Code{a.Code, b.Code}, ValidFrom: date("2026-05-02")})
	if err != nil {
		t.Fatal(err)
	}
	child := r.Buildings[0]
	if child.StatusOn != registry.Reserved {
		t.Errorf("the child of tomorrow's merge is %s today", child.StatusOn)
	}
	tomorrow, _, err := s.Buildings(ctx, postgres.Filter{AsOf: registry.AsOf{ValidOn: date("2026-05-02")}})
	if err != nil || len(tomorrow) != 2 {
		t.Errorf("tomorrow: %v, %v", len(tomorrow), err)
	}
	today, _, err := s.Buildings(ctx, postgres.Filter{})
	if err != nil || len(today) != 3 {
		t.Errorf("today: %v, %v", len(today), err)
	}
	for _, d := range append(da, db...) {
		got, err := s.Dwelling(ctx, d.Code)
		if err != nil || got.In(child.Code, s.Today()) || !got.In(child.Code, *date("2026-05-02")) {
			t.Errorf("dwelling %s: %v %+v", d.Code, err, got)
		}
	}
	_, err = s.Merge(ctx, postgres.Write{Actor: clerk}, registry.Merge{Parents: []registry.Code{a.Code, b.Code}})
	wantError(t, err, registry.Conflict, "retired")
}

func TestMergeRefusesEqualLabels(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	a, da := house(t, s, box(0, 0, 2, 2), "101")
	b, _ := house(t, s, box(2, 0, 4, 2), "101")
	merge := registry.Merge{Parents: []registry.Code{a.Code, b.Code}}
	_, err := s.Merge(ctx, postgres.Write{Actor: clerk}, merge)
	wantError(t, err, registry.Conflict, "label_taken")
	zero := 0
	merge.Dwellings = []registry.Disposition{{Dwelling: da[0].Code, Action: registry.MoveDwelling,
		To: &registry.Destination{Child: &zero}, Label: ptr("A101")}}
	if _, err := s.Merge(ctx, postgres.Write{Actor: clerk}, merge); err != nil {
		t.Fatal(err)
	}
}

func TestCarveOutAndAbsorb(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	b, d := house(t, s, box(0, 0, 10, 2), "1", "kiosk")
	zero := 0
	carve := registry.CarveOut{Part: registry.Input{Shape: box(7, 0, 10, 2)}}
	_, err := s.CarveOut(ctx, postgres.Write{Actor: clerk}, b.Code, carve)
	wantError(t, err, registry.Invalid, "invalid_fields") // 30 % is a split
	carve.Part.Shape = box(9, 0, 10, 2)
	carve.Dwellings = []registry.Disposition{{Dwelling: d[1].Code, Action: registry.MoveDwelling, To: &registry.Destination{Child: &zero}}}
	r, err := s.CarveOut(ctx, postgres.Write{Actor: clerk}, b.Code, carve)
	if err != nil {
		t.Fatal(err)
	}
	part := r.Buildings[0]
	if st := status(t, s, b.Code); st.Status != registry.Active {
		t.Errorf("the building keeps its code: %+v", st)
	}
	kiosk, err := s.Dwelling(ctx, d[1].Code)
	if err != nil || !kiosk.In(part.Code, s.Today()) {
		t.Errorf("the kiosk's dwelling: %v, %+v", err, kiosk)
	}
	back := registry.Absorption{Into: b.Code, From: []registry.Code{part.Code}, ValidFrom: date("2026-05-02")}
	if _, err := s.Absorb(ctx, postgres.Write{Actor: clerk}, back); err == nil {
		t.Error("the part came out of the building and went into it: the lineage has a cycle")
	} else {
		wantError(t, err, registry.Conflict, "lineage_cycle")
	}
	kiosk2, _ := house(t, s, box(0, 2, 1, 3))
	into, err := s.Absorb(ctx, postgres.Write{Actor: clerk}, registry.Absorption{Into: b.Code, From: []registry.Code{kiosk2.Code}, ValidFrom: date("2026-05-02")})
	if err != nil {
		t.Fatal(err)
	}
	if into.Buildings[0].Code != b.Code || status(t, s, kiosk2.Code).As != registry.AsMerged {
		t.Errorf("absorbed: %+v", into.Buildings)
	}
}

func TestRetireSettlesDwellings(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	b, d := house(t, s, box(0, 0, 2, 2), "1", "2")
	other, _ := house(t, s, box(5, 0, 7, 2))
	_, err := s.Retire(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Retirement{As: registry.AsDemolished})
	if e := wantError(t, err, registry.Invalid, "invalid_fields"); len(e.Fields) != 2 {
		t.Errorf("two dwellings are live: %v", e.Fields)
	}
	_, err = s.Void(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Why{Reason: "x"})
	wantError(t, err, registry.Conflict, "has_dwellings")
	_, err = s.Retire(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Retirement{As: registry.AsDemolished, EndDwellings: true,
		Dwellings: []registry.Disposition{{Dwelling: d[0].Code, Action: registry.MoveDwelling, To: &registry.Destination{Code: other.Code}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Revive(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Revival{Why: registry.Why{Reason: "it stands"}}); err != nil {
		t.Fatal(err)
	}
	if st := status(t, s, b.Code); st.Status != registry.Active {
		t.Errorf("revived: %+v", st)
	}
	back, err := s.Dwelling(ctx, d[1].Code)
	if err != nil || !back.In(b.Code, s.Today()) || back.Status != registry.Active {
		t.Errorf("its dwelling: %v, %+v", err, back)
	}
}

func TestRevertAllOfOneActor(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := dbtest.Store(t, postgres.Options{Clock: func() time.Time { return now }})
	rogue := postgres.Write{Actor: registry.Actor{Name: "rogue"}}
	kept, _ := house(t, s, box(0, 0, 2, 2), "1")
	from := now.Add(time.Minute)
	now = from
	var made []registry.Code
	for i := range 3 {
		r, err := s.Register(ctx, rogue, registry.Registration{Input: registry.Input{Shape: box(0, float64(10+3*i), 2, float64(12+3*i))}})
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, r.Building.Code)
	}
	if _, err := s.Retire(ctx, rogue, kept.Code, registry.Retirement{As: registry.AsDemolished, EndDwellings: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Transition(ctx, rogue, made[0], registry.Transition{State: registry.Unusable}); err != nil {
		t.Fatal(err)
	}
	all := postgres.Reversal{Why: registry.Why{Reason: "vandalism"}, Actor: "rogue", From: from, To: now.Add(time.Hour)}
	honest, err := s.Transition(ctx, postgres.Write{Actor: clerk}, made[1], registry.Transition{State: registry.Unusable})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Revert(ctx, postgres.Write{Actor: clerk}, all)
	if e := wantError(t, err, registry.Conflict, "blocked"); !slices.Equal(e.Codes, []registry.Code{made[1]}) {
		t.Errorf("blocked by %v", e)
	}
	if _, err := s.Revert(ctx, postgres.Write{Actor: clerk}, postgres.Reversal{Why: registry.Why{Reason: "make way"}, Events: []uuid.UUID{honest.Event.ID}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Revert(ctx, postgres.Write{Actor: clerk}, all); err != nil {
		t.Fatal(err)
	}
	if st := status(t, s, kept.Code); st.Status != registry.Active {
		t.Errorf("the demolished house: %+v", st)
	}
	for _, code := range made {
		if st := status(t, s, code); st.Status != registry.Voided {
			t.Errorf("%s: %+v", code, st)
		}
	}
}

// A clerk draws a house, sees that it is two, and then that it is one after
// all: all on one day.
func TestAllOnOneDay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{Clock: at("2026-05-01")})
	b := register(t, s, registry.Registration{Input: registry.Input{Shape: box(0, 0, 4, 2)}})
	units, err := s.RegisterDwellings(ctx, postgres.Write{Actor: clerk}, b.Code, []registry.DwellingRegistration{
		{DwellingInput: registry.DwellingInput{Label: ptr("1")}}, {DwellingInput: registry.DwellingInput{Label: ptr("2")}}})
	if err != nil {
		t.Fatal(err)
	}
	zero := 0
	split, err := s.Split(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Split{
		Children: []registry.Input{{Shape: box(0, 0, 2, 2)}, {Shape: box(2, 0, 4, 2)}},
		Dwellings: []registry.Disposition{
			{Dwelling: units.Dwellings[0].Code, Action: registry.MoveDwelling, To: &registry.Destination{Child: &zero}},
			{Dwelling: units.Dwellings[1].Code, Action: registry.EndDwelling}}})
	if err != nil {
		t.Fatal(err)
	}
	halves := []registry.Code{split.Buildings[0].Code, split.Buildings[1].Code}
	merged, err := s.Merge(ctx, postgres.Write{Actor: clerk}, registry.Merge{Parents: halves})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Building(ctx, b.Code, registry.AsOf{})
	if err != nil || got.StatusOn != registry.Retired || got.As != registry.AsSplit {
		t.Errorf("the first: %v, %+v", err, got)
	}
	_, err = s.Correct(ctx, postgres.Write{Actor: clerk}, b.Code, registry.Correction{Input: registry.Input{Name: ptr("x")}})
	wantError(t, err, registry.Conflict, "retired")
	res, err := s.Resolve(ctx, []registry.Code{b.Code}, s.Today())
	if err != nil || len(res[0].Successors) != 1 || res[0].Successors[0].Code != merged.Buildings[0].Code {
		t.Errorf("it leads to %+v, %v", res, err)
	}
	if _, err := s.Revert(ctx, postgres.Write{Actor: clerk}, postgres.Reversal{Why: registry.Why{Reason: "no"}, Events: []uuid.UUID{merged.Event.ID}}); err != nil {
		t.Fatal(err)
	}
	checkHistory(t, db, s)
}
