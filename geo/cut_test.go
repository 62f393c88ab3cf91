package geo

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// path is a line of corners given in metres, x and y in turn.
func path(xy ...float64) orb.LineString {
	var l orb.LineString
	for i := 0; i < len(xy); i += 2 {
		l = append(l, orb.Point{xy[i], xy[i+1]})
	}
	return orb.LineString(metres(l...))
}

func TestCut(t *testing.T) {
	yard := with(rect(0, 0, 20, 20), rect(5, 5, 15, 15))
	u := house(0, 0, 20, 0, 20, 10, 15, 10, 15, 5, 5, 5, 5, 10, 0, 10)
	tests := []struct {
		name      string
		footprint orb.Geometry
		line      orb.LineString
		areas     []float64
		corners   []int
	}{
		{"across", rect(0, 0, 10, 8), path(4, -1, 4, 9), []float64{48, 32}, []int{4, 4}},
		{"from wall to wall", rect(0, 0, 10, 8), path(4, 0, 4, 8), []float64{48, 32}, []int{4, 4}},
		{"ends 5 mm inside of the walls", rect(0, 0, 10, 8), path(4, 0.005, 4, 7.995), []float64{48, 32}, []int{4, 4}},
		{"from corner to corner", rect(0, 0, 10, 8), path(0, 0, 10, 8), []float64{40, 40}, []int{3, 3}},
		{"5 mm beside the corners", rect(0, 0, 10, 8), path(-1, -0.795, 11, 8.805), []float64{40, 40}, []int{3, 3}},
		{"a corner of it", rect(0, 0, 10, 8), path(8, 9, 8, 6, 11, 6), []float64{76, 4}, []int{6, 4}},
		{"steps", rect(0, 0, 10, 8), path(4, -1, 4, 3, 6, 3, 6, 9), []float64{42, 38}, []int{6, 6}},
		{"in and out twice", rect(0, 0, 10, 8), path(2, -1, 2, 9, 6, 9, 6, -1), []float64{32, 32, 16}, []int{4, 4, 4}},
		{"two arms of a U", u, path(-1, 7, 21, 7), []float64{120, 15, 15}, []int{8, 4, 4}},
		{"along the bottom of a U's yard", u, path(-1, 5, 21, 5), []float64{100, 25, 25}, []int{6, 4, 4}},
		{"through a courtyard", yard, path(10, -1, 10, 21), []float64{150, 150}, []int{8, 8}},
		{"beside a courtyard", yard, path(2, -1, 2, 21), []float64{260, 40}, []int{8, 4}},
		{"around a courtyard", yard, path(-1, 3, 17, 3, 17, 21), []float64{189, 111}, []int{8, 6}},
		{"along a courtyard's wall", yard, path(5, -1, 5, 21), []float64{200, 100}, []int{8, 6}},
		{"through two courtyards", with(rect(0, 0, 20, 20), rect(2, 2, 8, 18), rect(12, 2, 18, 18)), path(-1, 10, 21, 10), []float64{104, 104}, []int{12, 12}},
		{"hanging on a courtyard", yard, path(13, 14, 13, 17, 7, 17, 7, 14), []float64{288, 12}, nil},
		{"bending in a wall", rect(0, 0, 10, 8), path(-1, 3, 4, 0, 11, 4), []float64{64.91, 10.29, 4.8}, nil},
		{"touching a courtyard's wall", yard, path(-1, 2, 10, 4.995, 21, 2), []float64{227.27, 72.73}, nil},
		{"touching a wall from outside before", rect(0, 0, 10, 8), path(-1, -1, 5, -0.004, 11, -1, 11, 4, -1, 4), []float64{40, 40}, []int{4, 4}},
		{"across, and then into the courtyard", yard, path(-1, 2, 21, 2, 21, 10, 10, 10), []float64{260, 40}, []int{8, 4}},
		{"one of two parts", orb.MultiPolygon{rect(0, 0, 10, 8), rect(20, 0, 25, 8)}, path(4, -1, 4, 9), []float64{48, 40, 32}, nil},
		{"both of two parts", orb.MultiPolygon{rect(0, 0, 10, 8), rect(20, 0, 25, 8)}, path(-1, 4, 26, 4), []float64{40, 40, 20, 20}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := tt.line.Clone()
			parts, err := Cut(tt.footprint, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(line, tt.line) {
				t.Error("Cut changed the line")
			}
			if len(parts) != len(tt.areas) {
				t.Fatalf("Cut = %d parts, want %d: %v", len(parts), len(tt.areas), parts)
			}
			for i, p := range parts {
				if !about(Area(p), tt.areas[i], 0.05) || (tt.corners != nil && corners(p) != tt.corners[i]) {
					t.Errorf("part %d = %.3f m², %d corners, want %.3f, %v: %v", i, Area(p), corners(p), tt.areas[i], tt.corners, p)
				}
			}
			checkCut(t, tt.footprint, parts)
		})
	}
}

