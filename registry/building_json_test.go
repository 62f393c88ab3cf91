package registry

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// The after-image is what encoding/json makes of the building, to the byte.
func TestAfterIsTheBuildingsJSON(t *testing.T) {
	height, odd, floors := 12.5, 1.0/3, 7
	area := orb.Polygon{{{114.000000001, 22.5}, {114.1, -22.5}, {-0.000000001, 0}, {114.000000001, 22.5}}, {{1, 2}, {3, 4}, {1, 2}}}
	facts := Facts{State: InUse, Evidence: Observed, Legality: UnknownLegality, Shape: Shape{area}, Point: orb.Point{114.05, 22.5},
		Cell: 0x8a1fb46622dffff, Community: 12, Floors: &floors, Height: &height, Name: "福田 <b>\"x\" & \\ \u2028\x7f", Address: "Mill Lane 1"}
	bare := Facts{State: Planned, Evidence: Declared, Legality: Permitted, InQuestion: true, Shape: Shape{orb.Point{180, -90}}, Height: &odd}
	parts := bare
	parts.Shape = Shape{orb.MultiPolygon{area, area}}
	for _, b := range []Building{
		{Code: makeCode(KindBuilding, 5), Version: 1, Standing: Standing{Active, 19000, Reserved, ""},
			RecordedFrom: time.Date(2026, 11, 23, 1, 2, 3, 45000, time.UTC),
			Timeline:     Timeline{{Period{19000, Forever}, facts}}, ExternalIDs: []ExternalID{{"osm", "w1"}, {"cadastre", "007\tü"}}},
		{Code: makeCode(KindTest, 9), Version: 3, Standing: Standing{Retired, 19000, Active, AsDemolished},
			Timeline: Timeline{{Period{19000, 19001}, bare}, {Period{19001, Forever}, parts}}},
		{Code: makeCode(KindBuilding, 6), Timeline: Timeline{}},
		{Code: makeCode(KindBuilding, 6)},
		{Code: makeCode(KindBuilding, 6), Timeline: Timeline{{}}},
	} {
		want, err := json.Marshal(&b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.After()
		if err != nil || string(got) != string(want) {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
	if _, err := (&Building{}).After(); err == nil {
		t.Error("a building without code has an after-image")
	}
	lost := Building{Code: makeCode(KindBuilding, 6), Timeline: Timeline{{Facts: Facts{Point: orb.Point{math.NaN(), 0}}}}}
	if _, err := lost.After(); err == nil {
		t.Error("a place that is no number has an after-image")
	}
}

func TestNumbersAreTheirJSON(t *testing.T) {
	numbers := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1e-6, 9.99e-7, 1e-9, 999999.999999999, 1e6, 1e21, -1e21, 123456.7, 5e-324, math.MaxFloat64}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := (random.Float64() - 0.5) * 360
		numbers = append(numbers, v, geo.Round(orb.Point{v, 0})[0], math.Round(v*1000)/1000, v*1e-5, v*1e4)
	}
	for _, v := range numbers {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := appendNumber(nil, v); err != nil || string(got) != string(want) {
			t.Errorf("%v is written %s, %v; want %s", v, got, err, want)
		}
	}
}
