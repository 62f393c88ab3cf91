package geo

import (
	"github.com/paulmach/orb"
)

// Partition is how well some shapes replace another.
type Partition struct {
	Uncovered float64 // m² of the parent that no child covers
	Outside   float64 // m² of children outside of the parent
	Overlap   float64 // m² that the worst pair of children have in common
	Pair      [2]int  // that pair, lower index first; 0, 0 if no two overlap
	Identical bool    // two children are the same shape
}

// ComparePartition compares children with the parent they are to replace. It judges nothing: which
// figure is too much is the caller's rule.
func ComparePartition(parent orb.Geometry, children []orb.Geometry) (Partition, error) {
	return Partition{}, defect(Empty, "not yet")
}
