package registry

import (
	"errors"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// carveShare is the most of a building's floor area that may leave it while it
// keeps its code; more than that is a split.
const carveShare = 0.2

// CarveOut asks that a small part of a building becomes one of its own. The
// building keeps its code, the part gets a new one.
type CarveOut struct {
	Why
	// Part states the new building; a shape at least.
	Part Input `json:"part"`
	// Rest is the outline that stays; what the part leaves over if nil.
	Rest      *Shape `json:"rest,omitempty"`
	ValidFrom *Date  `json:"validFrom,omitempty"`
	// Dwellings that move to the part, or end; the others stay.
	Dwellings []Disposition `json:"dwellings,omitempty"`
	// ExternalIDs that go to the part; the others stay.
	ExternalIDs []ExternalID `json:"externalIds,omitempty"`
	Override    *Override    `json:"override,omitempty"`
}

// CarveOut decides what becomes of a building that a part leaves. It fails
// with Invalid, naming every field, and with Conflict.
func (b *Building) CarveOut(r CarveOut, dwellings []*Dwelling, at Place) (Outcome, error) {
	var f fieldErrors
	r.Why.check(&f)
	checkOverride(&f, r.Override)
	day := at.Today
	setIf(&day, r.ValidFrom)
	facts, err := b.standingOn(&f, day)
	if err != nil {
		return Outcome{}, err
	}
	part, rest := b.carve(&f, r, facts)
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	child, err := at.found(part, day)
	if err != nil {
		return out, err
	}
	stays, err := b.reshapedFrom(day, rest.Geometry, at)
	if err != nil {
		return out, err
	}
	out.building(nil, child)
	out.building(b, stays)
	share := part.floorArea() / facts.floorArea()
	share = min(share, 1)
	out.edge(b.Code, child.Code, RelationCarveOut, &share)
	b.carveIDs(&f, &out, child.Code, r.ExternalIDs)
	if err := b.carveDwellings(&f, &out, child.Code, dwellings, r.Dwellings, day, at); err != nil {
		return out, err
	}
	return out, f.err()
}

func (b *Building) carve(f *fieldErrors, r CarveOut, facts Facts) (part Facts, rest *Shape) {
	var own fieldErrors
	in := r.Part.clean(&own)
	if in.Shape == nil {
		own.add("geometry", "is required")
	}
	if in.ExternalIDs != nil {
		own.add("externalIds", "are named beside the part")
	}
	if in.State != nil && !in.State.Standing() {
		own.add("state", "the part stands or is planned")
	}
	for _, e := range own {
		f.add("part."+e.Field, "%s", e.Reason)
	}
	part = facts
	in.apply(&part)
	setIf(&part.State, in.State)
	if len(*f) > 0 {
		return part, nil
	}
	part.Shape = *in.Shape
	rest = r.Rest
	if rest != nil {
		rest = cleanShape(f, *rest)
	} else {
		rest = &Shape{leftOver(f, facts.Shape, part.Shape)}
	}
	if len(*f) > 0 {
		return part, nil
	}
	if share := part.floorArea() / facts.floorArea(); share > carveShare {
		f.add("part.geometry", "is %.0f %% of the floor area; above %.0f %% the building does not stay itself: split it", share*100, carveShare*100)
	}
	if r.Override == nil {
		_ = checkPartition(f, facts.Shape, []Facts{{Shape: *rest}, part})
	}
	return part, rest
}

func leftOver(f *fieldErrors, whole, part Shape) orb.Geometry {
	g, err := geo.Difference(whole.Geometry, part.Geometry)
	var defect *geo.Defect
	switch {
	case errors.As(err, &defect):
		f.add("part.geometry", "%s: %s", defect.Reason, defect.Detail)
	case err != nil:
		f.add("part.geometry", "cannot be cut out: %v", err)
	}
	return g
}

func (b *Building) carveIDs(f *fieldErrors, out *Outcome, child Code, ids []ExternalID) {
	had := map[ExternalID]bool{}
	for _, id := range b.ExternalIDs {
		had[id] = true
	}
	for _, id := range ids {
		if !had[id] {
			f.add("externalIds", "%s %s is not an id of %s", id.Source, id.ID, b.Code)
		}
		delete(had, id)
	}
	stays := out.Buildings[1].Is
	stays.ExternalIDs = nil
	for _, id := range b.ExternalIDs {
		if had[id] {
			stays.ExternalIDs = append(stays.ExternalIDs, id)
		} else {
			out.give(child, id)
		}
	}
}

// carveDwellings moves only the named dwellings; the building stays, so the
// rest need not be named.
func (b *Building) carveDwellings(f *fieldErrors, out *Outcome, child Code, dwellings []*Dwelling, ds []Disposition, day Date, at Place) error {
	named := map[Code]bool{}
	for _, d := range ds {
		named[d.Dwelling] = true
	}
	var leaving []*Dwelling
	for _, d := range dwellings {
		if named[d.Code] {
			leaving = append(leaving, d)
		}
	}
	s := &settler{day: day, at: at, children: []Code{child}, leaving: map[Code]bool{b.Code: true}, out: out, f: f}
	return s.settle(leaving, ds)
}
