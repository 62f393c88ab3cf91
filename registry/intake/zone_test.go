package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"fangma/geo"
)

func zones(t testing.TB, path string, opt Options) ([]string, []string) {
	t.Helper()
	values, rejects, err := all(Zones(t.Context(), path, opt))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, z := range values {
		out = append(out, fmt.Sprintf("%d %s %s %s %.0f", z.Row, z.Name, z.Kind, z.Note, geo.Area(z.Boundary)))
	}
	var left []string
	for _, r := range rejects {
		left = append(left, fmt.Sprintf("%d %s %s", r.Row, r.Field, r.Reason))
	}
	slices.Sort(left)
	return out, left
}

const zoneSquare = `{"type":"Polygon","coordinates":[[[9.5,47.1],[9.51,47.1],[9.51,47.11],[9.5,47.11],[9.5,47.1]]]}`

func TestZonesOfShapes(t *testing.T) {
	lines := strings.Join([]string{
		`{"type":"Feature","properties":{"name":"North","kind":"重点开发区","remark":"phase 1"},"geometry":` + zoneSquare + `}`,
		`{"type":"Feature","id":7,"properties":{"class":"residential"},"geometry":` + zoneSquare + `}`,
		`{"type":"Feature","properties":{"name":"Bad kind","kind":"shop"},"geometry":` + zoneSquare + `}`,
		`{"type":"Feature","properties":{"kind":"custom"},"geometry":` + zoneSquare + `}`,
		`{"type":"Feature","properties":{"name":"Line"},"geometry":{"type":"LineString","coordinates":[[9.5,47.1],[9.6,47.1]]}}`,
		`{"type":"Feature","properties":{"name":"Bow"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}`,
		`{"type":"Feature","properties":{"name":"Nothing"},"geometry":null}`,
	}, "\n")
	got, left := zones(t, write(t, "z.geojsonl", lines), Options{})
	expect(t, "zones", got, []string{"1 North priority phase 1 843879", "2 7   843879"})
	expect(t, "left out", left, []string{"3 kind unknown_value", "4 name missing", "5 geometry wrong_geometry_type",
		"6 geometry self_intersection", "7 geometry empty"})
}

func TestZonesOfCells(t *testing.T) {
	cell, err := geo.CellAt(orb.Point{9.52, 47.14}, 9)
	if err != nil {
		t.Fatal(err)
	}
	first, last := cell.Range(10)
	table := "网格,名称,类型\n" + first.String() + ",旧城,优化开发\n" + last.String() + ",旧城,\n" +
		cell.String() + ",,\nnonsense,旧城,\n" + first.String() + ",旧城,禁止开发\n"
	got, left := zones(t, write(t, "cells.csv", table), Options{})
	if len(got) != 2 || !strings.HasPrefix(got[0], "2 旧城 optimised") || !strings.HasPrefix(got[1], "4   ") {
		t.Errorf("%q", got)
	}
	expect(t, "left out", left, []string{"5 cell unknown_value", "6 kind unknown_value"})
}

func TestZonesAreNotReadFromOSM(t *testing.T) {
	for _, path := range []string{"testdata/town.osm.pbf"} {
		if _, _, err := all(Zones(t.Context(), path, Options{})); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}

func TestZonesOfAZippedShapefile(t *testing.T) {
	got, left := zones(t, "testdata/wgs84-heights.zip", Options{Map: map[string]string{"id": "name"}})
	if len(got) == 0 {
		t.Errorf("no zones, %q", left)
	}
}
