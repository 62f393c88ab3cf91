package geo

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// square is a counter-clockwise ring of side s with its lower left corner at x, y.
func square(x, y, s float64) orb.Ring {
	return orb.Ring{{x, y}, {x + s, y}, {x + s, y + s}, {x, y + s}, {x, y}}
}

func TestValid(t *testing.T) {
	nan := math.NaN()
	tests := []struct {
		name   string
		g      orb.Geometry
		reason string // empty: valid
	}{
		{"square", orb.Polygon{square(0, 0, 4)}, ""},
		{"clockwise shell", orb.Polygon{{{0, 0}, {0, 4}, {4, 4}, {4, 0}, {0, 0}}}, ""},
		{"repeated point", orb.Polygon{{{0, 0}, {4, 0}, {4, 0}, {4, 4}, {0, 0}}}, ""},
		{"corner on a straight edge", orb.Polygon{{{0, 0}, {2, 0}, {4, 0}, {4, 4}, {0, 0}}}, ""},
		{"hole", orb.Polygon{square(0, 0, 4), square(1, 1, 1)}, ""},
		{"hole touching the shell in a corner", orb.Polygon{square(0, 0, 4), {{0, 2}, {1, 1}, {1, 3}, {0, 2}}}, ""},
		{"two holes touching in a corner", orb.Polygon{square(0, 0, 9), square(1, 1, 2), square(3, 3, 2)}, ""},
		{"two parts touching in a corner", orb.MultiPolygon{{square(0, 0, 2)}, {square(2, 2, 2)}}, ""},
		{"part in the hole of another", orb.MultiPolygon{{square(0, 0, 9), square(1, 1, 7)}, {square(3, 3, 2)}}, ""},
		{"part filling a hole corner to corner", orb.MultiPolygon{
			{square(0, 0, 4), {{1, 2}, {2, 1}, {3, 2}, {2, 3}, {1, 2}}}, {{{1, 2}, {2, 1.5}, {3, 2}, {2, 2.5}, {1, 2}}}}, ""},
		{"point", orb.Point{9, 47}, ""},

		{"nothing", orb.Polygon{}, Empty},
		{"no parts", orb.MultiPolygon{}, Empty},
		{"empty part", orb.MultiPolygon{{square(0, 0, 4)}, {}}, Empty},
		{"empty ring", orb.Polygon{{}}, Empty},
		{"nil", nil, WrongType},
		{"line", orb.LineString{{0, 0}, {1, 1}}, WrongType},
		{"NaN", orb.Polygon{{{0, 0}, {nan, 0}, {4, 4}, {0, 0}}}, NotFinite},
		{"infinite", orb.Polygon{{{0, 0}, {math.Inf(1), 0}, {4, 4}, {0, 0}}}, NotFinite},
		{"NaN point", orb.Point{nan, 0}, NotFinite},
		{"beyond the pole", orb.Polygon{{{0, 0}, {4, 0}, {4, 91}, {0, 0}}}, OutOfRange},
		{"open", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}}, NotClosed},
		{"two corners", orb.Polygon{{{0, 0}, {4, 0}, {0, 0}}}, TooFewPoints},
		{"one point", orb.Polygon{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}, TooFewPoints},
		{"flat", orb.Polygon{{{0, 0}, {4, 0}, {2, 0}, {0, 0}}}, Spike},
		{"bow-tie", orb.Polygon{{{0, 0}, {4, 4}, {4, 0}, {0, 4}, {0, 0}}}, SelfIntersection},
		{"spike outwards", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {4, 6}, {4, 4}, {0, 4}, {0, 0}}}, Spike},
		{"spike along an edge", orb.Polygon{{{0, 0}, {4, 0}, {2, 0}, {4, 4}, {0, 0}}}, Spike},
		{"edge used twice", orb.Polygon{{{0, 0}, {4, 0}, {4, 2}, {6, 2}, {6, 4}, {4, 4}, {4, 1}, {0, 1}, {0, 0}}}, SelfIntersection},
		{"corner visited twice", orb.Polygon{{{0, 0}, {2, 2}, {4, 0}, {4, 4}, {2, 2}, {0, 4}, {0, 0}}}, RingSelfTouch},
		{"corner on another edge", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}, {0, 0}}}, RingSelfTouch},
		{"hole crossing the shell", orb.Polygon{square(0, 0, 4), square(3, 1, 2)}, RingsCross},
		{"hole sharing an edge", orb.Polygon{square(0, 0, 4), square(0, 1, 1)}, RingsCross},
		{"hole crossing in the corners only", orb.Polygon{{{0, 0}, {2, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}, {{2, 0}, {3, 2}, {2, -2}, {1, 2}, {2, 0}}}, RingsCross},
		{"hole through a corner of the shell", orb.Polygon{{{0, 0}, {4, 0}, {2, 2}, {4, 4}, {0, 4}, {0, 0}}, {{1, 2}, {2, 2}, {3, 2}, {2, 3}, {1, 2}}}, RingsCross},
		{"hole outside", orb.Polygon{square(0, 0, 4), square(5, 5, 1)}, HoleOutside},
		{"hole outside, touching", orb.Polygon{square(0, 0, 4), square(4, 4, 1)}, HoleOutside},
		{"hole in a hole", orb.Polygon{square(0, 0, 9), square(1, 1, 6), square(2, 2, 1)}, HolesOverlap},
		{"hole twice", orb.Polygon{square(0, 0, 9), square(1, 1, 6), square(1, 1, 6)}, RingsCross},
		{"hole from side to side", orb.Polygon{square(0, 0, 4), {{0, 2}, {2, 1}, {4, 2}, {2, 3}, {0, 2}}}, InteriorSplit},
		{"ring of holes", orb.Polygon{square(0, 0, 9), {{2, 4}, {4, 2}, {4, 3}, {2, 4}}, {{4, 2}, {6, 4}, {5, 4}, {4, 2}},
			{{6, 4}, {4, 6}, {4, 5}, {6, 4}}, {{4, 6}, {2, 4}, {3, 4}, {4, 6}}}, InteriorSplit},
		{"overlapping parts", orb.MultiPolygon{{square(0, 0, 4)}, {square(2, 2, 4)}}, PartsOverlap},
		{"part in a part", orb.MultiPolygon{{square(0, 0, 9)}, {square(2, 2, 1)}}, PartsOverlap},
		{"parts sharing an edge", orb.MultiPolygon{{square(0, 0, 2)}, {square(2, 0, 2)}}, PartsOverlap},
		{"part twice", orb.MultiPolygon{{square(0, 0, 2)}, {square(0, 0, 2)}}, PartsOverlap},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := reasonOf(Valid(tt.g)); got != tt.reason {
				t.Errorf("Valid = %q, want %q (%v)", got, tt.reason, Valid(tt.g))
			}
		})
	}
}

