package geo

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestJoin(t *testing.T) {
	yard := with(rect(0, 0, 20, 20), rect(5, 5, 15, 15))
	tests := []struct {
		name    string
		parts   []orb.Geometry
		area    float64
		rings   int
		corners int
	}{
		{"one", []orb.Geometry{rect(0, 0, 10, 8)}, 80, 1, 4},
		{"wall to wall", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 0, 20, 8)}, 160, 1, 4},
		{"gap of 3 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(10.03, 0, 20, 8)}, 160, 1, 4},
		{"gap of 5 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(10.05, 0, 20, 8)}, 160, 1, 4},
		{"overlap of 3 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(9.97, 0, 20, 8)}, 160, 1, 4},
		{"gap of 3 cm, fronts 4 m apart", []orb.Geometry{rect(0, 0, 10, 8), rect(10.03, 4, 20, 12)}, 160, 1, 8},
		{"skew gap", []orb.Geometry{rect(0, 0, 10, 8), house(10.04, 0, 20, 0, 20, 8, 9.97, 8)}, 160, 1, 4},
		{"overlap of 2 m", []orb.Geometry{rect(0, 0, 10, 8), rect(8, 0, 20, 8)}, 160, 1, 4},
		{"one inside another", []orb.Geometry{rect(0, 0, 10, 8), rect(2, 2, 4, 4)}, 80, 1, 4},
		{"L", []orb.Geometry{house(0, 0, 10, 0, 10, 4, 4, 4, 4, 10, 0, 10), rect(4.02, 4.03, 10, 10)}, 100, 1, 4},
		{"row of five", []orb.Geometry{rect(0, 0, 6, 9), rect(6.02, 0, 12, 9), rect(11.98, 0, 18, 9), rect(18, 0, 24, 9), rect(24.04, 0.03, 30, 9)}, 270, 1, 5},
		{"row of five out of order", []orb.Geometry{rect(0, 0, 6, 9), rect(18, 0, 24, 9), rect(6.02, 0, 12, 9), rect(24.04, 0, 30, 9), rect(11.98, 0, 18, 9)}, 270, 1, 4},
		{"T", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 0, 20, 8), rect(5, 8.03, 15, 12)}, 200, 1, 8},
		{"stem of a T first", []orb.Geometry{rect(5, 8.03, 15, 12), rect(0, 0, 10, 8), rect(10, 0, 20, 8)}, 200, 1, 8},
		{"many corners against few", []orb.Geometry{house(0, 0, 10, 0, 10, 1, 10.01, 2, 10, 3, 9.99, 4, 10, 5, 10.02, 6, 10, 8, 0, 8), rect(10.02, 0, 20, 8)}, 160, 1, 4},
		{"few corners against many", []orb.Geometry{rect(10.02, 0, 20, 8), house(0, 0, 10, 0, 10, 1, 10.01, 2, 10, 3, 9.99, 4, 10, 5, 10.02, 6, 10, 8, 0, 8)}, 160, 1, 4},
		{"around a courtyard", []orb.Geometry{rect(0, 0, 20, 5), rect(0, 15.02, 20, 20), rect(0, 5.03, 5, 15), rect(15, 5, 20, 15.04)}, 300, 2, 8},
		{"into the courtyard", []orb.Geometry{yard, rect(5.03, 5.02, 10, 14.97)}, 350, 2, 8},
		{"courtyard filled", []orb.Geometry{yard, rect(5.03, 5.02, 14.96, 14.97)}, 400, 1, 4},
		{"a niche of 3 cm", []orb.Geometry{house(0, 0, 10, 0, 10, 3, 9.97, 3, 9.97, 4, 10, 4, 10, 8, 0, 8), rect(10, 0, 20, 8)}, 160, 1, 4},
		{"a part of two parts", []orb.Geometry{orb.MultiPolygon{rect(0, 0, 10, 8), rect(30, 0, 40, 8)}, rect(10, 0, 20, 8)}, 240, 2, 8},
		{"a part that closes two", []orb.Geometry{orb.MultiPolygon{rect(0, 0, 10, 8), rect(20, 0, 30, 8)}, rect(10.03, 0, 19.96, 8)}, 240, 1, 4},
		{"a short wall beside the shared one", []orb.Geometry{house(0, 0, 10, 0, 10, 8, 0, 8), house(10, 0, 20, 0, 20, 12, 10.03, 12, 10, 8)}, 200, 1, 6},
		{"a slit that closing would turn inside out", []orb.Geometry{rect(0, 0, 10, 8), house(10.02, 0, 20, 0, 20, 8, 10.06, 8, 10.06, 2, 10.04, 2, 10.04, 8, 10.02, 8)}, 159.9, 1, 8},
		{"11 cm of wall", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 7.89, 20, 12)}, 121.1, 1, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := make([]orb.Geometry, len(tt.parts))
			for i, p := range tt.parts {
				before[i] = orb.Clone(p)
			}
			got, err := Join(tt.parts, JoinGap)
			if err != nil {
				t.Fatal(err)
			}
			if err := Valid(got); err != nil {
				t.Errorf("not valid: %v", err)
			}
			// A gap of a few centimetres moves a wall of some metres.
			if !about(Area(got), tt.area, 0.6) || rings(got) != tt.rings || corners(got) != tt.corners {
				t.Errorf("Join = %.2f m², %d rings, %d corners, want %.2f, %d, %d: %v", Area(got), rings(got), corners(got), tt.area, tt.rings, tt.corners, got)
			}
			for i, p := range tt.parts {
				if !orb.Equal(p, before[i]) {
					t.Errorf("Join changed part %d", i)
				}
			}
		})
	}
}

