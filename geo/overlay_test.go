package geo

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// rect is a house with corners given in metres near 9.52 E, 47.14 N.
func rect(x0, y0, x1, y1 float64) orb.Polygon {
	return house(x0, y0, x1, y0, x1, y1, x0, y1)
}

// house is a ring of corners given in metres, x and y in turn.
func house(xy ...float64) orb.Polygon {
	var r orb.Ring
	for i := 0; i < len(xy); i += 2 {
		r = append(r, orb.Point{xy[i], xy[i+1]})
	}
	return orb.Polygon{metres(append(r, r[0])...)}
}

// with adds holes, the outlines of the others.
func with(p orb.Polygon, holes ...orb.Polygon) orb.Polygon {
	for _, h := range holes {
		r := h[0].Clone()
		r.Reverse()
		p = append(p, r)
	}
	return p
}

func about(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// corners counts those of all rings.
func corners(g orb.Geometry) int {
	n := 0
	mp, _ := areaOf(g)
	for _, r := range ringsOf(mp) {
		n += len(r) - 1
	}
	return n
}

func rings(g orb.Geometry) int {
	mp, _ := areaOf(g)
	return len(ringsOf(mp))
}

func TestOverlap(t *testing.T) {
	tests := []struct {
		name   string
		a, b   orb.Geometry
		want   float64
		reason string
	}{
		{"same", rect(0, 0, 10, 8), rect(0, 0, 10, 8), 80, ""},
		{"half", rect(0, 0, 10, 8), rect(5, 0, 15, 8), 40, ""},
		{"wall to wall", rect(0, 0, 10, 8), rect(10, 0, 20, 8), 0, ""},
		{"apart", rect(0, 0, 10, 8), rect(50, 0, 60, 8), 0, ""},
		{"in the courtyard", with(rect(0, 0, 20, 20), rect(5, 5, 15, 15)), rect(6, 6, 14, 14), 0, ""},
		{"over the courtyard", with(rect(0, 0, 20, 20), rect(5, 5, 15, 15)), rect(0, 0, 20, 20), 300, ""},
		{"two parts", orb.MultiPolygon{rect(0, 0, 5, 5), rect(10, 0, 15, 5)}, rect(2.5, 0, 12.5, 5), 25, ""},
		{"point", rect(0, 0, 10, 8), orb.Point{9.52, 47.14}, 0, ""},
		{"clockwise and open", rect(0, 0, 10, 8), orb.Polygon{metres(orb.Point{0, 0}, orb.Point{0, 8}, orb.Point{10, 8}, orb.Point{10, 0})}, 80, ""},
		{"the other side of the world", rect(0, 0, 10, 8), orb.Polygon{square(-170, -40, 0.001)}, 0, ""},
		{"line", rect(0, 0, 10, 8), orb.LineString{{9, 47}, {10, 47}}, 0, WrongType},
		{"nil", nil, rect(0, 0, 10, 8), 0, WrongType},
		{"bow-tie", house(0, 0, 10, 8, 10, 0, 0, 8), rect(0, 0, 10, 8), 0, SelfIntersection},
		{"NaN", rect(0, 0, 10, 8), orb.Point{math.NaN(), 0}, 0, NotFinite},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Overlap(tt.a, tt.b)
			if reasonOf(err) != tt.reason || !about(got, tt.want, 0.005) {
				t.Errorf("Overlap = %.4f, %v, want %.4f, reason %q", got, err, tt.want, tt.reason)
			}
			if turned, _ := Overlap(tt.b, tt.a); !about(got, turned, 1e-6) {
				t.Errorf("Overlap the other way around = %.6f, want %.6f", turned, got)
			}
		})
	}
}