func TestCutRefuses(t *testing.T) {
	yard := with(rect(0, 0, 20, 20), rect(5, 5, 15, 15))
	tests := []struct {
		name      string
		footprint orb.Geometry
		line      orb.LineString
		reason    string
	}{
		{"beside", rect(0, 0, 10, 8), path(12, -1, 12, 9), LineMisses},
		{"along a wall", rect(0, 0, 10, 8), path(10, -1, 10, 9), LineMisses},
		{"6 mm along a wall", rect(0, 0, 10, 8), path(9.994, -1, 9.994, 9), LineMisses},
		{"touching a corner", rect(0, 0, 10, 8), path(8, 10, 12, 6), LineMisses},
		{"into the courtyard only", yard, path(10, -1, 10, 10), LineMisses},
		{"in the courtyard only", yard, path(7, 10, 9, 10), LineMisses},
		{"between two parts", orb.MultiPolygon{rect(0, 0, 10, 8), rect(20, 0, 25, 8)}, path(15, -1, 15, 9), LineMisses},
		{"shorter than the reach", rect(0, 0, 10, 8), path(0, 4, 0.004, 4), LineMisses},
		{"half-way", rect(0, 0, 10, 8), path(4, -1, 4, 4), LineEndsInside},
		{"inside", rect(0, 0, 10, 8), path(4, 2, 4, 4), LineEndsInside},
		{"through, and back in", rect(0, 0, 10, 8), path(4, -1, 4, 9, 6, 9, 6, 4), LineEndsInside},
		{"loop", rect(0, 0, 10, 8), path(4, -1, 4, 5, 6, 5, 6, 3, 2, 3), LineCrossesItself},
		{"closed", rect(0, 0, 10, 8), path(0, 4, 4, 6, 4, 2, 0, 4), LineCrossesItself},
		{"back on itself", rect(0, 0, 10, 8), path(4, -1, 4, 9, 4, 4), LineCrossesItself},
		{"one point", rect(0, 0, 10, 8), path(4, -1), TooFewPoints},
		{"one place", rect(0, 0, 10, 8), path(4, -1, 4, -1), TooFewPoints},
		{"no line", rect(0, 0, 10, 8), nil, TooFewPoints},
		{"endless line", rect(0, 0, 10, 8), make(orb.LineString, maxFootprintPoints+1), TooManyPoints},
		{"NaN", rect(0, 0, 10, 8), orb.LineString{{9.52, 47}, {math.NaN(), 48}}, NotFinite},
		{"point", orb.Point{9.52, 47.14}, path(4, -1, 4, 9), WrongType},
		{"bow-tie", house(0, 0, 10, 8, 10, 0, 0, 8), path(4, -1, 4, 9), SelfIntersection},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if parts, err := Cut(tt.footprint, tt.line); reasonOf(err) != tt.reason {
				t.Errorf("Cut = %v, %v, want reason %q", parts, err, tt.reason)
			}
		})
	}
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// checkCut holds the parts to what Cut promises.
func checkCut(t failer, footprint orb.Geometry, parts []orb.Geometry) {
	t.Helper()
	var sum float64
	for i, p := range parts {
		if err := Valid(p); err != nil {
			t.Fatalf("part %d of %v is not valid: %v: %v", i, footprint, err, p)
		}
		sum += Area(p)
		if i > 0 && Area(p) > Area(parts[i-1])*(1+1e-4) {
			t.Fatalf("part %d is larger than the one before", i)
		}
	}
	// A wall that is cut may bend by a step of 0.1 mm, and each shape is measured at its own latitude.
	planes := 1e-4 * sum
	slack := 2e-4*perimeter(footprint) + planes
	if !about(sum, Area(footprint), slack) {
		t.Fatalf("the parts have %.6f m², the whole %.6f", sum, Area(footprint))
	}
	c, err := ComparePartition(footprint, parts)
	if err != nil {
		t.Fatalf("ComparePartition: %v", err)
	}
	if c.Uncovered > slack || c.Outside > slack || c.Overlap > 1e-6 || c.Identical {
		t.Fatalf("ComparePartition = %+v", c)
	}
	before, _ := Union(footprint)
	if whole, err := Union(parts...); err != nil || !about(Area(whole), sum, planes) || rings(whole) != rings(before) {
		t.Fatalf("Union of the parts = %v, %v, was %v", whole, err, before)
	}
}

func perimeter(g orb.Geometry) float64 {
	mp, _ := areaOf(g)
	var sum float64
	for _, e := range edgesOf(ringsOf(mp)) {
		sum += Distance(e.a, e.b)
	}
	return sum
}

