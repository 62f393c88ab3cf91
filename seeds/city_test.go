package seeds_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"fangma/geo"
	"fangma/seeds"
)

func TestCityIsTheSameForASeed(t *testing.T) {
	write := func(c seeds.City) (string, seeds.CityTotals) {
		var out bytes.Buffer
		total, err := c.WriteBuildings(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.WriteDivisions(&out); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", sha256.Sum256(out.Bytes())), total
	}
	one, total := write(seeds.City{Seed: 1, Buildings: 2000})
	if again, _ := write(seeds.City{Seed: 1, Buildings: 2000}); again != one {
		t.Errorf("the same seed gave %s and %s", one, again)
	}
	if other, _ := write(seeds.City{Seed: 2, Buildings: 2000}); other == one {
		t.Error("another seed gave the same city")
	}
	if total.Buildings != 2000 || total.Dwellings < 10*2000 || total.Heads < 20*2000 {
		t.Errorf("a city of 2000 is %+v", total)
	}
}

// TestCityStandsApart holds every building against all whose box it meets, and every footprint against the rules of
// the registry.
func TestCityStandsApart(t *testing.T) {
	const side = 0.0005 // degrees, of a square in which neighbours are looked for
	seen := map[[2]int][]orb.Polygon{}
	ids := map[string]bool{}
	vertices := map[int]int{}
	for b := range (seeds.City{Seed: 1, Buildings: 20_000}).All() {
		clean, err := geo.Clean(b.Footprint)
		if err != nil || len(clean.Repairs) > 0 {
			t.Fatalf("%s: %v, repairs %v", b.ID, err, clean.Repairs)
		}
		n := 0
		for _, r := range b.Footprint {
			n += len(r)
		}
		vertices[n]++
		if ids[b.ID] {
			t.Fatalf("the id %s comes twice", b.ID)
		}
		ids[b.ID] = true
		box := b.Footprint.Bound()
		for x := int(math.Floor(box.Min[0] / side)); x <= int(math.Floor(box.Max[0]/side)); x++ {
			for y := int(math.Floor(box.Min[1] / side)); y <= int(math.Floor(box.Max[1]/side)); y++ {
				for _, other := range seen[[2]int{x, y}] {
					if box.Intersects(other.Bound()) && overlap(b.Footprint, other) {
						t.Fatalf("%s overlaps another: %v and %v", b.ID, b.Footprint, other)
					}
				}
				seen[[2]int{x, y}] = append(seen[[2]int{x, y}], b.Footprint)
			}
		}
	}
	if len(ids) != 20_000 {
		t.Errorf("a city of 20000 has %d buildings", len(ids))
	}
	for n := range vertices {
		if n < 5 || n > 14 {
			t.Errorf("%d footprints have %d vertices", vertices[n], n)
		}
	}
	if vertices[5] == 0 || vertices[7] == 0 || vertices[10] == 0 || vertices[14] == 0 {
		t.Errorf("vertices are %v: rectangles, L-shapes and courtyards are missing", vertices)
	}
}

// overlap tells whether the shells of two polygons cross or one holds the other.
func overlap(a, b orb.Polygon) bool {
	if planar.RingContains(a[0], b[0][0]) || planar.RingContains(b[0], a[0][0]) {
		return true
	}
	side := func(p, q, r orb.Point) bool { return (q[0]-p[0])*(r[1]-p[1])-(q[1]-p[1])*(r[0]-p[0]) > 0 }
	for i := range len(a[0]) - 1 {
		for k := range len(b[0]) - 1 {
			p, q, r, s := a[0][i], a[0][i+1], b[0][k], b[0][k+1]
			if side(p, q, r) != side(p, q, s) && side(r, s, p) != side(r, s, q) {
				return true
			}
		}
	}
	return false
}

func TestCommunitiesTileTheCity(t *testing.T) {
	c := seeds.City{Seed: 1, Buildings: 5000}
	var communities []*geo.Prepared
	all, total := 0.0, 0.0
	for d := range c.Divisions() {
		switch d.Level {
		case 2:
			all = geo.Area(d.Boundary)
		case 5:
			boundary, _, err := geo.CleanBoundary(d.Boundary)
			if err != nil {
				t.Fatalf("%s: %v", d.Code, err)
			}
			communities = append(communities, geo.Prepare(boundary))
			total += geo.Area(d.Boundary)
		}
	}
	if len(communities) != 700 {
		t.Errorf("there are %d communities, want 700", len(communities))
	}
	if math.Abs(total/all-1) > 0.01 { // each is measured in a plane of its own
		t.Errorf("communities have %.0f m², the city %.0f m²", total, all)
	}
	for b := range c.All() {
		at, in := geo.RepresentativePoint(b.Footprint), 0
		for _, p := range communities {
			if p.Contains(at) {
				in++
			}
		}
		if in != 1 {
			t.Fatalf("%s at %v is in %d communities", b.ID, at, in)
		}
	}
}
