package postgres_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// metres gives the point so many metres east and north of a place in Vaduz.
func metres(east, north float64) orb.Point {
	const degree = 111_194
	return geo.Round(orb.Point{9.5 + east/(degree*math.Cos(47.14*math.Pi/180)), 47.14 + north/degree})
}

// plot is a footprint with its lower left corner east and north of that place, in metres.
func plot(east, north, width, height float64) orb.Polygon {
	return orb.Polygon{{metres(east, north), metres(east+width, north), metres(east+width, north+height), metres(east, north+height), metres(east, north)}}
}

// candidate is a row of a file.
func candidate(row int, id string, shape orb.Geometry) intake.Building {
	footprint, err := geo.Clean(shape)
	if err != nil {
		panic(err)
	}
	return intake.Building{Row: row, ID: id, Footprint: footprint}
}

func stream(rows ...intake.Building) iter.Seq2[intake.Item[intake.Building], error] {
	return func(yield func(intake.Item[intake.Building], error) bool) {
		for _, b := range rows {
			if !yield(intake.Item[intake.Building]{Value: b}, nil) {
				return
			}
		}
	}
}

// imported runs an import and gives its result and, as "row outcome reason", what it left out.
func imported(t *testing.T, s *postgres.Store, opt postgres.ImportOptions, rows ...intake.Building) (postgres.ImportResult, []string) {
	t.Helper()
	if opt.Source == "" {
		opt.Source = "survey"
	}
	var left []string
	opt.Left = func(l postgres.LeftOut) error {
		left = append(left, fmt.Sprintf("%d %s %s", l.Row, l.Outcome, l.Reason))
		return nil
	}
	result, err := s.ImportBuildings(t.Context(), registry.Actor{Name: "clerk"}, stream(rows...), opt)
	if err != nil {
		t.Fatal(err)
	}
	return result, left
}

// counts writes a result in short: rows new changed same ambiguous rejected gone.
func counts(r postgres.ImportResult) string {
	return fmt.Sprintf("%d rows: %d new, %d changed, %d same, %d ambiguous, %d rejected, %d gone",
		r.Rows, r.New, r.Changed, r.Same, r.Ambiguous, r.Rejected, r.Gone)
}

