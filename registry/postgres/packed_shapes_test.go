package postgres

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"fangma/geo"
)

func TestPackedShapesComeBackToTheBit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	ring := func(n int) orb.Ring {
		r := make(orb.Ring, n)
		for i := range r {
			r[i] = geo.Round(orb.Point{random.Float64()*360 - 180, random.Float64()*180 - 90})
		}
		return r
	}
	shapes := []orb.Geometry{orb.Point{180, -90}, orb.Point{0, 0}, orb.Polygon{ring(9_000)}, orb.Polygon{ring(200_000)}}
	for range 2_000 {
		shapes = append(shapes, geo.Round(orb.Point{random.Float64() * 100, random.Float64() * 50}), orb.Polygon{ring(5), ring(4)},
			orb.MultiPolygon{{ring(7)}, {ring(5), ring(5)}})
	}
	var packed packedShapes
	var where []packedShape
	for _, s := range shapes {
		where = append(where, packed.add(s))
		packed.drop(packed.add(orb.Polygon{ring(3)}))
	}
	for i, s := range shapes {
		if got := packed.at(where[i]); !orb.Equal(got, s) {
			t.Fatalf("%v came back as %v", s, got)
		}
		if i > 0 && bytes.Equal(packed.bytes(where[i]), packed.bytes(where[i-1])) {
			t.Errorf("shapes %d and %d have the same bytes", i-1, i)
		}
	}
}
