package registry

import (
	"fmt"

	"fangma/geo"
)

// A split's children may leave a little of the parent uncovered, reach a
// little beyond it, and overlap each other a little: outlines are measured
// anew when a house is divided. The larger of the two holds.
const (
	partitionShare = 0.01 // of the parent's area
	partitionArea  = 0.5  // m²
)

// Split asks to divide a building into new ones. The parent is retired, every
// child gets a new code.
type Split struct {
	Why
	// Children state at least a shape each; other facts come from the parent
	// where they are not stated. External ids are given by disposition.
	Children    []Input         `json:"children"`
	ValidFrom   *Date           `json:"validFrom,omitempty"`
	Dwellings   []Disposition   `json:"dwellings,omitempty"`
	ExternalIDs []IDDisposition `json:"externalIds,omitempty"`
	Override    *Override       `json:"override,omitempty"`
}

// Split decides what becomes of a building that is divided; dwellings are all
// that were ever in it. It fails with Invalid, naming every field, and with
// Conflict for a retired or void code.
func (b *Building) Split(r Split, dwellings []*Dwelling, at Place) (Outcome, error) {
	var f fieldErrors
	r.Why.check(&f)
	checkOverride(&f, r.Override)
	day := at.Today
	setIf(&day, r.ValidFrom)
	facts, err := b.standingOn(&f, day)
	if err != nil {
		return Outcome{}, err
	}
	children := b.splitChildren(&f, r, facts)
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	if r.Override == nil {
		if err := checkPartition(&f, facts.Shape, children); err != nil {
			return Outcome{}, err
		}
	}
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	return b.splitInto(children, day, r, dwellings, at)
}

func (b *Building) splitChildren(f *fieldErrors, r Split, parent Facts) []Facts {
	if len(r.Children) < 2 || len(r.Children) > 100 {
		f.add("children", "a split makes 2 to 100 buildings")
		return nil
	}
	children := make([]Facts, len(r.Children))
	for i, in := range r.Children {
		var own fieldErrors
		in = in.clean(&own)
		if in.Shape == nil {
			own.add("geometry", "is required")
		}
		if in.ExternalIDs != nil {
			own.add("externalIds", "are given by the split's own dispositions")
		}
		if in.State != nil && !in.State.Standing() {
			own.add("state", "a child of a split stands or is planned")
		}
		for _, e := range own {
			f.add(fmt.Sprintf("children[%d].%s", i, e.Field), "%s", e.Reason)
		}
		children[i] = parent
		in.apply(&children[i])
		setIf(&children[i].State, in.State)
		setIf(&children[i].Shape, in.Shape)
	}
	return children
}

func checkPartition(f *fieldErrors, parent Shape, children []Facts) error {
	shapes := shapesOf(children)
	p, err := geo.ComparePartition(parent.Geometry, shapes)
	if err != nil {
		f.add("children", "cannot be compared with the building: %v", err)
		return nil
	}
	limit := max(partitionArea, partitionShare*geo.Area(parent.Geometry))
	if p.Identical {
		f.add("children", "%d and %d have the same outline", p.Pair[0], p.Pair[1])
	} else if p.Overlap > limit {
		f.add("children", "%d and %d overlap by %.1f m²; up to %.1f are tolerated", p.Pair[0], p.Pair[1], p.Overlap, limit)
	}
	if p.Uncovered > limit {
		f.add("children", "leave %.1f m² of the building uncovered; up to %.1f are tolerated, more needs an override with a reason", p.Uncovered, limit)
	}
	if p.Outside > limit {
		f.add("children", "reach %.1f m² beyond the building; up to %.1f are tolerated, more needs an override with a reason", p.Outside, limit)
	}
	return nil
}

func (b *Building) splitInto(children []Facts, day Date, r Split, dwellings []*Dwelling, at Place) (Outcome, error) {
	var out Outcome
	parent := b.endInto(AsSplit, day)
	codes := make([]Code, len(children))
	shares := shares(children)
	for i := range children {
		child, err := at.found(children[i], day)
		if err != nil {
			return out, err
		}
		codes[i] = child.Code
		out.building(nil, child)
		out.edge(b.Code, child.Code, RelationSplit, &shares[i])
	}
	var f fieldErrors
	s := &settler{day: day, at: at, children: codes, leaving: map[Code]bool{b.Code: true}, out: &out, f: &f}
	s.settleIDs(b, &parent, r.ExternalIDs)
	out.building(b, parent)
	if err := s.settle(dwellings, r.Dwellings); err != nil {
		return out, err
	}
	return out, f.err()
}

// found makes a new building of an event from facts whose shape is set.
func (p Place) found(facts Facts, day Date) (Building, error) {
	if err := p.settle(&facts, facts.Shape.Geometry); err != nil {
		return Building{}, err
	}
	code, err := p.Mint(KindBuilding)
	if err != nil {
		return Building{}, err
	}
	return successor(code, day, facts), nil
}

// shares tells how the parent's floor area falls to the children: by footprint
// and storeys. They add up to 1.
func shares(children []Facts) []float64 {
	out := make([]float64, len(children))
	sum := 0.0
	for i, c := range children {
		out[i] = c.floorArea()
		sum += out[i]
	}
	for i := range out {
		if sum > 0 {
			out[i] /= sum
		} else {
			out[i] = 1 / float64(len(out))
		}
	}
	return out
}

// floorArea is footprint times storeys above ground, one if unknown, in m².
func (f Facts) floorArea() float64 {
	floors := 1
	setIf(&floors, f.Floors)
	return geo.Area(f.Shape.Geometry) * float64(floors)
}
