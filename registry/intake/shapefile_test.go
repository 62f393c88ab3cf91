package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// The zips in testdata are made with GDAL's ogr2ogr.
func TestShapefile(t *testing.T) {
	want := []string{
		"1 a1 Polygon name=Rathaus Städtle address=Städtle 6 floors=3 height=12.5",
		"2 a2 Polygon holes=1 name=Hof Größe address=Herrengasse 1a floors=2 height=7",
		"3 a3 MultiPolygon name=Zwei Häuser floors=1",
	}
	values, rejects := buildings(t, "testdata/wgs84-heights.zip", Options{})
	expect(t, "heights", briefs(values), want)
	expect(t, "heights", reasons(rejects), []string{"4 a4 geometry self_intersection", "5 a5 geometry empty"})
	if parts := values[2].Footprint.Geometry.(orb.MultiPolygon); len(parts[0]) != 2 || len(parts[1]) != 1 {
		t.Errorf("the hole is with the wrong part: %v", parts)
	}

	_, _, err := all(Buildings(context.Background(), "testdata/lv95-windows1252.zip", Options{Transformer: mercator{}}))
	if err == nil || !strings.Contains(err.Error(), "LV95") {
		t.Errorf("the .prj file is not asked: %v", err)
	}
	mercatorCRS, err := ParseCRS("EPSG:3857") // not true, but it transforms
	if err != nil {
		t.Fatal(err)
	}
	values, _ = buildings(t, "testdata/lv95-windows1252.zip", Options{CRS: mercatorCRS, Transformer: mercator{}})
	expect(t, "windows-1252", briefs(values), want)
}

func TestShapefileEncodings(t *testing.T) {
	want := []string{
		"1 01 Polygon name=南山社区服务中心 address=桃园路12号 floors=5",
		"2 02 Polygon address=桃园路14号 -name:personal_data -floors:not_a_number",
	}
	values, _ := buildings(t, "testdata/gb18030.zip", Options{})
	expect(t, "by .cpg", briefs(values), want)
	values, _ = buildings(t, "testdata/gb18030-unstated.zip", Options{Encoding: "gb18030"})
	expect(t, "by --encoding", briefs(values), want)
	_, _, err := all(Buildings(context.Background(), "testdata/gb18030-unstated.zip", Options{}))
	if err == nil || !strings.Contains(err.Error(), "--encoding") {
		t.Errorf("unstated: %v", err)
	}
}

