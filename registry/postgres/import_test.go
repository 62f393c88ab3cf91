package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
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

func TestImportMatchesByGeometry(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	imported(t, s, postgres.ImportOptions{Apply: true, Source: "old"},
		candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(20, 0, 10, 10)),
		candidate(3, "c", metres(60, 0)), candidate(4, "d", metres(66, 0)), candidate(5, "e", plot(100, 0, 20, 20)))
	old := buildings(t, s)
	rows := []intake.Building{
		candidate(1, "1", plot(0.5, 0, 10, 10)),   // 95 % of a
		candidate(2, "2", plot(22, 0, 10, 10)),    // 80 % of b
		candidate(3, "3", plot(-9.5, 0, 9.9, 10)), // 4 % of a
		candidate(4, "4", metres(61, 0)),          // 1 m from c, 5 m and a bit from d
		candidate(5, "5", metres(63, 1)),          // 3 m from both, but c is row 4
		candidate(6, "6", metres(110, 10)),        // inside e
		candidate(7, "7", plot(101, 1, 3, 3)),     // a kiosk inside e, which is row 6
		candidate(8, "8", metres(80, 0)),          // near nothing
	}
	result, left := imported(t, s, postgres.ImportOptions{Source: "new", Apply: true}, rows...)
	wantCounts(t, result, "8 rows: 2 new, 4 changed, 0 same, 1 ambiguous, 1 rejected, 0 gone")
	if want := []string{"2 ambiguous ambiguous", "7 rejected overlap"}; !slices.Equal(left, want) {
		t.Errorf("left out %q", left)
	}
	for id, want := range map[string]string{"a": "1", "c": "4", "d": "5", "e": "6"} {
		got, err := s.Building(t.Context(), old[id].Code, registry.AsOf{})
		if err != nil || !slices.Contains(got.ExternalIDs, registry.ExternalID{Source: "new", ID: want}) {
			t.Errorf("%s has ids %v, %v", id, got.ExternalIDs, err)
		}
	}
	after := everything(t, db)
	result, _ = imported(t, s, postgres.ImportOptions{Source: "new", Apply: true}, rows...)
	wantCounts(t, result, "8 rows: 0 new, 0 changed, 6 same, 1 ambiguous, 1 rejected, 0 gone")
	if everything(t, db) != after {
		t.Error("a second run of the same file changes something")
	}
}

// Rows without ids are found again by their shape, also where neighbours overlap a little.
func TestImportWithoutIDs(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	rows := []intake.Building{
		candidate(1, "", plot(0, 0, 10, 10)), candidate(2, "", plot(7, 0, 10, 10)), // a third in common
		candidate(3, "", metres(50, 0)), candidate(4, "", metres(53, 0)), // 3 m apart
		candidate(5, "", plot(0, 0, 10, 10)), // row 1 again
		candidate(6, "", metres(50.2, 0)),    // row 3 again
	}
	result, left := imported(t, s, postgres.ImportOptions{Apply: true}, rows...)
	wantCounts(t, result, "6 rows: 4 new, 0 changed, 0 same, 0 ambiguous, 2 rejected, 0 gone")
	if want := []string{"5 rejected overlap", "6 rejected overlap"}; !slices.Equal(left, want) {
		t.Errorf("left out %q", left)
	}
	after := everything(t, db)
	result, _ = imported(t, s, postgres.ImportOptions{Apply: true}, rows...)
	wantCounts(t, result, "6 rows: 0 new, 0 changed, 4 same, 1 ambiguous, 1 rejected, 0 gone")
	if everything(t, db) != after {
		t.Error("a second run of the same file changes something")
	}
	result, _ = imported(t, s, postgres.ImportOptions{Apply: true}, rows[1:3]...)
	wantCounts(t, result, "2 rows: 0 new, 0 changed, 2 same, 0 ambiguous, 0 rejected, 2 gone")
}

func TestImportGuards(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(20, 0, 10, 10)))
	code := buildings(t, s)["a"].Code

	var details []string
	opt := postgres.ImportOptions{Source: "survey", Left: func(l postgres.LeftOut) error {
		details = append(details, fmt.Sprintf("%d %s %s %s", l.Row, l.ID, l.Reason, l.Detail))
		return nil
	}}
	planned := candidate(9, "p", plot(0, 0, 10, 10))
	planned.State = "planned"
	result, err := s.ImportBuildings(t.Context(), registry.Actor{}, stream(
		candidate(1, "c", plot(0.5, 0, 10, 10)),  // a's place under another id of the same source
		candidate(2, "d", plot(40, 0, 10, 10)),   // free
		candidate(3, "e", plot(40.5, 0, 10, 10)), // d's place
		candidate(4, "f", plot(40.7, 0, 10, 10)), // d's and e's place: names the one that has it
		candidate(5, "g", plot(60, 0, 10, 10)),   // free
		candidate(6, "g", plot(80, 0, 10, 10)),   // the same id again
		candidate(7, "b", plot(60.5, 0, 10, 10)), // b moves to where g stands already
		candidate(8, "h", plot(20.2, 0, 10, 10)), // so b's place is not free after all
		planned,                                  // a planned house may be where one stands
	), opt)
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, result, "9 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 6 rejected, 1 gone")
	got := strings.Join(details, "\n")
	for _, want := range []string{
		"1 c overlap 95 % of the smaller of the two footprints is shared with " + code.String(),
		"3 e overlap more than 80 % of the smaller of the two footprints is shared with row 2",
		"4 f overlap more than 80 % of the smaller of the two footprints is shared with row 2",
		"6 g repeated_id row 5 has the same id",
		"7 b overlap more than 80 % of the smaller of the two footprints is shared with row 5",
		"8 h overlap 98 % of the smaller of the two footprints is shared with " + buildings(t, s)["b"].Code.String(),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing: %s\namong\n%s", want, got)
		}
	}
}

