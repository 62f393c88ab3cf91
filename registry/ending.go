package registry

import "slices"

// transitions lists the physical states that may follow each state. The ends,
// demolished and not_realised, are reached by Retire alone, because they end
// the code as well.
func transitions(from State) []State {
	switch from {
	case Planned:
		return []State{UnderConstruction, InUse}
	case UnderConstruction:
		return []State{InUse, Unusable, Planned}
	case InUse:
		return []State{Unusable, UnderConstruction}
	case Unusable:
		return []State{InUse, UnderConstruction}
	}
	return nil
}

// Transition asks for another physical state from a day on.
type Transition struct {
	Why
	State State `json:"state"`
	// ValidFrom is the day of the change; today if nil.
	ValidFrom *Date `json:"validFrom,omitempty"`
}

// Transition decides what is known after a change of the physical state. It
// holds from its day until the next change that is already recorded. It fails
// with Invalid, and with Conflict for a retired or void code.
func (b Building) Transition(t Transition, at Place) (Building, error) {
	if err := b.live(); err != nil {
		return b, err
	}
	var f fieldErrors
	t.Why.check(&f)
	checkOneOf(&f, "state", &t.State, States())
	day := at.Today
	setIf(&day, t.ValidFrom)
	s, known := b.Timeline.At(day)
	switch {
	case !known:
		f.add("validFrom", "must not be before the building's first day, %s", b.Timeline.Since())
	case t.State.Valid() && !t.State.Standing():
		f.add("state", "a building becomes %s by the event retire", t.State)
	case t.State == s.State:
		f.add("state", "is %s already on %s", s.State, day)
	case t.State.Valid() && !slices.Contains(transitions(s.State), t.State):
		f.add("state", "cannot become %s after %s", t.State, s.State)
	}
	if err := f.err(); err != nil {
		return b, err
	}
	next := b
	next.Timeline = b.Timeline.split(day)
	for i := range next.Timeline {
		if next.Timeline[i].From == day {
			next.Timeline[i].State = t.State
		}
	}
	return next.changed(b)
}

// Retirement asks for the end of a building and of its code.
type Retirement struct {
	Why
	// As is demolished or not_realised.
	As RetiredAs `json:"as"`
	// ValidFrom is the first day on which the building is no more; today if nil.
	ValidFrom *Date `json:"validFrom,omitempty"`
}

// Retire decides what is known after a building's end. Whatever was recorded
// for later days gives way. It fails with Invalid, and with Conflict for a
// retired or void code.
func (b Building) Retire(r Retirement, at Place) (Building, error) {
	if err := b.live(); err != nil {
		return b, err
	}
	var f fieldErrors
	r.Why.check(&f)
	checkOneOf(&f, "as", &r.As, []RetiredAs{AsDemolished, AsNotRealised})
	day := at.Today
	setIf(&day, r.ValidFrom)
	s, known := b.Timeline.At(day)
	built := s.State != Planned
	switch {
	case !known:
		f.add("validFrom", "must not be before the building's first day, %s", b.Timeline.Since())
	case r.As == AsDemolished && !built:
		f.add("as", "a planned building that was never built is retired as not_realised")
	case r.As == AsNotRealised && built && s.State != UnderConstruction:
		f.add("as", "a building that is %s was realised; retire it as demolished", s.State)
	}
	if err := f.err(); err != nil {
		return b, err
	}
	if b.Standing.From > at.Today {
		return b, &Error{Kind: Conflict, Slug: "not_in_force", Codes: []Code{b.Code},
			Detail: "the code is not in force before " + b.Standing.From.String() + "; void it if it was registered in error"}
	}
	next := b
	next.Timeline = slices.DeleteFunc(b.Timeline.split(day), func(s Span) bool { return s.From >= day })
	s.Period = Period{day, Forever}
	s.State = State(r.As)
	next.Timeline = append(next.Timeline, s)
	next.Standing = Standing{Status: Retired, From: day, Before: Active, As: r.As}
	return next.changed(b)
}

// Void decides that a code was registered in error: there never was such a
// building. The code keeps answering. A reason is required. It fails with
// Invalid, and with Conflict for a void code.
func (b Building) Void(w Why) (Building, error) {
	if len(b.Timeline) == 0 {
		return b, b.voidError()
	}
	var f fieldErrors
	w.check(&f)
	if w.Reason == "" {
		f.add("reason", "is required to void a code")
	}
	if err := f.err(); err != nil {
		return b, err
	}
	next := b
	next.Timeline = nil
	next.ExternalIDs = nil
	next.Standing = Standing{Status: Voided, From: b.Timeline.Since(), Before: Voided}
	return next.changed(b)
}

// live says whether the building can still change.
func (b Building) live() error {
	switch b.Status {
	case Voided:
		return b.voidError()
	case Retired:
		return &Error{Kind: Conflict, Slug: "retired", Codes: []Code{b.Code},
			Detail: "the code was retired as " + string(b.As) + " from " + b.Standing.From.String()}
	}
	return nil
}

func (b Building) voidError() error {
	return &Error{Kind: Conflict, Slug: "void", Codes: []Code{b.Code},
		Detail: "the code is void: it was registered in error"}
}
