package postgres_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// swiss gives the coordinates of a place in the Swiss system LV95 by the approximate formulas that swisstopo publishes for
// handheld devices (better than a metre within Switzerland). They owe nothing to PROJ.
func swiss(p orb.Point) (east, north float64) {
	u, v := (p[1]*3600-169028.66)/10000, (p[0]*3600-26782.5)/10000
	east = 2600072.37 + 211455.93*v - 10938.51*v*u - 0.36*v*u*u - 44.54*v*v*v
	north = 1200147.07 + 308807.95*u + 3745.25*v*v + 76.63*u*u - 194.56*v*v*u + 119.79*u*u*u
	return east, north
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func importFile(t *testing.T, s *postgres.Store, path string, in intake.Options) postgres.ImportResult {
	t.Helper()
	in.Transformer = s
	result, err := s.ImportBuildings(t.Context(), clerk, intake.Buildings(t.Context(), path, in),
		postgres.ImportOptions{Source: "file", Apply: true, Left: func(l postgres.LeftOut) error {
			t.Logf("row %d: %s %s %s", l.Row, l.Outcome, l.Reason, l.Detail)
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestImportAForeignSystem(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	var features []string
	want := map[string]orb.Point{}
	for i := range 3 {
		p := geo.Round(orb.Point{9.5 + float64(i)/100, 47.1 + float64(i)/50})
		e, n := swiss(p)
		id := fmt.Sprint("h", i)
		want[id] = p
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"id":%q},"geometry":{"type":"Polygon","coordinates":`+
			`[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}`, id, e-5, n-5, e+5, n-5, e+5, n+5, e-5, n+5, e-5, n-5))
	}
	features = append(features, `{"type":"Feature","properties":{"id":"lost"},"geometry":{"type":"Point","coordinates":[9.5,47.1]}}`)
	crs, err := intake.ParseCRS("EPSG:2056")
	if err != nil {
		t.Fatal(err)
	}
	path := writeFile(t, "lv95.geojsonl", strings.Join(features, "\n"))
	result := importFile(t, s, path, intake.Options{CRS: crs})
	wantCounts(t, result, "4 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 1 rejected, 0 gone")
	for id, r := range buildings(t, s) {
		if d := geo.Distance(r.Point, want[id]); d > 1.5 {
			t.Errorf("%s is %.2f m from where it should be", id, d)
		}
		if a := geo.Area(r.Shape.Geometry); math.Abs(a-100) > 1 {
			t.Errorf("%s has %.2f m² instead of 100", id, a)
		}
	}
	result = importFile(t, s, path, intake.Options{CRS: crs})
	wantCounts(t, result, "4 rows: 0 new, 0 changed, 3 same, 0 ambiguous, 1 rejected, 0 gone")
}

func TestImportExploded(t *testing.T) {
	t.Parallel()
	s := dbtest.Store(t, postgres.Options{})
	polygon := func(x float64) string {
		return fmt.Sprintf(`[[[%[1]f,47],[%[2]f,47],[%[2]f,47.0001],[%[1]f,47.0001],[%[1]f,47]]]`, x, x+0.0001)
	}
	path := writeFile(t, "hamlet.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"hamlet"},
		"geometry":{"type":"MultiPolygon","coordinates":[`+polygon(9)+`,`+polygon(9.001)+`,`+polygon(9.002)+`]}}]}`)
	result := importFile(t, s, path, intake.Options{Explode: true})
	wantCounts(t, result, "3 rows: 3 new, 0 changed, 0 same, 0 ambiguous, 0 rejected, 0 gone")
	result = importFile(t, s, path, intake.Options{Explode: true})
	wantCounts(t, result, "3 rows: 0 new, 0 changed, 3 same, 0 ambiguous, 0 rejected, 0 gone")
	if by := buildings(t, s); by["hamlet#2"].State != registry.InUse || len(by) != 3 {
		t.Errorf("got %v", by)
	}
}
