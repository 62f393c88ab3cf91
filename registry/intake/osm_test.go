package intake

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fangma/geo"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// town.osm.pbf is made by hand, with every case once; the other file is the same town as some programs write
// it: nodes one by one, blocks not compressed.
func TestOSMBuildings(t *testing.T) {
	for _, path := range []string{"testdata/town.osm.pbf", "testdata/town-plain-nodes.osm.pbf"} {
		values, rejects := buildings(t, path, Options{})
		expect(t, path, briefs(values), []string{
			"1 w1 Polygon name=Rathaus address=Städtle 6 floors=3 height=9.5",
			"4 w10 Polygon state=under_construction",
			"5 w12 Polygon holes=1 use=house", // its hole comes from a relation of the old style
			"7 r1 Polygon holes=1 name=Schule use=school",
			"8 r2 MultiPolygon",
		})
		expect(t, path, reasons(rejects), []string{
			"2 w8 geometry unclosed", "3 w9 geometry incomplete", "6 w14 geometry self_intersection",
			"9 r3 geometry unclosed", "10 r4 geometry incomplete",
		})
	}
	values, _ := buildings(t, "testdata/town.osm.pbf", Options{Explode: true})
	if got := briefs(values); !slices.Contains(got, "8 r2#1 Polygon") || !slices.Contains(got, "8 r2#2 Polygon") {
		t.Errorf("exploded: %v", got)
	}
	if got := values[0].Footprint.Geometry.(orb.Polygon)[0][0]; got != (orb.Point{9.52, 47.14}) {
		t.Errorf("first corner %v: the decimals of OSM are lost", got)
	}
}

func TestOSMBasemap(t *testing.T) {
	values, rejects, err := all(Basemap(context.Background(), "testdata/town.osm.pbf", Options{}))
	if err != nil || len(rejects) > 0 {
		t.Fatal(rejects, err)
	}
	var got []string
	for _, f := range values {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", f.ID, f.Class, f.Kind, f.Geometry.GeoJSONType(), f.Name)))
	}
	expect(t, "basemap", got, []string{
		"w31 road residential LineString Städtle", "w32 water stream LineString", "w33 green forest Polygon",
		"w34 road pedestrian Polygon", "w35 rail rail LineString", "w36 water water Polygon",
	})
	_, _, err = all(Basemap(context.Background(), write(t, "f", house("a", "{}", 9, 47)), Options{}))
	if err == nil || !strings.Contains(err.Error(), "PBF") {
		t.Errorf("of GeoJSON: %v", err)
	}
}

func TestOSMRefuses(t *testing.T) {
	data, err := os.ReadFile("testdata/town.osm.pbf")
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"cut off":        write(t, "f", string(data[:len(data)-20])),
		"cut in a block": write(t, "f", string(data[:len(data)/2])),
		"damaged":        write(t, "f", string(data[:len(data)-100])+strings.Repeat("x", 100)),
	} {
		if _, _, err := all(Buildings(context.Background(), path, Options{})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	crs, err := ParseCRS("EPSG:2056")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := all(Buildings(context.Background(), "testdata/town.osm.pbf", Options{CRS: crs})); err == nil || !strings.Contains(err.Error(), "WGS84") {
		t.Errorf("--crs with OSM: %v", err)
	}
}

// A ring cut into ways, shuffled and turned at random, comes together again.
func TestJoinPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rings := rapid.IntRange(1, 4).Draw(t, "rings")
		var pieces [][]int64
		for r := range rings {
			n := rapid.IntRange(3, 12).Draw(t, "nodes")
			loop := make([]int64, 0, n+1)
			for i := range n {
				loop = append(loop, int64(100*r+i+1))
			}
			if r > 0 {
				loop[0] = 1 // all rings touch in one node
			}
			loop = append(loop, loop[0])
			for len(loop) > 1 {
				k := rapid.IntRange(1, len(loop)-1).Draw(t, "cut")
				piece := slices.Clone(loop[:k+1])
				if rapid.Bool().Draw(t, "turn") {
					slices.Reverse(piece)
				}
				pieces = append(pieces, piece)
				loop = loop[k:]
			}
		}
		pieces = rapid.Permutation(pieces).Draw(t, "order")
		loops, gap := joinPieces(pieces)
		if gap != 0 || len(loops) != rings {
			t.Fatalf("%v: %d rings, gap at %d, of %d rings", pieces, len(loops), gap, rings)
		}
		for _, l := range loops {
			if l[0] != l[len(l)-1] {
				t.Fatalf("%v is not closed", l)
			}
		}
		if _, gap := joinPieces(append(pieces, []int64{1, 9999})); gap != 9999 {
			t.Fatalf("a dead end at 9999 is found at %d", gap)
		}
	})
}

func TestNestRings(t *testing.T) {
	square := func(x, s float64) orb.Ring {
		return orb.Ring{{x, x}, {x + s, x}, {x + s, x + s}, {x, x + s}, {x, x}}
	}
	got := nestRings([]orb.Ring{square(3, 2), square(1, 6), square(0, 8), square(20, 1)})
	if want := (orb.MultiPolygon{{square(3, 2)}, {square(0, 8), square(1, 6)}, {square(20, 1)}}); !orb.Equal(got, want) {
		t.Errorf("nestRings = %v, want %v", got, want)
	}
	if err := geo.Valid(got); err != nil {
		t.Error(err)
	}
}

// The bundled town gives what GDAL and osmium find in it: 3,723 building areas, and 14 divisions of these levels.
func TestOSMRealTown(t *testing.T) {
	const town = "../../seeds/liechtenstein-2013-08-03.osm.pbf"
	values, rejects := buildings(t, town, Options{})
	if len(values) != 3723 || len(rejects) != 0 {
		t.Errorf("%d buildings, %d rejects", len(values), len(rejects))
	}
	holes := 0
	for _, b := range values {
		if p, ok := b.Footprint.Geometry.(orb.Polygon); ok {
			holes += len(p) - 1
		}
		if !strings.HasPrefix(b.ID, "w") && !strings.HasPrefix(b.ID, "r") {
			t.Fatalf("id %q", b.ID)
		}
	}
	if holes == 0 {
		t.Error("no building has a courtyard")
	}
	list, rejects := divisions(t, town, Options{Levels: map[int]int{2: 1, 6: 3, 8: 5}})
	if len(list) != 14 {
		t.Errorf("%d divisions: %v", len(list), list)
	}
	for _, r := range rejects {
		if r.Reason != "incomplete" { // neighbours that the extract cuts off
			t.Errorf("%+v", r)
		}
	}
}
