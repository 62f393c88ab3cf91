package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/paulmach/orb/maptile"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

const (
	changesMade   = 200
	changePause   = 25 * time.Millisecond
	readersRate   = 500 // tiles a second, of all readers together
	readerClients = 2
	idlePeriod    = 4 * time.Second
	lookAgain     = 300 * time.Microsecond
	tooLate       = 5 * time.Second
)

// changes measures how long after a commit the new tile is served while others read tiles, and what the readers feel
// of it.
func (b *bench) changes(ctx context.Context, s *servers) error {
	b.c.note("changes beside readers")
	some, err := b.someBuildings(changesMade)
	if err != nil {
		return err
	}
	idle, err := b.reading(ctx, s, func() error { time.Sleep(idlePeriod); return nil })
	if err != nil {
		return err
	}
	var seen, commits []time.Duration
	busy, err := b.reading(ctx, s, func() (err error) {
		seen, commits, err = b.change(ctx, s.cached, some)
		return err
	})
	if err != nil {
		return err
	}
	return b.add(
		alone("commit to new tile, 500 tiles/s read, p50", quantile(seen, 0.5), "ms"),
		alone("commit to new tile, 500 tiles/s read, p99", quantile(seen, 0.99), "ms"),
		alone("change up to its commit, p50", quantile(commits, 0.5), "ms"),
		faster("readers' p99 during changes, beside idle", quantile(busy, 0.99), quantile(idle, 0.99), "ms"),
		faster("readers' longest wait, beside idle", quantile(busy, 1), quantile(idle, 1), "ms"))
}

// standing is a building with the tile that it is looked for in.
type standing struct {
	code registry.Code
	path string
}

func (b *bench) someBuildings(n int) ([]standing, error) {
	var some []standing
	i, step := 0, max(1, b.Buildings/n)
	enough := errors.New("enough")
	err := b.registry.EachBuilding(b.ctx, func(one *registry.Building) error {
		if i++; i%step != 0 || len(one.Timeline) == 0 {
			return nil
		}
		m := maptile.At(one.Timeline[0].Point, lastZoom)
		some = append(some, standing{one.Code, tilePath(tiles.Buildings, tiles.TileID{Z: lastZoom, X: m.X, Y: m.Y})})
		if len(some) == n {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return some, nil
}

// change gives one building after the other another number of floors and asks for its tile until it is another.
func (b *bench) change(ctx context.Context, address string, some []standing) (seen, commits []time.Duration, err error) {
	r, err := dial(address)
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	turn := int(time.Now().Unix()) // a registry that was kept has the floors of an earlier run
	for i, one := range some {
		before, err := r.get(one.path)
		if err != nil {
			return nil, nil, err
		}
		began := time.Now()
		// More floors than any building has, and each time others, so that the tile is never as before.
		c := registry.Correction{Input: registry.Input{Floors: registry.Some(60 + (i+turn)%200)}, Why: registry.Why{Reason: "bench"}}
		if _, err := b.registry.Correct(ctx, postgres.Write{Actor: machine()}, one.code, c); err != nil {
			return nil, nil, err
		}
		committed := time.Now()
		commits = append(commits, committed.Sub(began))
		for etag := before.etag; etag == before.etag; {
			now, err := r.get(one.path)
			if err != nil {
				return nil, nil, err
			}
			if etag = now.etag; etag != before.etag {
				break
			}
			if time.Since(committed) > tooLate {
				return nil, nil, errors.New("a change does not show")
			}
			time.Sleep(lookAgain) // the follower needs a processor too
		}
		seen = append(seen, time.Since(committed))
		time.Sleep(changePause)
	}
	return seen, commits, nil
}

// reading reads tiles at a steady rate while something is done, and gives how long each took.
func (b *bench) reading(ctx context.Context, s *servers, do func() error) (took []time.Duration, err error) {
	ctx, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	var mu sync.Mutex
	paths := s.paths()
	for c := range readerClients {
		group.Go(func() {
			own, readErr := readSteadily(ctx, s.cached, paths, c*len(paths)/readerClients)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, own...)
			err = errors.Join(err, readErr)
		})
	}
	doErr := do()
	stop()
	group.Wait()
	return took, errors.Join(err, doErr)
}

func readSteadily(ctx context.Context, address string, paths []string, first int) (took []time.Duration, err error) {
	r, err := dial(address)
	if err != nil {
		return nil, err
	}
	defer r.close()
	const pause = time.Second * readerClients / readersRate
	due := time.Now()
	for i := first; ctx.Err() == nil; i++ {
		due = due.Add(pause)
		time.Sleep(time.Until(due))
		began := time.Now()
		if _, err := r.get(paths[i%len(paths)]); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
