package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// importTable imports a table of headcounts and gives what was said of lines.
func importTable(t *testing.T, s *postgres.Store, table string, apply bool) (postgres.HeadcountResult, []string, error) {
	t.Helper()
	var said []string
	r, err := s.ImportHeadcounts(t.Context(), postgres.Write{Actor: clerk}, registry.HeadcountsFromCSV(strings.NewReader(table), registry.HeadcountInput{}, s.Today()),
		postgres.HeadcountImport{Apply: apply, Why: registry.Why{Document: "table"}, Wrong: func(line int, e registry.FieldError) {
			said = append(said, fmt.Sprintf("%d %s", line, e.Field))
		}})
	return r, said, err
}

// manyRooms is a town of houses with dwellings.
func manyRooms(t *testing.T, s *postgres.Store, houses, rooms int) (codes []registry.Code) {
	t.Helper()
	for i := range houses {
		labels := make([]string, rooms)
		for j := range labels {
			labels[j] = fmt.Sprint(j)
		}
		b, units := house(t, s, box(float64(10*(i%50)), float64(10*(i/50)), float64(10*(i%50)+5), float64(10*(i/50)+5)), labels...)
		codes = append(codes, b.Code)
		for _, u := range units {
			codes = append(codes, u.Code)
		}
	}
	return codes
}

func TestImportOfHeadcounts(t *testing.T) {
	t.Parallel()
	clock := &testClock{time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}
	s := dbtest.Store(t, postgres.Options{Clock: clock.now})
	codes := manyRooms(t, s, 3, 4)
	var b strings.Builder
	b.WriteString("房屋编码,居住人数,居住证人数,依据,申报人,日期\n")
	for i, c := range codes {
		fmt.Fprintf(&b, "%s,%d,1,申报,房东,2020-01-01\n", c.Spoken(), i+1)
		fmt.Fprintf(&b, "%s,%d,1,走访,网格员,2021-01-01\n", c, i+2)
	}
	plan, said, err := importTable(t, s, b.String(), false)
	if err != nil || said != nil || plan.Rows != 30 || plan.Stated != 30 || plan.Applied {
		t.Fatalf("plan: %+v, %v, %v", plan, said, err)
	}
	wantTotal(t, s, codes[0], "2026-05-01", 4, 0)
	clock.at = clock.at.Add(time.Hour)
	done, _, err := importTable(t, s, b.String(), true)
	if err != nil || !done.Applied || done.Houses != 3 {
		t.Fatalf("apply: %+v, %v", done, err)
	}
	wantTotal(t, s, codes[0], "2020-06-01", 4, 2+3+4+5)
	wantTotal(t, s, codes[0], "2026-05-01", 4, 3+4+5+6)
	clock.at = clock.at.Add(time.Hour)
	again, _, err := importTable(t, s, b.String(), true)
	if err != nil || again.Applied || again.Same != 30 || again.Stated != 0 {
		t.Fatalf("again: %+v, %v", again, err)
	}
	verify(t, s)
	checkTotalsFeed(t, s)
}

func TestImportOfHeadcountsIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{Clock: at("2026-05-01")})
	codes := manyRooms(t, s, 1, 2)
	table := fmt.Sprintf("code;heads;evidence;from\n%s;3;declared;2020-01-01\n%s;4;declared;2020-01-01\n%s;5;declared;1990-01-01\n"+
		"200000000185;1;declared;\n%s;200001;declared;\n%s;1;declared;2020-01-01\n", codes[1], codes[2], codes[1], codes[2], codes[1])
	for _, apply := range []bool{false, true} {
		r, said, err := importTable(t, s, table, apply)
		if got := strings.Join(said, ", "); got != "6 heads, 7 code, 5 code, 4 from" && got != "6 heads, 7 code, 4 from, 5 code" {
			t.Errorf("wrong are %s", got)
		}
		if r.Wrong != 4 || r.Applied || (err != nil) != apply {
			t.Errorf("%+v, %v", r, err)
		}
		if apply {
			wantError(t, err, registry.Invalid, "headcounts_refused")
		}
	}
	wantTotal(t, s, codes[0], "2026-05-01", 2, 0)
	_, err := s.ImportHeadcounts(t.Context(), postgres.Write{Actor: registry.Actor{Account: 7, Roles: []registry.Role{registry.Officer}}}, nil, postgres.HeadcountImport{})
	wantError(t, err, registry.Forbidden, "forbidden")
	verify(t, s)
}

