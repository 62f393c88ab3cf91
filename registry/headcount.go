package registry

import (
	"fmt"
	"slices"
	"time"

	"fangma/geo"
)

// Headcount is a statement of how many live in a dwelling or, where dwellings
// are not known, in a building: a number with its evidence, never a person. It
// holds from its day until the next statement about the same code.
type Headcount struct {
	Code  Code `json:"code"`
	Heads int  `json:"heads"`
	// Permits is how many of the heads hold a residence permit; nil if nobody said.
	Permits *int `json:"permits,omitempty"`
	// Evidence is one of HeadcountEvidences.
	Evidence Evidence `json:"evidence"`
	// Declarer is in what capacity somebody said it, not who.
	Declarer Declarer `json:"declarer"`
	From     Date     `json:"from"`
}

// Declarer is in what capacity a headcount was stated.
type Declarer string

const (
	ByLandlord   Declarer = "landlord"
	ByEmployer   Declarer = "employer"
	ByOccupant   Declarer = "occupant"
	ByOfficer    Declarer = "officer"
	ByClerk      Declarer = "clerk"
	ByStatistics Declarer = "statistics"
)

// Declarers lists every declarer.
func Declarers() []Declarer {
	return []Declarer{ByLandlord, ByEmployer, ByOccupant, ByOfficer, ByClerk, ByStatistics}
}

// HeadcountEvidences lists what a headcount can rest on.
func HeadcountEvidences() []Evidence { return []Evidence{Declared, Observed, Estimated} }

// MaxHeads is how many can live in one dwelling or building.
const MaxHeads = 100_000

// declarerOf is who usually gives evidence of a kind.
func declarerOf(e Evidence) Declarer {
	switch e {
	case Declared:
		return ByLandlord
	case Observed:
		return ByOfficer
	}
	return ByStatistics
}

// HeadcountInput is what a writer states. Day and Declarer have defaults: today,
// and who usually gives such evidence.
type HeadcountInput struct {
	Code     Code
	Heads    *int
	Permits  *int
	Evidence *Evidence
	Declarer *Declarer
	From     *Date
}

// Clean checks every field and gives the statement. Errors are of kind Invalid
// and name the fields; a headcount is about today or a day that was.
func (in HeadcountInput) Clean(today Date) (Headcount, error) {
	var f fieldErrors
	h := in.clean(&f, today)
	return h, f.err()
}

func (in HeadcountInput) clean(f *fieldErrors, today Date) Headcount {
	h := Headcount{Code: in.Code, Permits: in.Permits, From: today}
	if k := in.Code.Kind(); k != KindBuilding && k != KindDwelling && k != KindTest {
		f.add("code", "must be the code of a building or a dwelling")
	}
	switch {
	case in.Heads == nil:
		f.add("heads", "is required")
	case *in.Heads < 0 || *in.Heads > MaxHeads:
		f.add("heads", "must be between 0 and %d", MaxHeads)
	default:
		h.Heads = *in.Heads
		if p := in.Permits; p != nil && (*p < 0 || *p > h.Heads) {
			f.add("permits", "must be between 0 and the number of heads")
		}
	}
	if in.Evidence == nil {
		f.add("evidence", "is required: declared, observed or estimated")
	} else {
		checkOneOf(f, "evidence", in.Evidence, HeadcountEvidences())
		h.Evidence = *in.Evidence
	}
	h.Declarer = declarerOf(h.Evidence)
	checkOneOf(f, "declarer", in.Declarer, Declarers())
	setIf(&h.Declarer, in.Declarer)
	setIf(&h.From, in.From)
	if h.From > today {
		f.add("from", "must not be after today: a headcount says what was found")
	}
	return h
}

// HeadcountSpan is a statement and the period during which it holds, which
// begins on the statement's day.
type HeadcountSpan struct {
	Period
	Heads    int      `json:"heads"`
	Permits  *int     `json:"permits,omitempty"`
	Evidence Evidence `json:"evidence"`
	Declarer Declarer `json:"declarer"`
	// StatedOn is the day on which the registry was told.
	StatedOn Date `json:"statedOn"`
}

// Headcounts are all statements about one code that presently stand, over
// valid time.
type Headcounts struct {
	Code Code `json:"code"`
	// Home is the building whose rows these are kept with: the dwelling's home,
	// or the building itself.
	Home Code `json:"home"`
	// Version counts the events that stated or withdrew something, from 1; 0
	// before the first.
	Version      int             `json:"version"`
	RecordedFrom time.Time       `json:"recordedFrom"`
	Timeline     []HeadcountSpan `json:"timeline"`
}

// State adds statements about this code, or replaces those of the same day.
// Each holds until the next one: later ones stand. It says whether anything is
// different.
func (h Headcounts) State(on Date, all ...Headcount) (next Headcounts, changed bool) {
	next = h
	next.Timeline = slices.Clone(h.Timeline)
	for _, s := range all {
		if next.state(on, s) {
			changed = true
		}
	}
	if changed {
		next.Version++
	}
	return next, changed
}

// Outranks says that what holds on the statement's day is better than it: an
// estimate never takes the place of something declared or observed.
func (h Headcounts) Outranks(s Headcount) bool {
	span, holds := h.At(s.From)
	return holds && s.Evidence == Estimated && span.Evidence != Estimated
}

