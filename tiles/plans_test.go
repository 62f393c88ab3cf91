package tiles

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// TestZonesOfPlanners: they are drawn beside divisions, on their days, and cannot be mistaken for one by their feature id.
func TestZonesOfPlanners(t *testing.T) {
	town := newTown(1)
	s := buildTown(town, 10)
	box := func(x0, y0, x1, y1 float64) orb.MultiPolygon {
		p := func(x, y float64) orb.Point { return orb.Point{west + x*wide, south + y*high} }
		return orb.MultiPolygon{{{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1), p(x0, y0)}}}
	}
	s.SetZones([]Zone{
		{ID: 10, Name: "前海", Kind: "priority", Boundary: box(0.4, 0.4, 0.6, 0.6), To: 5},
		{ID: 10, Name: "前海 II", Kind: "optimised", Boundary: box(0.4, 0.4, 0.6, 0.6), From: 5, To: Forever},
		{ID: 11, Name: "later", Kind: "custom", Boundary: box(0.3, 0.3, 0.7, 0.7), From: 7, To: Forever},
	})
	middle := orb.Point{west + wide*0.5, south + high*0.5}
	look := func() map[uint64]map[string]any {
		out := map[uint64]map[string]any{}
		for name, features := range layerTile(t, s, Zones, middle, 11) {
			for _, f := range features {
				if f.Properties["kind"] != "division" && (name == "zones" || name == "zone_labels") {
					out[idOf(f)] = f.Properties
				}
			}
		}
		return out
	}
	got := look()
	if f := got[ZoneFeature+10]; len(got) != 1 || f["name"] != "前海" || f["kind"] != "priority" || f["id"] != 10.0 {
		t.Errorf("today: %v", got)
	}
	if ch := s.Advance(5); !slices.Contains(ch.Layers(), Zones) {
		t.Errorf("on day 5: %+v", ch)
	}
	if got := look(); len(got) != 1 || got[ZoneFeature+10]["name"] != "前海 II" {
		t.Errorf("on day 5: %v", got)
	}
	s.Advance(7)
	if got := look(); len(got) != 2 || got[ZoneFeature+11]["kind"] != "custom" {
		t.Errorf("on day 7: %v", got)
	}
	if s.SetZones(nil); len(look()) != 0 || zonesAt(t, s, "zones", middle, 11)[1] == nil {
		t.Error("taken away: not alone")
	}
}