func reasonOf(err error) string {
	var d *Defect
	if errors.As(err, &d) {
		return d.Reason
	}
	if err != nil {
		return "not a *Defect: " + err.Error()
	}
	return ""
}

// Shapes on a coarse raster touch, overlap and run along each other all the time. A second
// implementation, a port of the one inside PostGIS, must say the same.
func TestValidAgreesWithSimpleFeatures(t *testing.T) {
	counts := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		g := genMultiPolygon(t)
		mine := Valid(g)
		if reasonOf(mine) == HolesOverlap {
			return // it misses holes in holes that touch; GEOS does not
		}
		theirs := toSimple(t, g).Validate()
		if (mine == nil) != (theirs == nil) {
			t.Fatalf("%v\nhere: %v\nsimplefeatures: %v", g, mine, theirs)
		}
		counts[mine == nil]++
	})
	if counts[true] == 0 || counts[false] == 0 {
		t.Errorf("the shapes tried are one-sided: %v", counts)
	}
}

func genMultiPolygon(t *rapid.T) orb.MultiPolygon {
	coordinate := rapid.IntRange(0, 6)
	ring := func(n int) orb.Ring {
		r := make(orb.Ring, 0, n+1)
		for range n {
			r = append(r, orb.Point{float64(coordinate.Draw(t, "x")), float64(coordinate.Draw(t, "y"))})
		}
		return append(r, r[0])
	}
	var mp orb.MultiPolygon
	for range rapid.IntRange(1, 2).Draw(t, "parts") {
		var p orb.Polygon
		if rapid.Bool().Draw(t, "framed") {
			p = orb.Polygon{square(0, 0, 6)} // room for holes
		} else {
			p = orb.Polygon{ring(rapid.IntRange(3, 6).Draw(t, "corners"))}
		}
		for range rapid.IntRange(0, 3).Draw(t, "holes") {
			p = append(p, ring(rapid.IntRange(3, 4).Draw(t, "corners")))
		}
		mp = append(mp, p)
	}
	return mp
}

func toSimple(t *rapid.T, mp orb.MultiPolygon) geom.MultiPolygon {
	var parts []geom.Polygon
	for _, p := range mp {
		var rings []geom.LineString
		for _, r := range p {
			var flat []float64
			for _, c := range r {
				flat = append(flat, c[0], c[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		parts = append(parts, geom.NewPolygon(rings))
	}
	return geom.NewMultiPolygon(parts)
}

// The tree must find what comparing all pairs finds.
func TestTreeFindsWhatPairsFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(30, 200).Draw(t, "corners")
		r := make(orb.Ring, n+1)
		for i := range n {
			// A star: simple, unless a corner is pulled across the middle.
			a := 2 * math.Pi * float64(i) / float64(n)
			d := rapid.Float64Range(1, 2).Draw(t, "radius")
			if rapid.IntRange(0, 100).Draw(t, "pull") == 0 {
				d = -d
			}
			r[i] = orb.Point{d * math.Cos(a), d * math.Sin(a)}
		}
		r[n] = r[0]
		o := outline{}
		if d := o.collect([]orb.Polygon{{r}}); d != nil {
			t.Fatal(d)
		}
		slow := false
		for i := range o.segs {
			for j := i + 1; j < len(o.segs); j++ {
				slow = slow || o.compare(i, j) != nil
			}
		}
		if fast := Valid(orb.Polygon{r}) != nil; fast != slow {
			t.Fatalf("tree finds a fault: %v, all pairs: %v", fast, slow)
		}
	})
}
