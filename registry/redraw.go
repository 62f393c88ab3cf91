package registry

import (
	"slices"

	"github.com/paulmach/orb"
)

// Redraw decides what is known of a building after communities were redrawn
// from a day on: it belongs to the one that holds its point, in every span in
// which it stands. Nothing else changes. It fails with "no_change" if it
// belongs where it did.
func (b Building) Redraw(from Date, community func(orb.Point) int64) (Building, error) {
	next := b
	next.Timeline = slices.Clone(b.Timeline)
	if len(b.Timeline) > 0 {
		next.Timeline = b.Timeline.split(max(from, b.Timeline.Since()))
	}
	for i := range next.Timeline {
		s := &next.Timeline[i]
		if s.From >= from && s.State.Standing() {
			s.Community = community(s.Point)
		}
	}
	return next.changed(b)
}
