package web

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	// heatBytes bounds the sums of other moments that are kept, at about
	// heatCellBytes for a cell of the grid.
	heatBytes     = 192 << 20
	heatCellBytes = 250
	// heatTime is how long reading a whole town of another moment may take.
	heatTime = time.Minute
)

// newPastHeat keeps towns of other moments that consist of sums alone: a large
// one takes as much memory as some tiles, where its houses would take a hundred
// times that.
func newPastHeat() (*otter.Cache[moment, *pastHeat], error) {
	return otter.New(&otter.Options[moment, *pastHeat]{
		MaximumWeight: heatBytes,
		Weigher:       func(_ moment, h *pastHeat) uint32 { return uint32(h.cells*heatCellBytes + 10_000) },
	})
}

type pastHeat struct {
	*tiles.Snapshot
	cells int
}

// heat is the town of a moment as sums by cell, without its houses. It is read
// once for every question about the moment, whatever resolution and box.
func (p *past) heat(ctx context.Context, m moment, at registry.AsOf) (*tiles.Snapshot, error) {
	h, err := p.heats.Get(ctx, m, otter.LoaderFunc[moment, *pastHeat](func(ctx context.Context, m moment) (*pastHeat, error) {
		// Others may wait for the same; they shall not fail because one left.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), heatTime)
		defer cancel()
		select {
		case p.heating <- struct{}{}:
			defer func() { <-p.heating }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		sums, err := sumsByCell(ctx, p.store, m.on, at.KnownAt)
		if err != nil {
			return nil, err
		}
		answers, _, err := answersAt(ctx, p.store, p.instant(m))
		if err != nil {
			return nil, err
		}
		b := tiles.NewBuilder(tiles.Options{Today: int32(m.on)})
		b.SumCells(sums)
		b.SetAnswers(answers)
		return &pastHeat{b.Build(), len(sums)}, nil
	}))
	if err != nil {
		return nil, err
	}
	return h.Snapshot, nil
}

// instant is when it is asked who answers, for a day: now, if the day is today,
// else its last moment.
func (p *past) instant(m moment) time.Time {
	now := p.store.Now()
	if m.on == p.store.Today() {
		if known := time.UnixMicro(m.known); m.known != 0 && known.Before(now) {
			return known
		}
		return now
	}
	return (m.on + 1).Start(p.store.Zone()).Add(-time.Microsecond)
}

// sumsByCell sums a whole town up by cell of the grid, on one day.
func sumsByCell(ctx context.Context, store *postgres.Reader, on registry.Date, known *time.Time) (map[geo.Cell]tiles.Sums, error) {
	sums := map[geo.Cell]tiles.Sums{}
	err := store.EachPeriod(ctx, postgres.Measured{From: on, To: on, KnownAt: known},
		func(p registry.StandingPeriod) {
			s := sums[p.Cell]
			s.Add(standingSums(p))
			sums[p.Cell] = s
		},
		func(p registry.LivingPeriod) {
			s := sums[p.Cell]
			s.Add(livingSums(p, on))
			sums[p.Cell] = s
		})
	return sums, err
}

// standingSums is what a house adds on a day by standing. Until somebody is
// known to have looked, it is unconfirmed.
func standingSums(p registry.StandingPeriod) tiles.Sums {
	return tiles.Sums{Buildings: 1, FloorArea: p.FloorArea, Unconfirmed: 1}
}

// livingSums is what a house adds on a day by who lives in it.
func livingSums(p registry.LivingPeriod, on registry.Date) tiles.Sums {
	s := tiles.Sums{Dwellings: int64(p.Dwellings), Heads: int64(p.Heads), Permits: int64(p.Permits)}
	if p.Heads > 0 {
		s.Inhabited = 1
	}
	if !p.Unconfirmed(on) {
		s.Unconfirmed = -1
	}
	return s
}
