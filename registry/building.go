package registry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"fangma/geo"
)

// Building is a structure with a footprint, or a point until it has one: its
// code, the code's standing in the ledger, and everything presently known of
// it over valid time. Its JSON form is the after-image that an event carries.
type Building struct {
	Code Code `json:"code"`
	// Version counts the events that touched the building, from 1. Whoever
	// changes a building names the version they saw.
	Version int `json:"version"`
	Standing
	// RecordedFrom is when the registry learned what this version says.
	RecordedFrom time.Time    `json:"recordedFrom"`
	Timeline     Timeline     `json:"timeline"`
	ExternalIDs  []ExternalID `json:"externalIds,omitempty"`
}

// Timeline is what is known of a building over valid time: spans in order of
// date that do not overlap. It is empty for a void building.
type Timeline []Span

// Span is a period of valid time with the facts that held throughout.
type Span struct {
	Period
	Facts
}

// Facts are the properties of a building at one moment of valid time.
type Facts struct {
	State      State    `json:"state"`
	Evidence   Evidence `json:"evidence"`
	InQuestion bool     `json:"inQuestion,omitempty"`
	Legality   Legality `json:"legality"`
	// Shape is the footprint (Polygon or MultiPolygon) or a Point.
	Shape Shape `json:"geometry"`
	// Point lies inside the footprint; the cell is computed from it, once.
	Point orb.Point `json:"point"`
	Cell  geo.Cell  `json:"cell"`
	// Community is the id of the level-5 division that holds Point, 0 if none does.
	Community int64 `json:"community,omitempty"`
	// Floors counts storeys above ground.
	Floors *int `json:"floors,omitempty"`
	// Height is in metres above ground.
	Height  *float64 `json:"height,omitempty"`
	Name    string   `json:"name,omitempty"`
	Address string   `json:"address,omitempty"`
}

// ExternalID is a code that somebody else gave the building, with its source
// ("osm", "cadastre", ...). Leading zeros are part of it.
type ExternalID struct {
	Source string `json:"source"`
	ID     string `json:"id"`
}

// Shape is a geometry that reads and writes itself as GeoJSON (RFC 7946):
// Polygon, MultiPolygon or Point, lon/lat WGS 84.
type Shape struct{ orb.Geometry }

// MarshalJSON writes a GeoJSON geometry.
func (s Shape) MarshalJSON() ([]byte, error) {
	if s.Geometry == nil {
		return []byte("null"), nil
	}
	return geojson.NewGeometry(s.Geometry).MarshalJSON()
}

// UnmarshalJSON reads a GeoJSON geometry.
func (s *Shape) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		s.Geometry = nil
		return nil
	}
	g, err := geojson.UnmarshalGeometry(b)
	if err != nil {
		return fmt.Errorf("not a GeoJSON geometry: %w", err)
	}
	s.Geometry = g.Geometry()
	return nil
}

// Since is the first day on which anything is known of the building.
func (t Timeline) Since() Date { return t[0].From }

// At gives the span that holds on a day.
func (t Timeline) At(day Date) (Span, bool) { return spanAt(t, day) }

// Nearest gives the span that holds on a day, or else the one closest to it: a
// building to come is described by its first span, a former one by its last.
func (t Timeline) Nearest(day Date) (Span, bool) { return nearestSpan(t, day) }

func (t Timeline) split(day Date) Timeline { return splitSpans(t, day) }

func (t Timeline) join() Timeline { return joinSpans(t) }

func (s Span) during(p Period) Span { return Span{p, s.Facts} }

func (s Span) says(o Span) bool { return s.Facts.equal(o.Facts) }

func (f Facts) equal(g Facts) bool {
	return f.State == g.State && f.Evidence == g.Evidence && f.InQuestion == g.InQuestion &&
		f.Legality == g.Legality && f.Point == g.Point && f.Cell == g.Cell && f.Community == g.Community &&
		equalValue(f.Floors, g.Floors) && equalValue(f.Height, g.Height) &&
		f.Name == g.Name && f.Address == g.Address && orb.Equal(f.Shape.Geometry, g.Shape.Geometry)
}

func equalValue[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Settle sets the shape and what follows from it: the representative point and
// the cell at the grid's resolution. The community follows from boundaries and
// is set by whoever holds them.
func (f *Facts) Settle(shape orb.Geometry, resolution int) error {
	f.Shape = Shape{shape}
	f.Point = geo.RepresentativePoint(shape)
	cell, err := geo.CellAt(f.Point, resolution)
	if err != nil {
		return fmt.Errorf("cell of %v: %w", f.Point, err)
	}
	f.Cell = cell
	return nil
}

// Has says whether the timeline holds exactly this span.
func (t Timeline) Has(s Span) bool {
	for _, o := range t {
		if o.equal(s) {
			return true
		}
	}
	return false
}

// Equal says whether two buildings are the same in all that is known of them.
func (b *Building) Equal(o *Building) bool {
	return o != nil && b.Code == o.Code && b.Version == o.Version && b.Standing == o.Standing &&
		b.RecordedFrom.Equal(o.RecordedFrom) && slices.EqualFunc(b.Timeline, o.Timeline, Span.equal) &&
		slices.Equal(b.ExternalIDs, o.ExternalIDs)
}

// Compare orders external ids by source, then id.
func (e ExternalID) Compare(o ExternalID) int {
	return cmp.Or(strings.Compare(e.Source, o.Source), strings.Compare(e.ID, o.ID))
}
