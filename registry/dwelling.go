package registry

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Use says what a dwelling is used for.
type Use string

const (
	Residential Use = "residential"
	Commercial  Use = "commercial"
	Mixed       Use = "mixed"
	OtherUse    Use = "other"
)

// Uses lists every use.
func Uses() []Use { return []Use{Residential, Commercial, Mixed, OtherUse} }

// Dwelling is a separately occupied unit in one or more buildings, with a room
// label. Home is the building of first registration: it never changes and says
// only where the rows are kept; where the dwelling is now is in its facts.
type Dwelling struct {
	Code    Code `json:"code"`
	Home    Code `json:"home"`
	Version int  `json:"version"`
	Standing
	RecordedFrom time.Time        `json:"recordedFrom"`
	Timeline     DwellingTimeline `json:"timeline"`
}

// DwellingTimeline is what is known of a dwelling over valid time.
type DwellingTimeline []DwellingSpan

// DwellingSpan is a period with the facts that held throughout.
type DwellingSpan struct {
	Period
	DwellingFacts
}

// DwellingFacts are the properties of a dwelling at one moment.
type DwellingFacts struct {
	// Label is the room label on the door, unique within a building.
	Label string `json:"label"`
	// Floor is the storey, 0 at ground level in Europe's counting, negative
	// below ground.
	Floor *int `json:"floor,omitempty"`
	Use   Use  `json:"use"`
	// Area is the usable floor area in m².
	Area *float64 `json:"area,omitempty"`
	// Buildings are the one or more buildings that the dwelling is in.
	Buildings []Code `json:"buildings"`
}

// DwellingInput is what a writer states about a dwelling. A nil field is left
// as it is, or as its default.
type DwellingInput struct {
	Label     *string           `json:"label,omitempty"`
	Floor     Optional[int]     `json:"floor,omitzero"`
	Use       *Use              `json:"use,omitempty"`
	Area      Optional[float64] `json:"area,omitzero"`
	Buildings *[]Code           `json:"buildings,omitempty"`
}

const (
	maxLabel    = 40
	maxFloor    = 300
	minFloor    = -20
	maxDwelling = 100_000.0 // m²
	maxParts    = 20        // buildings that one dwelling may be in
)

func (in DwellingInput) clean(f *fieldErrors) DwellingInput {
	in.Label = cleanText(f, "label", in.Label, maxLabel)
	if in.Label != nil && *in.Label == "" {
		f.add("label", "must not be empty")
	}
	if n := in.Floor.Value; n != nil && (*n < minFloor || *n > maxFloor) {
		f.add("floor", "must be between %d and %d", minFloor, maxFloor)
	}
	checkOneOf(f, "use", in.Use, Uses())
	if a := in.Area.Value; a != nil && !(*a > 0 && *a <= maxDwelling) {
		f.add("area", "must be above 0 and at most %g m²", maxDwelling)
	}
	if in.Buildings != nil {
		all := slices.Compact(slices.Sorted(slices.Values(*in.Buildings)))
		if len(all) == 0 || len(all) > maxParts {
			f.add("buildings", "a dwelling is in 1 to %d buildings", maxParts)
		}
		in.Buildings = &all
	}
	return in
}

func (in DwellingInput) apply(d *DwellingFacts) {
	setIf(&d.Label, in.Label)
	if in.Floor.Set {
		d.Floor = in.Floor.Value
	}
	setIf(&d.Use, in.Use)
	if in.Area.Set {
		d.Area = in.Area.Value
	}
	setIf(&d.Buildings, in.Buildings)
}

// DwellingRegistration asks for a new dwelling.
type DwellingRegistration struct {
	DwellingInput
	Why
	ValidFrom *Date `json:"validFrom,omitempty"`
}

// maxDwellings is how many dwellings one event may register.
const maxDwellings = 5000

