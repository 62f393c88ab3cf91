package geo

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom/encoding/ewkb"
)

func TestAppendEWKB(t *testing.T) {
	area := orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 0}}, {{2, 1}, {3, 2}, {3, 1}, {2, 1}}}
	for _, g := range []orb.Geometry{orb.Point{114.5, -22}, area, orb.MultiPolygon{area, area[:1]}} {
		stored, err := ToGeom(g)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ewkb.Marshal(stored, binary.LittleEndian)
		if err != nil {
			t.Fatal(err)
		}
		got, err := AppendEWKB([]byte("x"), g)
		if err != nil || !bytes.Equal(got[1:], want) {
			t.Errorf("%v is written %x, %v; want %x", g, got, err, want)
		}
	}
	if _, err := AppendEWKB(nil, orb.LineString{}); err == nil {
		t.Error("a line is taken for something to store")
	}
}
