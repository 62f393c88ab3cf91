package registry

import (
	"fmt"
	"slices"
)

// Disposition says what becomes of one dwelling when its building ends.
type Disposition struct {
	Dwelling Code `json:"dwelling"`
	// Action is end, move (the same code in another building) or recreate (a
	// new code in another building, the old one retired).
	Action DispositionAction `json:"action"`
	// To is the building to move to: one that stays, by its code, or one that
	// the same event makes, by its place among the children, from 0.
	To *Destination `json:"to,omitempty"`
	// Label is the new room label, where the old one is taken there.
	Label *string `json:"label,omitempty"`
}

// DispositionAction is what becomes of a dwelling.
type DispositionAction string

const (
	EndDwelling      DispositionAction = "end"
	MoveDwelling     DispositionAction = "move"
	RecreateDwelling DispositionAction = "recreate"
)

// Destination names a building: exactly one of the two is set.
type Destination struct {
	Code  Code `json:"code,omitzero"`
	Child *int `json:"child,omitempty"`
}

// IDDisposition says where an external id goes when its building is split; to
// nil leaves it with the retired parent.
type IDDisposition struct {
	ExternalID
	To *Destination `json:"to,omitempty"`
}

// settler puts dwellings where their dispositions say.
type settler struct {
	day      Date
	at       Place
	children []Code        // of this event, by their place in the request
	others   map[Code]bool // buildings of this event that stay
	leaving  map[Code]bool // buildings that end
	fallback *Code         // where a dwelling without disposition moves, if that is plain
	endRest  bool          // a dwelling without disposition ends
	out      *Outcome
	f        *fieldErrors
}

// settle decides about every dwelling that is in a leaving building on the
// day. A dwelling without disposition is an error that names it, unless there
// is one plain place to go.
func (s *settler) settle(dwellings []*Dwelling, ds []Disposition) error {
	byCode := map[Code]Disposition{}
	for i, d := range ds {
		if _, twice := byCode[d.Dwelling]; twice {
			s.f.add(fmt.Sprintf("dwellings[%d]", i), "%s is given twice", d.Dwelling)
		}
		byCode[d.Dwelling] = d
	}
	for _, d := range dwellings {
		if !s.concerns(d) {
			continue
		}
		disposition, stated := byCode[d.Code]
		delete(byCode, d.Code)
		switch {
		case stated:
		case s.fallback != nil:
			disposition = Disposition{Dwelling: d.Code, Action: MoveDwelling, To: &Destination{Code: *s.fallback}}
		case s.endRest:
			disposition = Disposition{Dwelling: d.Code, Action: EndDwelling}
		default:
			s.f.add("dwellings", "%s (%s) needs a disposition: end, move or recreate", d.Code, d.label(s.day))
			continue
		}
		if err := s.one(d, disposition); err != nil {
			return err
		}
	}
	for code := range byCode {
		s.f.add("dwellings", "%s is not a live dwelling of a building that ends", code)
	}
	return nil
}

// concerns says whether the dwelling is in a leaving building on or after the day.
func (s *settler) concerns(d *Dwelling) bool {
	if d.live() != nil {
		return false
	}
	for _, span := range d.Timeline {
		if span.To <= s.day {
			continue
		}
		if slices.ContainsFunc(span.Buildings, func(b Code) bool { return s.leaving[b] }) {
			return true
		}
	}
	return false
}

func (d *Dwelling) label(day Date) string {
	if s, ok := d.Timeline.At(day); ok {
		return s.Label
	}
	return d.Timeline[len(d.Timeline)-1].Label
}

func (s *settler) one(d *Dwelling, p Disposition) error {
	field := "dwellings." + d.Code.String()
	if p.Action == EndDwelling {
		ended := d.endOn(s.day, AsEnded)
		s.out.Dwellings = append(s.out.Dwellings, DwellingChange{d, &ended})
		return nil
	}
	to, ok := s.destination(field, p)
	if !ok {
		return nil
	}
	moved := d.moveOn(s.day, s.leaving, to, p.Label)
	if p.Label != nil {
		cleanText(s.f, field+".label", p.Label, maxLabel)
	}
	switch p.Action {
	case MoveDwelling:
		s.out.Dwellings = append(s.out.Dwellings, DwellingChange{d, &moved})
	case RecreateDwelling:
		return s.recreate(d, moved)
	default:
		s.f.add(field+".action", "must be one of end, move, recreate")
	}
	return nil
}

func (s *settler) recreate(d *Dwelling, moved Dwelling) error {
	code, err := s.at.Mint(KindDwelling)
	if err != nil {
		return err
	}
	last := moved.Timeline[len(moved.Timeline)-1]
	fresh := Dwelling{
		Code: code, Home: last.Buildings[0], Version: 1,
		Standing: Standing{Status: Active, From: s.day, Before: Reserved},
		Timeline: DwellingTimeline{last},
	}
	ended := d.endOn(s.day, AsEnded)
	s.out.Dwellings = append(s.out.Dwellings, DwellingChange{d, &ended}, DwellingChange{nil, &fresh})
	s.out.edge(d.Code, code, RelationRecreate, ptr(1.0))
	return nil
}

func (s *settler) destination(field string, p Disposition) (Code, bool) {
	switch {
	case p.To == nil:
		s.f.add(field+".to", "is required to %s a dwelling", p.Action)
	case p.To.Child != nil && (*p.To.Child < 0 || *p.To.Child >= len(s.children)):
		s.f.add(field+".to.child", "must be between 0 and %d", len(s.children)-1)
	case p.To.Child != nil:
		return s.children[*p.To.Child], true
	case s.others[p.To.Code] || slices.Contains(s.children, p.To.Code):
		return p.To.Code, true
	default:
		s.f.add(field+".to.code", "must be a building that this event makes or keeps")
	}
	return 0, false
}

// moveOn puts the dwelling, from a day on, into another building instead of
// the leaving ones.
func (d Dwelling) moveOn(day Date, leaving map[Code]bool, to Code, label *string) Dwelling {
	next := d
	next.Timeline = d.Timeline.split(day)
	for i := range next.Timeline {
		s := &next.Timeline[i]
		if s.From < day {
			continue
		}
		in := slices.DeleteFunc(slices.Clone(s.Buildings), func(b Code) bool { return leaving[b] || b == to })
		s.Buildings = append(in, to)
		slices.Sort(s.Buildings)
		setIf(&s.Label, label)
	}
	next.Version = d.Version + 1
	return next
}

// settleIDs puts the external ids of a split building where their
// dispositions say; every one must be named, and none goes to two places.
func (s *settler) settleIDs(parent *Building, is *Building, ds []IDDisposition) {
	named := map[ExternalID]*Destination{}
	for _, d := range ds {
		if _, twice := named[d.ExternalID]; twice {
			s.f.add("externalIds", "%s %s is given twice", d.Source, d.ID)
		}
		named[d.ExternalID] = d.To
	}
	var stay []ExternalID
	for _, id := range parent.ExternalIDs {
		to, ok := named[id]
		delete(named, id)
		switch {
		case !ok:
			s.f.add("externalIds", "%s %s needs a disposition: to a child, or to null to stay with the parent", id.Source, id.ID)
		case to == nil:
			stay = append(stay, id)
		default:
			if code, ok := s.destination("externalIds", Disposition{Action: MoveDwelling, To: to}); ok {
				s.out.give(code, id)
			}
		}
	}
	for id := range named {
		s.f.add("externalIds", "%s %s is not an id of %s", id.Source, id.ID, parent.Code)
	}
	is.ExternalIDs = stay
}
