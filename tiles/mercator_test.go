package tiles

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// TestNearbyIsTheSame holds the projection of corners near a first one against that of each by itself: they differ by a
// unit at the most, and hardly ever.
func TestNearbyIsTheSame(t *testing.T) {
	differ, n := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		first := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-89, 89).Draw(t, "lat")}
		near := nearby(first)
		for range 100 {
			d := rapid.Float64Range(-0.006, 0.006)
			p := orb.Point{first[0] + d.Draw(t, "east"), first[1] + d.Draw(t, "north")}
			got, want := near.toWorld(p), toWorld(p)
			n++
			if got == want {
				continue
			}
			if differ++; got.x != want.x || got.y-want.y > 1 || want.y-got.y > 1 {
				t.Fatalf("%v near %v: %v, want %v", p, first, got, want)
			}
		}
	})
	if differ > n/200 {
		t.Errorf("%d of %d differ", differ, n)
	}
}
