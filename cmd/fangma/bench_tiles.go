package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/registry/postgres/yardstick"
	"fangma/tiles"
)

type benchTilesCommand struct {
	benchConfig `embed:""`
}

func (cmd *benchTilesCommand) Run(ctx context.Context, c *console) error {
	return cmd.run(ctx, c, func(b *bench) error {
		if err := b.have(); err != nil {
			return err
		}
		return b.tiles()
	})
}

// The first and last zoom of the buildings.
const firstZoom, lastZoom = 13, tiles.MaxZoom

// tilesPerZoom is how many tiles are looked at a zoom; fewer where the city has fewer. perZoom bounds the time.
const (
	tilesPerZoom = 150
	perZoom      = 25 * time.Second
)

// tiles measures the server over HTTP with the city that the registry holds.
func (b *bench) tiles() error {
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	if err := b.inhabit(); err != nil { // what a server reads when it starts
		return err
	}
	t, err := yardstick.NewTiles(ctx, b.registry.owner, b.registry.Today().String(), 4)
	if err != nil {
		return err
	}
	defer t.Close(context.WithoutCancel(ctx))
	plain, err := servePlain(ctx, t)
	if err != nil {
		return err
	}
	s := servers{plain: plain, sample: b.sample(tilesPerZoom)}
	uncached, stopUncached := context.WithCancel(ctx)
	defer stopUncached()
	if err := b.start(ctx, uncached, &s); err != nil {
		return err
	}
	if err := inTurn(ctx, &s, b.cold, b.coldClients, b.sameFeatures, b.lowZooms); err != nil {
		return err
	}
	stopUncached() // one follower is what a server has
	if err := inTurn(ctx, &s, b.warm, b.requests, b.changes, b.sustained); err != nil {
		return err
	}
	stop()
	return b.memory(t)
}