// genHouse draws a house with corners at right angles or not, perhaps a courtyard, at any latitude where
// people live and turned anyhow.
func genHouse(t *rapid.T) (g orb.Polygon, lat, angle float64) {
	lat = rapid.Float64Range(0, 80).Draw(t, "lat")
	angle = rapid.Float64Range(0, 2*math.Pi).Draw(t, "angle")
	n := rapid.IntRange(3, 20).Draw(t, "corners")
	xy := make([]float64, 0, 2*n)
	for i := range n {
		r := rapid.Float64Range(8, 20).Draw(t, "radius")
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		if rapid.Bool().Draw(t, "square") {
			r = math.Round(r/4) * 4
		}
		xy = append(xy, r*cos, r*sin)
	}
	g = house(xy...)
	if rapid.Bool().Draw(t, "courtyard") && n > 4 {
		g = with(g, rect(-2, -2, 2, 1.5))
	}
	return placeAt(g, lat, angle), lat, angle
}

// Parts of a cut are valid, cover the whole, share nothing but walls, and joined again are the whole.
func TestCutAndJoinAgain(t *testing.T) {
	count := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		g, lat, angle := genHouse(t)
		y := rapid.Float64Range(-9, 9)
		xy := []float64{-30, y.Draw(t, "y")}
		for i := range rapid.IntRange(0, 4).Draw(t, "bends") {
			xy = append(xy, float64(i)*8-16+rapid.Float64Range(-3, 3).Draw(t, "x"), y.Draw(t, "y"))
		}
		line := path(append(xy, 30, y.Draw(t, "y"))...)
		line = orb.LineString(placeAt(orb.Polygon{orb.Ring(line)}, lat, angle)[0])
		parts, err := Cut(g, line)
		if err != nil {
			var d *Defect
			if !errors.As(err, &d) {
				t.Fatal(err)
			}
			count[d.Reason]++
			return
		}
		checkCut(t, g, parts)
		whole, err := Join(parts, JoinGap)
		if reasonOf(err) == CornerTouch {
			count[CornerTouch]++
			return // a piece was cut off by less than a wall
		}
		if err != nil {
			t.Fatal(err)
		}
		count["joined"]++
		if Valid(whole) != nil || !about(Area(whole), Area(g), 0.05*perimeter(g)) {
			t.Fatalf("joined again: %v, %v", whole, Valid(whole))
		}
		same := true
		for i := range parts {
			for _, p := range parts[:i] {
				same = same && !tight(p, parts[i])
			}
		}
		if !same {
			return
		}
		// A corner of the house may have gone, if it was on a straight wall; none is new.
		if !about(Area(whole), Area(g), 2e-4*perimeter(g)) || rings(whole) != rings(g) || !cornersWithin(whole, g) {
			t.Fatalf("joined again: %v (%.6f m²), was %v (%.6f m²)", whole, Area(whole), g, Area(g))
		}
	})
	t.Log(count)
	if count["joined"] == 0 {
		t.Error("nothing was joined")
	}
}

// A cut that ends nearer to a corner than walls are closed must not cost the corner when it is undone.
func TestJoinAgainBesideACorner(t *testing.T) {
	whole := rect(0, 0, 20, 8)
	parts, err := Cut(whole, path(19.97, 9, 19.97, 8, 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Join(parts, JoinGap)
	if err != nil || !about(Area(got), 160, 0.01) || corners(got) != 4 {
		t.Errorf("Join = %v (%.3f m²), %v", got, Area(got), err)
	}
}

// cornersWithin reports whether every corner of g is one of h.
func cornersWithin(g, h orb.Geometry) bool {
	_, shapes, err := areasIn(g, h)
	if err != nil {
		return false
	}
	all := cornersOf(ringsIn(shapes[1]))
	for _, p := range cornersOf(ringsIn(shapes[0])) {
		if _, ok := slices.BinarySearchFunc(all, p, comparePoints); !ok {
			return false
		}
	}
	return true
}

// tight reports whether corners of two parts, or of a part and a wall, are so near that Join takes them
// for one.
func tight(g, h orb.Geometry) bool {
	f, shapes, err := areasIn(g, h)
	if err != nil {
		return true
	}
	var all []*orb.Ring
	for _, s := range shapes {
		all = append(all, ringsIn(s)...)
	}
	for _, e := range spansOf(all) {
		for _, p := range cornersOf(all) {
			if _, d := f.foot(e, p); p != e.a && p != e.b && d < 2*JoinGap && !passes(e.a, e.b, p) {
				return true
			}
		}
	}
	return false
}

func FuzzCut(f *testing.F) {
	for _, seed := range [][]byte{nil, {1, 4, 0, 0, 9, 0, 9, 9, 0, 9, 1, 2, 4, 0, 4, 9}, {1, 4, 0, 0, 9, 0, 9, 9, 0, 9, 1, 4, 3, 3, 3, 6, 6, 6, 6, 3, 1, 3, 0, 5, 4, 4, 9, 5}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mp := decodeShape(data)
		var line orb.LineString
		for i, p := range mp {
			if n := len(p) - 1; n >= 0 {
				line = orb.LineString(p[n]) // the last ring is the line
				mp[i] = p[:n]
			}
		}
		parts, err := Cut(mp, line)
		if err != nil {
			return
		}
		if b := mp.Bound(); max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) < 0.01 { // else one plane does not do
			checkCut(t, mp, parts)
		}
	})
}
