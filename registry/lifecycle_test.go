package registry

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var testPlace = Place{Resolution: 10, Today: 20000, Community: func(orb.Point) int64 { return 7 }}

func testSquare(x, y float64) *Shape {
	return &Shape{orb.Polygon{{{x, y}, {x + 0.0002, y}, {x + 0.0002, y + 0.0001}, {x, y + 0.0001}, {x, y}}}}
}

// TestAnyLife runs random operations over one building and holds the
// invariants that every timeline has, whatever was done to it.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := Date(rapid.IntRange(19000, 20000).Draw(t, "from"))
		state := rapid.SampledFrom([]State{Planned, UnderConstruction, InUse}).Draw(t, "state")
		b, err := Register(Registration{Input: Input{Shape: testSquare(9.5, 47.1), State: &state}, ValidFrom: &from}, testPlace)
		if err != nil {
			t.Fatal(err)
		}
		b.Code = 112345678973
		for range rapid.IntRange(0, 12).Draw(t, "operations") {
			before, _ := json.Marshal(b)
			next, err := anyOperation(t, b)
			if after, _ := json.Marshal(b); string(before) != string(after) {
				t.Fatalf("the decision changed its input:\n%s\n%s", before, after)
			}
			var answer *Error
			if err != nil {
				if !errors.As(err, &answer) {
					t.Fatal(err)
				}
				continue
			}
			if next.Version != b.Version+1 {
				t.Fatalf("version %d after %d", next.Version, b.Version)
			}
			checkTimeline(t, next)
			b = next
		}
	})
}

func anyOperation(t *rapid.T, b Building) (Building, error) {
	day := Date(rapid.IntRange(18990, 20100).Draw(t, "day"))
	why := Why{Reason: "because"}
	switch rapid.IntRange(0, 5).Draw(t, "operation") {
	case 0, 1:
		s := rapid.SampledFrom(States()).Draw(t, "to")
		return b.Transition(Transition{Why: why, State: s, ValidFrom: &day}, testPlace)
	case 2:
		name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
		return b.Correct(Correction{Input: Input{Name: &name}, ValidFrom: &day}, testPlace)
	case 3:
		return b.Correct(Correction{Since: &day}, testPlace)
	case 4:
		as := rapid.SampledFrom([]RetiredAs{AsDemolished, AsNotRealised}).Draw(t, "as")
		return b.retired(Retirement{Why: why, As: as, ValidFrom: &day}, testPlace)
	}
	s := rapid.SampledFrom(States()).Draw(t, "to")
	return b.Correct(Correction{Input: Input{State: &s}, Why: why}, testPlace)
}

func checkTimeline(t *rapid.T, b Building) {
	for i, s := range b.Timeline {
		if s.From >= s.To {
			t.Fatalf("empty or reversed: %v", s.Period)
		}
		if i > 0 && b.Timeline[i-1].To != s.From {
			t.Fatalf("a gap or overlap between %v and %v", b.Timeline[i-1].Period, s.Period)
		}
		ended := b.Standing.On(s.From) == Retired
		if s.State.Standing() == ended {
			t.Fatalf("state %s where the ledger says %s (%+v)", s.State, b.Standing.On(s.From), b.Standing)
		}
	}
	if b.Timeline[len(b.Timeline)-1].To != Forever {
		t.Fatalf("the timeline ends on %v", b.Timeline[len(b.Timeline)-1].To)
	}
	image, err := b.After()
	if err != nil {
		t.Fatal(err)
	}
	var back Building
	if err := json.Unmarshal(image, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, back); diff != "" {
		t.Fatalf("the after-image loses something: %s", diff)
	}
}

func TestRegisterNamesEveryField(t *testing.T) {
	bad := Registration{
		Input: Input{
			Shape:  &Shape{orb.Polygon{{{0, 0}, {0.001, 0.001}, {0.001, 0}, {0, 0.001}, {0, 0}}}},
			State:  ptrTo(Demolished),
			Floors: Some(0), Height: Some(-1.0), Name: ptrTo("call 13800138000"), Address: ptrTo("a\x00b"),
			ExternalIDs: &[]ExternalID{{"", "x"}},
		},
		Why:      Why{Reason: "11010519491231002X"},
		Override: &Override{},
	}
	_, err := Register(bad, testPlace)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range e.Fields {
		got[f.Field] = true
	}
	for _, want := range []string{"geometry", "state", "floors", "height", "name", "address", "externalIds", "reason", "override.reason"} {
		if !got[want] {
			t.Errorf("%s is not named: %v", want, e)
		}
	}
}

func TestLateNewsOfADemolition(t *testing.T) {
	from, torn, unusable := Date(19000), Date(19800), Date(19900)
	b, err := Register(Registration{Input: Input{Shape: testSquare(9.5, 47.1)}, ValidFrom: &from}, testPlace)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = b.Transition(Transition{State: Unusable, ValidFrom: &unusable}, testPlace); err != nil {
		t.Fatal(err)
	}
	if b, err = b.retired(Retirement{As: AsDemolished, ValidFrom: &torn}, testPlace); err != nil {
		t.Fatal(err)
	}
	if len(b.Timeline) != 2 || b.Timeline[1].From != torn || b.Timeline[1].State != Demolished || b.Standing.On(torn-1) != Active {
		t.Fatalf("%+v", b)
	}
}

func ptrTo[T any](v T) *T { return &v }