// inTurn takes measurements one after the other.
func inTurn(ctx context.Context, s *servers, measure ...func(context.Context, *servers) error) error {
	for _, m := range measure {
		if err := m(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// servers are what is asked: Fangma as it is, Fangma without a cache, so that every tile is encoded, and plain PostGIS.
type servers struct {
	cached, cold, plain string
	sample              map[int][]tiles.TileID // by zoom
}

// paths lists the sample's tiles of the zooms, zooms taking turns.
func (s *servers) paths() []string {
	var paths []string
	for i := range tilesPerZoom {
		for z := firstZoom; z <= lastZoom; z++ {
			if ids := s.sample[z]; len(ids) > 0 {
				paths = append(paths, tilePath(tiles.Buildings, ids[i%len(ids)]))
			}
		}
	}
	return paths
}

// sample takes tiles around buildings, so that where more is, more is asked for.
func (b *bench) sample(n int) map[int][]tiles.TileID {
	out, seen := map[int][]tiles.TileID{}, map[tiles.TileID]bool{}
	step, i := max(1, b.Buildings/(8*n)), 0
	var points []orb.Point
	for made := range b.city().All() {
		if i++; i%step == 0 {
			points = append(points, made.Footprint[0][0])
		}
	}
	for k := range points {
		at := points[k*7919%len(points)] // not along the rows in which the city is made
		for z := firstZoom; z <= lastZoom; z++ {
			m := maptile.At(at, maptile.Zoom(z))
			id := tiles.TileID{Z: z, X: m.X, Y: m.Y}
			if !seen[id] && len(out[z]) < n {
				seen[id] = true
				out[z] = append(out[z], id)
			}
		}
	}
	return out
}

// start measures how long a server takes from PostGIS to its first tile.
func (b *bench) start(ctx, uncached context.Context, s *servers) error {
	b.c.note("starting")
	base, err := yardstick.Read(ctx, b.registry.owner)
	if err != nil {
		return err
	}
	began := time.Now()
	var whole <-chan struct{}
	if s.cached, whole, err = b.serveFangma(ctx, 0); err != nil {
		return err
	}
	r, err := dial(s.cached)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.wait(ctx, tilePath(tiles.Buildings, s.sample[lastZoom][0])); err != nil {
		return err
	}
	first := time.Since(began)
	if err := done(ctx, whole); err != nil {
		return err
	}
	err = b.add(faster("start, PostGIS to first tile, beside reading the same rows", first.Seconds(), base.Seconds(), "s"),
		alone("start, PostGIS to totals, density and answers", time.Since(began).Seconds(), "s"))
	if err != nil {
		return err
	}
	if s.cold, whole, err = b.serveFangma(uncached, 1); err != nil {
		return err
	}
	return done(ctx, whole)
}

// done waits.
func done(ctx context.Context, c <-chan struct{}) error {
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cold asks one by one for tiles that nobody has asked for yet.
func (b *bench) cold(ctx context.Context, s *servers) error {
	ours, err := dial(s.cached)
	if err != nil {
		return err
	}
	defer ours.close()
	base, err := dial(s.plain)
	if err != nil {
		return err
	}
	defer base.close()
	for z := firstZoom; z <= lastZoom; z++ {
		b.c.note("cold tiles of zoom %d", z)
		mine, theirs := answers{r: ours}, answers{r: base} // but for the first tile, which ended the start
		for end, i := time.Now().Add(perZoom), 1; i < len(s.sample[z]) && time.Now().Before(end); i++ {
			path := tilePath(tiles.Buildings, s.sample[z][i])
			if err := errors.Join(mine.ask(path), theirs.ask(path)); err != nil {
				return err
			}
		}
		name := fmt.Sprintf("z%d", z)
		err := b.add(faster("cold tile "+name+", p50", quantile(mine.took, 0.5), quantile(theirs.took, 0.5), "ms"),
			faster("cold tile "+name+", p99", quantile(mine.took, 0.99), quantile(theirs.took, 0.99), "ms"),
			faster("size of a tile "+name+", gzip", mine.size(), theirs.size(), "bytes"))
		if err == nil && z <= 14 {
			err = errors.Join(mine.recompress(), theirs.recompress())
			err = errors.Join(err, b.add(faster("size of a tile "+name+", both by gzip -6", mine.size(), theirs.size(), "bytes")))
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// answers are what a server gave, and how long each took.
type answers struct {
	r      *reader
	took   []time.Duration
	bodies [][]byte
}

func (a *answers) ask(path string) error {
	began := time.Now()
	got, err := a.r.get(path)
	if err != nil {
		return err
	}
	a.took = append(a.took, time.Since(began))
	a.bodies = append(a.bodies, bytes.Clone(got.body))
	return nil
}

// size is that of the mean answer.
func (a *answers) size() float64 {
	sum := 0
	for _, b := range a.bodies {
		sum += len(b)
	}
	return float64(sum) / float64(len(a.bodies))
}

// recompress has gzip do its usual best. It is done once all have been asked for, since it leaves much to collect.
func (a *answers) recompress() error {
	for i, body := range a.bodies {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("read a tile: %w", err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("read a tile: %w", err)
		}
		a.bodies[i] = compressed(gzip.NewWriter(nil), raw)
	}
	return nil
}

// coldClients lets four clients ask at a time.
func (b *bench) coldClients(_ context.Context, s *servers) error {
	b.c.note("cold tiles, 4 clients")
	paths := s.paths()
	theirs, _, err := throughput(s.plain, 4, paths, 12*time.Second)
	if err != nil {
		return err
	}
	ours, _, err := throughput(s.cold, 4, paths, 6*time.Second)
	if err != nil {
		return err
	}
	return b.add(more("cold tiles z13-z16, 4 clients", ours, theirs, "tiles/s"))
}

// warm asks for tiles that are in the cache, beside a bare server with the same bytes.
func (b *bench) warm(ctx context.Context, s *servers) error {
	b.c.note("warm tiles")
	paths, bodies := s.paths(), map[string][]byte{}
	r, err := dial(s.cached)
	if err != nil {
		return err
	}
	defer r.close()
	for _, path := range paths {
		a, err := r.get(path)
		if err != nil {
			return err
		}
		bodies[path] = bytes.Clone(a.body)
	}
	bare, err := serveBytes(ctx, bodies)
	if err != nil {
		return err
	}
	ours, base, err := inTurns(s.cached, bare, 8, paths)
	if err != nil {
		return err
	}
	return b.add(more("warm tiles z13-z16, beside bare net/http", ours, base, "tiles/s"))
}

// lowZooms asks for every tile above the buildings.
func (b *bench) lowZooms(_ context.Context, s *servers) error {
	b.c.note("low zooms")
	r, err := dial(s.cold)
	if err != nil {
		return err
	}
	defer r.close()
	var took []time.Duration
	largest := 0
	for z := range firstZoom {
		for _, id := range b.cover(z) {
			began := time.Now()
			a, err := r.get(tilePath(tiles.Zones, id))
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
			largest = max(largest, len(a.body))
		}
	}
	return b.add(alone("cold tile z0-z12 (zones), p99", quantile(took, 0.99), "ms"),
		alone("largest tile z0-z12 (zones), gzip", float64(largest), "bytes"))
}

// cover lists the tiles of a zoom that the city lies in.
func (b *bench) cover(z int) []tiles.TileID {
	var ids []tiles.TileID
	box := b.city().Bound()
	from, to := maptile.At(orb.Point{box.Min[0], box.Max[1]}, maptile.Zoom(z)), maptile.At(orb.Point{box.Max[0], box.Min[1]}, maptile.Zoom(z))
	for x := from.X; x <= to.X; x++ {
		for y := from.Y; y <= to.Y; y++ {
			ids = append(ids, tiles.TileID{Z: z, X: x, Y: y})
		}
	}
	return ids
}