// state puts a statement in. It holds until the next one; a better one holds
// over the estimates after it too.
func (h *Headcounts) state(on Date, s Headcount) bool {
	if h.Outranks(s) {
		return false
	}
	span := HeadcountSpan{Period{s.From, Forever}, s.Heads, s.Permits, s.Evidence, s.Declarer, on}
	i, found := slices.BinarySearchFunc(h.Timeline, s.From, func(t HeadcountSpan, day Date) int { return int(t.From) - int(day) })
	next := i
	if found {
		next++
	}
	for span.Evidence != Estimated && next < len(h.Timeline) && h.Timeline[next].Evidence == Estimated {
		next++
	}
	if next < len(h.Timeline) {
		span.To = h.Timeline[next].From
	}
	if found && h.Timeline[i].says(span) {
		return false
	}
	if i > 0 {
		h.Timeline[i-1].To = s.From
	}
	h.Timeline = slices.Replace(h.Timeline, i, next, span)
	return true
}

// says tells whether two spans state the same, whenever that was said.
func (s HeadcountSpan) says(o HeadcountSpan) bool {
	return s.Period == o.Period && s.Heads == o.Heads && equalValue(s.Permits, o.Permits) && s.Evidence == o.Evidence && s.Declarer == o.Declarer
}

func (s HeadcountSpan) equal(o HeadcountSpan) bool { return s.says(o) && s.StatedOn == o.StatedOn }

// States says whether exactly this is stated already.
func (h Headcounts) States(s Headcount) bool {
	return slices.ContainsFunc(h.Timeline, func(t HeadcountSpan) bool {
		return t.says(HeadcountSpan{Period: Period{s.From, t.To}, Heads: s.Heads, Permits: s.Permits, Evidence: s.Evidence, Declarer: s.Declarer})
	})
}

// NeedReason returns Invalid unless a reason is given, and an acceptable one.
func NeedReason(w Why, to string) error {
	var f fieldErrors
	w.check(&f)
	if w.Reason == "" {
		f.add("reason", "is required to %s", to)
	}
	return f.err()
}

// Withdraw takes a statement back, by its day; the one before holds on in its
// place. It returns NotFound if nothing was stated for that day.
func (h Headcounts) Withdraw(from Date) (Headcounts, error) {
	i := slices.IndexFunc(h.Timeline, func(s HeadcountSpan) bool { return s.From == from })
	if i < 0 {
		return h, &Error{Kind: NotFound, Slug: "headcount_unknown", Codes: []Code{h.Code},
			Detail: fmt.Sprintf("nothing is stated about %s from %s on", h.Code, from)}
	}
	next := h
	next.Timeline = slices.Clone(h.Timeline)
	if i > 0 {
		next.Timeline[i-1].To = next.Timeline[i].To
	}
	next.Timeline = slices.Delete(next.Timeline, i, i+1)
	next.Version++
	return next, nil
}

// At gives the statement that holds on a day.
func (h Headcounts) At(day Date) (HeadcountSpan, bool) {
	for _, s := range h.Timeline {
		if s.Contains(day) {
			return s, true
		}
	}
	return HeadcountSpan{}, false
}

// Missing lists the spans that o does not hold.
func (h Headcounts) Missing(o Headcounts) []HeadcountSpan {
	var out []HeadcountSpan
	for _, s := range h.Timeline {
		if !slices.ContainsFunc(o.Timeline, s.equal) {
			out = append(out, s)
		}
	}
	return out
}

const (
	EventHeadcount         EventType = "headcount"
	EventHeadcountWithdraw EventType = "headcount_withdraw"
	EventHeadcountImport   EventType = "headcount_import"
	EventHeadcountEstimate EventType = "headcount_estimate"
)

// MaxStatements is how many headcounts one request may state. A file may hold
// more.
const MaxStatements = 5000

// CleanHeadcounts checks statements that are made together. It returns Invalid
// with every wrong field of every statement, as in "statements[2].heads".
func CleanHeadcounts(in []HeadcountInput, why Why, today Date) ([]Headcount, error) {
	var f fieldErrors
	why.check(&f)
	if len(in) == 0 || len(in) > MaxStatements {
		f.add("statements", "1 to %d headcounts can be stated at once; a file may hold more", MaxStatements)
		return nil, f.err()
	}
	type key struct {
		code Code
		from Date
	}
	seen := map[key]bool{}
	out := make([]Headcount, len(in))
	for i, s := range in {
		var own fieldErrors
		out[i] = s.clean(&own, today)
		if k := (key{s.Code, out[i].From}); own == nil && seen[k] {
			own.add("code", "is given twice for the same day")
		} else {
			seen[k] = true
		}
		for _, e := range own {
			f.add(StatementField(i, e.Field), "%s", e.Reason)
		}
	}
	return out, f.err()
}

// StatementField names a field of a statement among several.
func StatementField(i int, field string) string { return fmt.Sprintf("statements[%d].%s", i, field) }

// Counted says what came of statements that were made together.
type Counted struct {
	Stated int `json:"stated"` // say something new
	Same   int `json:"same"`   // stood already
	Houses int `json:"houses"` // that they are about
}

// Subject is what a headcount can be about: a dwelling, or a building itself.
type Subject struct {
	Code Code
	// Home is the building with whose rows its statements are kept.
	Home Code
	// There are the periods in which a dwelling exists, or a building stands.
	There []Period
	// Houses are the buildings whose totals its statements can change.
	Houses []Code
	// In is the building in which it counts now, Cell where that is; a subject
	// of which nothing is known any more has none.
	In   Code
	Cell geo.Cell
}

// Holds says why a headcount of a day cannot be about the subject, "" if it can.
func (s *Subject) Holds(day Date) string {
	switch {
	case s.In == 0 || len(s.There) == 0:
		return "is void: there never was such a house or dwelling"
	case slices.ContainsFunc(s.There, func(p Period) bool { return p.Contains(day) }):
		return ""
	case day < s.There[0].From:
		return "is before the first day of " + s.Code.String() + ", " + s.There[0].From.String()
	}
	return "is of a day on which " + s.Code.String() + " was no more"
}
