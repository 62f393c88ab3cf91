package postgres_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

func area(row int, code, name string, level int, boundary orb.Polygon) intake.Division {
	d := intake.Division{Row: row, ID: code, Code: code, Name: name, Level: level}
	if boundary != nil {
		d.Boundary = orb.MultiPolygon{boundary}
	}
	return d
}

func streamOf[T any](rows ...T) iter.Seq2[intake.Item[T], error] {
	return func(yield func(intake.Item[T], error) bool) {
		for _, v := range rows {
			if !yield(intake.Item[T]{Value: v}, nil) {
				return
			}
		}
	}
}

func importedDivisions(t *testing.T, s *postgres.Store, opt postgres.ImportOptions, rows ...intake.Division) (postgres.ImportResult, []string) {
	t.Helper()
	var left []string
	opt.Left = func(l postgres.LeftOut) error {
		left = append(left, fmt.Sprintf("%d %s %s %s", l.Row, l.Outcome, l.Field, l.Reason))
		return nil
	}
	if opt.Source == "" {
		opt.Source = "office"
	}
	result, err := s.ImportDivisions(t.Context(), clerk, streamOf(rows...), opt)
	if err != nil {
		t.Fatal(err)
	}
	return result, left
}

// tree writes the divisions of a day as "code name<parent's code", in order of level and code.
func tree(t *testing.T, s *postgres.Store, day *registry.Date) []string {
	t.Helper()
	all, err := s.Divisions(t.Context(), postgres.DivisionFilter{AsOf: registry.AsOf{ValidOn: day}})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[int64]string{}
	for _, d := range all {
		codes[d.ID] = d.Code
	}
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprintf("%s %s<%s", d.Code, d.Name, codes[d.Parent]))
	}
	return out
}

