package tiles

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// benchTotals are those of the made-up town.
func benchTotals(i uint64, version uint32) Totals {
	heads := uint32(i*7919%40) + version
	return Totals{testCode(i), version, []TotalSpan{{0, Forever, heads / 2, heads, heads / 3, int32(i % 100)}}}
}

func benchCounted() *Snapshot {
	b := NewBuilder(Options{Today: 50})
	t := newTown(1)
	t.each(benchTown, b.Add)
	for i := range uint64(benchTown) {
		b.AddTotals(benchTotals(i, 1))
	}
	return b.Build()
}

func BenchmarkDensity(b *testing.B) {
	s := benchCounted()
	for res, size := range map[int][2]float64{7: {wide, high}, 8: {0.4, 0.25}, 9: {0.16, 0.10}, 10: {0.06, 0.04}} {
		b.Run(fmt.Sprint("res", res), func(b *testing.B) {
			t, n := newTown(3), 0
			for i := 0; b.Loop(); i++ {
				p := t.building(uint64(i)).Versions[0].Point
				w, h := size[0]/2, size[1]/2
				n = len(s.Density(orb.Bound{Min: orb.Point{p[0] - w, p[1] - h}, Max: orb.Point{p[0] + w, p[1] + h}}, res))
			}
			b.ReportMetric(float64(n), "cells")
		})
	}
	for _, z := range []int{8, 10, 11, 12, 13, 14, 16} {
		b.Run(fmt.Sprint("tile", z), func(b *testing.B) {
			ids := benchTiles(z)
			bytes, i := 0, 0
			for b.Loop() {
				raw, _ := s.TileFor(Density, ids[i%len(ids)], Sees{Houses: true, All: true})
				bytes += len(raw)
				i++
			}
			b.ReportMetric(float64(bytes)/float64(i), "bytes/tile")
		})
	}
	b.Run("change", func(b *testing.B) {
		version := uint32(1)
		for i := uint64(0); b.Loop(); i++ {
			version++
			s.ApplyTotals([]Totals{benchTotals(i*7919%benchTown, version)})
		}
		s.Close()
	})
}

func BenchmarkZone(b *testing.B) {
	s := benchCounted()
	t := newTown(4)
	for _, n := range []int{100, 500, 2000} {
		var zones []orb.MultiPolygon
		for range 40 {
			at := orb.Point{west + wide*(0.2+0.6*t.rnd.Float64()), south + high*(0.2+0.6*t.rnd.Float64())}
			var ring orb.Ring
			for i := range n {
				a, d := 2*math.Pi*float64(i)/float64(n), 0.03*(0.8+0.15*math.Sin(3*float64(i)*2*math.Pi/float64(n))+0.01*t.rnd.Float64())
				ring = append(ring, orb.Point{at[0] + d*math.Cos(a), at[1] + d*math.Sin(a)})
			}
			zones = append(zones, orb.MultiPolygon{{append(ring, ring[0])}})
		}
		b.Run(fmt.Sprint("prepare", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				geo.Prepare(zones[i%len(zones)])
			}
		})
		b.Run(fmt.Sprint("sum", n), func(b *testing.B) {
			var prepared []*geo.Prepared
			for _, z := range zones {
				prepared = append(prepared, geo.Prepare(z))
			}
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				s.SumIn(prepared[i%len(zones)])
			}
		})
	}
}