func TestImportLeavesTheDeadAlone(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	rows := []intake.Building{candidate(1, "a", plot(0, 0, 10, 10)), candidate(2, "b", plot(20, 0, 10, 10))}
	imported(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2013-08-03")}, rows...)
	code := buildings(t, s)["a"].Code
	_, err := s.Retire(t.Context(), postgres.Write{}, code, registry.Retirement{As: registry.AsDemolished})
	if err != nil {
		t.Fatal(err)
	}
	result, left := imported(t, s, postgres.ImportOptions{Apply: true}, rows...)
	wantCounts(t, result, "2 rows: 0 new, 0 changed, 1 same, 1 ambiguous, 0 rejected, 0 gone")
	if want := []string{"1 ambiguous not_live"}; !slices.Equal(left, want) {
		t.Errorf("left out %q", left)
	}
	// Another house may be built there.
	result, _ = imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "c", plot(0, 0, 10, 10)))
	wantCounts(t, result, "1 rows: 1 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 1 gone")
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

func TestImportOfABrokenFileChangesNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 1}) // the connection must be clean again
	before := everything(t, db)
	cut := errors.New("row 2: unexpected end of file")
	items := func(yield func(intake.Item[intake.Building], error) bool) {
		if yield(intake.Item[intake.Building]{Value: candidate(1, "a", plot(0, 0, 10, 10))}, nil) {
			yield(intake.Item[intake.Building]{}, cut)
		}
	}
	_, err := s.ImportBuildings(t.Context(), registry.Actor{}, items, postgres.ImportOptions{Source: "survey", Apply: true})
	if !errors.Is(err, cut) || everything(t, db) != before {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	items = func(yield func(intake.Item[intake.Building], error) bool) {
		yield(intake.Item[intake.Building]{Value: candidate(1, "a", plot(0, 0, 10, 10))}, nil)
		cancel()
	}
	if _, err = s.ImportBuildings(ctx, registry.Actor{}, items, postgres.ImportOptions{Source: "survey", Apply: true}); err == nil {
		t.Error("a cancelled import says that it succeeded")
	}
	result, _ := imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "a", plot(0, 0, 10, 10)))
	wantCounts(t, result, "1 rows: 1 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
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

// Single writes while an import runs are neither lost nor overwritten, and never at one place with an imported house.
func TestImportBesideSingleWrites(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{MaxConns: 8})
	const houses = 300
	var rows []intake.Building
	for i := range houses {
		rows = append(rows, candidate(i+1, fmt.Sprint("i", i), plot(float64(i%20)*30, float64(i/20)*30, 10, 10)))
	}
	var registered, refused int
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := range 60 {
			shape := registry.Shape{Geometry: rows[i*5].Footprint.Geometry}
			_, err := s.Register(t.Context(), postgres.Write{}, registry.Registration{Input: registry.Input{Shape: &shape}})
			var answer *registry.Error
			switch {
			case err == nil:
				registered++
			case errors.As(err, &answer) && answer.Slug == "overlap":
				refused++
			default:
				t.Error(err)
			}
		}
	})
	results := make([]postgres.ImportResult, 2)
	for i := range results {
		writers.Go(func() {
			result, err := s.ImportBuildings(t.Context(), registry.Actor{}, stream(rows...),
				postgres.ImportOptions{Source: "survey", Apply: true})
			if err != nil {
				t.Error(err)
			}
			results[i] = result
		})
	}
	writers.Wait()
	if registered+refused != 60 || results[0].New+results[1].New+registered != houses {
		t.Errorf("%d registered, %d refused, imports %s and %s", registered, refused, counts(results[0]), counts(results[1]))
	}
	all := buildings(t, s)
	ids := map[string]bool{}
	for _, r := range all {
		for _, id := range r.ExternalIDs {
			ids[id.ID] = true
		}
	}
	if len(all) != houses || len(ids) != houses {
		t.Errorf("%d houses with %d ids, want %d", len(all), len(slices.Collect(maps.Keys(ids))), houses)
	}
}
