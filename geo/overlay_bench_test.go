package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

func BenchmarkJoinTwo(b *testing.B) {
	parts := []orb.Geometry{rect(0, 0, 10, 8), rect(10.03, 0, 20, 8)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Join(parts, JoinGap); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJoinRowOf20(b *testing.B) {
	var parts []orb.Geometry
	for i := range 20 {
		parts = append(parts, rect(6*float64(i)+0.02, 0, 6*float64(i)+6, 9))
	}
	for b.Loop() {
		if _, err := Join(parts, JoinGap); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCut(b *testing.B) {
	l := house(0, 0, 10, 0, 10, 4, 4, 4, 4, 10, 0, 10)
	line := path(-1, 3, 11, 3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Cut(l, line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkComparePartition(b *testing.B) {
	parent := rect(0, 0, 20, 10)
	children := []orb.Geometry{rect(0, 0, 8, 10), rect(8, 0, 20, 10)}
	for b.Loop() {
		if _, err := ComparePartition(parent, children); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOverlap(b *testing.B) {
	g, h := rect(0, 0, 20, 10), rect(15, 0, 35, 10)
	for b.Loop() {
		if _, err := Overlap(g, h); err != nil {
			b.Fatal(err)
		}
	}
}

// wheel is the largest footprint there is, a cog wheel: nothing here may take the square of its corners in time
// that a person notices.
func wheel(x float64) orb.Polygon {
	xy := make([]float64, 0, 2*(maxFootprintPoints-1))
	for i := range maxFootprintPoints - 1 {
		r := 100 + float64(i%2)*0.2
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / (maxFootprintPoints - 1))
		xy = append(xy, x+r*cos, r*sin)
	}
	return house(xy...)
}

func BenchmarkCutLargest(b *testing.B) {
	g, line := wheel(0), path(-200, 3, 200, -5)
	for b.Loop() {
		if _, err := Cut(g, line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJoinLargest(b *testing.B) {
	parts := []orb.Geometry{wheel(0), wheel(150)}
	for b.Loop() {
		if _, err := Join(parts, JoinGap); err != nil {
			b.Fatal(err)
		}
	}
}
