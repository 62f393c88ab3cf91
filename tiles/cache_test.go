package tiles

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"fangma/geo"
)

func newTestCache(t *testing.T, s *Snapshot) *Cache {
	t.Helper()
	c, err := NewCache(s, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func mustGet(t *testing.T, c *Cache, l Layer, id TileID, enc Encoding) Answer {
	t.Helper()
	a, err := c.Get(l, id, enc)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// oneHouse is a snapshot with a single building, and the tile that it is in.
func oneHouse(t *testing.T) (*Snapshot, Building, TileID) {
	t.Helper()
	b := newTown(1).building(1)
	s := NewSnapshot(Options{})
	s.Apply([]Building{b})
	m := maptile.At(b.Versions[0].Point, 16)
	return s, b, TileID{16, m.X, m.Y}
}

func TestCacheAnswers(t *testing.T) {
	s, b, id := oneHouse(t)
	c := newTestCache(t, s)
	raw := mustTile(t, s, Buildings, id)
	plain, zipped, zst := mustGet(t, c, Buildings, id, Identity), mustGet(t, c, Buildings, id, Gzip), mustGet(t, c, Buildings, id, Zstd)
	if !bytes.Equal(plain.Bytes, raw) {
		t.Error("identity differs from the raw tile")
	}
	r, err := gzip.NewReader(bytes.NewReader(zipped.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, raw) {
		t.Errorf("gzip does not give the raw tile: %v", err)
	}
	d, err := zstd.NewReader(bytes.NewReader(zst.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got, err := io.ReadAll(d); err != nil || !bytes.Equal(got, raw) {
		t.Errorf("zstd does not give the raw tile: %v", err)
	}
	if plain.ETag == zipped.ETag || plain.ETag == zst.ETag || zipped.ETag == zst.ETag {
		t.Error("encodings share an ETag")
	}
	other := newTestCache(t, s)
	if mustGet(t, other, Buildings, id, Gzip).ETag != zipped.ETag {
		t.Error("two servers disagree on the ETag")
	}
	b.Version, b.Versions = 2, nil
	s.Apply([]Building{b})
	gone := mustGet(t, c, Buildings, id, Gzip)
	if !gone.Empty || len(gone.Bytes) != 0 || gone.ETag == zipped.ETag || gone.ETag == "" {
		t.Errorf("an empty tile answers %+v", gone)
	}
}

func TestCacheForgetsExactly(t *testing.T) {
	s, b, id := oneHouse(t)
	far := newTown(2).building(2)
	s.Apply([]Building{far})
	m := maptile.At(far.Versions[0].Point, 16)
	farID := TileID{16, m.X, m.Y}
	c := newTestCache(t, s)
	var made atomic.Int32
	c.encode = func(e *encoder, v *view, l Layer, id TileID, sees Sees) (drawn, error) {
		made.Add(1)
		return e.tile(v, l, id, sees)
	}
	first := mustGet(t, c, Buildings, id, Gzip)
	mustGet(t, c, Buildings, farID, Gzip)
	mustGet(t, c, Buildings, id, Gzip)
	if made.Load() != 2 {
		t.Fatalf("encoded %d times, want 2", made.Load())
	}
	b.Version, b.Versions[0].State = 2, Unusable
	s.Apply([]Building{b})
	if a := mustGet(t, c, Buildings, id, Gzip); a.ETag == first.ETag {
		t.Error("the change does not show")
	}
	mustGet(t, c, Buildings, farID, Gzip)
	if made.Load() != 3 {
		t.Errorf("encoded %d times, want 3: only the touched tile again", made.Load())
	}
	s.SetDivisions(newTown(1).divisions())
	s.SetBasemap(nil)
	mustGet(t, c, Buildings, id, Gzip)
	if made.Load() != 3 {
		t.Error("a change of another layer threw buildings away")
	}
}

// TestCacheKeepsNoOvertakenTile stops a tile between reading the snapshot and landing, and changes the town meanwhile.
// With the check switched off, as a control, the old tile is served for ever after.
func TestCacheKeepsNoOvertakenTile(t *testing.T) {
	for _, unchecked := range []bool{false, true} {
		t.Run(fmt.Sprintf("unchecked=%v", unchecked), func(t *testing.T) {
			s, b, id := oneHouse(t)
			c := newTestCache(t, s)
			reading, release := make(chan struct{}), make(chan struct{})
			c.encode = func(e *encoder, v *view, l Layer, id TileID, sees Sees) (drawn, error) {
				close(reading)
				<-release
				return e.tile(v, l, id, sees)
			}
			done := make(chan struct{})
			go func() { defer close(done); _, _ = c.Get(Buildings, id, Gzip) }()
			<-reading
			c.encode = (*encoder).tile
			c.mu.Lock()
			f := c.flights[address{Buildings, id, Gzip, 0}]
			c.mu.Unlock()
			b.Version, b.Versions[0].State = 2, Unusable
			s.Apply([]Building{b})
			if unchecked {
				c.mu.Lock()
				f.stale = false
				c.mu.Unlock()
			}
			close(release)
			<-done
			got, want := mustGet(t, c, Buildings, id, Gzip), etag(drawn{raw: mustTile(t, s, Buildings, id)}, Gzip)
			if (got.ETag == want) == unchecked {
				t.Errorf("served fresh: %v", got.ETag == want)
			}
		})
	}
}

func TestCacheEncodesOnce(t *testing.T) {
	s, _, id := oneHouse(t)
	c := newTestCache(t, s)
	var made atomic.Int32
	release := make(chan struct{})
	c.encode = func(e *encoder, v *view, l Layer, id TileID, sees Sees) (drawn, error) {
		made.Add(1)
		<-release
		return e.tile(v, l, id, sees)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { mustGet(t, c, Buildings, id, Gzip) })
	}
	for c.Stats().Misses < 20 { // all are waiting for the one
	}
	close(release)
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("encoded %d times", made.Load())
	}
}

func TestCacheRefusesAndRecovers(t *testing.T) {
	s, _, id := oneHouse(t)
	c := newTestCache(t, s)
	var bad *TileError
	if _, err := c.Get(Buildings, TileID{3, 0, 0}, Gzip); !errors.As(err, &bad) || bad.Field != "z" {
		t.Errorf("zoom 3 of buildings: %v", err)
	}
	c.encode = func(*encoder, *view, Layer, TileID, Sees) (drawn, error) { panic("broken") }
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Get(Buildings, id, Gzip)
	}()
	c.encode = (*encoder).tile
	if mustGet(t, c, Buildings, id, Gzip).Empty {
		t.Error("a panic left something behind")
	}
}

func TestCacheIsBounded(t *testing.T) {
	s := buildTown(newTown(4), 3000)
	c, err := NewCache(s, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	town := newTown(4)
	town.each(500, func(b Building) {
		m := maptile.At(b.Versions[0].Point, 16)
		mustGet(t, c, Buildings, TileID{16, m.X, m.Y}, Identity)
	})
	c.store.CleanUp()
	if n := c.Stats().Bytes; n > 100_000 {
		t.Errorf("holds %d bytes, allowed 100,000", n)
	}
	if st := c.Stats(); st.Evictions == 0 || st.Evictions+uint64(st.Tiles) != st.Misses {
		t.Errorf("of %d tiles %d are kept, but %d were evicted", st.Misses, st.Tiles, st.Evictions)
	}
}

// TestReadersAndWriters runs everything at once for the race detector, and holds every answer against what
// may be seen: a reader never sees a tile older than one of which it knows the change to be done.
func TestReadersAndWriters(t *testing.T) {
	town := newTown(8)
	s := buildTown(town, 5000)
	c := newTestCache(t, s)
	first := &s.view.Load().base.face[0].code
	house := town.building(3)
	house.Version = 2
	s.Apply([]Building{house})
	m := maptile.At(house.Versions[0].Point, 16)
	id := TileID{16, m.X, m.Y}
	around := geo.Prepare(orb.MultiPolygon{{{{west, south}, {west + wide, south}, {west + wide, south + high}, {west, south}}}})
	var floors, heads atomic.Int32 // written after Apply and ApplyTotals returned
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				atLeast, people := floors.Load(), heads.Load()
				a, err := c.Get(Buildings, id, Identity)
				if err != nil {
					t.Error(err)
					return
				}
				if got := floorsOf(t, a.Bytes, house.Code); got < atLeast {
					t.Errorf("saw %d floors after %d were done", got, atLeast)
					return
				}
				density, err := c.GetFor(Density, id, Identity, Sees{Exact: true})
				if err != nil {
					t.Error(err)
					return
				}
				if got := peopleOf(t, density.Bytes, house.Versions[0].Cell); got < people {
					t.Errorf("saw %d heads after %d were counted", got, people)
					return
				}
				if got := s.SumOf(house.Versions[0].Cell).Heads; got < int64(people) {
					t.Errorf("summed %d heads after %d were counted", got, people)
				}
				s.SumIn(around)
				s.Density(orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + wide, south + high}}, 7)
				s.At(house.Versions[0].Point)
				s.ByCode(house.Code)
				s.InBound(orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + 0.1, south + 0.1}}, 10)
			}
		})
	}
	for i := int32(1); i <= 40; i++ {
		house.Version++
		house.Versions[0].Floors = int16(i)
		batch := []Building{house}
		for range 70 {
			b := town.building(uint64(town.rnd.IntN(5000)))
			if b.Code != house.Code {
				b.Version = uint32(i + 2)
				batch = append(batch, b)
			}
		}
		s.Apply(batch)
		floors.Store(i)
		s.ApplyTotals([]Totals{{house.Code, uint32(i), []TotalSpan{{0, Forever, 1, uint32(i), 0, i % 9}}}})
		heads.Store(i)
	}
	s.Advance(5)
	close(stop)
	wg.Wait()
	s.Close()
	if &s.view.Load().base.face[0].code == first {
		t.Error("nothing was merged")
	}
}

// peopleOf gives the population of a cell in a density tile.
func peopleOf(t tester, raw []byte, cell geo.Cell) int32 {
	for _, f := range decode(t, raw)["density"] {
		if f.Properties["h"] == cell.String() {
			n, _ := f.Properties["population"].(float64)
			return int32(n)
		}
	}
	return -1
}

func floorsOf(t tester, raw []byte, code uint64) int32 {
	for _, f := range decode(t, raw)["buildings"] {
		if idOf(f) == code {
			n, _ := f.Properties["floors"].(float64)
			return int32(n)
		}
	}
	return -1
}
