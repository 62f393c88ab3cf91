package intake

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
)

// fuzzFile reads data as a file of buildings and of divisions. Errors are welcome, panics are not, and what
// is accepted must be whole.
func fuzzFile(t *testing.T, data []byte) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	opt := Options{MaxRow: 1 << 20, Transformer: mercator{}, Explode: true, Levels: map[int]int{8: 5}}
	for item, err := range Buildings(context.Background(), path, opt) {
		switch {
		case err != nil:
		case item.Reject != nil:
			if item.Reject.Reason == "" || item.Reject.Detail == "" {
				t.Fatalf("a reject without a reason: %+v", *item.Reject)
			}
		case item.Value.Footprint.Geometry == nil || item.Value.Row < 1:
			t.Fatalf("%+v", item.Value)
		}
	}
	for item, err := range Divisions(context.Background(), path, opt) {
		if err == nil && item.Reject == nil && (item.Value.Code == "" || item.Value.Level < 1) {
			t.Fatalf("%+v", item.Value)
		}
	}
}

func seedFiles(f *testing.F, paths ...string) {
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func FuzzGeoJSON(f *testing.F) {
	one := house("a", `{"name":"Grün","parent":{"adcode":1},"levels":3}`, 9, 47)
	for _, s := range []string{one, one + "\n" + one, "\x1e" + one + "\n\x1e" + one, "{\n\"type\":\"FeatureCollection\",\"features\":[" + one + "," + one + "]}",
		`{"crs":{"type":"name","properties":{"name":"EPSG:3857"}},"features":[` + inMercator("a", 1059800, 5965000) + "]}", `{"type":"Point","coordinates":[9,47]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(fuzzFile)
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"id,lon,lat\n1,9.52,47.14\n", "编号;名称;wkt\n1;\"a\nb\";\"POLYGON((9 47,9.001 47,9 47.001,9 47))\"\n", "code\tname\tlevel\n1\tx\t1\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(fuzzFile)
}

func FuzzShapefile(f *testing.F) {
	seedFiles(f, "testdata/wgs84-heights.zip", "testdata/gb18030.zip", "testdata/lv95-windows1252.zip")
	f.Fuzz(fuzzFile)
}

func FuzzOSM(f *testing.F) {
	seedFiles(f, "testdata/town.osm.pbf", "testdata/town-plain-nodes.osm.pbf")
	f.Fuzz(fuzzFile)
}

func FuzzWKT(f *testing.F) {
	for _, s := range []string{"POINT (1 2)", "SRID=4326;POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY)", "POINT EMPTY"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { _, _ = parseShapeText(s) })
}

func FuzzShape(f *testing.F) {
	f.Add(shape(orb.Ring{{0, 0}, {0, 1}, {1, 1}, {0, 0}}))
	f.Fuzz(func(_ *testing.T, raw []byte) { parseShape(raw) })
}

func FuzzPBF(f *testing.F) {
	f.Add([]byte{0x0a, 0x03, 0x0a, 0x01, 'x', 0x12, 0x02, 0x0a, 0x00})
	f.Fuzz(func(_ *testing.T, data []byte) {
		b := pbfBlock{handler: pbfHandler{
			node:     func(int64, float64, float64) error { return nil },
			way:      func(int64, pbfTags, []int64) error { return nil },
			relation: func(int64, pbfTags, []pbfMember) error { return nil },
		}}
		_ = b.scan(data)
		_, _ = unpackBlob(data, nil)
	})
}

// The walker over JSON must refuse what encoding/json refuses, but for numbers, which it does not look into.
func FuzzJSONText(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,2,{"b":"c\n"}]}`, `[`, `"\u00e4"`, `{"a":1,}`, `{"a" 1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := jsonText{b: data}
		err := text.skip()
		if err == nil {
			err = text.end()
		}
		if err != nil && err != errDepth && json.Valid(data) {
			t.Fatalf("%q is JSON, but %v", data, err)
		}
	})
}
