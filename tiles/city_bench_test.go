package tiles

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"fangma/seeds"
)

// cityTown builds the made-up city of `fangma bench`, without a database. Its first 650,000 buildings are the same
// whatever its size, so their tiles are too.
func cityTown(buildings int) (s *Snapshot, points []orb.Point) {
	b := NewBuilder(Options{Expect: buildings})
	n := uint64(0)
	for made := range (seeds.City{Seed: 1, Buildings: buildings}).All() {
		at, _ := planar.CentroidArea(made.Footprint)
		serial := 1_000_000_000 + n*982_451_653%1_000_000_000
		b.Add(Building{Code: serial*100 + 98 - serial*100%97, Kind: KindBuilding, Version: 1, Versions: []Version{{
			To: Forever, Geometry: made.Footprint, Point: at, State: ParseState(made.State), Floors: int16(made.Floors),
			Height: float32(made.Height), Standing: true}}})
		if n < seeds.CityBuildings && n%541 == 0 {
			points = append(points, made.Footprint[0][0])
		}
		n++
	}
	return b.Build(), points
}

// BenchmarkCity draws and compresses tiles of cities of any size; FANGMA_BENCH_CITY=6500000 says which, 650,000 if it
// says nothing. What it costs should not depend on it.
func BenchmarkCity(b *testing.B) {
	size, err := strconv.Atoi(os.Getenv("FANGMA_BENCH_CITY"))
	if err != nil {
		size = seeds.CityBuildings
	}
	before := heapInUse()
	s, points := cityTown(size)
	fmt.Printf("%d buildings: %.1f bytes each\n", size, float64(heapInUse()-before)/float64(size))
	for z := 13; z <= MaxZoom; z++ {
		var ids []TileID
		for i := range points {
			m := maptile.At(points[i*7919%len(points)], maptile.Zoom(z))
			if id := (TileID{z, m.X, m.Y}); !slices.Contains(ids, id) && len(ids) < 150 {
				ids = append(ids, id)
			}
		}
		benchCityTiles(b, s.view.Load(), fmt.Sprint("z", z), ids)
	}
	runtime.KeepAlive(s)
}

func benchCityTiles(b *testing.B, v *view, name string, ids []TileID) {
	e := &encoder{compress: true}
	var drawings []drawn
	b.Run("make/"+name, func(b *testing.B) {
		houses := 0
		for i := 0; b.Loop(); i++ {
			d, _ := e.tile(v, Buildings, ids[i%len(ids)], Sees{})
			_ = d.gzip()
			houses += len(e.houses.list)
		}
		b.ReportMetric(float64(houses)/float64(b.N), "houses/tile")
	})
	for _, id := range ids {
		d, _ := e.tile(v, Buildings, id, Sees{})
		drawings = append(drawings, d.clone())
	}
	compress := func(how string, f func(drawn) int) {
		b.Run(how+"/"+name, func(b *testing.B) {
			size := 0
			for i := 0; b.Loop(); i++ {
				size += f(drawings[i%len(drawings)])
			}
			b.ReportMetric(float64(size)/float64(b.N), "bytes/tile")
		})
	}
	compress("known", func(t drawn) int { return len(t.compressed()) })
	w, _ := gzip.NewWriterLevel(nil, gzipLevel)
	compress("searched", func(t drawn) int {
		var n countWriter
		w.Reset(&n)
		_, _ = w.Write(t.whole())
		_ = w.Close()
		return int(n)
	})
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