func TestImportDivisions(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{Clock: at("2026-11-23")})
	rows := []intake.Division{
		area(1, "w", "West", 5, plot(0, 0, 500, 1000)),
		area(2, "e", "East", 5, plot(500, 0, 500, 1000)),
		area(3, "c", "Country", 1, plot(0, 0, 1000, 1000)),
		area(4, "d", "District", 3, plot(0, 0, 1000, 1000)),
		area(5, "s", "Street without boundary", 4, nil),
		area(6, "w", "West again", 5, nil),
		area(7, "x", "Lost", 5, nil),
		area(8, "y", "Upside down", 3, nil),
	}
	rows[4].ParentCode, rows[6].ParentCode, rows[7].ParentCode = "d", "nowhere", "w"
	before := everything(t, db)
	result, _ := importedDivisions(t, s, postgres.ImportOptions{}, rows...)
	if everything(t, db) != before || result.Applied {
		t.Error("a plan changes the registry")
	}
	result, left := importedDivisions(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2013-08-03")}, rows...)
	wantCounts(t, result, "8 rows: 5 new, 0 changed, 0 same, 0 ambiguous, 3 rejected, 0 gone")
	want := []string{"6 rejected code repeated_id", "7 rejected parent unknown_parent", "8 rejected parent level"}
	if !slices.Equal(left, want) {
		t.Errorf("left out %q", left)
	}
	want = []string{"c Country<", "d District<c", "s Street without boundary<d", "e East<d", "w West<d"}
	if got := tree(t, s, nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	after := everything(t, db)
	result, _ = importedDivisions(t, s, postgres.ImportOptions{Apply: true}, rows...)
	wantCounts(t, result, "8 rows: 0 new, 0 changed, 5 same, 0 ambiguous, 3 rejected, 0 gone")
	if everything(t, db) != after {
		t.Error("a second run of the same file changes something")
	}
	// Another level is another division; a file that lacks one leaves it.
	result, left = importedDivisions(t, s, postgres.ImportOptions{Apply: true}, area(1, "w", "West", 4, nil))
	wantCounts(t, result, "1 rows: 0 new, 0 changed, 0 same, 0 ambiguous, 1 rejected, 4 gone")
	if !slices.Equal(left, []string{"1 rejected level level"}) {
		t.Errorf("left out %q", left)
	}
}

func TestRedraw(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-11-23")})
	importedDivisions(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2013-08-03")},
		area(1, "w", "West", 5, plot(0, 0, 500, 1000)), area(2, "e", "East", 5, plot(500, 0, 500, 1000)))
	imported(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2013-08-03")},
		candidate(1, "far west", plot(100, 100, 10, 10)), candidate(2, "middle", plot(450, 100, 10, 10)),
		candidate(3, "far east", plot(900, 100, 10, 10)), candidate(4, "outside", plot(2000, 100, 10, 10)),
		candidate(5, "gone", plot(460, 200, 10, 10)))
	old := buildings(t, s)
	for name, want := range map[string]string{"far west": "w", "middle": "w", "far east": "e", "outside": ""} {
		if old[name].CommunityCode != want {
			t.Fatalf("%s is in %q, want %q", name, old[name].CommunityCode, want)
		}
	}
	_, err := s.Retire(t.Context(), postgres.Write{}, old["gone"].Code, registry.Retirement{As: registry.AsDemolished, ValidFrom: date("2020-01-01")})
	if err != nil {
		t.Fatal(err)
	}

	// From 2025 on the border is 100 m further west; the east has a new name.
	result, _ := importedDivisions(t, s, postgres.ImportOptions{Apply: true, ValidFrom: date("2025-01-01")},
		area(1, "w", "West", 5, plot(0, 0, 400, 1000)), area(2, "e", "New East", 5, plot(400, 0, 600, 1000)))
	wantCounts(t, result, "2 rows: 0 new, 2 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
	if result.Fields["boundary"] != 2 || result.Fields["name"] != 1 {
		t.Errorf("changed fields %v", result.Fields)
	}
	now := buildings(t, s)
	if m := now["middle"]; m.CommunityName != "New East" || m.Version != 2 || m.Code != old["middle"].Code {
		t.Errorf("the house in the middle is %+v", m)
	}
	for _, name := range []string{"far west", "far east", "outside"} {
		if now[name].Version != 1 {
			t.Errorf("%s has version %d though its community did not change", name, now[name].Version)
		}
	}
	then, err := s.Building(t.Context(), old["middle"].Code, registry.AsOf{ValidOn: date("2024-12-31")})
	if err != nil || then.CommunityCode != "w" {
		t.Errorf("in 2024 the middle was in %q, %v", then.CommunityCode, err)
	}
	if got := tree(t, s, date("2024-12-31")); !slices.Equal(got, []string{"e East<", "w West<"}) {
		t.Errorf("in 2024 there were %q", got)
	}
	history, err := s.History(t.Context(), old["middle"].Code)
	if err != nil || history.Events[0].ID != result.Event || history.Events[0].Type != registry.EventRedraw || history.Events[0].Parts != 1 {
		t.Errorf("the last event is %+v, %v", history.Events[0], err)
	}

	// A new house is put into the community of today's border.
	imported(t, s, postgres.ImportOptions{Apply: true}, candidate(1, "new", plot(420, 300, 10, 10)))
	if got := buildings(t, s)["new"].CommunityCode; got != "e" {
		t.Errorf("the new house is in %q", got)
	}
}

func TestImportDivisionsStrict(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	before := everything(t, db)
	_, err := s.ImportDivisions(t.Context(), clerk, streamOf(area(1, "a", "A", 5, nil), area(2, "a", "A", 5, nil)),
		postgres.ImportOptions{Source: "office", Apply: true, Strict: true})
	wantError(t, err, registry.Invalid, "strict")
	if everything(t, db) != before {
		t.Error("something was applied")
	}
}

func TestImportBasemap(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	road := intake.BasemapFeature{Row: 1, ID: "w7", Class: "road", Kind: "primary", Name: "High Street",
		Geometry: orb.LineString{metres(0, 0), metres(100, 0), metres(100, 50)}}
	lake := intake.BasemapFeature{Row: 2, ID: "r7", Class: "water", Kind: "lake", Geometry: orb.MultiPolygon{plot(0, 0, 50, 50), plot(90, 0, 5, 5)}}
	wood := intake.BasemapFeature{Row: 3, ID: "w8", Class: "green", Kind: "wood", Geometry: plot(200, 0, 50, 50)}
	run := func(opt postgres.ImportOptions, rows ...intake.BasemapFeature) postgres.ImportResult {
		t.Helper()
		opt.Source = "osm"
		result, err := s.ImportBasemap(t.Context(), clerk, streamOf(rows...), opt)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	content := func() (out []string) {
		t.Helper()
		err := s.EachBasemapFeature(t.Context(), func(f registry.BasemapFeature) error {
			out = append(out, fmt.Sprint(f.Class, " ", f.Name, " ", f.Geometry))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if r := run(postgres.ImportOptions{}, road); r.New != 1 || len(content()) != 0 {
		t.Errorf("a plan: %s", counts(r))
	}
	twice := wood
	twice.Row = 4
	odd := wood
	odd.ID = "n1"
	wantCounts(t, run(postgres.ImportOptions{Apply: true}, road, lake, wood, twice, odd),
		"5 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 2 rejected, 0 gone")
	got := content()
	if len(got) != 3 || got[0] != fmt.Sprint("road High Street ", road.Geometry) || got[1] != fmt.Sprint("water  ", lake.Geometry) {
		t.Errorf("got %q", got)
	}
	// Another source stays what it was; of this one, what the file lacks goes.
	if _, err := s.ImportBasemap(t.Context(), clerk, streamOf(road), postgres.ImportOptions{Source: "town", Apply: true}); err != nil {
		t.Fatal(err)
	}
	wantCounts(t, run(postgres.ImportOptions{Apply: true}, road, lake, wood), "3 rows: 0 new, 0 changed, 3 same, 0 ambiguous, 0 rejected, 0 gone")
	events := everything(t, db)
	run(postgres.ImportOptions{Apply: true}, road, lake, wood)
	if everything(t, db) != events {
		t.Error("an import that changes nothing leaves an event")
	}
	road.Name = "Broad Street"
	result := run(postgres.ImportOptions{Apply: true}, road, lake)
	wantCounts(t, result, "2 rows: 0 new, 1 changed, 1 same, 0 ambiguous, 0 rejected, 1 gone")
	if got := content(); len(got) != 3 || got[0] != fmt.Sprint("road Broad Street ", road.Geometry) {
		t.Errorf("got %q", got)
	}
	if _, err := s.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	parts := readFeed(t, s, 100)
	if last := parts[len(parts)-1]; last.Event.ID != result.Event || last.Part != nil || !last.Last {
		t.Errorf("followers are not told: %+v", last)
	}
}
