package registry

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// mergeGap is how far apart, in metres, the parts of a merge may be; the gap is
// closed.
const mergeGap = 0.05

// Merge asks to make one building out of several that touch. The parents are
// retired, the child gets a new code, their external ids and their dwellings.
type Merge struct {
	Why
	Parents []Code `json:"parents"`
	// Child states what shall differ from the largest parent. Without a shape
	// it gets the parents' outlines melted together.
	Child     Input         `json:"child,omitzero"`
	ValidFrom *Date         `json:"validFrom,omitempty"`
	Dwellings []Disposition `json:"dwellings,omitempty"`
	Override  *Override     `json:"override,omitempty"`
}

// MergeBuildings decides what becomes of buildings that are made one. A
// dwelling without disposition moves to the child. It fails with Invalid,
// naming every field, and with Conflict for a retired or void code.
func MergeBuildings(r Merge, parents []*Building, dwellings []*Dwelling, at Place) (Outcome, error) {
	var f fieldErrors
	r.Why.check(&f)
	checkOverride(&f, r.Override)
	day := at.Today
	setIf(&day, r.ValidFrom)
	if len(parents) < 2 || len(parents) > 100 {
		f.add("parents", "a merge takes 2 to 100 buildings")
		return Outcome{}, f.err()
	}
	facts, err := factsOf(&f, parents, day)
	if err != nil {
		return Outcome{}, err
	}
	in := r.Child.clean(&f)
	if in.ExternalIDs != nil {
		f.add("child.externalIds", "come from the parents")
	}
	child := facts[largest(facts)]
	in.apply(&child)
	setIf(&child.State, in.State)
	if !child.State.Standing() {
		f.add("child.state", "the child of a merge stands or is planned")
	}
	joined := joinShapes(&f, "parents", facts)
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	child.Shape = Shape{joined}
	setIf(&child.Shape, in.Shape)
	return mergeInto(child, parents, facts, day, r, dwellings, at)
}

func mergeInto(child Facts, parents []*Building, facts []Facts, day Date, r Merge, dwellings []*Dwelling, at Place) (Outcome, error) {
	var out Outcome
	b, err := at.found(child, day)
	if err != nil {
		return out, err
	}
	out.building(nil, b)
	leaving := map[Code]bool{}
	whole := 1.0
	for _, p := range parents {
		leaving[p.Code] = true
		ended := p.endInto(AsMerged, day)
		ended.ExternalIDs = nil
		out.building(p, ended)
		out.give(b.Code, p.ExternalIDs...)
		out.edge(p.Code, b.Code, RelationMerge, &whole)
	}
	var f fieldErrors
	s := &settler{day: day, at: at, children: []Code{b.Code}, leaving: leaving, fallback: &b.Code, out: &out, f: &f}
	if err := s.settle(dwellings, r.Dwellings); err != nil {
		return out, err
	}
	return out, f.err()
}

// factsOf gives what holds of each building on the day, and refuses a mix of
// houses and plans.
func factsOf(f *fieldErrors, buildings []*Building, day Date) ([]Facts, error) {
	facts := make([]Facts, len(buildings))
	seen := map[Code]bool{}
	for i, b := range buildings {
		var err error
		if facts[i], err = b.standingOn(f, day); err != nil {
			return nil, err
		}
		if seen[b.Code] {
			f.add("parents", "%s is given twice", b.Code)
		}
		seen[b.Code] = true
		if (facts[i].State == Planned) != (facts[0].State == Planned) {
			f.add("parents", "%s is %s and %s is %s: a house and a plan cannot become one", buildings[0].Code, facts[0].State, b.Code, facts[i].State)
		}
	}
	return facts, nil
}

// joinShapes melts outlines together; what does not touch is named.
func joinShapes(f *fieldErrors, field string, facts []Facts) orb.Geometry {
	if len(*f) > 0 {
		return nil
	}
	joined, err := geo.Join(shapesOf(facts), mergeGap)
	var defect *geo.Defect
	switch {
	case errors.As(err, &defect):
		f.add(field, "%s: %s", defect.Reason, defect.Detail)
	case err != nil:
		f.add(field, "cannot be joined: %v", err)
	}
	return joined
}

func shapesOf(facts []Facts) []orb.Geometry {
	shapes := make([]orb.Geometry, len(facts))
	for i, c := range facts {
		shapes[i] = c.Shape.Geometry
	}
	return shapes
}

func largest(facts []Facts) int {
	best := 0
	for i, c := range facts {
		if c.floorArea() > facts[best].floorArea() {
			best = i
		}
	}
	return best
}

// Absorption asks that a large building takes small ones in: it keeps its
// code, they are retired into it.
type Absorption struct {
	Why
	Into Code   `json:"into"`
	From []Code `json:"from"`
	// Shape is the outline afterwards; melted together if nil.
	Shape     *Shape        `json:"geometry,omitempty"`
	ValidFrom *Date         `json:"validFrom,omitempty"`
	Dwellings []Disposition `json:"dwellings,omitempty"`
}

// AbsorbBuildings decides what becomes of a building that takes others in; the
// first of all is the one that stays. A dwelling without disposition moves to
// it. It fails with Invalid, naming every field, and with Conflict.
func AbsorbBuildings(r Absorption, all []*Building, dwellings []*Dwelling, at Place) (Outcome, error) {
	var f fieldErrors
	r.Why.check(&f)
	day := at.Today
	setIf(&day, r.ValidFrom)
	if len(all) < 2 || len(all) > 100 {
		f.add("from", "1 to 99 buildings can be taken in at once")
		return Outcome{}, f.err()
	}
	facts, err := factsOf(&f, all, day)
	if err != nil {
		return Outcome{}, err
	}
	if i := largest(facts); i != 0 && len(f) == 0 {
		f.add("into", "the larger building keeps its code, and %s has more floor area: absorb into it, or merge", all[i].Code)
	}
	shape := joinShapes(&f, "from", facts)
	if r.Shape != nil {
		shape = cleanShape(&f, *r.Shape).Geometry
	}
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	into, err := all[0].reshapedFrom(day, shape, at)
	if err != nil {
		return out, err
	}
	out.building(all[0], into)
	leaving := map[Code]bool{}
	whole := 1.0
	for _, b := range all[1:] {
		leaving[b.Code] = true
		ended := b.endInto(AsMerged, day)
		ended.ExternalIDs = nil
		out.building(b, ended)
		out.give(into.Code, b.ExternalIDs...)
		out.edge(b.Code, into.Code, RelationAbsorb, &whole)
	}
	s := &settler{day: day, at: at, others: map[Code]bool{into.Code: true}, leaving: leaving, fallback: &into.Code, out: &out, f: &f}
	if err := s.settle(dwellings, r.Dwellings); err != nil {
		return out, err
	}
	return out, f.err()
}

// reshapedFrom gives the building another outline from a day on.
func (b Building) reshapedFrom(day Date, shape orb.Geometry, at Place) (Building, error) {
	next := b
	next.Timeline = b.Timeline.split(day)
	for i := range next.Timeline {
		if next.Timeline[i].From < day {
			continue
		}
		if err := at.settle(&next.Timeline[i].Facts, shape); err != nil {
			return b, fmt.Errorf("settle %s: %w", b.Code, err)
		}
	}
	next.Version = b.Version + 1
	return next, nil
}
