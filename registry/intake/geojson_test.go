package intake

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"
)

func TestGeoJSONForms(t *testing.T) {
	one, two := house("a", `{"name":"A"}`, 9.52, 47.14), house("b", `{"name":"B"}`, 9.53, 47.14)
	pretty := strings.NewReplacer(",", ",\n  ", "{", "{\n").Replace(one)
	want := []string{"a A", "b B"}
	tests := []struct {
		name, text string
		want       []string
		rows       []int
	}{
		{"lines", one + "\n" + two + "\n", want, []int{1, 2}},
		{"lines without the last end", one + "\n" + two, want, []int{1, 2}},
		{"lines of Windows, with empty ones", one + "\r\n\r\n" + two + "\r\n", want, []int{1, 3}},
		{"record separators", "\x1e" + one + "\n\x1e" + two + "\n", want, []int{1, 2}},
		{"record separators, pretty", "\x1e" + pretty + "\n\x1e" + two + "\n", want, []int{1, 2}},
		{"collection", `{"type":"FeatureCollection","features":[` + one + "," + two + "]}", want, []int{1, 2}},
		{"collection, pretty", "{\n \"type\": \"FeatureCollection\",\n \"features\": [\n" + pretty + ",\n" + two + "\n ]\n}\n", want, []int{1, 2}},
		{"collection with other members before and after", `{"bbox":[1,2,[3]],"name":"x]}","features":[` + one + "," + two + `],"more":{"a":[{}]},"type":"FeatureCollection"}`, want, []int{1, 2}},
		{"byte order mark", "\ufeff" + one + "\n" + two, want, []int{1, 2}},
		{"single feature, pretty", pretty, want[:1], []int{1}},
		{"objects one after the other, pretty", "{\n\"type\":\"Feature\"," + one[1:] + "\n" + pretty, []string{"a A", "a A"}, []int{1, 2}},
		{"empty collection", `{"type":"FeatureCollection","features":[]}`, nil, nil},
	}
	for _, tt := range tests {
		for _, packed := range []bool{false, true} {
			name, text := tt.name, tt.text
			if packed {
				name, text = name+", gzipped", zipped(t, text)
			}
			t.Run(name, func(t *testing.T) {
				values, rejects := buildings(t, write(t, "file", text), Options{})
				var got []string
				for i, b := range values {
					got = append(got, b.ID+" "+b.Name)
					if b.Row != tt.rows[i] {
						t.Errorf("%s has row %d, want %d", b.ID, b.Row, tt.rows[i])
					}
				}
				expect(t, "buildings", got, tt.want)
				expect(t, "rejects", reasons(rejects), nil)
			})
		}
	}
}

