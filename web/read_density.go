package web

import (
	"context"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// ReadDensity reads a whole town of a moment as sums by cell, without its houses, for what is not served but written to a
// file. The day is today unless one is named.
func ReadDensity(ctx context.Context, store *postgres.Reader, at registry.AsOf) (*tiles.Snapshot, error) {
	day := store.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	sums, err := sumsByCell(ctx, store, day, at.KnownAt)
	if err != nil {
		return nil, err
	}
	b := tiles.NewBuilder(tiles.Options{Today: int32(day)})
	b.SumCells(sums)
	return b.Build(), nil
}
