package geo

import (
	"testing"

	"github.com/paulmach/orb"
)

func BenchmarkClean7(b *testing.B) {
	p := orb.Polygon{{{9.52, 47.14}, {9.5202, 47.14}, {9.5202, 47.1401}, {9.5203, 47.1401}, {9.5203, 47.1402}, {9.52, 47.1402}, {9.52, 47.14}}}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Clean(p)
		if err != nil {
			b.Fatal(err)
		}
		RepresentativePoint(f.Geometry)
	}
}
