package geo

import (
	"testing"

	"github.com/paulmach/orb"
)

// The shapes that cost most: every edge's box meets every other's. They must be decided, not crash; the
// bounds on the number of points keep the time short.
func TestHostileShapes(t *testing.T) {
	serpentine := orb.Ring{}
	for i := range 1500 {
		d := float64(i) * 1e-8
		a, b := orb.Point{9 + d, 47 - d}, orb.Point{9.003 + d, 47.003 - d}
		if i%2 == 1 {
			a, b = b, a
		}
		serpentine = append(serpentine, a, b)
	}
	end := serpentine[len(serpentine)-1]
	serpentine = append(serpentine, orb.Point{end[0] + 1e-8, 46.99}, orb.Point{8.99, 46.99})
	if _, err := Clean(orb.Polygon{serpentine}); err != nil {
		t.Errorf("serpentine: %v", err)
	}
	var strips orb.MultiPolygon
	for i := range 500 {
		d := float64(i) * 1e-6
		strips = append(strips, orb.Polygon{{{9 + d, 47 - d}, {9.003 + d, 47.003 - d},
			{9.003 + d + 1e-7, 47.003 - d - 1e-7}, {9 + d + 1e-7, 47 - d - 1e-7}, {9 + d, 47 - d}}})
	}
	if _, err := Clean(strips); err != nil {
		t.Errorf("strips: %v", err)
	}
}