func TestUnion(t *testing.T) {
	// In line by steps of the registry, but not as float64.
	hair := orb.Polygon{{{9.52, 47.140000004}, {9.520000001, 47.140000005}, {9.520000002, 47.140000006}, {9.52, 47.140000004}}}
	if Valid(hair) != nil {
		hair[0][1], hair[0][2] = hair[0][2], hair[0][1]
	}
	if err := Valid(hair); err != nil {
		t.Fatalf("the test needs another hair: %v", err)
	}
	tests := []struct {
		name   string
		gs     []orb.Geometry
		kind   string
		area   float64
		rings  int
		reason string
	}{
		{"one", []orb.Geometry{rect(0, 0, 10, 8)}, "Polygon", 80, 1, ""},
		{"wall to wall", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 0, 20, 8)}, "Polygon", 160, 1, ""},
		{"overlapping", []orb.Geometry{rect(0, 0, 10, 8), rect(5, 4, 15, 12)}, "Polygon", 140, 1, ""},
		{"apart", []orb.Geometry{rect(0, 0, 10, 8), rect(30, 0, 40, 8)}, "MultiPolygon", 160, 2, ""},
		{"around a yard", []orb.Geometry{rect(0, 0, 20, 5), rect(0, 15, 20, 20), rect(0, 5, 5, 15), rect(15, 5, 20, 15)}, "Polygon", 300, 2, ""},
		{"three of which one fills a hole", []orb.Geometry{with(rect(0, 0, 20, 20), rect(5, 5, 15, 15)), rect(5, 5, 15, 15), rect(30, 0, 31, 1)}, "MultiPolygon", 401, 2, ""},
		{"a line that only rounding shows", []orb.Geometry{hair}, "", 0, 0, TooSmall},
		{"none", nil, "", 0, 0, Empty},
		{"point", []orb.Geometry{rect(0, 0, 10, 8), orb.Point{9, 47}}, "", 0, 0, WrongType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Union(tt.gs...)
			if reasonOf(err) != tt.reason {
				t.Fatalf("Union: %v, want reason %q", err, tt.reason)
			}
			if err == nil && (got.GeoJSONType() != tt.kind || !about(Area(got), tt.area, 0.01) || rings(got) != tt.rings || Valid(got) != nil) {
				t.Errorf("Union = %v (%.3f m²), want %s of %.3f m² with %d rings", got, Area(got), tt.kind, tt.area, tt.rings)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	whole := rect(0, 0, 10, 8)
	tests := []struct {
		name   string
		a, b   orb.Geometry
		area   float64
		rings  int
		reason string
	}{
		{"half", whole, rect(5, 0, 10, 8), 40, 1, ""},
		{"corner", whole, rect(8, 6, 10, 8), 76, 1, ""},
		{"corner, 4 mm off the walls", whole, rect(8, 6, 9.996, 7.996), 76, 1, ""},
		{"yard", whole, rect(4, 3, 6, 5), 76, 2, ""},
		{"middle", whole, rect(4, 0, 6, 8), 64, 2, ""},
		{"nothing in common", whole, rect(20, 0, 30, 8), 80, 1, ""},
		{"all", whole, whole, 0, 0, Empty},
		{"all but 6 mm", whole, rect(0.006, 0, 10, 8), 0, 0, Empty},
		{"all but 6 mm within a larger one", orb.MultiPolygon{rect(0, 0, 10, 8), rect(20, 0, 25, 4)}, rect(0.006, 0, 10, 8), 20, 1, ""},
		{"point", whole, orb.Point{9.52, 47.14}, 0, 0, WrongType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Difference(tt.a, tt.b)
			if reasonOf(err) != tt.reason {
				t.Fatalf("Difference: %v, want reason %q", err, tt.reason)
			}
			if err == nil && (!about(Area(got), tt.area, 0.02) || rings(got) != tt.rings || Valid(got) != nil) {
				t.Errorf("Difference = %v (%.3f m²), want %.3f m² with %d rings", got, Area(got), tt.area, tt.rings)
			}
		})
	}
}

func TestComparePartition(t *testing.T) {
	parent := rect(0, 0, 20, 10)
	tests := []struct {
		name     string
		children []orb.Geometry
		want     Partition
	}{
		{"exact", []orb.Geometry{rect(0, 0, 8, 10), rect(8, 0, 20, 10)}, Partition{}},
		{"gap of a metre", []orb.Geometry{rect(0, 0, 8, 10), rect(9, 0, 20, 10)}, Partition{Uncovered: 10}},
		{"out by a metre", []orb.Geometry{rect(0, 0, 8, 10), rect(8, 0, 21, 10)}, Partition{Outside: 10}},
		{"worst of two overlaps", []orb.Geometry{rect(0, 0, 8, 10), rect(7, 0, 15, 10), rect(13, 0, 20, 10)}, Partition{Overlap: 20, Pair: [2]int{1, 2}}},
		{"twice the same", []orb.Geometry{parent, parent}, Partition{Overlap: 200, Pair: [2]int{0, 1}, Identical: true}},
		{"none", nil, Partition{Uncovered: 200}},
		{"points", []orb.Geometry{parent, orb.Point{9.52, 47.14}, orb.Point{9.52, 47.14}}, Partition{Identical: true}},
		{"different points", []orb.Geometry{parent, orb.Point{9.52, 47.14}, orb.Point{9.52, 47.15}}, Partition{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ComparePartition(parent, tt.children)
			if err != nil {
				t.Fatal(err)
			}
			if !about(got.Uncovered, tt.want.Uncovered, 0.005) || !about(got.Outside, tt.want.Outside, 0.005) || !about(got.Overlap, tt.want.Overlap, 0.005) ||
				(tt.want.Overlap > 0 && got.Pair != tt.want.Pair) || got.Identical != tt.want.Identical {
				t.Errorf("ComparePartition = %+v, want %+v", got, tt.want)
			}
		})
	}
	if _, err := ComparePartition(orb.LineString{}, nil); reasonOf(err) != WrongType {
		t.Errorf("parent a line: %v", err)
	}
	if _, err := ComparePartition(parent, []orb.Geometry{nil}); reasonOf(err) != WrongType {
		t.Errorf("no child: %v", err)
	}
}

