package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkGeoJSONSeq reads houses of seven points, as most towns have them.
func BenchmarkGeoJSONSeq(b *testing.B) {
	const houses = 100_000
	path := filepath.Join(b.TempDir(), "houses.geojsonl")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	for i := range houses {
		x, y := 114+float64(i%1000)*2e-4, 22.5+float64(i/1000)*2e-4
		fmt.Fprintf(f, `{"type":"Feature","properties":{"id":"b%d","name":"楼栋%d","levels":%d,"height":%.1f},"geometry":{"type":"Polygon","coordinates":[[`, i, i, i%30+1, float64(i%30+1)*3.1)
		for k, p := range [7][2]float64{{0, 0}, {10, 0}, {10, 5}, {6, 5}, {6, 8}, {0, 8}, {0, 0}} {
			if k > 0 {
				fmt.Fprint(f, ",")
			}
			fmt.Fprintf(f, "[%.7f,%.7f]", x+p[0]*1e-5, y+p[1]*1e-5)
		}
		fmt.Fprintln(f, "]]}}")
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for item, err := range Buildings(context.Background(), path, Options{}) {
			if err != nil || item.Reject != nil {
				b.Fatal(err, item.Reject)
			}
			n++
		}
		if n != houses {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(houses)*float64(b.N)/b.Elapsed().Seconds(), "buildings/s")
}
