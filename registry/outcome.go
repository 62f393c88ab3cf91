package registry

import (
	"math"
	"slices"
)

// Outcome is what one event makes of several codes: each building and dwelling
// as it was and as it will be, and the lineage between them.
type Outcome struct {
	Buildings []BuildingChange
	Dwellings []DwellingChange
	Lineage   []Lineage
	// Ended are edges that do not hold any more, because the event that drew
	// them was reverted.
	Ended []Lineage
}

// BuildingChange is one building in an Outcome; Was is nil for a new one.
type BuildingChange struct{ Was, Is *Building }

// DwellingChange is one dwelling in an Outcome; Was is nil for a new one.
type DwellingChange struct{ Was, Is *Dwelling }

// Codes lists every code that the outcome touches, buildings first, in the
// order in which they were decided.
func (o *Outcome) Codes() []Code {
	codes := make([]Code, 0, len(o.Buildings)+len(o.Dwellings))
	for _, b := range o.Buildings {
		codes = append(codes, b.Is.Code)
	}
	for _, d := range o.Dwellings {
		codes = append(codes, d.Is.Code)
	}
	return codes
}

// Shelters lists the buildings whose dwellings the outcome can concern: those
// it changes, and those its dwellings are in.
func (o *Outcome) Shelters() []Code {
	var codes []Code
	for _, b := range o.Buildings {
		if b.Was != nil {
			codes = append(codes, b.Is.Code)
		}
	}
	for _, d := range o.Dwellings {
		codes = append(codes, d.Is.EverIn()...)
	}
	return codes
}

func (o *Outcome) building(was *Building, is Building) {
	o.Buildings = append(o.Buildings, BuildingChange{was, &is})
}

func (o *Outcome) edge(parent, child Code, relation Relation, share *float64) {
	if share != nil {
		share = ptr(math.Round(*share*1e8) / 1e8) // as the table keeps it
	}
	o.Lineage = append(o.Lineage, Lineage{Parent: parent, Child: child, Relation: relation, Share: share})
}

// give adds external ids to a building that the outcome touches.
func (o *Outcome) give(code Code, ids ...ExternalID) {
	for _, c := range o.Buildings {
		if c.Is.Code == code {
			c.Is.ExternalIDs = append(slices.Clone(c.Is.ExternalIDs), ids...)
			slices.SortFunc(c.Is.ExternalIDs, ExternalID.Compare)
		}
	}
}

// successor makes a building that begins on a day with the facts of another.
func successor(code Code, day Date, facts Facts) Building {
	return Building{
		Code: code, Version: 1,
		Standing: Standing{Status: Active, From: day, Before: Reserved},
		Timeline: Timeline{{Period{day, Forever}, facts}},
	}
}

// endInto retires a building from a day on because it became something else.
// Nothing is known of it from that day: what stands there has another code. A
// building that becomes something else on its first day was never there for a
// whole day, and nothing is known of it but that.
func (b Building) endInto(as RetiredAs, day Date) Building {
	next := b
	next.Timeline = slices.DeleteFunc(b.Timeline.split(day), func(s Span) bool { return s.From >= day })
	next.Standing = Standing{Status: Retired, From: day, Before: b.Standing.dayBefore(day), As: as}
	next.Version = b.Version + 1
	return next
}

// dayBefore gives the status on the day before an end.
func (s Standing) dayBefore(day Date) Status {
	if day <= s.From {
		return Reserved
	}
	return Active
}

// standingOn checks that a building can take part in an event on a day, and
// gives its facts then. What is recorded for later days would be lost, so it
// must be reverted first.
func (b *Building) standingOn(f *fieldErrors, day Date) (Facts, error) {
	if err := b.live(); err != nil {
		return Facts{}, err
	}
	s, ok := b.Timeline.At(day)
	switch {
	case !ok:
		f.add("validFrom", "must not be before the first day of %s, %s", b.Code, b.Timeline.Since())
	case s.To != Forever:
		f.add("validFrom", "must not be before %s, when the next change of %s is recorded", s.To, b.Code)
	}
	return s.Facts, nil
}
