package main

import (
	"context"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
)

// A thousand houses a second get another headcount, as when many officers hand in their tables at once: every house with
// its history, its total, its event and its place in the feed.
const (
	sustainedRate  = 1000 // houses a second
	sustainedBatch = 50   // houses an event
	sustainedFor   = 60 * time.Second
	sustainedIdle  = 15 * time.Second
)

// sustained measures what readers of tiles feel of many changes over a long time.
func (b *bench) sustained(ctx context.Context, s *servers) error {
	b.c.note("many changes for a minute")
	some, err := b.someBuildings(8000)
	if err != nil {
		return err
	}
	scatter(some)
	idle, err := b.reading(ctx, s, func() error { time.Sleep(sustainedIdle); return nil })
	if err != nil {
		return err
	}
	rate := 0.0
	busy, err := b.reading(ctx, s, func() (err error) {
		rate, err = b.recount(ctx, some)
		return err
	})
	if err != nil {
		return err
	}
	return b.add(
		alone("changes a second for a minute, 500 tiles/s read", rate, "houses/s"),
		faster("readers' p50 meanwhile, beside idle", quantile(busy, 0.5), quantile(idle, 0.5), "ms"),
		faster("readers' p99 meanwhile, beside idle", quantile(busy, 0.99), quantile(idle, 0.99), "ms"))
}

// recount states headcounts at the rate, or as fast as it can, and says at which.
func (b *bench) recount(ctx context.Context, some []standing) (float64, error) {
	const pause = time.Second * sustainedBatch / sustainedRate
	clerk := postgres.Write{Actor: registry.Actor{Name: "bench", Roles: []registry.Role{registry.Clerk}}}
	evidence, declarer := registry.Observed, registry.ByOfficer
	began := time.Now()
	due, done := began, 0
	for round := 0; time.Since(began) < sustainedFor; round++ {
		var in []registry.HeadcountInput
		for i := range min(sustainedBatch, len(some)) {
			heads := 1 + (int(began.Unix())+round+i)%90
			in = append(in, registry.HeadcountInput{Code: some[(done+i)%len(some)].code, Heads: &heads, Evidence: &evidence, Declarer: &declarer})
		}
		if _, err := b.registry.StateHeadcounts(ctx, clerk, in, registry.Why{}); err != nil {
			return 0, err
		}
		done += len(in)
		due = due.Add(pause)
		time.Sleep(time.Until(due))
	}
	return float64(done) / time.Since(began).Seconds(), nil
}