func TestJoinRefuses(t *testing.T) {
	tests := []struct {
		name   string
		parts  []orb.Geometry
		gap    float64
		reason string
		detail string // part of it
	}{
		{"gap of 6 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(10.06, 0, 20, 8)}, JoinGap, Apart, "part 2 is 0.06 m"},
		{"gap of 3 cm where none is allowed", []orb.Geometry{rect(0, 0, 10, 8), rect(10.03, 0, 20, 8)}, 0, Apart, "part 2 is 0.03 m"},
		{"third apart", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 0, 20, 8), rect(25, 0, 30, 8)}, JoinGap, Apart, "part 3 is 5.00 m"},
		{"two pairs", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 0, 20, 8), rect(23, 0, 30, 8), rect(30, 0, 35, 8)}, JoinGap, Apart, "part 3 is 3.00 m"},
		{"corner", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 8, 20, 16)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"corner with a gap of 3 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(10.02, 8.02, 20, 16)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"corner overlapping by 3 cm", []orb.Geometry{rect(0, 0, 10, 8), rect(9.97, 7.97, 20, 16)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"corner on a wall", []orb.Geometry{rect(0, 0, 10, 8), house(10, 4, 14, 0, 18, 4, 14, 8)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"9 cm of wall", []orb.Geometry{rect(0, 0, 10, 8), rect(10, 7.91, 20, 16)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"walls that part", []orb.Geometry{rect(0, 0, 10, 8), house(10.02, 0, 20, 0, 20, 8, 11, 8)}, JoinGap, CornerTouch, "part 2 meets part 1"},
		{"none", nil, JoinGap, Empty, ""},
		{"point", []orb.Geometry{rect(0, 0, 10, 8), orb.Point{9, 47}}, JoinGap, WrongType, "part 2: "},
		{"bow-tie", []orb.Geometry{house(0, 0, 10, 8, 10, 0, 0, 8), rect(10, 0, 20, 8)}, JoinGap, SelfIntersection, "part 1: "},
		{"nil", []orb.Geometry{nil, rect(10, 0, 20, 8)}, JoinGap, WrongType, "part 1: "},
		{"gap NaN", []orb.Geometry{rect(0, 0, 10, 8)}, math.NaN(), OutOfRange, ""},
		{"gap negative", []orb.Geometry{rect(0, 0, 10, 8)}, -0.1, OutOfRange, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Join(tt.parts, tt.gap)
			if reasonOf(err) != tt.reason || !strings.Contains(err.Error(), tt.detail) {
				t.Errorf("Join = %v, %v, want reason %q with %q", got, err, tt.reason, tt.detail)
			}
		})
	}
}

