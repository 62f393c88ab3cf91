package tiles

import (
	"testing"
	"time"

	"github.com/paulmach/orb/maptile"
)

// TestCacheIsKeptWarm lets the cache be filled and looks whether every tile of the town is there; then changes a house and
// looks whether its tiles come back by themselves, as they are now.
func TestCacheIsKeptWarm(t *testing.T) {
	s := NewSnapshot(Options{})
	b := newTown(1).building(1)
	s.Apply([]Building{b})
	c := newTestCache(t, s)
	go c.Warm(t.Context())
	at := b.Versions[0].Point
	houses := func() (ids []TileID) {
		for z := 13; z <= MaxZoom; z++ {
			m := maptile.At(at, maptile.Zoom(z))
			ids = append(ids, TileID{z, m.X, m.Y})
		}
		return ids
	}
	warm := func() bool {
		for _, id := range houses() {
			if _, ok := c.store.GetIfPresent(address{Buildings, id, Gzip, 0}); !ok {
				return false
			}
		}
		return true
	}
	waitFor(t, "the tiles to be made", warm)
	if c.Stats().Misses != 0 {
		t.Error("tiles that nobody asked for count as asked for")
	}
	before := mustGet(t, c, Buildings, houses()[3], Gzip)
	b.Version, b.Versions[0].State = 2, Unusable
	s.Apply([]Building{b})
	waitFor(t, "the tiles to be made again", warm) // if none was thrown out, what comes is as before
	after := mustGet(t, c, Buildings, houses()[3], Gzip)
	if after.ETag == before.ETag || c.Stats().Misses != 0 {
		t.Errorf("the tile is %s, was %s; %d misses", after.ETag, before.ETag, c.Stats().Misses)
	}
}

// TestColdCacheStaysCold is the same without anybody who keeps it warm.
func TestColdCacheStaysCold(t *testing.T) {
	s, _, id := oneHouse(t)
	c := newTestCache(t, s)
	time.Sleep(2 * warmQuiet)
	if _, ok := c.store.GetIfPresent(address{Buildings, id, Gzip, 0}); ok || len(c.chilled.since) > 0 {
		t.Error("somebody fills it")
	}
}

// TestManyChangesAreNotRemembered goes beyond what is worth remembering.
func TestManyChangesAreNotRemembered(t *testing.T) {
	c := chilled{on: true, since: map[address]time.Time{}}
	for i := range warmMost + 10 {
		c.note(address{Buildings, TileID{16, uint32(i), 0}, Gzip, 0})
	}
	if _, all := c.quiet(); !all {
		t.Error("it remembers all of them")
	}
	c.note(address{Density, TileID{16, 1, 0}, Gzip, 0})
	c.note(address{Buildings, TileID{16, 1, 0}, Zstd, 0})
	if some, all := c.quiet(); len(some) > 0 || all || len(c.since) > 0 {
		t.Error("it remembers what it does not keep")
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
