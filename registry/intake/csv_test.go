package intake

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestCSV(t *testing.T) {
	const wkt = `POLYGON ((9.52 47.14, 9.5202 47.14, 9.5202 47.1402, 9.52 47.14))`
	tests := []struct {
		name, text    string
		want, rejects []string
	}{
		{"points", "id,name,lon,lat\n007,A,9.52,47.14\n8,B,9.53,47.15\n", []string{"2 007 Point name=A", "3 8 Point name=B"}, nil},
		{"semicolons, decimal commas", "ID;Höhe;Hoehe;Longitude;Latitude\n1;;12,5;9,52;47,14\n", []string{"2 1 Point height=12.5"}, nil},
		{"tabs", "id\tlng\tlatitude\n1\t9.52\t47.14\n", []string{"2 1 Point"}, nil},
		{"bars", "id|x|y\n1|9.52|47.14\n", []string{"2 1 Point"}, nil},
		{"Chinese", "编号,名称,经度,纬度,层数\n01,甲,114.06,22.54,3\n", []string{"2 01 Point name=甲 floors=3"}, nil},
		{"WKT", "id,wkt\n1,\"" + wkt + "\"\n", []string{"2 1 Polygon"}, nil},
		{"WKT with heights and SRID", "id,geom\n1,\"SRID=4326;POLYGON Z ((9.52 47.14 5, 9.5202 47.14 5, 9.5202 47.1402 5, 9.52 47.14 5))\"\n", []string{"2 1 Polygon"}, nil},
		{"GeoJSON in a cell", "id;geometry\n1;\"{\"\"type\"\":\"\"Polygon\"\",\"\"coordinates\"\":[" + box(9, 47) + "]}\"\n", []string{"2 1 Polygon"}, nil},
		{"byte order mark, Windows", "\ufeffid,lon,lat\r\n1,9.52,47.14\r\n", []string{"2 1 Point"}, nil},
		{"line ends in a cell", "id,name,lon,lat\n1,\"a\nb\",9.52,47.14\n2,c,9.52,47.15\n", []string{"2 1 Point name=a b", "4 2 Point name=c"}, nil},
		{"text guarded against formulas", "id,name,lon,lat\n1,'=A,9.52,47.14\n2,'t Huis,9.53,47.15\n", []string{"2 1 Point name==A", "3 2 Point name='t Huis"}, nil},
		{"short and long rows", "id,lon,lat\n1,9.52\n2,9.52,47.14,more\n\n ,,\n", []string{"3 2 Point"}, []string{"2 1 lat not_a_number"}},
		{"bad places", "id,lon,lat\n1,east,47\n2,,\n3,181,47\n", nil,
			[]string{"2 1 lon not_a_number", "3 2 geometry empty", "4 3 geometry out_of_range"}},
		{"bad WKT", "id,wkt\n1,POLYGON((\n2,LINESTRING (1 2)\n3,POLYGON EMPTY\n4,\"LINESTRING (1 2, 3 4)\"\n5,SRID=2056;POINT (1 2)\n6,\"{\"\n", nil,
			[]string{"2 1 geometry malformed", "3 2 geometry wrong_geometry_type", "4 3 geometry empty", "5 4 geometry wrong_geometry_type", "6 5 geometry malformed", "7 6 geometry malformed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, rejects := buildings(t, write(t, "f.csv", tt.text), Options{})
			expect(t, "buildings", briefs(values), tt.want)
			expect(t, "rejects", reasons(rejects), tt.rejects)
		})
	}
}

func TestCSVEncodings(t *testing.T) {
	const text = "编号,名称,经度,纬度\n01,南山社区,114.06,22.54\n"
	want := []string{"2 01 Point name=南山社区"}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "f.csv", gb)
	for _, label := range []string{"gb18030", "GBK", "gb2312", "936", "cp936"} {
		values, _ := buildings(t, path, Options{Encoding: label})
		expect(t, label, briefs(values), want)
	}
	if _, _, err := all(Buildings(context.Background(), path, Options{})); err == nil || !strings.Contains(err.Error(), "row 1") || !strings.Contains(err.Error(), "--encoding") {
		t.Errorf("unstated: %v", err)
	}
	values, _ := buildings(t, write(t, "f.csv", "\ufeff"+text), Options{Encoding: "gb18030"})
	expect(t, "UTF-8 by its mark", briefs(values), want)

	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	values, _ = buildings(t, write(t, "f.csv", utf16), Options{}) // as Excel saves "Unicode text"
	expect(t, "UTF-16", briefs(values), want)

	late := "id,name,lon,lat\n1,a,9,47\n2,Gr\xfcn,9,47\n"
	_, _, err = all(Buildings(context.Background(), write(t, "f.csv", late), Options{}))
	if err == nil || !strings.Contains(err.Error(), "row 3") {
		t.Errorf("unstated, later: %v", err)
	}
}

func TestCSVFatal(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no known column", "a,b\n1,2\n", "--map"},
		{"binary", "\x00\x01\x02\x03", "no known kind"},
		{"a row without an end", "id,lon,lat\n1,\"" + strings.Repeat("x,", 100_000), "too large"},
		{"XML", "<?xml version=\"1.0\"?><osm/>", "XML"},
		{"GeoPackage", "SQLite format 3\x00", "GeoPackage"},
	}
	for _, tt := range tests {
		_, _, err := all(Buildings(context.Background(), write(t, "f.csv", tt.text), Options{MaxRow: 100_000}))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error with %q", tt.name, err, tt.want)
		}
	}
	if _, _, err := all(Buildings(context.Background(), t.TempDir(), Options{})); err == nil {
		t.Error("a folder is read")
	}
	if _, _, err := all(Buildings(context.Background(), t.TempDir()+"/none", Options{})); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}

// A quote that is opened and never closed costs its own row, not those after
// it; a cell of several lines stays one, and inches stay inches.
func TestCSVUnclosedQuote(t *testing.T) {
	text := "id,name,lon,lat\n" +
		"1,\"Haus zur Linde,9,47\n" +
		"2,\"Gasse 1\nHinterhaus\",9,47\n" +
		"3,Rohr 5\" dick,9,47\n" +
		"\n" +
		"4,\"the \"\"old\"\" one\",9,47\r\n" +
		"5,\"to the end,9,47\n" +
		"6,plain,9,47"
	values, rejects := buildings(t, write(t, "f.csv", text), Options{})
	var got []string
	for _, b := range values {
		got = append(got, fmt.Sprintf("%d %s %q", b.Row, b.ID, b.Name))
	}
	expect(t, "rows", got, []string{`3 2 "Gasse 1 Hinterhaus"`, `5 3 "Rohr 5\" dick"`, `7 4 "the \"old\" one"`, `9 6 "plain"`})
	expect(t, "rejects", reasons(rejects), []string{"2   malformed", "8   malformed"})
}
