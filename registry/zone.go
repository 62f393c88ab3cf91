package registry

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// ZoneID names a zone for ever. In JSON it is a string.
type ZoneID int64

// String writes the id in decimal.
func (id ZoneID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalText writes the id, so that it is a string in JSON.
func (id ZoneID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *ZoneID) UnmarshalText(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < 1 {
		return errors.New("not the id of a zone")
	}
	*id = ZoneID(n)
	return nil
}

// ZoneKind is what a zone is for.
type ZoneKind string

// The four functional kinds of development zones, and any other.
const (
	Optimised      ZoneKind = "optimised"  // 优化开发
	Priority       ZoneKind = "priority"   // 重点开发
	Restricted     ZoneKind = "restricted" // 限制开发
	Prohibited     ZoneKind = "prohibited" // 禁止开发
	CustomZoneKind ZoneKind = "custom"     // 自定义
)

// ZoneKinds lists every kind, in the order of reports.
func ZoneKinds() []ZoneKind {
	return []ZoneKind{Optimised, Priority, Restricted, Prohibited, CustomZoneKind}
}

// Valid says whether the kind is one of ZoneKinds.
func (k ZoneKind) Valid() bool { return slices.Contains(ZoneKinds(), k) }

// What happens to zones. These events are of the class grid.
const (
	EventZone       EventType = "zone"         // drawn, or made of divisions
	EventZoneChange EventType = "zone_correct" // another name, kind or boundary
	EventZoneEnd    EventType = "zone_end"
	EventZoneImport EventType = "zone_import"
)

// Zone is a dated polygon that a planner measures: its id and everything
// presently known of it over valid time. A building belongs to it on a day if
// the boundary of that day holds the building's representative point. Zones may
// overlap; whoever adds them up is told.
type Zone struct {
	ID ZoneID `json:"id"`
	// Version counts the events that touched the zone, from 1.
	Version      int          `json:"version"`
	RecordedFrom time.Time    `json:"recordedFrom"`
	Timeline     ZoneTimeline `json:"timeline"`
}

// ZoneTimeline is what is known of a zone over valid time: spans in order of
// date that do not overlap. It is empty for a zone that was taken back.
type ZoneTimeline []ZoneSpan

// ZoneSpan is a period with what held throughout.
type ZoneSpan struct {
	Period
	ZoneFacts
}

// ZoneFacts are the properties of a zone at one moment of valid time.
type ZoneFacts struct {
	Name string   `json:"name"`
	Kind ZoneKind `json:"kind"`
	Note string   `json:"note,omitempty"`
	// Source says where the boundary comes from: "drawn", "division 12", the
	// name of an import's source.
	Source string `json:"source,omitempty"`
	// Boundary is clean: valid, oriented, rounded to the registry's precision.
	Boundary orb.MultiPolygon `json:"boundary"`
}

// Area is the boundary's area in whole m².
func (f ZoneFacts) Area() float64 { return math.Round(geo.Area(f.Boundary)) }

func (f ZoneFacts) equal(g ZoneFacts) bool {
	return f.Name == g.Name && f.Kind == g.Kind && f.Note == g.Note && f.Source == g.Source && orb.Equal(f.Boundary, g.Boundary)
}

// Since is the first day on which anything is known of the zone.
func (t ZoneTimeline) Since() Date { return t[0].From }

// At gives the span that holds on a day.
func (t ZoneTimeline) At(day Date) (ZoneSpan, bool) { return spanAt(t, day) }

// Nearest gives the span that holds on a day, or else the one closest to it: a
// zone to come is described by its first span, a former one by its last.
func (t ZoneTimeline) Nearest(day Date) (ZoneSpan, bool) { return nearestSpan(t, day) }

func (t ZoneTimeline) split(day Date) ZoneTimeline { return splitSpans(t, day) }

func (t ZoneTimeline) join() ZoneTimeline { return joinSpans(t) }

func (s ZoneSpan) during(p Period) ZoneSpan { return ZoneSpan{p, s.ZoneFacts} }

func (s ZoneSpan) says(o ZoneSpan) bool { return s.ZoneFacts.equal(o.ZoneFacts) }

// ZoneInput is what a planner states about a zone. A nil field is left as it
// is, or as its default for a new one.
type ZoneInput struct {
	Name   *string
	Kind   *ZoneKind
	Note   *string
	Source *string
	// Boundary is a Polygon or MultiPolygon, lon/lat WGS 84, not yet cleaned.
	Boundary orb.Geometry
}

// clean checks every field and puts the boundary into the registry's form.
func (in ZoneInput) clean(f *fieldErrors) ZoneInput {
	in.Name = cleanText(f, "name", in.Name, maxName)
	if in.Name != nil && *in.Name == "" {
		f.add("name", "must not be empty")
	}
	checkOneOf(f, "kind", in.Kind, ZoneKinds())
	in.Note = cleanText(f, "note", in.Note, maxReason)
	in.Source = cleanText(f, "source", in.Source, maxSource)
	if in.Boundary != nil {
		boundary, _, err := geo.CleanBoundary(in.Boundary)
		var defect *geo.Defect
		switch {
		case errors.As(err, &defect):
			f.add("geometry", "%s: %s", defect.Reason, defect.Detail)
		case err != nil:
			f.add("geometry", "%v", err)
		case len(boundary) == 0:
			f.add("geometry", "%s: the area is empty", geo.Empty)
		case widerThan(boundary.Bound(), maxZoneSpan):
			f.add("geometry", "is more than %g degrees across: are the coordinates right?", maxZoneSpan)
		}
		in.Boundary = boundary
	}
	return in
}

// maxZoneSpan is how wide and high a zone may be, in degrees: no registry of
// houses is wider than a country, and the plane on which areas are measured is
// not either.
const maxZoneSpan = 10.0

func widerThan(b orb.Bound, degrees float64) bool {
	return b.Max[0]-b.Min[0] > degrees || b.Max[1]-b.Min[1] > degrees
}

func (in ZoneInput) apply(z *ZoneFacts) {
	setIf(&z.Name, in.Name)
	setIf(&z.Kind, in.Kind)
	setIf(&z.Note, in.Note)
	setIf(&z.Source, in.Source)
	if b, ok := in.Boundary.(orb.MultiPolygon); ok {
		z.Boundary = b
	}
}

// ZoneRegistration asks for a new zone.
type ZoneRegistration struct {
	ZoneInput
	Why
	ValidFrom *Date // the first day, today if nil
	ValidTo   *Date // the day from which it is no more, Forever if nil
}

// NewZone decides what a new zone is. The id is the store's to add.
// It fails with kind Invalid, naming every field.
func NewZone(r ZoneRegistration, today Date) (Zone, error) {
	var f fieldErrors
	in := r.ZoneInput.clean(&f)
	r.Why.check(&f)
	if in.Name == nil {
		f.add("name", "is required")
	}
	if in.Boundary == nil {
		f.add("geometry", "is required")
	}
	p := Period{today, Forever}
	setIf(&p.From, r.ValidFrom)
	setIf(&p.To, r.ValidTo)
	if p.To <= p.From {
		f.add("validTo", "must be after validFrom")
	}
	if err := f.err(); err != nil {
		return Zone{}, err
	}
	facts := ZoneFacts{Kind: CustomZoneKind}
	in.apply(&facts)
	return Zone{Version: 1, Timeline: ZoneTimeline{{p, facts}}}, nil
}

// ZoneCorrection says that a zone is, or was, other than recorded.
type ZoneCorrection struct {
	ZoneInput
	Why
	// ValidFrom is the day from which the stated facts hold; the zone's first
	// day if nil.
	ValidFrom *Date
	// Since moves the zone's first day.
	Since *Date
	// ValidTo moves the end; null opens it again.
	ValidTo Optional[Date]
}

// Correct decides what is known of a zone after a correction. It fails with
// Invalid, naming every field.
func (z Zone) Correct(c ZoneCorrection) (Zone, error) {
	if err := z.live(); err != nil {
		return z, err
	}
	var f fieldErrors
	in := c.ZoneInput.clean(&f)
	c.Why.check(&f)
	first, last := z.Timeline[0], z.Timeline[len(z.Timeline)-1]
	end := last.To
	if c.ValidTo.Set {
		end = Forever
		setIf(&end, c.ValidTo.Value)
	}
	switch {
	case c.Since != nil && *c.Since >= min(first.To, end):
		f.add("since", "must be before %s, when the next change is recorded", min(first.To, end))
	case c.Since != nil && c.ValidFrom != nil:
		f.add("validFrom", "to move the first day, state since alone")
	case c.ValidFrom != nil && (*c.ValidFrom < z.Timeline.Since() || *c.ValidFrom >= end):
		f.add("validFrom", "must be a day on which the zone holds")
	}
	if c.ValidTo.Set && end <= last.From {
		f.add("validTo", "must be after %s, when the last change is recorded; end the zone to cut it shorter", last.From)
	}
	if err := f.err(); err != nil {
		return z, err
	}
	next := z
	next.Timeline = slices.Clone(z.Timeline)
	next.Timeline[len(next.Timeline)-1].To = end
	if c.Since != nil {
		next.Timeline[0].From = *c.Since
	}
	from := next.Timeline.Since()
	if c.ValidFrom != nil {
		from = *c.ValidFrom
		next.Timeline = next.Timeline.split(from)
	}
	for i := range next.Timeline {
		if s := &next.Timeline[i]; s.From >= from {
			in.apply(&s.ZoneFacts)
		}
	}
	return next.changed(z)
}

// ZoneEnd says that a zone is no more from a day on; today if nil.
type ZoneEnd struct {
	Why
	On *Date
}

// End decides what is known of a zone that is ended. One that ends on its first
// day, or before, never was. It fails with Invalid, naming every field.
func (z Zone) End(e ZoneEnd, today Date) (Zone, error) {
	if err := z.live(); err != nil {
		return z, err
	}
	var f fieldErrors
	e.Why.check(&f)
	on := today
	setIf(&on, e.On)
	if last := z.Timeline[len(z.Timeline)-1]; on >= last.To {
		f.add("on", "the zone has ended by %s", last.To)
	}
	if err := f.err(); err != nil {
		return z, err
	}
	next := z
	next.Timeline = slices.DeleteFunc(z.Timeline.split(on), func(s ZoneSpan) bool { return s.From >= on })
	return next.changed(z)
}

// live refuses to change a zone that was taken back.
func (z Zone) live() error {
	if len(z.Timeline) == 0 {
		return Errorf(Conflict, "zone_withdrawn", "the zone was taken back")
	}
	return nil
}

func (z Zone) changed(was Zone) (Zone, error) {
	z.Timeline = z.Timeline.join()
	if slices.EqualFunc(z.Timeline, was.Timeline, ZoneSpan.equal) {
		return was, &Error{Kind: Invalid, Slug: "no_change", Detail: "nothing would change"}
	}
	z.Version = was.Version + 1
	return z, nil
}

func (s ZoneSpan) equal(o ZoneSpan) bool {
	return s.Period == o.Period && s.ZoneFacts.equal(o.ZoneFacts)
}

// Has says whether the timeline holds exactly this span.
func (t ZoneTimeline) Has(s ZoneSpan) bool { return slices.ContainsFunc(t, s.equal) }

// ParseZoneKind reads the word that files and people write for a kind.
func ParseZoneKind(s string) (ZoneKind, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if k := ZoneKind(s); k.Valid() {
		return k, true
	}
	s = strings.NewReplacer("区域", "", "区", "", "开发", "", "development", "", "zone", "", " ", "", "_", "", "-", "").Replace(s)
	switch s {
	case "optimised", "optimized", "优化":
		return Optimised, true
	case "priority", "key", "重点":
		return Priority, true
	case "restricted", "limited", "限制":
		return Restricted, true
	case "prohibited", "forbidden", "禁止":
		return Prohibited, true
	case "custom", "other", "自定义", "其他", "其它":
		return CustomZoneKind, true
	}
	return "", false
}

// Compare orders zones as reports do: by kind, then name, then id.
func (z ZoneOn) Compare(o ZoneOn) int {
	kinds := ZoneKinds()
	return cmp.Or(cmp.Compare(slices.Index(kinds, z.Kind), slices.Index(kinds, o.Kind)),
		strings.Compare(z.Name, o.Name), cmp.Compare(z.ID, o.ID))
}

// ZoneOn is a zone as it is read: one day's facts out of all that was known at
// an instant.
type ZoneOn struct {
	ID           ZoneID
	Version      int
	RecordedFrom time.Time
	ZoneSpan
}

// On reads the zone as of a day, or the day closest to it.
func (z Zone) On(day Date) ZoneOn {
	s, _ := z.Timeline.Nearest(day)
	return ZoneOn{ID: z.ID, Version: z.Version, RecordedFrom: z.RecordedFrom, ZoneSpan: s}
}
