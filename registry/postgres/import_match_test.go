package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

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
