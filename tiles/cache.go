package tiles

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
)

// Answer is a tile ready to send. Bytes belong to the cache: do not change them.
type Answer struct {
	Bytes []byte
	ETag  string // strong, with its quotes; also of an empty tile
	Empty bool   // nothing in it: answer 204
}

// Cache keeps encoded tiles of one snapshot within a number of bytes. Cached tiles are read without waiting;
// a tile that is missing is encoded once however many ask for it.
type Cache struct {
	snapshot *Snapshot
	store    *otter.Cache[address, Answer]
	compress *compressor
	encode   func(*encoder, *view, Layer, TileID, Sees) (drawn, error)

	mu      sync.Mutex
	flights map[address]*flight
	kept    map[Layer][]variant // that have been kept at any time
	chilled chilled

	hits, misses, evictions atomic.Uint64

	made func(Work) // nil if nobody wants to know
}

// address names what is cached.
type address struct {
	layer Layer
	tile  TileID
	enc   Encoding
	class class // what the reader sees
}

// variant is one of the ways in which a tile is made.
type variant struct {
	enc   Encoding
	class class
}

func (a address) compare(b address) int {
	return cmp.Or(cmp.Compare(a.tile.Z, b.tile.Z), cmp.Compare(a.layer, b.layer),
		cmp.Compare(a.tile.X, b.tile.X), cmp.Compare(a.tile.Y, b.tile.Y))
}

// flight is a tile on its way into the cache.
type flight struct {
	seq    uint64 // state of the snapshot that it shows
	stale  bool   // something in it has changed since: it must not be stored
	done   chan struct{}
	answer Answer
	err    error
}

// NewCache holds up to maxBytes of tiles of s. It watches s: when a change of the snapshot returns, the
// tiles that it touched have left the cache.
func NewCache(s *Snapshot, maxBytes uint64) (*Cache, error) {
	compress, err := newCompressor()
	if err != nil {
		return nil, err
	}
	c := &Cache{snapshot: s, compress: compress, encode: (*encoder).tile, flights: map[address]*flight{}, kept: map[Layer][]variant{}}
	c.store, err = otter.New(&otter.Options[address, Answer]{
		MaximumWeight: maxBytes,
		// A goroutine for it would wake another processor at every tile that is kept, which takes longer than the work.
		Executor: func(upkeep func()) { upkeep() },
		OnAtomicDeletion: func(e otter.DeletionEvent[address, Answer]) {
			if e.WasEvicted() {
				c.evictions.Add(1)
			}
		},
		Weigher: func(_ address, a Answer) uint32 { return uint32(len(a.Bytes) + len(a.ETag) + 200) },
	})
	if err != nil {
		return nil, fmt.Errorf("tile cache: %w", err)
	}
	s.Watch(c.forget)
	return c, nil
}

// Close stops what works in the background.
func (c *Cache) Close() { c.store.StopAllGoroutines() }

// Get returns the tile as everybody may see it, in the encoding asked for. A *TileError is the caller's mistake.
func (c *Cache) Get(layer Layer, id TileID, enc Encoding) (Answer, error) {
	return c.GetFor(layer, id, enc, Sees{})
}

// GetFor returns the tile as one reader may see it. Readers who see the same share what is cached; a tile in which a
// reader sees more than others because of cells of their own is made for them alone and not kept.
func (c *Cache) GetFor(layer Layer, id TileID, enc Encoding, sees Sees) (Answer, error) {
	if err := id.check(layer); err != nil {
		return Answer{}, err
	}
	sees = sees.forLayer(layer)
	at := address{layer, id, enc, sees.class()}
	if len(sees.Cells) > 0 {
		c.misses.Add(1)
		return c.make(c.snapshot.view.Load(), at, sees)
	}
	if a, ok := c.store.GetIfPresent(at); ok {
		c.hits.Add(1)
		return a, nil
	}
	c.misses.Add(1)
	return c.fetch(at, sees)
}