// genCoarse draws a ring of few corners on a coarse raster, in order around its middle.
func genCoarse(t *rapid.T, step float64) orb.Polygon {
	coordinate := rapid.IntRange(-6, 6)
	r := make(orb.Ring, rapid.IntRange(3, 8).Draw(t, "corners"))
	for i := range r {
		r[i] = orb.Point{float64(coordinate.Draw(t, "x")), float64(coordinate.Draw(t, "y"))}
	}
	slices.SortFunc(r, func(p, q orb.Point) int {
		return cmp.Compare(math.Atan2(p[1]+0.1, p[0]+0.2), math.Atan2(q[1]+0.1, q[0]+0.2))
	})
	for i, p := range r {
		r[i] = Round(orb.Point{9.52 + p[0]*step, 47.14 + p[1]*step})
	}
	return orb.Polygon{append(r, r[0])}
}

// Shapes on a coarse raster of steps touch, cross and run along each other within the precision of the
// registry. Whatever comes out is valid, and areas add up but for what rounding moves.
func TestOverlayAtTheLimitOfPrecision(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]float64{1e-9, 3e-9, 1e-8, 1e-5}).Draw(t, "step")
		a, b := genCoarse(t, step), genCoarse(t, step)
		if Valid(a) != nil || Valid(b) != nil {
			return
		}
		if _, _, err := areasIn(a, b); reasonOf(err) == TooSmall {
			return
		}
		tried++
		common, err := Overlap(a, b)
		if err != nil {
			t.Fatalf("Overlap: %v", err)
		}
		// No corner moves by more than a raster step of 0.1 mm, along outlines of at most 32 edges.
		slack := 32 * (12 * step * 1.2e5) * 2e-4
		check := func(name string, g orb.Geometry, err error, want float64) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if mp, ok := g.(orb.MultiPolygon); ok && len(mp) == 0 {
				return // all of it is thinner than the raster
			}
			if err := Valid(g); err != nil {
				t.Fatalf("%s = %v: %v", name, g, err)
			}
			if !about(Area(g), want, slack) {
				t.Fatalf("%s has %g m², want %g ± %g", name, Area(g), want, slack)
			}
		}
		both, err := Union(a, b)
		check("Union", both, err, Area(a)+Area(b)-common)
		if step < 1e-5 {
			return // all would be slivers
		}
		rest, err := Difference(a, b)
		if reasonOf(err) != Empty {
			check("Difference", rest, err, Area(a)-common)
		}
	})
	if tried == 0 {
		t.Error("no shape was tried")
	}
}

// Walls a few centimetres apart attract each other in every way; the outline that moves stays one.
func TestAttachKeepsTheOutline(t *testing.T) {
	moved := 0
	rapid.Check(t, func(t *rapid.T) {
		still, moving := genCoarse(t, 2e-7), genCoarse(t, 2e-7) // corners some 2 cm apart
		f, shapes, err := areasIn(still, moving)
		if err != nil {
			return
		}
		before := shapes[1].Clone()
		f.attach(shapes[1], shapes[:1], JoinGap)
		if !f.valid(shapes[1]) {
			t.Fatalf("attached to %v, %v became %v", shapes[0], before, shapes[1])
		}
		if !orb.Equal(before, shapes[1]) {
			moved++
		}
	})
	if moved == 0 {
		t.Error("nothing moved")
	}
}