func TestGeoJSONRejects(t *testing.T) {
	at := func(geometry string) string {
		return `{"type":"Feature","id":7,"properties":{},"geometry":` + geometry + `}`
	}
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	tests := []struct{ name, row, want string }{
		{"no geometry", at("null"), "1 7 geometry empty"},
		{"no type", at(`{"coordinates":[[1,2]]}`), "1 7 geometry wrong_geometry_type"},
		{"unknown type", at(`{"type":"Circle","coordinates":[1,2]}`), "1 7 geometry wrong_geometry_type"},
		{"line", at(`{"type":"LineString","coordinates":[[1,2],[3,4]]}`), "1 7 geometry wrong_geometry_type"},
		{"collection", at(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`), "1 7 geometry wrong_geometry_type"},
		{"no coordinates", at(`{"type":"Polygon","coordinates":[]}`), "1 7 geometry empty"},
		{"empty ring", at(`{"type":"Polygon","coordinates":[[]]}`), "1 7 geometry empty"},
		{"level too few", at(`{"type":"Polygon","coordinates":` + box(9, 47) + `}`), "1 7 geometry malformed"},
		{"level too many", at(`{"type":"Polygon","coordinates":[[` + box(9, 47) + `]]}`), "1 7 geometry malformed"},
		{"uneven levels", at(`{"type":"Polygon","coordinates":[[[1,2],3]]}`), "1 7  malformed"},
		{"uneven levels, deeper", at(`{"type":"Polygon","coordinates":[[[1,2],[[3,4]]]]}`), "1 7  malformed"},
		{"one number", at(`{"type":"Polygon","coordinates":[[[1],[2]]]}`), "1 7  malformed"},
		{"texts", at(`{"type":"Point","coordinates":["1","2"]}`), "1 7  malformed"},
		{"nulls", at(`{"type":"Point","coordinates":[null,2]}`), "1 7  malformed"},
		{"NaN", at(`{"type":"Point","coordinates":[NaN,2]}`), "1 7 geometry not_finite"},
		{"too large for a number", at(`{"type":"Point","coordinates":[1e999,2]}`), "1 7 geometry not_finite"},
		{"metres", at(`{"type":"Point","coordinates":[2757993.9,1219694.3]}`), "1 7 geometry out_of_range"},
		{"bow-tie", at(`{"type":"Polygon","coordinates":[[[9,47],[9.001,47.001],[9.001,47],[9,47.001],[9,47]]]}`), "1 7 geometry self_intersection"},
		{"deep", at(deep), "1 7  malformed"},
		{"deep property", `{"type":"Feature","properties":{"x":` + deep + `}}`, "1   malformed"},
		{"cut off", house("a", "{}", 9, 47)[:60], "1 a  malformed"},
		{"text after it", house("a", "{}", 9, 47) + "x", "1 a  malformed"},
		{"collection in a line", house("a", "{}", 9, 47) + "\n" + `{"type":"FeatureCollection","features":[]}`, "2   malformed"},
		{"long id", house(strings.Repeat("x", 300), "{}", 9, 47), "1  id too_long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, rejects := buildings(t, write(t, "f", tt.row+"\n"+house("good", "{}", 9, 47)), Options{})
			if len(values) == 0 || values[len(values)-1].ID != "good" {
				t.Errorf("the row after it is lost: %v", briefs(values))
			}
			expect(t, "rejects", reasons(rejects), []string{tt.want})
		})
	}
}

func TestGeoJSONFatal(t *testing.T) {
	good := house("a", "{}", 9, 47)
	tests := []struct{ name, text, want string }{
		{"empty", "", "empty"},
		{"white", " \n\n", "empty"},
		{"array", "[" + good + "]", "JSON array"},
		{"collection cut off", `{"type":"FeatureCollection","features":[` + good + "," + good[:50], "after row 1: unexpected EOF"},
		{"collection with rubbish", `{"type":"FeatureCollection","features":[` + good + `;]}`, "after row 1"},
		{"TopoJSON", `{"type":"Topology","objects":{},` + "\n" + `"arcs":[]}`, "TopoJSON"},
		{"not UTF-8", good + "\n" + house("b", `{"name":"Gr`+"\xfc"+`n"}`, 9, 47), "row 2: the text is not UTF-8"},
		{"unknown encoding of its own system", `{"type":"FeatureCollection","crs":{"type":"link"},"features":[]}`, "--crs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := all(Buildings(context.Background(), write(t, "f", tt.text), Options{}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestGeoJSONHeightsAreDropped(t *testing.T) {
	text := `{"type":"Feature","properties":{},"geometry":{"coordinates":[[[9,47,5,1],[9.001,47,5,1],[9.001,47.001,5,1],[9,47,5,1]]],"type":"Polygon"}}`
	values, rejects := buildings(t, write(t, "f", text), Options{})
	if len(values) != 1 || len(rejects) != 0 {
		t.Fatalf("%v %v", briefs(values), rejects)
	}
}

func TestGeoJSONEncodings(t *testing.T) {
	good := house("a", `{"name":"Gr`+"\xfc"+`n"}`, 9, 47)
	for _, label := range []string{"windows-1252", "latin1", "CP1252", "ISO-8859-1"} {
		values, _ := buildings(t, write(t, "f", good), Options{Encoding: label})
		if len(values) != 1 || values[0].Name != "Grün" {
			t.Errorf("%s: %v", label, briefs(values))
		}
	}
	// 房屋 in GB18030; the second byte of some characters is a backslash or a brace.
	values, _ := buildings(t, write(t, "f", house("a", "{\"name\":\"\xb7\xbf\xce\xdd\x81\x5c\x90\x7b\"}", 9, 47)), Options{Encoding: "gb18030"})
	if len(values) != 1 || !strings.HasPrefix(values[0].Name, "房屋") || len([]rune(values[0].Name)) != 4 {
		t.Errorf("gb18030: %v", briefs(values))
	}
	if _, _, err := all(Buildings(context.Background(), write(t, "f", good), Options{Encoding: "klingon"})); err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("unknown encoding: %v", err)
	}
}

// Rows of any size are passed over at a fixed cost in memory.
func TestLargeRowsAreRejected(t *testing.T) {
	large := house("large", `{"name":"`+strings.Repeat("x", 300_000)+`"}`, 9, 47)
	good := house("good", "{}", 9, 47)
	for name, text := range map[string]string{
		"lines":      good + "\n" + large + "\n" + good,
		"collection": `{"type":"FeatureCollection","features":[` + good + "," + large + "," + good + "]}",
	} {
		values, rejects := buildings(t, write(t, "f", text), Options{MaxRow: 100_000})
		if len(values) != 2 {
			t.Errorf("%s: %v", name, briefs(values))
		}
		expect(t, name, reasons(rejects), []string{"2   too_large"})
	}
}

func TestReadUntilKeepsPieces(t *testing.T) {
	in := bufio.NewReaderSize(strings.NewReader("abcdefghijklmnopqrstuvwxyz\nx\n"), 16)
	line, over, err := readUntil(in, '\n', 100)
	if string(line) != "abcdefghijklmnopqrstuvwxyz\n" || over || err != nil {
		t.Errorf("%q %v %v", line, over, err)
	}
	if line, over, err = readUntil(in, '\n', 100); string(line) != "x\n" || over || err != nil {
		t.Errorf("%q %v %v", line, over, err)
	}
}

func TestDecompressionBomb(t *testing.T) {
	good := house("a", "{}", 9, 47)
	// A gzip file may be several in a row.
	path := write(t, "f.gz", zipped(t, good+"\n")+strings.Repeat(zipped(t, strings.Repeat(" ", 1<<20)), 40))
	_, _, err := all(Buildings(context.Background(), path, Options{}))
	if err == nil || !strings.Contains(err.Error(), "bomb") {
		t.Errorf("error %v, want one about a bomb", err)
	}
}

func TestStoppingEarly(t *testing.T) {
	text := strings.Repeat(house("a", "{}", 9, 47)+"\n", 5000)
	path := write(t, "f", text)
	n := 0
	for range Buildings(context.Background(), path, Options{}) {
		if n++; n == 3 {
			break
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := all(Buildings(ctx, path, Options{})); err == nil {
		t.Error("a cancelled read ends without an error")
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

func TestProgress(t *testing.T) {
	path := write(t, "f", strings.Repeat(house("a", "{}", 9, 47)+"\n", 5000))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var last, total int64
	buildings(t, path, Options{Progress: func(read, all int64) {
		if read < last {
			t.Errorf("progress goes back from %d to %d", last, read)
		}
		last, total = read, all
	}})
	if last != info.Size() || total != info.Size() {
		t.Errorf("progress ends at %d of %d, the file has %d", last, total, info.Size())
	}
}