// place turns a shape near 9.52 E, 47.14 N and puts it at another latitude, undistorted.
func placeAt(g orb.Polygon, lat, angle float64) orb.Polygon {
	from, to := planeAt(47.14), planeAt(lat)
	sin, cos := math.Sincos(angle)
	c := g.Clone()
	for _, r := range c {
		for i, p := range r {
			x, y := (p[0]-9.52)*from.x, (p[1]-47.14)*from.y
			r[i] = orb.Point{9.52 + (x*cos-y*sin)/to.x, lat + (x*sin+y*cos)/to.y}
		}
	}
	return c
}

// A row of houses drawn a little carelessly, anywhere and turned anyhow, becomes one house without
// holes of about the area of all.
func TestJoinOfCarelessRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-80, 80).Draw(t, "lat")
		angle := rapid.Float64Range(0, 2*math.Pi).Draw(t, "angle")
		slip := func() float64 { return rapid.Float64Range(-0.015, 0.015).Draw(t, "slip") }
		depth := rapid.Float64Range(5, 15).Draw(t, "depth")
		var parts []orb.Geometry
		var total, x float64
		for range rapid.IntRange(2, 6).Draw(t, "houses") {
			w := rapid.Float64Range(4, 12).Draw(t, "width")
			back := rapid.SampledFrom([]float64{0, 1.5, -2}).Draw(t, "back")
			var xy []float64
			for i := range rapid.IntRange(1, 4).Draw(t, "corners") {
				xy = append(xy, x+w*float64(i)/4+slip(), slip())
			}
			xy = append(xy, x+w+slip(), slip(), x+w+slip(), depth+back+slip())
			if rapid.Bool().Draw(t, "dense wall") {
				xy = append(xy, x+slip(), depth+back+slip(), x+slip(), depth/2+slip(), x+slip(), depth/3+slip())
			} else {
				xy = append(xy, x+slip(), depth+back+slip())
			}
			p := placeAt(house(xy...), lat, angle)
			if Valid(p) != nil {
				t.Fatalf("the test drew %v", p)
			}
			parts = append(parts, p)
			total += Area(p)
			x += w
		}
		got, err := Join(rapid.Permutation(parts).Draw(t, "order"), JoinGap)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := got.(orb.Polygon); !ok || rings(got) != 1 || Valid(got) != nil {
			t.Fatalf("Join = %v (%v)", got, Valid(got))
		}
		if !about(Area(got), total, 0.05*20*float64(len(parts))) {
			t.Fatalf("Join has %.2f m², the parts have %.2f", Area(got), total)
		}
	})
}

func FuzzJoin(f *testing.F) {
	for _, seed := range [][]byte{nil, {1, 4, 0, 0, 9, 0, 9, 9, 0, 9, 0, 4, 9, 0, 18, 0, 18, 9, 9, 9}, {4, 3, 0, 0, 9, 0, 0, 9, 4, 3, 9, 0, 9, 9, 0, 9}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mp := decodeShape(data)
		parts := make([]orb.Geometry, len(mp))
		for i, p := range mp {
			parts[i] = p
		}
		got, err := Join(parts, 1)
		if err == nil && Valid(got) != nil {
			t.Fatalf("Join = %v: %v", got, Valid(got))
		}
		if len(parts) > 1 {
			if a, err := Overlap(parts[0], parts[1]); err == nil && !(a >= 0) {
				t.Fatalf("Overlap = %v", a)
			}
			if rest, err := Difference(parts[0], parts[1]); err == nil && Valid(rest) != nil {
				t.Fatalf("Difference = %v: %v", rest, Valid(rest))
			}
			if _, err := ComparePartition(parts[0], parts[1:]); err != nil && reasonOf(err) == "" {
				t.Fatal(err)
			}
		}
	})
}
