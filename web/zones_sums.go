package web

import (
	"math"

	"fangma/registry"
	"fangma/tiles"
)

// zoneReader is what somebody may know of who lives in a zone.
type zoneReader struct {
	exact bool // however few
}

func (in *reading) zoneReader(a registry.Actor) zoneReader {
	return zoneReader{exact: a.May(registry.ReadHeadcounts)}
}

// few says that so few houses are inhabited that their people must not show.
func (z zoneReader) few(s tiles.Sums) bool {
	return !z.exact && s.Inhabited > 0 && s.Inhabited < tiles.Few
}

// view shows the sums of one zone. Whether somebody has looked at a house does
// not show of a few houses either.
func (z zoneReader) view(s tiles.Sums) sumsView {
	few := z.few(s)
	v := viewSums(s, true, !few, few)
	if !z.exact && s.Buildings > 0 && s.Buildings < tiles.Few {
		v.Unconfirmed = nil
	}
	return v
}

// together shows sums over several zones on a day. What must not show of one
// zone must not come out by subtraction either: its people are left out of the
// sum, or, where they cannot be told apart since zones overlap, the sum does not
// show.
func (z zoneReader) together(s tiles.Sums, m *measured, day int, of func(zoneOn) bool) sumsView {
	hidden, overlap := false, false
	for i, zone := range m.zones {
		if of(zone) && z.few(m.sums[i][day]) {
			hidden = true
			s.Heads -= m.sums[i][day].Heads
			s.Permits -= m.sums[i][day].Permits
			for pair := range m.met {
				overlap = overlap || pair[0] == i || pair[1] == i
			}
		}
	}
	return viewSums(s, true, !overlap && !z.few(s), hidden || z.few(s))
}

// perKm2 is people on a square kilometre, to a tenth; null if it may not show.
func perKm2(v sumsView, area float64) *float64 {
	if v.Population == nil || area <= 0 {
		return nil
	}
	d := math.Round(float64(*v.Population)/(area/1e6)*10) / 10
	return &d
}

// share is a part of a whole, to six digits; null if either may not show.
func share(part, whole sumsView) *float64 {
	if part.Population == nil || whole.Population == nil || *whole.Population == 0 || part.Few || whole.Few {
		return nil
	}
	s := math.Round(float64(*part.Population)/float64(*whole.Population)*1e6) / 1e6
	return &s
}