// RegisterDwellings decides what new dwellings are. The first of buildings is
// the one they are registered in, unless one names others, which must be among
// buildings. It fails with Invalid, naming every field of every dwelling, and
// with Conflict when a building is retired or void.
func RegisterDwellings(rs []DwellingRegistration, buildings []*Building, at Place) (Outcome, error) {
	var f fieldErrors
	if len(rs) == 0 || len(rs) > maxDwellings {
		f.add("dwellings", "1 to %d dwellings can be registered at once", maxDwellings)
		return Outcome{}, f.err()
	}
	byCode := map[Code]*Building{}
	for _, b := range buildings {
		byCode[b.Code] = b
	}
	dwellings := make([]Dwelling, len(rs))
	for i, r := range rs {
		var own fieldErrors
		d, err := registerDwelling(&own, r, buildings[0], byCode, at)
		if err != nil {
			return Outcome{}, err
		}
		for _, e := range own {
			f.add(fmt.Sprintf("dwellings[%d].%s", i, e.Field), "%s", e.Reason)
		}
		dwellings[i] = d
	}
	if err := f.err(); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	for i := range dwellings {
		var err error
		if dwellings[i].Code, err = at.Mint(KindDwelling); err != nil {
			return out, err
		}
		out.Dwellings = append(out.Dwellings, DwellingChange{nil, &dwellings[i]})
	}
	return out, nil
}

func registerDwelling(f *fieldErrors, r DwellingRegistration, home *Building, buildings map[Code]*Building, at Place) (Dwelling, error) {
	in := r.DwellingInput.clean(f)
	r.Why.check(f)
	if in.Label == nil {
		f.add("label", "is required")
	}
	day := at.Today
	setIf(&day, r.ValidFrom)
	facts := DwellingFacts{Use: Residential, Buildings: []Code{home.Code}}
	in.apply(&facts)
	for _, code := range facts.Buildings {
		b := buildings[code]
		if b == nil {
			f.add("buildings", "%s is not known", code)
			continue
		}
		if err := b.holds(f, day); err != nil {
			return Dwelling{}, err
		}
	}
	return Dwelling{
		Home: home.Code, Version: 1,
		Standing: Standing{Status: Active, From: day, Before: Reserved},
		Timeline: DwellingTimeline{{Period{day, Forever}, facts}},
	}, nil
}

// holds checks that a dwelling can be in the building from a day on.
func (b *Building) holds(f *fieldErrors, day Date) error {
	if err := b.live(); err != nil {
		return err
	}
	if day < b.Timeline.Since() {
		f.add("validFrom", "must not be before the first day of %s, %s", b.Code, b.Timeline.Since())
	}
	return nil
}

// DwellingCorrection says that what was recorded of a dwelling was wrong, or,
// with ValidFrom, has become different from that day on.
type DwellingCorrection struct {
	DwellingInput
	Why
	ValidFrom *Date `json:"validFrom,omitempty"`
}

// Correct decides what is known of a dwelling after a correction: over its
// whole life, or from ValidFrom on. It fails with Invalid and Conflict.
func (d Dwelling) Correct(c DwellingCorrection, at Place) (Dwelling, error) {
	if err := d.live(); err != nil {
		return d, err
	}
	var f fieldErrors
	in := c.DwellingInput.clean(&f)
	c.Why.check(&f)
	from := d.Timeline[0].From
	if c.ValidFrom != nil && *c.ValidFrom < from {
		f.add("validFrom", "must not be before the dwelling's first day, %s", from)
	}
	setIf(&from, c.ValidFrom)
	if err := f.err(); err != nil {
		return d, err
	}
	next := d
	next.Timeline = d.Timeline.split(from)
	for i := range next.Timeline {
		if next.Timeline[i].From >= from {
			in.apply(&next.Timeline[i].DwellingFacts)
		}
	}
	return next.changed(d)
}

// DwellingEnd asks for the end of a dwelling.
type DwellingEnd struct {
	Why
	ValidFrom *Date `json:"validFrom,omitempty"`
}

// End decides that a dwelling is no more from a day on. It fails with Invalid
// and Conflict.
func (d Dwelling) End(e DwellingEnd, at Place) (Dwelling, error) {
	if err := d.live(); err != nil {
		return d, err
	}
	var f fieldErrors
	e.Why.check(&f)
	day := at.Today
	setIf(&day, e.ValidFrom)
	if day < d.Timeline[0].From {
		f.add("validFrom", "must not be before the dwelling's first day, %s", d.Timeline[0].From)
	}
	if err := f.err(); err != nil {
		return d, err
	}
	return d.endOn(day, AsEnded), nil
}

