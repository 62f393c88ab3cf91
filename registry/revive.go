package registry

import "slices"

// Revival asks that a building which was recorded as demolished by mistake
// lives on under its code, with its dwellings, as if it had never been gone.
// A house built again at the same place is a new one.
type Revival struct {
	Why
	Override *Override `json:"override,omitempty"`
}

// Revive decides what is known after a building's end is taken back. Dwellings
// that ended with it on the same day come back too. It fails with Invalid when
// there is no reason, and with Conflict for a building that is not retired as
// demolished or not_realised (a split or merge is reverted instead).
func (b *Building) Revive(r Revival, dwellings []*Dwelling) (Outcome, error) {
	var f fieldErrors
	r.Why.check(&f)
	checkOverride(&f, r.Override)
	if r.Reason == "" {
		f.add("reason", "is required to revive a building")
	}
	ended := b.Standing
	if ended.Status != Retired || (ended.As != AsDemolished && ended.As != AsNotRealised) {
		return Outcome{}, &Error{Kind: Conflict, Slug: "not_ended", Codes: []Code{b.Code},
			Detail: "only a demolished or never realised building is revived; a split or merge is reverted"}
	}
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	next := *b
	next.Timeline = slices.Clone(b.Timeline)
	last := len(next.Timeline) - 1
	next.Timeline[last].State = b.stateBeforeEnd()
	next.Timeline = next.Timeline.join()
	next.Standing = Standing{Status: Active, From: next.Timeline.Since(), Before: Reserved}
	next.Version = b.Version + 1
	var out Outcome
	out.building(b, next)
	for _, d := range dwellings {
		if back, ok := d.revived(b.Code, ended.From); ok {
			out.Dwellings = append(out.Dwellings, DwellingChange{d, &back})
		}
	}
	return out, nil
}

func (b *Building) stateBeforeEnd() State {
	switch n := len(b.Timeline); {
	case n > 1:
		return b.Timeline[n-2].State
	case b.As == AsNotRealised:
		return Planned
	}
	return InUse
}

// revived gives the dwelling back its life if it ended in the building on the day.
func (d *Dwelling) revived(building Code, day Date) (Dwelling, bool) {
	last := len(d.Timeline) - 1
	if d.As != AsEnded || d.Standing.From != day || last < 0 || !slices.Contains(d.Timeline[last].Buildings, building) {
		return *d, false
	}
	next := *d
	next.Timeline = slices.Clone(d.Timeline)
	next.Timeline[last].To = Forever
	next.Standing = Standing{Status: Active, From: next.Timeline[0].From, Before: Reserved}
	next.Version = d.Version + 1
	return next, true
}
