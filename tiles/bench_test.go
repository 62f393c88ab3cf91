package tiles

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

const benchTown = 650_000

var benchSnapshot = sync.OnceValue(func() *Snapshot { return buildTown(newTown(1), benchTown) })

// benchTiles are 40 tiles at a zoom, around buildings.
func benchTiles(z int) []TileID {
	var ids []TileID
	t := newTown(99)
	for i := range 40 {
		p := t.building(uint64(i)).Versions[0].Point
		m := maptile.At(p, maptile.Zoom(z))
		ids = append(ids, TileID{z, m.X, m.Y})
	}
	return ids
}

func BenchmarkEncode(b *testing.B) {
	s := benchSnapshot()
	for z := 13; z <= 16; z++ {
		b.Run(fmt.Sprint("z", z), func(b *testing.B) {
			ids := benchTiles(z)
			b.ReportAllocs()
			bytes, i := 0, 0
			for b.Loop() {
				raw, _ := s.Tile(Buildings, ids[i%len(ids)])
				bytes += len(raw)
				i++
			}
			b.ReportMetric(float64(bytes)/float64(i), "bytes/tile")
		})
	}
}

func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		s := buildTown(newTown(1), benchTown)
		took := time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/benchTown, "heapB/building")
		b.ReportMetric(float64(s.view.Load().base.bytes())/benchTown, "colB/building")
		b.ReportMetric(float64(s.view.Load().heat.bytes())/benchTown, "heatB/building")
		b.ReportMetric(took.Seconds(), "s/build")
		runtime.KeepAlive(s)
	}
}

func BenchmarkCompress(b *testing.B) {
	s := benchSnapshot()
	var tiles []drawn
	e := &encoder{compress: true}
	for _, id := range benchTiles(14) {
		d, _ := e.tile(s.view.Load(), Buildings, id, Sees{})
		tiles = append(tiles, d.clone())
	}
	run := func(name string, f func(drawn) int) {
		b.Run(name, func(b *testing.B) {
			in, out, i := 0, 0, 0
			for b.Loop() {
				t := tiles[i%len(tiles)]
				in, out = in+t.size(), out+f(t)
				i++
			}
			b.ReportMetric(float64(out)/float64(in), "ratio")
			b.ReportMetric(float64(out)/float64(i), "bytes/tile")
		})
	}
	run("known", func(t drawn) int { return len(t.compressed()) })
	for level := 1; level <= 6; level++ {
		w, _ := gzip.NewWriterLevel(nil, level)
		run(fmt.Sprint("gzip", level), func(t drawn) int {
			var n countWriter
			w.Reset(&n)
			_, _ = w.Write(t.whole())
			_ = w.Close()
			return int(n)
		})
	}
	c, _ := newCompressor()
	run("zstd", func(t drawn) int { out, _ := c.encode(drawn{raw: t.whole()}, Zstd); return len(out) })
	run("etag", func(t drawn) int { return len(etag(t, Gzip)) })
}

type countWriter int

func (n *countWriter) Write(p []byte) (int, error) { *n += countWriter(len(p)); return len(p), nil }

// BenchmarkApply changes one building at a time, so merges run in the background now and then.
func BenchmarkApply(b *testing.B) {
	s := buildTown(newTown(1), benchTown)
	t := newTown(5)
	version := uint32(1)
	var took []time.Duration
	for b.Loop() {
		version++
		e := t.building(uint64(t.rnd.IntN(benchTown)))
		e.Version = version
		start := time.Now()
		s.Apply([]Building{e})
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "µs/max")
	s.Close()
}

func BenchmarkMerge(b *testing.B) {
	s := benchSnapshot()
	t := newTown(6)
	var entries []entry
	v := s.view.Load()
	for range 2000 {
		e := t.building(uint64(t.rnd.IntN(benchTown)))
		r, _ := s.packer.pack(e.Code, e.Kind, 9, &e.Versions[0], nil)
		entries = append(entries, entry{e.Code, &r, int32(v.base.find(e.Code))})
	}
	slices.SortFunc(entries, func(a, b entry) int { return compareCodes(a.code, b.code) })
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.code == b.code })
	over := (&overlay{}).with(entries)
	for b.Loop() {
		merged(v.base, over, nil)
	}
}

func BenchmarkLookup(b *testing.B) {
	s := benchSnapshot()
	t := newTown(7)
	points := make([]orb.Point, 4096)
	for i := range points {
		points[i] = t.building(uint64(i)).Versions[0].Point
	}
	b.Run("code", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			s.ByCode(testCode(uint64(i*131) % benchTown))
		}
	})
	b.Run("at", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			s.At(points[i%len(points)])
		}
	})
	b.Run("nearest", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			s.Nearest(points[i%len(points)], 1000)
		}
	})
}
