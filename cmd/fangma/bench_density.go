package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/tiles"
)

type benchDensityCommand struct {
	benchConfig `embed:""`
}

func (cmd *benchDensityCommand) Run(ctx context.Context, c *console) error {
	return cmd.run(ctx, c, func(b *bench) error {
		if err := b.have(); err != nil {
			return err
		}
		return b.density()
	})
}

// density measures views of where people are beside a GROUP BY over the same buildings.
func (b *bench) density() (err error) {
	p, err := b.people()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close(b.ctx)) }()
	return errors.Join(b.sameCells(p), b.views(p), b.densityTiles(p), b.recounts(p))
}

// views are those of a screen: the whole city at resolution 7, a neighbourhood at 10; degrees wide and high.
var views = []struct {
	res        int
	wide, high float64
}{{7, 0.87, 0.46}, {8, 0.40, 0.25}, {9, 0.16, 0.10}, {10, 0.06, 0.04}}

// sameCells holds every cell of the city at every resolution of the views against PostGIS.
func (b *bench) sameCells(p people) error {
	b.c.note("comparing cells")
	cells, same := 0, 0
	for _, v := range views {
		base, err := p.plain.Density(b.ctx, b.city().Bound(), v.res)
		if err != nil {
			return err
		}
		ours := p.town.Density(b.city().Bound(), v.res)
		cells += max(len(base), len(ours))
		for _, c := range ours {
			if asPlain(c.Sums) == base[int64(c.Cell)] {
				same++
			}
		}
	}
	return b.add(more("cells of resolutions 7 to 10 with the very same sums", float64(same), float64(cells), "cells"))
}

func (b *bench) views(p people) error {
	const places, rounds = 20, 3
	centres := b.places(places)
	for _, v := range views {
		b.c.note("views at resolution %d", v.res)
		var ours, base []time.Duration
		cells := 0
		for range rounds {
			for _, at := range centres {
				view := orb.Bound{Min: orb.Point{at[0] - v.wide/2, at[1] - v.high/2}, Max: orb.Point{at[0] + v.wide/2, at[1] + v.high/2}}
				if v.res == 7 {
					view = b.city().Bound()
				}
				began := time.Now()
				got := p.town.Density(view, v.res)
				ours = append(ours, time.Since(began))
				cells += len(got)
				began = time.Now()
				if _, err := p.plain.Density(b.ctx, view, v.res); err != nil {
					return err
				}
				base = append(base, time.Since(began))
			}
		}
		name := fmt.Sprintf("view at resolution %d, %d cells", v.res, cells/len(ours))
		if err := b.add(faster(name+", p50", quantile(ours, 0.5), quantile(base, 0.5), "ms"),
			faster(name+", p95", quantile(ours, 0.95), quantile(base, 0.95), "ms")); err != nil {
			return err
		}
	}
	return nil
}

// places are corners of buildings, far from each other.
func (b *bench) places(n int) []orb.Point {
	var out []orb.Point
	step, i := max(1, b.Buildings/n), 0
	for made := range b.city().All() {
		if i++; i%step == step/2 && len(out) < n {
			out = append(out, made.Footprint[0][0])
		}
	}
	return out
}

// densityTiles encodes and compresses tiles, each once, so that no cache has them, at every zoom.
func (b *bench) densityTiles(p people) error {
	b.c.note("density tiles")
	cache, err := tiles.NewCache(p.town, 1)
	if err != nil {
		return err
	}
	defer cache.Close()
	var took []time.Duration
	largest, slowest := 0, 0.0
	for z := range tiles.MaxZoom + 1 {
		var ofZoom []time.Duration
		seen := map[maptile.Tile]bool{}
		for _, at := range b.places(100) {
			m := maptile.At(at, maptile.Zoom(z))
			if seen[m] {
				continue
			}
			seen[m] = true
			began := time.Now()
			a, err := cache.GetFor(tiles.Density, tiles.TileID{Z: z, X: m.X, Y: m.Y}, tiles.Gzip, tiles.Sees{Houses: true, All: true})
			if err != nil {
				return err
			}
			ofZoom = append(ofZoom, time.Since(began))
			largest = max(largest, len(a.Bytes))
		}
		slowest = math.Max(slowest, quantile(ofZoom, 0.95))
		took = append(took, ofZoom...)
	}
	return b.add(alone("density tile z0-z16, cold, gzip, p50", quantile(took, 0.5), "ms"),
		alone("density tile z0-z16, cold, gzip, p95", quantile(took, 0.95), "ms"),
		alone("density tile of the slowest zoom, cold, gzip, p95", slowest, "ms"),
		alone("largest density tile, gzip", float64(largest), "bytes"))
}

// recounts measures how long a new headcount takes until every sum has it, beside PostGIS changing the row and summing
// its four cells again.
func (b *bench) recounts(p people) error {
	const changed = 1000
	b.c.note("changing headcounts")
	var ours, base []time.Duration
	some := p.town.InBound(b.city().Bound(), b.Buildings)
	scatter(some)
	for i := range changed {
		code := some[i%len(some)]
		span := tiles.TotalSpan{To: tiles.Forever, Dwellings: 1, Heads: uint32(i)}
		next := []tiles.Totals{{Code: code, Version: uint32(2 + i), Spans: []tiles.TotalSpan{span}}}
		began := time.Now()
		p.town.ApplyTotals(next)
		ours = append(ours, time.Since(began))
		if i%10 > 0 {
			continue
		}
		began = time.Now()
		if err := p.plain.Recount(b.ctx, int64(code), i); err != nil {
			return err
		}
		base = append(base, time.Since(began))
	}
	return b.add(faster("headcount to every sum, p50", quantile(ours, 0.5), quantile(base, 0.5), "ms"),
		faster("headcount to every sum, p99", quantile(ours, 0.99), quantile(base, 0.99), "ms"))
}
