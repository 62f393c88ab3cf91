package geo

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// TestDisjoint: every point that lies in a box lies in exactly one of the disjoint ones, and no other point does.
func TestDisjoint(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	in := func(b orb.Bound, p orb.Point) bool {
		return b.Min[0] <= p[0] && p[0] < b.Max[0] && b.Min[1] <= p[1] && p[1] < b.Max[1]
	}
	for range 200 {
		var boxes []orb.Bound
		for range random.IntN(8) {
			x, y := float64(random.IntN(10)), float64(random.IntN(10))
			boxes = append(boxes, orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + float64(random.IntN(5)), y + float64(random.IntN(5))}})
		}
		out := Disjoint(boxes)
		for x := -0.5; x < 16; x += 0.5 {
			for y := -0.5; y < 16; y += 0.5 {
				held, times := false, 0
				for _, b := range boxes {
					held = held || in(b, orb.Point{x, y})
				}
				for _, b := range out {
					if in(b, orb.Point{x, y}) {
						times++
					}
				}
				if held && times != 1 || !held && times != 0 {
					t.Fatalf("%v,%v is in %d of %v, made of %v", x, y, times, out, boxes)
				}
			}
		}
	}
	if one := Disjoint([]orb.Bound{{Max: orb.Point{1, 3}}, {Min: orb.Point{0, 1}, Max: orb.Point{1, 2}}}); len(one) != 1 {
		t.Errorf("a box in a box: %v", one)
	}
}