// fetch makes a tile and keeps it, or waits for somebody who is making it.
func (c *Cache) fetch(at address, sees Sees) (Answer, error) {
	c.mu.Lock()
	f, flying := c.flights[at]
	if flying {
		c.mu.Unlock()
		<-f.done
		return f.answer, f.err
	}
	v := c.snapshot.view.Load() // under the lock: a change after this finds the flight
	f = &flight{seq: v.seq, done: make(chan struct{}), err: errUnfinished}
	c.flights[at] = f
	c.mu.Unlock()
	defer c.land(at, f)
	f.answer, f.err = c.make(v, at, sees)
	return f.answer, f.err
}

// errUnfinished is what those who wait get if encoding panics.
var errUnfinished = errors.New("tile was not finished")

func (c *Cache) make(v *view, at address, sees Sees) (Answer, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	e.compress = at.enc == Gzip
	work := c.begin(at)
	d, err := c.encode(e, v, at.layer, at.tile, sees)
	work.encoded()
	if err != nil {
		return Answer{}, err
	}
	a := Answer{ETag: etag(d, at.enc), Empty: d.size() == 0}
	if !a.Empty {
		a.Bytes, err = c.compress.encode(d, at.enc)
	}
	work.end(d.size())
	return a, err
}

// land stores what a flight brings, unless a change overtook it.
func (c *Cache) land(at address, f *flight) {
	c.mu.Lock()
	if f.err == nil && !f.stale {
		if v := (variant{at.enc, at.class}); !slices.Contains(c.kept[at.layer], v) {
			c.kept[at.layer] = append(c.kept[at.layer], v)
		}
		c.store.Set(at, f.answer)
	}
	if c.flights[at] == f {
		delete(c.flights, at)
	}
	c.mu.Unlock()
	close(f.done)
}

// manyAreas is how many rectangles a change may have before it is held against a tile; beyond, every tile of
// its layers counts as touched if they cannot be named one by one.
const manyAreas = 1 << 12

// forget drops what a change touched. Flights first: those that show an older state must not land afterwards. The
// snapshot has published the change already, so flights that start from now on show it.
func (c *Cache) forget(ch Changed) {
	if ch.Empty() {
		return
	}
	wide := len(ch.Areas) > manyAreas
	c.mu.Lock()
	for at, f := range c.flights {
		if f.seq < ch.Seq && (wide || ch.Touches(at.layer, at.tile)) {
			f.stale = true
			delete(c.flights, at)
			c.chilled.note(at)
		}
	}
	kept := maps.Clone(c.kept) // a tile that lands from now on shows this change
	c.mu.Unlock()
	// Name the touched tiles or look through the cached ones, whichever is less work.
	named, looked := ch.Count(), c.store.EstimatedSize()
	if !wide {
		looked *= len(ch.Areas)
	} else if named < 1<<20 {
		looked = named // better exact than quick
	}
	if named <= looked {
		c.forgetNamed(ch, kept)
		return
	}
	layers := ch.Layers()
	for at := range c.store.Keys() {
		if wide && slices.Contains(layers, at.layer) || !wide && ch.Touches(at.layer, at.tile) {
			c.drop(at)
		}
	}
}

// drop throws a tile out.
func (c *Cache) drop(at address) {
	if _, was := c.store.Invalidate(at); was {
		c.chilled.note(at)
	}
}

// forgetNamed drops the tiles that a change touches, in each of the ways in which such tiles have been kept: most have
// been in one or two of a dozen.
func (c *Cache) forgetNamed(ch Changed, kept map[Layer][]variant) {
	for layer, id := range ch.Tiles() {
		for _, v := range kept[layer] {
			c.drop(address{layer, id, v.enc, v.class})
		}
	}
}

// Stats says how the cache is doing.
type Stats struct {
	Hits, Misses uint64
	Tiles        int
	Bytes        uint64
	Evictions    uint64 // tiles dropped for want of room, and not because they changed
}

// Stats returns the present figures.
func (c *Cache) Stats() Stats {
	return Stats{c.hits.Load(), c.misses.Load(), c.store.EstimatedSize(), c.store.WeightedSize(), c.evictions.Load()}
}
