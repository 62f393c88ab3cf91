package registry

import (
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// farMove is how far, in metres, a building's point may move by a correction
// without a word of explanation.
const farMove = 20.0

// Registration asks for a new building.
type Registration struct {
	Input
	Why
	// ValidFrom is the first day on which the stated facts hold; today if nil.
	ValidFrom *Date     `json:"validFrom,omitempty"`
	Override  *Override `json:"override,omitempty"`
	// Replaces are demolished buildings in whose place this one is built.
	Replaces []Code `json:"replaces,omitempty"`
}

// Override lets a footprint stand although the overlap guard objects.
type Override struct {
	Reason string `json:"reason"`
}

// Place is what the decisions need to know about where they are made: the
// grid's resolution, today's date in the registry's zone, and the community
// that holds a point (0 if none does).
type Place struct {
	Resolution int
	Today      Date
	Community  func(orb.Point) int64
	// Mint hands out a new code. Only events that make codes call it, and only
	// once all they were given is in order.
	Mint func(Kind) (Code, error)
}

// settle puts a cleaned shape into the facts with all that follows from it.
func (p Place) settle(f *Facts, shape orb.Geometry) error {
	if err := f.Settle(shape, p.Resolution); err != nil {
		return err
	}
	f.Community = 0
	if p.Community != nil {
		f.Community = p.Community(f.Point)
	}
	return nil
}

// Register decides what a new building is. The code is the caller's to add.
// It fails with kind Invalid, naming every field.
func Register(r Registration, at Place) (Building, error) {
	var f fieldErrors
	in := r.Input.clean(&f)
	r.Why.check(&f)
	checkOverride(&f, r.Override)
	if in.Shape == nil {
		f.add("geometry", "is required")
	}
	state := InUse
	setIf(&state, in.State)
	if state.Valid() && !state.Standing() {
		f.add("state", "a building is registered while it stands or is planned; retire it afterwards")
	}
	from := at.Today
	setIf(&from, r.ValidFrom)
	if err := f.err(); err != nil {
		return Building{}, err
	}
	facts := Facts{State: state, Evidence: Observed, Legality: UnknownLegality}
	in.apply(&facts)
	if err := at.settle(&facts, in.Shape.Geometry); err != nil {
		return Building{}, err
	}
	b := Building{
		Version:  1,
		Standing: Standing{Status: Active, From: from, Before: Reserved},
		Timeline: Timeline{{Period{from, Forever}, facts}},
	}
	if in.ExternalIDs != nil {
		b.ExternalIDs = *in.ExternalIDs
	}
	return b, nil
}

// Rebuild decides the lineage of a new building that stands where others were
// demolished. It fails with Invalid for one that was not, or not yet.
func (b Building) Rebuild(old []*Building) ([]Lineage, error) {
	var f fieldErrors
	var edges []Lineage
	for _, o := range old {
		if o.Status != Retired || o.As != AsDemolished || o.Standing.From > b.Timeline.Since() {
			f.add("replaces", "%s was not demolished before %s", o.Code, b.Timeline.Since())
		}
		edges = append(edges, Lineage{Parent: o.Code, Child: b.Code, Relation: RelationRebuild, ValidFrom: b.Timeline.Since()})
	}
	return edges, f.err()
}

func checkOverride(f *fieldErrors, o *Override) {
	if o == nil {
		return
	}
	if o.Reason == "" {
		f.add("override.reason", "is required to override the overlap guard")
	}
	checkText(f, "override.reason", o.Reason, maxReason)
}

// Correction says that what was recorded was wrong.
type Correction struct {
	Input
	Why
	// ValidFrom is the day from which the stated facts hold; the building's
	// first day if nil. A state is corrected only in the span that holds then,
	// or today if nil.
	ValidFrom *Date `json:"validFrom,omitempty"`
	// Since moves the building's first day.
	Since    *Date     `json:"since,omitempty"`
	Override *Override `json:"override,omitempty"`
}

// Correct decides what is known after a correction. It fails with Invalid,
// naming every field, and with Conflict for a void code.
func (b Building) Correct(c Correction, at Place) (Building, error) {
	if len(b.Timeline) == 0 {
		return b, b.live() // void, or ended on its first day
	}
	var f fieldErrors
	in := c.Input.clean(&f)
	c.Why.check(&f)
	checkOverride(&f, c.Override)
	b.checkCorrection(&f, in, c, at.Today)
	if err := f.err(); err != nil {
		return b, err
	}
	next := b
	next.Timeline = slices.Clone(b.Timeline)
	if c.Since != nil {
		next.Timeline[0].From = *c.Since
		next.moveStart(b.Timeline.Since(), *c.Since)
	}
	from := next.Timeline.Since()
	if c.ValidFrom != nil {
		from = *c.ValidFrom
		next.Timeline = next.Timeline.split(from)
	}
	for i := range next.Timeline {
		s := &next.Timeline[i]
		if s.From < from {
			continue
		}
		in.apply(&s.Facts)
		if in.Shape != nil {
			if err := at.settle(&s.Facts, in.Shape.Geometry); err != nil {
				return b, err
			}
		}
	}
	if in.State != nil {
		next.correctState(*in.State, c.ValidFrom, at.Today)
	}
	if in.ExternalIDs != nil {
		next.ExternalIDs = *in.ExternalIDs
	}
	return next.changed(b)
}

func (b Building) checkCorrection(f *fieldErrors, in Input, c Correction, today Date) {
	switch first := b.Timeline[0]; {
	case c.Since != nil && !first.State.Standing():
		f.add("since", "cannot be moved: the building ended on the day it began")
	case c.Since != nil && *c.Since >= first.To:
		f.add("since", "must be before %s, when the next change is recorded", first.To)
	}
	if c.ValidFrom != nil && (*c.ValidFrom < b.Timeline.Since() || c.Since != nil) {
		f.add("validFrom", "must not be before the building's first day, %s; to move that day, state since alone", b.Timeline.Since())
	}
	if in.State != nil {
		s, _ := b.Timeline.Nearest(today)
		if c.ValidFrom != nil {
			s, _ = b.Timeline.At(*c.ValidFrom)
		}
		if in.State.Standing() != s.State.Standing() {
			f.add("state", "a building is ended by retire and taken back by revive, not by a correction")
		}
	}
	if in.Shape != nil && in.Shape.Geometry != nil && c.Reason == "" {
		last := b.Timeline[len(b.Timeline)-1]
		if d := geo.Distance(last.Point, geo.RepresentativePoint(in.Shape.Geometry)); d > farMove {
			f.add("reason", "is required: the building would move by %.0f m, more than %.0f m", d, farMove)
		}
	}
}

func (b *Building) correctState(state State, from *Date, today Date) {
	day := today
	if from != nil {
		day = *from
	}
	s, ok := b.Timeline.At(day)
	if !ok {
		s, _ = b.Timeline.Nearest(day)
	}
	for i := range b.Timeline {
		if b.Timeline[i].From == s.From {
			b.Timeline[i].State = state
		}
	}
}

// moveStart keeps the ledger's dates in step when the first day moves.
func (b *Building) moveStart(was, is Date) {
	if b.Standing.From == was && b.Standing.Status == Active {
		b.Standing.From = is
	}
}

// changed finishes a decision: the version goes up by one, unless nothing
// would be different.
func (b Building) changed(was Building) (Building, error) {
	b.Timeline = b.Timeline.join()
	if b.Standing == was.Standing && slices.EqualFunc(b.Timeline, was.Timeline, Span.equal) &&
		slices.Equal(b.ExternalIDs, was.ExternalIDs) {
		return was, &Error{Kind: Invalid, Slug: "no_change", Detail: "nothing would change", Codes: []Code{b.Code}}
	}
	b.Version = was.Version + 1
	return b, nil
}

func (s Span) equal(o Span) bool { return s.Period == o.Period && s.Facts.equal(o.Facts) }
