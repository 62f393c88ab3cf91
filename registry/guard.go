package registry

import "github.com/paulmach/orb"

// GuardShare is the part of a footprint above which two buildings are held to
// be one and the same.
const GuardShare = 0.8

// Contested gives the spans of next that claim a place which was did not yet
// hold: another shape, other days, or a house now standing where one was only
// planned. Only they have to pass the overlap guard. was is nil for a new
// building.
func Contested(was *Building, next Building) []Span {
	var out []Span
	for _, s := range next.Timeline {
		if s.State.Standing() && !(was != nil && was.Timeline.held(s)) {
			out = append(out, s)
		}
	}
	return out
}

// held says whether the same place was held throughout the span's period.
func (t Timeline) held(s Span) bool {
	day := s.From
	for _, old := range t {
		if !old.Contains(day) || !old.State.Standing() || (old.State == Planned) != (s.State == Planned) ||
			!orb.Equal(old.Shape.Geometry, s.Shape.Geometry) {
			continue
		}
		if old.To >= s.To {
			return true
		}
		day = old.To
	}
	return false
}