func (d Dwelling) endOn(day Date, as RetiredAs) Dwelling {
	next := d
	next.Timeline = slices.DeleteFunc(d.Timeline.split(day), func(s DwellingSpan) bool { return s.From >= day })
	next.Standing = Standing{Status: Retired, From: day, Before: d.Standing.dayBefore(day), As: as}
	next.Version = d.Version + 1
	return next
}

// Void decides that a dwelling was registered in error.
func (d Dwelling) Void(w Why) (Dwelling, error) {
	if err := d.live(); err != nil && d.Status == Voided {
		return d, err
	}
	var f fieldErrors
	w.check(&f)
	if w.Reason == "" {
		f.add("reason", "is required to void a code")
	}
	if err := f.err(); err != nil {
		return d, err
	}
	return d.voided(), nil
}

func (d Dwelling) voided() Dwelling {
	next := d
	next.Timeline = nil
	next.Standing = Standing{Status: Voided, From: d.Standing.From, Before: Voided}
	next.Version = d.Version + 1
	return next
}

// In says whether the dwelling is in a building on a day.
func (d *Dwelling) In(building Code, day Date) bool {
	s, ok := d.Timeline.At(day)
	return ok && slices.Contains(s.Buildings, building)
}

// EverIn lists the buildings that the dwelling is in at any time.
func (d *Dwelling) EverIn() []Code {
	var codes []Code
	for _, s := range d.Timeline {
		codes = append(codes, s.Buildings...)
	}
	return codes
}

// At gives the span that holds on a day.
func (t DwellingTimeline) At(day Date) (DwellingSpan, bool) { return spanAt(t, day) }

// Nearest gives the span that holds on a day, or else the one closest to it.
func (t DwellingTimeline) Nearest(day Date) (DwellingSpan, bool) { return nearestSpan(t, day) }

func (t DwellingTimeline) split(day Date) DwellingTimeline { return splitSpans(t, day) }

func (s DwellingSpan) during(p Period) DwellingSpan { return DwellingSpan{p, s.DwellingFacts} }

func (s DwellingSpan) says(o DwellingSpan) bool { return s.DwellingFacts.equal(o.DwellingFacts) }

// Has says whether the timeline holds exactly this span.
func (t DwellingTimeline) Has(s DwellingSpan) bool {
	return slices.ContainsFunc(t, s.equal)
}

func (s DwellingSpan) equal(o DwellingSpan) bool {
	return s.Period == o.Period && s.DwellingFacts.equal(o.DwellingFacts)
}

func (d DwellingFacts) equal(o DwellingFacts) bool {
	return d.Label == o.Label && equalValue(d.Floor, o.Floor) && d.Use == o.Use && equalValue(d.Area, o.Area) &&
		slices.Equal(d.Buildings, o.Buildings)
}

func (d Dwelling) changed(was Dwelling) (Dwelling, error) {
	d.Timeline = joinSpans(d.Timeline)
	if d.Standing == was.Standing && slices.EqualFunc(d.Timeline, was.Timeline, DwellingSpan.equal) {
		return was, &Error{Kind: Invalid, Slug: "no_change", Detail: "nothing would change", Codes: []Code{d.Code}}
	}
	d.Version = was.Version + 1
	return d, nil
}

func (d Dwelling) live() error {
	switch d.Status {
	case Voided:
		return &Error{Kind: Conflict, Slug: "void", Codes: []Code{d.Code}, Detail: "the code is void: it was registered in error"}
	case Retired:
		return &Error{Kind: Conflict, Slug: "retired", Codes: []Code{d.Code},
			Detail: "the code was retired as " + string(d.As) + " from " + d.Standing.From.String()}
	}
	return nil
}

// After gives the dwelling's after-image.
func (d *Dwelling) After() ([]byte, error) { return json.Marshal(d) }
