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
	// Dwellings says what becomes of each live dwelling.
	Dwellings []Disposition `json:"dwellings,omitempty"`
	// EndDwellings ends every dwelling that has no disposition.
	EndDwellings bool `json:"endDwellings,omitempty"`
}

// Destinations lists the buildings that dwellings are to move to.
func (r Retirement) Destinations() []Code {
	var codes []Code
	for _, d := range r.Dwellings {
		if d.To != nil && d.To.Code != 0 {
			codes = append(codes, d.To.Code)
		}
	}
	return codes
}

// Retire decides what is known after a building's end. Whatever was recorded
// for later days gives way. dwellings are all that were ever in the building,
// others the buildings that some are to move to. It fails with Invalid, also
// when a live dwelling has no disposition, and with Conflict for a retired or
// void code.
func (b *Building) Retire(r Retirement, others []*Building, dwellings []*Dwelling, at Place) (Outcome, error) {
	next, err := b.retired(r, at)
	if err != nil {
		return Outcome{}, err
	}
	var f fieldErrors
	var out Outcome
	out.building(b, next)
	s := &settler{day: next.Standing.From, at: at, leaving: map[Code]bool{b.Code: true}, others: map[Code]bool{},
		endRest: r.EndDwellings, out: &out, f: &f}
	for _, o := range others {
		if o.Code == b.Code {
			continue
		}
		if err := o.holds(&f, s.day); err != nil {
			return Outcome{}, err
		}
		s.others[o.Code] = true
	}
	if err := s.settle(dwellings, r.Dwellings); err != nil {
		return Outcome{}, err
	}
	return out, f.err()
}

func (b Building) retired(r Retirement, at Place) (Building, error) {
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
	next.Standing = Standing{Status: Retired, From: day, Before: b.Standing.dayBefore(day), As: r.As}
	return next.changed(b)
}

// Void decides that a code was registered in error: there never was such a
// building. The code keeps answering. A reason is required. It fails with
// Invalid, and with Conflict for a void code, or one with live dwellings.
func (b *Building) Void(w Why, dwellings []*Dwelling) (Outcome, error) {
	var out Outcome
	if b.Status == Voided {
		return out, b.voidError()
	}
	for _, d := range dwellings {
		if d.live() == nil && slices.Contains(d.Timeline[len(d.Timeline)-1].Buildings, b.Code) {
			return out, &Error{Kind: Conflict, Slug: "has_dwellings", Codes: []Code{d.Code},
				Detail: "there are live dwellings in the building; void or move them first"}
		}
	}
	var f fieldErrors
	w.check(&f)
	if w.Reason == "" {
		f.add("reason", "is required to void a code")
	}
	if err := f.err(); err != nil {
		return out, err
	}
	out.building(b, b.voided())
	return out, nil
}

// voided leaves nothing known of the building but its code.
func (b Building) voided() Building {
	next := b
	next.Timeline = nil
	next.ExternalIDs = nil
	next.Standing = Standing{Status: Voided, From: b.Standing.From, Before: Voided}
	next.Version = b.Version + 1
	return next
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
