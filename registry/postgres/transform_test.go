package postgres_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

const swissWKT = `PROJCS["CH1903+_LV95",GEOGCS["GCS_CH1903+",DATUM["D_CH1903+",SPHEROID["Bessel_1841",6377397.155,299.1528128]],
PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Hotine_Oblique_Mercator_Azimuth_Center"],
PARAMETER["False_Easting",2600000.0],PARAMETER["False_Northing",1200000.0],PARAMETER["Scale_Factor",1.0],
PARAMETER["Azimuth",90.0],PARAMETER["Longitude_Of_Center",7.439583333333333],PARAMETER["Latitude_Of_Center",46.95240555555556],
UNIT["Meter",1.0]]`

// The expected places are the published ones of well-known points, not what PROJ says elsewhere.
func TestTransformKnownPlaces(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	for _, c := range []struct {
		crs    string
		in     orb.Point
		want   orb.Point
		within float64 // metres
	}{
		// swisstopo: the old observatory of Bern is the origin of the Swiss system.
		{"EPSG:2056", orb.Point{2600000, 1200000}, orb.Point{7.438632495, 46.951082877}, 2},
		{swissWKT, orb.Point{2600000, 1200000}, orb.Point{7.438632495, 46.951082877}, 300}, // the WKT names no datum shift
		// The false origin of Web Mercator, and its edge.
		{"EPSG:3857", orb.Point{0, 0}, orb.Point{0, 0}, 0.01},
		{"EPSG:3857", orb.Point{20037508.342789244 / 2, 0}, orb.Point{90, 0}, 0.01},
		// A UTM zone's central meridian has easting 500,000.
		{"EPSG:32650", orb.Point{500000, 0}, orb.Point{117, 0}, 0.01},
		{"EPSG:4490", orb.Point{114.05, 22.54}, orb.Point{114.05, 22.54}, 1},
		{"+proj=utm +zone=50 +datum=WGS84", orb.Point{500000, 0}, orb.Point{117, 0}, 0.01},
	} {
		out, errs, err := s.Transform(t.Context(), c.crs, []orb.Geometry{c.in})
		if err != nil || errs[0] != nil {
			t.Errorf("%.20s: %v, %v", c.crs, errs, err)
			continue
		}
		if got := out[0].(orb.Point); !(geo.Distance(got, c.want) <= c.within) {
			t.Errorf("%.20s: %v is %.1f m from %v", c.crs, got, geo.Distance(got, c.want), c.want)
		}
	}
}

func TestTransformKeepsShapes(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	square := func(x, y, side float64) orb.Ring {
		return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
	}
	in := []orb.Geometry{
		orb.Polygon{square(2758000, 1223000, 30), square(2758010, 1223010, 5)},
		orb.MultiPolygon{{square(2758100, 1223000, 10)}, {square(2758200, 1223000, 20)}},
		orb.Point{2758000, 1223000},
		orb.LineString{{2758000, 1223000}, {2758100, 1223000}},
	}
	out, errs, err := s.Transform(t.Context(), "EPSG:2056", in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range in {
		if errs[i] != nil || out[i].GeoJSONType() != in[i].GeoJSONType() {
			t.Errorf("%d: %v, %v", i, out[i], errs[i])
		}
	}
	if area := geo.Area(out[0]); math.Abs(area-875) > 1 {
		t.Errorf("30 x 30 m with a hole of 5 x 5 m has %.2f m²", area)
	}
}

func TestTransformTellsRowsApart(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	good := orb.Point{500000, 5000000}
	var in []orb.Geometry
	bad := map[int]bool{0: true, 7: true, 8: true, 100: true, 199: true}
	for i := range 200 {
		if bad[i] {
			in = append(in, orb.Point{1e8, 1e9}) // PROJ refuses
		} else {
			in = append(in, good)
		}
	}
	in[50] = orb.Point{math.Inf(1), 0}
	bad[50] = true
	out, errs, err := s.Transform(t.Context(), "EPSG:32632", in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range in {
		if bad[i] != (errs[i] != nil) || bad[i] != (out[i] == nil) {
			t.Errorf("row %d: %v, %v", i, out[i], errs[i])
		}
	}
	// PROJ gives an answer here, but a wrong one: the way back leads elsewhere.
	_, errs, err = s.Transform(t.Context(), "EPSG:5514", []orb.Geometry{orb.Point{400000, 300000}, orb.Point{-740000, -1040000}})
	if err != nil || errs[0] == nil || errs[1] != nil {
		t.Errorf("outside the Czech system: %v, %v", errs, err)
	}
}

func TestTransformUnknownSystem(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	for _, crs := range []string{"EPSG:99999", "nonsense", `PROJCS["broken"`, ""} {
		_, _, err := s.Transform(t.Context(), crs, []orb.Geometry{orb.Point{1, 2}, orb.Point{3, 4}})
		if err == nil || !strings.Contains(err.Error(), "does not know") {
			t.Errorf("%q: %v", crs, err)
		}
	}
	if _, _, err := s.Transform(t.Context(), "EPSG:2056", nil); err != nil {
		t.Errorf("nothing to transform: %v", err)
	}
}
