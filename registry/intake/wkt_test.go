package intake

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"
)

func TestParseWKT(t *testing.T) {
	triangle := orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 0}}}
	tests := []struct {
		text string
		want orb.Geometry
	}{
		{"POINT (1 2)", orb.Point{1, 2}},
		{" point( 1.5  -2e1 ) ", orb.Point{1.5, -20}},
		{"POINT Z (1 2 3)", orb.Point{1, 2}},
		{"POINTZM(1 2 3 4)", orb.Point{1, 2}},
		{"SRID=4326;POINT(1 2)", orb.Point{1, 2}},
		{"POLYGON ((0 0, 4 0, 4 4, 0 0))", triangle},
		{"POLYGON((0 0,4 0,4 4,0 0))", triangle},
		{"POLYGON Z ((0 0 9, 4 0 9, 4 4 9, 0 0 9))", triangle},
		{"POLYGON ((0 0, 4 0, 4 4))", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}}}},
		{"POLYGON ((0 0,9 0,9 9,0 0), (1 1,2 1,2 2,1 1))", orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, {{1, 1}, {2, 1}, {2, 2}, {1, 1}}}},
		{"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), EMPTY)", orb.MultiPolygon{triangle, {}}},
		{"POLYGON EMPTY", nil},
		{"POINT Z EMPTY", nil},
		{"LINESTRING (1 2, 3 4)", orb.Collection{}},
	}
	for _, tt := range tests {
		if got, err := parseWKT(tt.text); err != nil || !orb.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
	for _, text := range []string{"", "POINT", "POINT (1)", "POINT (1 2", "POINT (1 2) x", "POINT (1 2, 3 4)", "POINT (1 x)", "POINT (1 2 3 4 5)",
		"POLYGON (1 2, 3 4)", "POLYGON ()", "POLYGON (())", "CIRCLE (1 2)", "POINT W (1 2)", "SRID=2056;POINT (1 2)", "POLYGON EMPTY (", "Z (1 2)"} {
		if got, err := parseWKT(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestParseWKTReadsWhatOrbWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var mp orb.MultiPolygon
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			var p orb.Polygon
			for range rapid.IntRange(1, 3).Draw(t, "rings") {
				var r orb.Ring
				for range rapid.IntRange(1, 5).Draw(t, "points") {
					r = append(r, orb.Point{rapid.Float64Range(-180, 180).Draw(t, "x"), rapid.Float64Range(-90, 90).Draw(t, "y")})
				}
				p = append(p, r)
			}
			mp = append(mp, p)
		}
		text := wkt.MarshalString(mp)
		if got, err := parseWKT(text); err != nil || !orb.Equal(got, mp) {
			t.Fatalf("%s: %v, %v", text, got, err)
		}
	})
}