// unpack puts the files of a zip into a folder.
func unpack(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dir := t.TempDir()
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestShapefileSideBySide(t *testing.T) {
	dir := unpack(t, "testdata/wgs84-heights.zip")
	shp := filepath.Join(dir, "wgs84-heights.shp")
	values, _ := buildings(t, shp, Options{})
	if len(values) != 3 || values[0].Name != "Rathaus Städtle" {
		t.Errorf("beside each other: %v", briefs(values))
	}
	for _, ext := range []string{".dbf", ".prj", ".cpg", ".shx"} {
		if err := os.Remove(filepath.Join(dir, "wgs84-heights"+ext)); err != nil {
			t.Fatal(err)
		}
	}
	values, _ = buildings(t, shp, Options{})
	expect(t, "the .shp alone", briefs(values), []string{"1  Polygon", "2  Polygon holes=1", "3  MultiPolygon"})

	data, err := os.ReadFile(shp)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{100, 104, 150, len(data) - 1} {
		_, _, err := all(Buildings(context.Background(), write(t, "cut.shp", string(data[:n])), Options{}))
		if whole := n <= 104; (err == nil) != whole {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestZip(t *testing.T) {
	good := house("a", "{}", 9, 47)
	values, _ := buildings(t, write(t, "f.zip", zipOf(t, map[string]string{"x/houses.geojson": good, "readme.txt": "x", "__MACOSX/houses.geojson": "x"})), Options{})
	expect(t, "GeoJSON in a zip", briefs(values), []string{"1 a Polygon"})
	for name, files := range map[string]map[string]string{
		"nothing":        {"readme.txt": "x"},
		"two tables":     {"a.csv": "x", "b.csv": "y"},
		"two shapefiles": {"a.shp": "x", "b.shp": "y"},
		"no shapefile":   {"a.shp": "x"},
		"zip in a zip":   {"a.csv": "PK\x03\x04xxxxxxxxxxxxxxxxx"},
	} {
		if _, _, err := all(Buildings(context.Background(), write(t, "f.zip", zipOf(t, files)), Options{})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := all(Buildings(context.Background(), write(t, "f.zip", "PK\x03\x04 not a zip"), Options{})); err == nil {
		t.Error("a broken zip: no error")
	}
}

// shape writes a polygon record.
func shape(rings ...orb.Ring) []byte {
	var b bytes.Buffer
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err) // a bytes.Buffer takes everything
		}
	}
	points := 0
	for _, r := range rings {
		points += len(r)
	}
	put([]uint32{5})
	put(make([]float64, 4))
	put([]uint32{uint32(len(rings)), uint32(points)})
	start := 0
	for _, r := range rings {
		put(uint32(start))
		start += len(r)
	}
	for _, r := range rings {
		for _, p := range r {
			put([]float64{p[0], p[1]})
		}
	}
	return b.Bytes()
}

func TestShapeRings(t *testing.T) {
	cw := func(x, s float64) orb.Ring {
		return orb.Ring{{x, x}, {x, x + s}, {x + s, x + s}, {x + s, x}, {x, x}}
	}
	ccw := func(x, s float64) orb.Ring {
		r := cw(x, s)
		r.Reverse()
		return r
	}
	tests := []struct {
		name  string
		rings []orb.Ring
		want  orb.Geometry
	}{
		{"shell", []orb.Ring{cw(0, 1)}, orb.Polygon{cw(0, 1)}},
		{"single ring turned the wrong way", []orb.Ring{ccw(0, 1)}, orb.Polygon{ccw(0, 1)}},
		{"hole before its shell", []orb.Ring{ccw(1, 1), cw(0, 4)}, orb.Polygon{cw(0, 4), ccw(1, 1)}},
		{"hole of the first shell after the second", []orb.Ring{cw(0, 4), cw(10, 4), ccw(1, 1)}, orb.MultiPolygon{{cw(0, 4), ccw(1, 1)}, {cw(10, 4)}}},
		{"island in a hole with a hole", []orb.Ring{cw(0, 9), ccw(1, 7), cw(2, 5), ccw(3, 1)}, orb.MultiPolygon{{cw(0, 9), ccw(1, 7)}, {cw(2, 5), ccw(3, 1)}}},
		{"all turned the wrong way", []orb.Ring{ccw(0, 1), ccw(5, 1)}, orb.MultiPolygon{{ccw(0, 1)}, {ccw(5, 1)}}},
	}
	for _, tt := range tests {
		got, reject := parseShape(shape(tt.rings...))
		if reject != nil || !orb.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.name, got, reject, tt.want)
		}
	}
}

func TestShapeRejects(t *testing.T) {
	whole := shape(orb.Ring{{0, 0}, {0, 1}, {1, 1}, {0, 0}})
	kind := func(k byte) []byte {
		b := bytes.Clone(whole)
		b[0] = k
		return b
	}
	ring := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(ring[44:], 99)
	huge := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(huge[36:], math.MaxUint32)
	binary.LittleEndian.PutUint32(huge[40:], math.MaxUint32)
	for name, raw := range map[string][]byte{
		"nothing": nil, "cut header": whole[:20], "cut points": whole[:60], "short point": {1, 0, 0, 0, 0}, "line": kind(3),
		"unknown type": kind(77), "ring beyond the points": ring, "huge counts": huge,
	} {
		if g, reject := parseShape(raw); reject == nil {
			t.Errorf("%s: %v", name, g)
		}
	}
	if g, reject := parseShape([]byte{0, 0, 0, 0}); g != nil || reject != nil {
		t.Errorf("null shape: %v %v", g, reject)
	}
}

func TestCutColumnNames(t *testing.T) {
	names, err := buildingNames(nil)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]field{"building_l": fieldFloors, "addr:stree": fieldStreet, "heightabov": fieldHeight}
	for column, want := range tests {
		if s, ok := names.lookupCut(column); !ok || s.field != want {
			t.Errorf("%s: %v %v", column, s, ok)
		}
	}
	for _, column := range []string{"addr:house", "nothing_at"} {
		if s, ok := names.lookupCut(column); ok {
			t.Errorf("%s: field %d", column, s.field)
		}
	}
}