func wantCounts(t *testing.T, r postgres.ImportResult, want string) {
	t.Helper()
	if got := counts(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// everything reads the registry's whole content as text, so that two states can be compared.
func everything(t *testing.T, db dbtest.Database) string {
	t.Helper()
	conn := connect(t, db.OwnerURL)
	var out strings.Builder
	for _, table := range []string{"code", "building", "building_version", "external_id", "event", "event_code", "division", "division_version"} {
		var text string
		err := conn.QueryRow(t.Context(), `select coalesce(string_agg(t::text, E'\n' order by t::text), '') from `+table+` t`).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", table, text)
	}
	return out.String()
}

func buildings(t *testing.T, s *postgres.Store) map[string]registry.Record {
	t.Helper()
	records, _, err := s.Buildings(t.Context(), postgres.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]registry.Record{}
	for i, r := range records {
		name := fmt.Sprint(i)
		if len(r.ExternalIDs) > 0 {
			name = r.ExternalIDs[0].ID
		}
		by[name] = r
	}
	return by
}

func TestImportPlansAndApplies(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	floors := 3
	first := candidate(1, "a", plot(0, 0, 10, 10))
	first.Name, first.Floors = "Town hall", &floors
	rows := []intake.Building{first, candidate(2, "b", plot(20, 0, 10, 10)), candidate(3, "c", metres(50, 5))}

	before := everything(t, db)
	result, left := imported(t, s, postgres.ImportOptions{}, rows...)
	wantCounts(t, result, "3 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
	if left != nil || result.Applied || everything(t, db) != before {
		t.Error("a plan changes the registry")
	}

	result, _ = imported(t, s, postgres.ImportOptions{Apply: true, Document: "town.geojson", ValidFrom: date("2013-08-03")}, rows...)
	wantCounts(t, result, "3 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
	if !result.Applied {
		t.Error("not applied")
	}
	by := buildings(t, s)
	hall := by["a"]
	if len(by) != 3 || hall.Name != "Town hall" || *hall.Floors != 3 || hall.State != registry.InUse || !hall.Code.Valid() ||
		hall.Span.From.String() != "2013-08-03" || hall.Status != registry.Active || !orb.Equal(hall.Shape.Geometry, rows[0].Footprint.Geometry) {
		t.Errorf("got %+v", hall)
	}
	if by["c"].Shape.Geometry.GeoJSONType() != "Point" {
		t.Errorf("the point came in as %v", by["c"].Shape)
	}

	applied := everything(t, db)
	result, left = imported(t, s, postgres.ImportOptions{Apply: true, Document: "town.geojson"}, rows...)
	wantCounts(t, result, "3 rows: 0 new, 0 changed, 3 same, 0 ambiguous, 0 rejected, 0 gone")
	if left != nil || everything(t, db) != applied {
		t.Error("a second run of the same file changes something")
	}
}

// An import writes what single registrations of the same houses would have written.
func TestImportWritesWhatRegisterWrites(t *testing.T) {
	t.Parallel()
	clock := at("2026-11-23")
	one, other := dbtest.Store(t, postgres.Options{Clock: clock}), dbtest.Store(t, postgres.Options{Clock: clock})
	height, floors := 9.5, 2
	b := candidate(1, "a", plot(0, 0, 10, 10))
	b.Name, b.Address, b.Height, b.Floors, b.State = "Mill", "Mill Lane 1", &height, &floors, "unusable"
	result, _ := imported(t, one, postgres.ImportOptions{Apply: true}, b)

	_, err := other.Register(t.Context(), postgres.Write{}, registry.Registration{Input: registry.Input{
		Shape: &registry.Shape{Geometry: b.Footprint.Geometry}, State: ptr(registry.Unusable), Floors: registry.Some(floors),
		Height: registry.Some(height), Name: &b.Name, Address: &b.Address,
		ExternalIDs: &[]registry.ExternalID{{Source: "survey", ID: "a"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	byImport, byHand := buildings(t, one)["a"], buildings(t, other)["a"]
	byHand.Code, byHand.RecordedFrom = byImport.Code, byImport.RecordedFrom
	if diff := cmp.Diff(byHand, byImport); diff != "" {
		t.Error(diff)
	}
	if _, err := one.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	parts := readFeed(t, one, 10)
	if len(parts) != 1 || parts[0].Event.ID != result.Event || parts[0].Event.Type != registry.EventImport || parts[0].Event.Parts != 1 {
		t.Errorf("the feed has %+v", parts)
	}
	var after registry.Building
	if err := json.Unmarshal(parts[0].Part.After, &after); err != nil {
		t.Fatal(err)
	}
	stored, err := one.Building(t.Context(), byImport.Code, registry.AsOf{})
	if diff := cmp.Diff(stored, after.On(one.Today())); err != nil || diff != "" {
		t.Errorf("after-image and tables differ: %s, %v", diff, err)
	}
}

func TestImportChanges(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-11-23")})
	imported(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2013-08-03")},
		candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(20, 0, 10, 10)), candidate(3, "c", plot(40, 0, 10, 10)),
		candidate(4, "d", metres(100, 0)))
	old := buildings(t, s)

	named := candidate(1, "a", plot(0, 0, 10, 10))
	named.Name = "Library"
	moved := candidate(2, "b", plot(20, 30, 12, 10))
	begunElsewhere := candidate(3, "c", orb.Polygon{append(slices.Clone(plot(40, 0, 10, 10)[0][2:]), plot(40, 0, 10, 10)[0][1:3]...)})
	grown := candidate(4, "d", plot(98, -2, 8, 8)) // a point until it has a footprint
	result, left := imported(t, s, postgres.ImportOptions{Apply: true}, named, moved, begunElsewhere, grown)
	wantCounts(t, result, "4 rows: 0 new, 3 changed, 1 same, 0 ambiguous, 0 rejected, 0 gone")
	if left != nil {
		t.Errorf("left out: %q", left)
	}
	if want := map[string]int{"name": 1, "geometry": 2}; result.Fields["name"] != 1 || result.Fields["geometry"] != 2 {
		t.Errorf("changed fields %v, want %v", result.Fields, want)
	}
	now := buildings(t, s)
	for id := range old {
		if now[id].Code != old[id].Code {
			t.Errorf("%s had code %v and has %v", id, old[id].Code, now[id].Code)
		}
	}
	if now["a"].Name != "Library" || now["a"].Version != 2 || now["c"].Version != 1 || now["d"].Shape.Geometry.GeoJSONType() != "Polygon" {
		t.Errorf("got %+v", now)
	}
	// What held before the file's day still did.
	then, err := s.Building(t.Context(), old["b"].Code, registry.AsOf{ValidOn: date("2020-01-01")})
	if err != nil || !orb.Equal(then.Shape.Geometry, old["b"].Shape.Geometry) {
		t.Errorf("in 2020 it was %v, %v", then.Shape, err)
	}

	// A file that knows less takes nothing away: no name, and a point for a footprint.
	result, _ = imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "a", metres(5, 5)))
	wantCounts(t, result, "1 rows: 0 new, 0 changed, 1 same, 0 ambiguous, 0 rejected, 3 gone")
}

func TestImportStrict(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	before := everything(t, db)
	_, err := s.ImportBuildings(t.Context(), registry.Actor{}, stream(
		candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(0, 0, 10, 10))),
		postgres.ImportOptions{Source: "survey", Apply: true, Strict: true})
	wantError(t, err, registry.Invalid, "strict")
	if everything(t, db) != before {
		t.Error("something was applied")
	}
	result, _ := imported(t, s, postgres.ImportOptions{Apply: true, Strict: true}, candidate(1, "a", plot(0, 0, 10, 10)))
	if !result.Applied || result.New != 1 {
		t.Errorf("a clean file is not applied: %+v", result)
	}
}

func TestImportRejectsWhatCannotBeRegistered(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	long, odd, state, broken := candidate(1, "a", plot(0, 0, 9, 9)), candidate(2, "b", plot(10, 0, 9, 9)), candidate(3, "c", plot(20, 0, 9, 9)), candidate(4, "d", plot(30, 0, 9, 9))
	long.Name = strings.Repeat("长", 201)
	odd.Floors = ptr(1000)
	state.State = "demolished"
	broken.Address = "a\x00b\xff"
	noted := candidate(5, "e", plot(40, 0, 9, 9))
	noted.Notes = []intake.Note{{Field: "name", Reason: "personal", Detail: "left out"}}
	items := func(yield func(intake.Item[intake.Building], error) bool) {
		for item := range stream(long, odd, state, broken, noted) {
			if !yield(item, nil) {
				return
			}
		}
		yield(intake.Item[intake.Building]{Reject: &intake.Reject{Row: 6, Field: "geometry", Reason: "empty"}}, nil)
	}
	var left []string
	result, err := s.ImportBuildings(t.Context(), registry.Actor{}, items, postgres.ImportOptions{Source: "survey", Apply: true,
		Left: func(l postgres.LeftOut) error {
			left = append(left, fmt.Sprintf("%d %s %s %s", l.Row, l.Outcome, l.Field, l.Reason))
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, result, "6 rows: 1 new, 0 changed, 0 same, 0 ambiguous, 5 rejected, 0 gone")
	want := []string{"1 rejected name invalid_fields", "2 rejected floors invalid_fields", "3 rejected state invalid_fields",
		"4 rejected address text", "5 noted name personal", "6 rejected geometry empty"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
}

func TestImportOptionsAreChecked(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	for _, opt := range []postgres.ImportOptions{
		{}, {Source: "a\x00"}, {Source: strings.Repeat("x", 61)}, {Source: "a", Document: "13800138000.csv"},
		{Source: "a", Kind: registry.KindDwelling},
	} {
		_, err := s.ImportBuildings(t.Context(), registry.Actor{}, stream(), opt)
		wantError(t, err, registry.Invalid, "invalid_fields")
	}
}

func TestImportOfTestData(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	imported(t, s, postgres.ImportOptions{Apply: true, Kind: registry.KindTest}, candidate(1, "a", plot(0, 0, 10, 10)))
	if code := buildings(t, s)["a"].Code; code.Kind() != registry.KindTest {
		t.Errorf("test data got the code %v", code)
	}
}
