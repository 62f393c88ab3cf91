package web

import (
	"context"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// ReadTown reads the whole town of a moment, now or another, for tiles that are not served but written to a file. The base
// map has no history and is today's.
func ReadTown(ctx context.Context, store *postgres.Reader, at registry.AsOf) (*tiles.Snapshot, error) {
	day := store.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	at.ValidOn = &day
	b := tiles.NewBuilder(tiles.Options{Today: int32(day)})
	add := func(building *registry.Building) error {
		b.Add(mapBuilding(building))
		return nil
	}
	read := func() error {
		return store.EachInBound(ctx, at, orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, add)
	}
	if at.KnownAt == nil {
		read = func() error { return store.EachBuilding(ctx, add) } // all days at once, without the index of places
	}
	if err := read(); err != nil {
		return nil, err
	}
	divisions, _, err := readDivisions(ctx, store, at)
	if err != nil {
		return nil, err
	}
	features, err := readBasemap(ctx, store)
	if err != nil {
		return nil, err
	}
	planned, err := drawnZones(ctx, store, at)
	if err != nil {
		return nil, err
	}
	b.SetDivisions(divisions)
	b.SetZones(planned)
	b.SetBasemap(features)
	return b.Build(), nil
}