// An import of buildings that moves a house moves its headcounts, and a first
// day that it moves is the total's.
func TestImportOfBuildingsMovesHeadcounts(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	apply := postgres.ImportOptions{Apply: true, ValidFrom: date("2000-01-01")}
	imported(t, s, apply, candidate(1, "a", plot(0, 0, 20, 10)), candidate(2, "b", plot(0, 100, 20, 10)))
	list, _, err := s.Buildings(t.Context(), postgres.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		state(t, s, clerk, counted(b.Code, 3, registry.Declared, "2001-01-01"))
	}
	r, left := imported(t, s, apply, candidate(1, "a", plot(900, 0, 20, 10)), candidate(2, "b", plot(0, 100, 20, 10)))
	if r.Changed != 1 || r.Same != 1 {
		t.Fatalf("%+v, %v", r, left)
	}
	owner := connect(t, db.OwnerURL)
	var strays, cells int
	err = owner.QueryRow(t.Context(), `
		select count(*) filter (where h.cell <> v.cell), count(distinct h.cell)
		from headcount h join building_version v using (building_code)
		where v.recorded_to = 'infinity' and v.valid @> current_date`).Scan(&strays, &cells)
	if err != nil || strays != 0 || cells != 2 {
		t.Errorf("%d headcounts stayed behind, %d cells, %v", strays, cells, err)
	}
	verify(t, s)
}

// A building that is corrected to another place brings its headcounts and
// visits along, and with them who may see them.
func TestHeadcountsFollowTheirHouse(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	state(t, w.Store, clerk, counted(w.hers, 3, registry.Observed, ""), counted(w.other, 4, registry.Observed, ""))
	w.visit(t, w.mei, w.hers, registry.VisitReport{Result: registry.VisitNoChange})
	was := w.cell(t, w.hers)
	_, err := w.Correct(t.Context(), postgres.Write{Actor: clerk}, w.hers, registry.Correction{
		Input: registry.Input{Shape: hut(9.5500, 47.1700)}, Why: registry.Why{Reason: "drawn in the wrong place"}})
	if err != nil {
		t.Fatal(err)
	}
	is := w.cell(t, w.hers)
	if was == is {
		t.Fatal("it did not move")
	}
	for _, table := range []string{"headcount where in_building", "visit where building_code"} {
		if n := w.count(t, fmt.Sprintf("%s = %d and cell = %d", table, w.hers, int64(is))); n != 1 {
			t.Errorf("%d rows of %s are in the new cell", n, table)
		}
	}
	_, err = w.Watched(w.mei).Headcounts(t.Context(), w.hers, registry.AsOf{})
	wantError(t, err, registry.Forbidden, "not_your_house")
	w.assign(t, w.mei, is)
	w.clock.at = w.clock.at.Add(time.Second)
	if err := w.seesOne(t, w.mei, w.hers); err != nil {
		t.Error(err)
	}
	verify(t, w.Store)
}

// A move that was recorded before its day opens the rows to the new officer
// when the day has come, and not before.
func TestHeadcountsFollowOnTheDay(t *testing.T) {
	t.Parallel()
	w := newWork(t)
	units, err := w.RegisterDwellings(t.Context(), postgres.Write{Actor: clerk}, w.hers, []registry.DwellingRegistration{
		{DwellingInput: registry.DwellingInput{Label: ptr("1")}}})
	if err != nil {
		t.Fatal(err)
	}
	unit := units.Dwellings[0].Code
	state(t, w.Store, clerk, counted(unit, 3, registry.Observed, ""))
	tomorrow := w.Today() + 1
	_, err = w.CorrectDwelling(t.Context(), postgres.Write{Actor: clerk}, unit,
		registry.DwellingCorrection{DwellingInput: registry.DwellingInput{Buildings: &[]registry.Code{w.other}}, ValidFrom: &tomorrow})
	if err != nil {
		t.Fatal(err)
	}
	in := func() int {
		return w.count(t, fmt.Sprintf("headcount where in_building = %d and cell = %d", w.other, int64(w.cell(t, w.other))))
	}
	if err := w.FollowToday(t.Context()); err != nil || in() != 0 {
		t.Fatalf("it moved before its day: %v", err)
	}
	w.clock.at = w.clock.at.Add(24 * time.Hour)
	if err := w.FollowToday(t.Context()); err != nil || in() != 1 {
		t.Fatalf("it did not move on its day: %v", err)
	}
	total, err := w.Total(t.Context(), w.other, registry.AsOf{})
	if err != nil || total.On(w.Today()).Heads != 3 || total.On(w.Today()-1).Heads != 0 {
		t.Errorf("%+v, %v", total, err)
	}
	verify(t, w.Store)
}
