package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func TestMostShared(t *testing.T) {
	square := func(x, y, size float64) orb.Polygon {
		return orb.Polygon{{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}}
	}
	corner := orb.Polygon{{{0, 0}, {4, 0}, {4, 1}, {1, 1}, {1, 4}, {0, 4}, {0, 0}}}
	for _, c := range []struct {
		what string
		a, b orb.Geometry
		want float64
	}{
		{"apart", square(0, 0, 1), square(2, 0, 1), 0},
		{"side by side", square(0, 0, 1), square(1, 0, 1), 0},
		{"half", square(0, 0, 2), square(1, 0, 2), 0.5},
		{"the same", square(0, 0, 2), square(0, 0, 2), 1},
		{"one in the other", square(0, 0, 4), square(1, 1, 1), 1},
		{"in the corner's box", corner, square(2, 2, 2), 0},
		{"parts", orb.MultiPolygon{square(0, 0, 1), square(4, 0, 1)}, orb.MultiPolygon{square(0, 0, 1), square(9, 0, 1)}, 0.5},
	} {
		if got := MostShared(c.a, c.b); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		if there, back := MostShared(c.a, c.b), MostShared(c.b, c.a); there != back {
			t.Errorf("%s: %v one way and %v the other", c.what, there, back)
		}
	}
}

// What two shapes really share is never more.
func TestMostSharedIsABound(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	turned := func() orb.Polygon {
		x, y, w, h, angle := random.Float64()*3, random.Float64()*3, 1+random.Float64(), 1+random.Float64(), random.Float64()*math.Pi
		sin, cos := math.Sincos(angle)
		var ring orb.Ring
		for _, c := range [5][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}, {0, 0}} {
			ring = append(ring, orb.Point{x + c[0]*cos - c[1]*sin, y + c[0]*sin + c[1]*cos})
		}
		return orb.Polygon{ring}
	}
	inside := func(p orb.Point, q orb.Polygon) bool { return locatePolygon(p, q) == inside }
	met := 0
	for range 300 {
		a, b := turned(), turned()
		both, all := 0, 0
		const step = 0.05
		box := a.Bound()
		for x := box.Min[0]; x < box.Max[0]; x += step {
			for y := box.Min[1]; y < box.Max[1]; y += step {
				p := orb.Point{x, y}
				if inside(p, a) {
					all++
					if inside(p, b) {
						both++
					}
				}
			}
		}
		share := float64(both) * step * step / min(polygonDegrees(a), polygonDegrees(b))
		if both > 0 {
			met++
		}
		if bound := MostShared(a, b); bound < share-0.1 {
			t.Errorf("%v and %v share %.2f, at most %.2f", a, b, share, bound)
		}
	}
	if met < 50 {
		t.Errorf("only %d pairs met", met)
	}
}
