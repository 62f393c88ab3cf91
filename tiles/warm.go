package tiles

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb/maptile"
)

// What the one that keeps a cache warm takes for itself: after so much work it rests twice as long, so that it takes no
// more than a third of the time from those who wait for something, even where a large tile occupies two processors.
const (
	warmWork = 2 * time.Millisecond
	warmRest = 2 * warmWork
	// warmQuiet is how long a tile must have been left alone before it is made again: one that changes all the time is
	// made when somebody asks for it.
	warmQuiet = 500 * time.Millisecond
	// warmMost is how many tiles it remembers to make again. When a change is larger, it goes through all of them.
	warmMost = 1 << 14
	// warmZoom is how many tiles of a zoom it goes through at the most: a city of any size has fewer, a country's nearest
	// zooms are mostly empty.
	warmZoom = 1 << 17
)

// warmLayers are those that most people look at, and all see alike.
var warmLayers = [...]Layer{Zones, Basemap, Buildings}

// chilled are the tiles that changes have thrown out of a cache that is to be kept warm.
type chilled struct {
	mu    sync.Mutex
	on    bool
	since map[address]time.Time // nil when there were too many
}

// note takes down a tile that was thrown out. Only what many share is worth it: what everybody sees, as browsers take it.
func (c *chilled) note(at address) {
	if at.enc != Gzip || at.class != (Sees{}).class() || !slices.Contains(warmLayers[:], at.layer) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.on || c.since == nil {
		return
	}
	if len(c.since) >= warmMost {
		c.since = nil
		return
	}
	c.since[at] = time.Now()
}

// quiet hands out the tiles that have been left alone for a while; all says that there were too many to remember.
func (c *chilled) quiet() (some []address, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since == nil {
		c.since = map[address]time.Time{}
		return nil, true
	}
	before := time.Now().Add(-warmQuiet)
	for at, since := range c.since {
		if since.Before(before) {
			some = append(some, at)
			delete(c.since, at)
		}
	}
	slices.SortFunc(some, address.compare)
	return some, false
}

// Warm fills the cache with every tile of the houses, the zones and the basemap, and makes those again that changes throw
// out, until the context ends. It works while nobody else does, more or less, and stops filling when the cache is nearly
// full.
func (c *Cache) Warm(ctx context.Context) {
	c.chilled.mu.Lock()
	c.chilled.on = true
	c.chilled.mu.Unlock()
	w := warmer{cache: c, ctx: ctx}
	tick := time.NewTicker(warmQuiet / 2)
	defer tick.Stop()
	for {
		some, all := c.chilled.quiet()
		if all {
			w.everything()
		}
		for _, at := range some {
			if !w.make(at) {
				break
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// warmer makes tiles that are missing, little by little.
type warmer struct {
	cache  *Cache
	ctx    context.Context
	worked time.Duration // since the last rest
}

// everything goes through the pyramid, from afar to near.
func (w *warmer) everything() {
	for z := range MaxZoom + 1 {
		for _, layer := range warmLayers {
			for id := range w.cache.snapshot.cover(layer, z) {
				if !w.make(address{layer, id, Gzip, Sees{}.class()}) {
					return
				}
			}
		}
	}
}

// make makes a tile if it is missing. It reports whether to go on.
func (w *warmer) make(at address) bool {
	c := w.cache
	if w.ctx.Err() != nil || c.store.WeightedSize() > c.store.GetMaximum()/8*7 {
		return false
	}
	if _, ok := c.store.GetIfPresent(at); ok {
		return true
	}
	began := time.Now()
	_, _ = c.fetch(at, Sees{}) // whoever asks for it later is told what is wrong with it
	if w.worked += time.Since(began); w.worked >= warmWork {
		w.worked = 0
		select {
		case <-time.After(warmRest):
		case <-w.ctx.Done():
			return false
		}
	}
	return true
}

// cover yields the tiles of a zoom that a layer may have something in, those beside it included, into which it reaches;
// none if they are too many.
func (s *Snapshot) cover(layer Layer, z int) func(yield func(TileID) bool) {
	return func(yield func(TileID) bool) {
		first, last := layer.Zooms()
		bound, ok := s.LayerBounds(layer)
		if !ok || z < first || z > last {
			return
		}
		zoom := maptile.Zoom(z)
		from, to := maptile.At(bound.LeftTop(), zoom), maptile.At(bound.RightBottom(), zoom)
		if int(to.X-from.X+1)*int(to.Y-from.Y+1) > warmZoom {
			return
		}
		end := uint32(1)<<z - 1
		for x := max(from.X, 1) - 1; x <= min(to.X+1, end); x++ {
			for y := max(from.Y, 1) - 1; y <= min(to.Y+1, end); y++ {
				if !yield(TileID{z, x, y}) {
					return
				}
			}
		}
	}
}
