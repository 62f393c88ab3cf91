package web

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"fangma/registry"
	"fangma/tiles"
)

// build takes the cursor, then reads everything: what is committed in between
// comes again by the feed and is recognised by its version.
func (l *Live) build(ctx context.Context) error {
	store := l.read
	l.say("the map is being built")
	if err := l.followToday(ctx); err != nil {
		return err
	}
	// What is committed but has no place in the feed yet, as after an import without a server, would come again
	// row by row, which takes longer than all the rest.
	if err := l.position(ctx); err != nil {
		return err
	}
	cursor, err := store.FeedEnd(ctx, registry.ClassRegistry)
	if err != nil {
		return err
	}
	overlay, err := beginOverlay(ctx, store)
	if err != nil {
		return err
	}
	expect, err := store.AboutBuildings(ctx)
	if err != nil {
		return err
	}
	b := tiles.NewBuilder(tiles.Options{Today: int32(store.Today()), Expect: expect})
	t := new(town)
	t.since.Store(int32(store.Today()))
	// Houses are most of the work; what lies over them is read beside them.
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	loaded := make(chan error, 1)
	go func() {
		err := overlay.load(ctx, store, b, t)
		if err != nil {
			stop()
		}
		loaded <- err
	}()
	err = l.readHouses(ctx, t, b, expect)
	if err != nil {
		stop()
	}
	if late := <-loaded; late != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = late
	}
	if err != nil {
		return err
	}
	t.snapshot = b.Build()
	if t.cache, err = tiles.NewCache(t.snapshot, l.cfg.CacheBytes); err != nil {
		return err
	}
	t.cache.OnMake(l.numbers.made)
	l.cursor, l.overlay = cursor, overlay
	l.numbers.position.Store(cursor.Position)
	l.town.Store(t)
	l.say("the map is catching up with the registry")
	return nil
}

// readHouses reads every building, the divisions and the basemap.
func (l *Live) readHouses(ctx context.Context, t *town, b *tiles.Builder, expect int) error {
	store := l.read
	if err := l.readBuildings(ctx, t, b, expect); err != nil {
		return err
	}
	divisions, places, err := readDivisions(ctx, store, registry.AsOf{})
	if err != nil {
		return err
	}
	features, err := readBasemap(ctx, store)
	if err != nil {
		return err
	}
	b.SetDivisions(divisions)
	b.SetBasemap(features)
	t.places.Store(places)
	return nil
}

// readBuildings reads the buildings in two shares at a time: the database is
// as busy with sending them as this is with taking them.
func (l *Live) readBuildings(ctx context.Context, t *town, b *tiles.Builder, expect int) error {
	var read, since atomic.Int32
	share := func(b *tiles.Builder) func(*registry.Building) error {
		return func(building *registry.Building) error {
			onMap := mapBuilding(building)
			for _, v := range onMap.Versions {
				for was := since.Load(); v.From < was && !since.CompareAndSwap(was, v.From); was = since.Load() {
				}
			}
			b.Add(onMap)
			if n := read.Add(1); n%10_000 == 0 {
				l.say(fmt.Sprintf("the map is being built: %d buildings read", n))
			}
			return nil
		}
	}
	other := b.Beside(expect / 2)
	since.Store(t.since.Load())
	if err := l.read.EachBuildingInShares(ctx, share(b), share(other)); err != nil {
		return err
	}
	b.Join(other)
	t.since.Store(since.Load())
	return nil
}
