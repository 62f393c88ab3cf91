package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/postgres/yardstick"
	"fangma/tiles"
	"fangma/web"
)

// memory measures the map without a server: what it takes, how quick it answers, how large all of its tiles are.
func (b *bench) memory(t *yardstick.Tiles) error {
	b.c.note("memory and lookups")
	before := heap()
	town, err := web.ReadTown(b.ctx, b.registry.Reader, registry.AsOf{})
	if err != nil {
		return err
	}
	defer town.Close()
	if err := b.add(alone("snapshot in memory, a building", float64(heap()-before)/float64(b.Buildings), "bytes")); err != nil {
		return err
	}
	if err := b.lookups(town, t); err != nil {
		return err
	}
	return b.pyramid(town)
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // what the first one's finalizers let go of
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// lookups asks the map and PostGIS the same questions.
func (b *bench) lookups(town *tiles.Snapshot, t *yardstick.Tiles) error {
	const inMemory, inDatabase = 100_000, 2000
	var codes []uint64
	var points []orb.Point
	step, i := max(1, b.Buildings/4096), 0
	for made := range b.city().All() {
		if i++; i%step != 0 {
			continue
		}
		at := made.Footprint[0][0]
		hit, ok := town.Nearest(at, 100)
		if !ok {
			return fmt.Errorf("no building is found at %v", at)
		}
		codes, points = append(codes, hit.Code), append(points, at)
	}
	scatter(codes)
	ours, err := each(inMemory, func(i int) error {
		if _, ok := town.ByCode(codes[i%len(codes)]); !ok {
			return fmt.Errorf("%d is not found", codes[i%len(codes)])
		}
		return nil
	})
	if err != nil {
		return err
	}
	base, err := each(inDatabase, func(i int) error {
		_, err := t.Code(b.ctx, codes[i%len(codes)])
		return err
	})
	if err != nil {
		return err
	}
	if err := b.add(faster("code to building, in memory beside a query", ours, base, "µs")); err != nil {
		return err
	}
	ours, err = each(inMemory, func(i int) error {
		town.At(points[i%len(points)])
		return nil
	})
	if err != nil {
		return err
	}
	base, err = each(inDatabase, func(i int) error {
		_, err := t.At(b.ctx, points[i%len(points)])
		return err
	})
	if err != nil {
		return err
	}
	return b.add(faster("point to building, in memory beside a query", ours, base, "µs"))
}

// scatter changes the order for one that follows no row of the city.
func scatter[T any](all []T) {
	for i := range all {
		k := i * 7919 % len(all)
		all[i], all[k] = all[k], all[i]
	}
}

// each does something n times and gives the mean in microseconds.
func each(n int, do func(i int) error) (float64, error) {
	began := time.Now()
	for i := range n {
		if err := do(i); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(began).Nanoseconds()) / 1000 / float64(n), nil
}

// pyramid encodes and compresses every tile of the city there is.
func (b *bench) pyramid(town *tiles.Snapshot) error {
	b.c.note("the whole pyramid")
	cache, err := tiles.NewCache(town, 2<<30)
	if err != nil {
		return err
	}
	defer cache.Close()
	began, bytes, n := time.Now(), 0, 0
	for z := range lastZoom + 1 {
		for _, id := range b.cover(z) {
			for _, layer := range []tiles.Layer{tiles.Buildings, tiles.Basemap, tiles.Zones} { // what everybody sees
				if first, _ := layer.Zooms(); z < first {
					continue
				}
				a, err := cache.Get(layer, id, tiles.Gzip)
				if err != nil {
					return err
				}
				if !a.Empty {
					bytes += len(a.Bytes)
					n++
				}
			}
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
	}
	return b.add(alone("all tiles z0-z16, gzip", float64(bytes)/1e6, "MB"),
		alone("all tiles z0-z16, number", float64(n), "tiles"),
		alone("all tiles z0-z16, one core", time.Since(began).Seconds(), "s"))
}
