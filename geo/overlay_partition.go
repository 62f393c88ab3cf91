package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// sameArea is the m² by which two shapes of one house may differ, drawn twice.
const sameArea = 0.01

// Partition is how well some shapes replace another.
type Partition struct {
	Uncovered float64 // m² of the parent that no child covers
	Outside   float64 // m² of children outside of the parent
	Overlap   float64 // m² that the worst pair of children have in common
	Pair      [2]int  // that pair, lower index first; 0, 0 if no two overlap
	Identical bool    // two children are the same shape, to 0.01 m² and a hundredth, or the same point
}

// ComparePartition compares children with the parent they are to replace. It judges nothing: which
// figure is too much is the caller's rule. Areas are in the plane at the parent's centre; points have
// none. A shape that Clean would not take for its outline gives a *Defect.
func ComparePartition(parent orb.Geometry, children []orb.Geometry) (Partition, error) {
	whole, err := areaOf(parent)
	if err != nil {
		return Partition{}, err
	}
	shapes := make([]orb.MultiPolygon, len(children))
	for i, c := range children {
		if shapes[i], err = areaOf(c); err != nil {
			return Partition{}, err
		}
	}
	f := frameOf(parent.Bound())
	whole = f.bring(whole)
	for i, s := range shapes {
		shapes[i] = f.bring(s)
	}
	covered, both, err := f.coverage(whole, shapes)
	if err != nil {
		return Partition{}, err
	}
	p := Partition{Uncovered: max(0, f.area(whole)-both), Outside: max(0, covered-both)}
	err = f.comparePairs(&p, shapes)
	p.Identical = p.Identical || samePoint(children)
	return p, err
}

// coverage is the m² that the children cover together, and how much of that is the parent's.
func (f frame) coverage(whole orb.MultiPolygon, children []orb.MultiPolygon) (covered, both float64, err error) {
	union := geom.Geometry{}
	for _, c := range children {
		if err == nil {
			union, err = geom.Union(union, toSimpleFeatures(c))
		}
	}
	if err == nil {
		common, err := geom.Intersection(toSimpleFeatures(whole), union)
		if err == nil {
			return union.Area() * f.x * f.y, common.Area() * f.x * f.y, nil
		}
	}
	// As for overlap: where the library gives up, the raster serves.
	if len(children) == 0 {
		return 0, 0, nil
	}
	all, err := f.union(children)
	if err != nil {
		return 0, 0, fmt.Errorf("union of the children: %w", err)
	}
	both, err = f.overlap(whole, all)
	return f.area(all), both, err
}

// comparePairs fills in what is known by comparing children of the frame with each other.
func (f frame) comparePairs(p *Partition, shapes []orb.MultiPolygon) error {
	for j, b := range shapes {
		for i, a := range shapes[:j] {
			if len(a) == 0 || len(b) == 0 || !a.Bound().Intersects(b.Bound()) {
				continue
			}
			common, err := f.overlap(a, b)
			if err != nil {
				return err
			}
			if common > p.Overlap {
				p.Overlap, p.Pair = common, [2]int{i, j}
			}
			one, other := f.area(a), f.area(b)
			if one+other-2*common < min(sameArea, one/100, other/100) {
				p.Identical = true
			}
		}
	}
	return nil
}

func samePoint(gs []orb.Geometry) bool {
	seen := map[orb.Point]bool{}
	for _, g := range gs {
		if p, ok := g.(orb.Point); ok {
			if seen[Round(p)] {
				return true
			}
			seen[Round(p)] = true
		}
	}
	return false
}
