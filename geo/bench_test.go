package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// BenchmarkClean is what an import pays for every house of seven points.
func BenchmarkClean(b *testing.B) {
	house := orb.Polygon{{{9.52, 47.14}, {9.5202, 47.14}, {9.5202, 47.1401}, {9.5203, 47.1401}, {9.5203, 47.1402}, {9.52, 47.1402}, {9.52, 47.14}}}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Clean(house)
		if err != nil {
			b.Fatal(err)
		}
		RepresentativePoint(f.Geometry)
	}
}

// BenchmarkValidBoundary is a division of 100,000 corners.
func BenchmarkValidBoundary(b *testing.B) {
	const n = 100_000
	r := make(orb.Ring, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		d := 1 + 0.1*math.Sin(float64(i)/50)
		r[i] = orb.Point{9 + d*cos, 47 + d*sin}
	}
	r[n] = r[0]
	for b.Loop() {
		if err := Valid(orb.Polygon{r}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPreparedContains(b *testing.B) {
	const n = 2000
	r := make(orb.Ring, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		r[i] = orb.Point{9 + cos, 47 + sin}
	}
	r[n] = r[0]
	p := Prepare(orb.MultiPolygon{{r}})
	i := 0
	for b.Loop() {
		i++
		p.Contains(orb.Point{8 + float64(i%2000)/1000, 46 + float64(i%1999)/1000})
	}
}

func BenchmarkCellsOfHouse(b *testing.B) {
	house := orb.Bound{Min: orb.Point{9.5205, 47.1405}, Max: orb.Point{9.5207, 47.1406}}
	for b.Loop() {
		if _, err := CellsOf(house, 10); err != nil {
			b.Fatal(err)
		}
	}
}
