package main

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// TestAsBefore holds every reason for which an archive may have to come out differently.
func TestAsBefore(t *testing.T) {
	o := &opened{Store: dbtest.Store(t, postgres.Options{})}
	ctx := t.Context()
	day := o.Today()
	long := time.Now().Add(-2 * settledAfter)
	just := time.Now().Add(-settledAfter / 2)
	makes := func(layer tiles.Layer, known *time.Time) archived {
		t.Helper()
		s, waiting, err := shows(ctx, o, layer, registry.AsOf{ValidOn: &day, KnownAt: known})
		if err != nil || waiting || s.Program == "" {
			t.Fatalf("an archive would show %+v, %v, %v", s, waiting, err)
		}
		return s
	}
	register := func(lon float64) {
		t.Helper()
		ring := orb.Ring{{lon, 47.14}, {lon + 0.0002, 47.14}, {lon + 0.0002, 47.1402}, {lon, 47.1402}, {lon, 47.14}}
		house := registry.Input{Shape: &registry.Shape{Geometry: orb.Polygon{ring}}}
		if _, err := o.Register(ctx, postgres.Write{Actor: machine()}, registry.Registration{Input: house}); err != nil {
			t.Fatal(err)
		}
	}
	register(9.51)
	first, settled, young := makes(tiles.Buildings, nil), makes(tiles.Buildings, &long), makes(tiles.Buildings, &just)
	ground := makes(tiles.Basemap, &long)
	holds := func(name string, s, before archived, want bool) {
		t.Helper()
		if got, err := s.asBefore(ctx, o, before); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	holds("nothing happened", makes(tiles.Buildings, nil), first, true)
	for name, change := range map[string]func(*archived){
		"another registry":  func(s *archived) { s.Registry = uuid.New() },
		"a restored one":    func(s *archived) { s.Event = uuid.New() },
		"another layer":     func(s *archived) { s.Layer = tiles.Zones },
		"another day":       func(s *archived) { s.ValidOn-- },
		"known at a time":   func(s *archived) { s.KnownAt = &long },
		"another program":   func(s *archived) { s.Program = "other" },
		"an unknown one":    func(s *archived) { s.Program = "" },
		"an older position": func(s *archived) { s.Position-- },
	} {
		before := first
		change(&before)
		holds(name, first, before, false)
		holds(name+", the other way", before, first, false)
	}
	unknown := first
	unknown.Program = ""
	holds("two unknown programs", unknown, unknown, false)
	register(9.52)
	holds("a house more", makes(tiles.Buildings, nil), first, false)
	holds("a house more, known long ago", makes(tiles.Buildings, &long), settled, true)
	holds("a house more, known just now", makes(tiles.Buildings, &just), young, false)
	holds("the base map, which has no past", makes(tiles.Basemap, &long), ground, false)
	lost := settled
	lost.Event = uuid.New()
	holds("restored since, known long ago", makes(tiles.Buildings, &long), lost, false)
}
