package geo

import (
	"github.com/paulmach/orb"
)

// Overlap returns the square metres that two shapes have in common. Points have no area and give 0.
// Shapes that are not valid give a *Defect.
func Overlap(a, b orb.Geometry) (float64, error) {
	return 0, defect(Empty, "not yet")
}

// Union returns what any of the areas covers, as a Polygon or MultiPolygon.
func Union(gs ...orb.Geometry) (orb.Geometry, error) {
	return nil, defect(Empty, "not yet")
}

// Difference returns what a covers and b does not, as a Polygon or MultiPolygon. What is left of less
// than SliverWidth is dropped; when nothing is left the error is a *Defect with reason Empty.
func Difference(a, b orb.Geometry) (orb.Geometry, error) {
	return nil, defect(Empty, "not yet")
}
