package geo

import (
	"math"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// metres places a ring given in metres near 9.52 E, 47.14 N.
func metres(ring ...orb.Point) orb.Ring {
	s := planeAt(47.14)
	r := make(orb.Ring, len(ring))
	for i, p := range ring {
		r[i] = orb.Point{9.52 + p[0]/s.x, 47.14 + p[1]/s.y}
	}
	return r
}

func TestClean(t *testing.T) {
	house := metres(orb.Point{0, 0}, orb.Point{10, 0}, orb.Point{10, 8}, orb.Point{0, 8}, orb.Point{0, 0})
	turned := metres(orb.Point{0, 0}, orb.Point{0, 8}, orb.Point{10, 8}, orb.Point{10, 0}, orb.Point{0, 0})
	yard := metres(orb.Point{2, 2}, orb.Point{4, 2}, orb.Point{4, 4}, orb.Point{2, 4}, orb.Point{2, 2})
	tests := []struct {
		name    string
		g       orb.Geometry
		kind    string
		repairs []string
		reason  string
	}{
		{"house", orb.Polygon{house}, "Polygon", nil, ""},
		{"clockwise", orb.Polygon{turned}, "Polygon", []string{RingReoriented}, ""},
		{"open", orb.Polygon{house[:4]}, "Polygon", []string{RingClosed}, ""},
		{"open and clockwise", orb.Polygon{turned[:4]}, "Polygon", []string{RingClosed, RingReoriented}, ""},
		{"repeated", orb.Polygon{{house[0], house[0], house[1], house[2], house[2], house[3], house[0]}}, "Polygon", []string{PointsDropped}, ""},
		{"hole turned like its shell", orb.Polygon{house, yard}, "Polygon", []string{RingReoriented}, ""},
		{"one part", orb.MultiPolygon{{house}}, "Polygon", []string{PartUnwrapped}, ""},
		{"point", orb.Point{9.52, 47.14}, "Point", nil, ""},
		{"too small", orb.Polygon{metres(orb.Point{0, 0}, orb.Point{1.9, 0}, orb.Point{1.9, 1}, orb.Point{0, 1})}, "", nil, TooSmall},
		{"small enough", orb.Polygon{metres(orb.Point{0, 0}, orb.Point{2.1, 0}, orb.Point{2.1, 1}, orb.Point{0, 1})}, "Polygon", []string{RingClosed}, ""},
		{"large enough", orb.Polygon{metres(orb.Point{0, 0}, orb.Point{1000, 0}, orb.Point{1000, 499}, orb.Point{0, 499})}, "Polygon", []string{RingClosed}, ""},
		{"too large", orb.Polygon{metres(orb.Point{0, 0}, orb.Point{1000, 0}, orb.Point{1000, 501}, orb.Point{0, 501})}, "", nil, TooLarge},
		{"bow-tie", orb.Polygon{{house[0], house[2], house[1], house[3]}}, "", nil, SelfIntersection},
		{"line", orb.LineString{{9, 47}, {9.1, 47}}, "", nil, WrongType},
		{"collection", orb.Collection{}, "", nil, WrongType},
		{"nil", nil, "", nil, WrongType},
		{"empty", orb.Polygon{}, "", nil, Empty},
		{"empty part", orb.MultiPolygon{{house}, nil}, "", nil, Empty},
		{"far away", orb.Point{2_600_000, 1_200_000}, "", nil, OutOfRange},
		{"NaN", orb.Point{math.NaN(), 1}, "", nil, NotFinite},
		{"too many points", orb.Polygon{make(orb.Ring, maxFootprintPoints+1)}, "", nil, TooManyPoints},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := orb.Clone(tt.g)
			f, err := Clean(tt.g)
			if reasonOf(err) != tt.reason {
				t.Fatalf("Clean: %v, want reason %q", err, tt.reason)
			}
			if tt.name != "NaN" && !reflect.DeepEqual(before, tt.g) {
				t.Error("Clean changed its argument")
			}
			if err != nil {
				return
			}
			if f.Geometry.GeoJSONType() != tt.kind || !reflect.DeepEqual(f.Repairs, tt.repairs) {
				t.Errorf("Clean = %s %v, want %s %v", f.Geometry.GeoJSONType(), f.Repairs, tt.kind, tt.repairs)
			}
		})
	}
}

func TestCleanBoundary(t *testing.T) {
	b, repairs, err := CleanBoundary(orb.Polygon{square(10, 40, 3)[:4]})
	if err != nil || len(b) != 1 || len(b[0][0]) != 5 || !reflect.DeepEqual(repairs, []string{RingClosed}) {
		t.Errorf("CleanBoundary = %v, %v, %v", b, repairs, err)
	}
	if _, _, err := CleanBoundary(orb.Point{1, 2}); reasonOf(err) != WrongType {
		t.Errorf("CleanBoundary of a point: %v", err)
	}
}

// What Clean has made is clean: valid, turned as it should be, and the same when cleaned again.
func TestCleanIsIdempotent(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		g := genMultiPolygon(t)
		for _, p := range g {
			for _, r := range p {
				for i := range r {
					r[i] = orb.Point{9.52 + r[i][0]*1.00000007e-4, 47.14 + r[i][1]*1.3e-4}
				}
			}
		}
		f, err := Clean(g)
		if err != nil {
			return
		}
		accepted++
		if err := Valid(f.Geometry); err != nil {
			t.Fatalf("%v is not valid: %v", f.Geometry, err)
		}
		again, err := Clean(f.Geometry)
		if err != nil || len(again.Repairs) > 0 || !orb.Equal(again.Geometry, f.Geometry) {
			t.Fatalf("cleaned again: %v %v %v, was %v", again.Geometry, again.Repairs, err, f.Geometry)
		}
		if p := RepresentativePoint(f.Geometry); !holdsStrictly(f.Geometry, p) {
			t.Fatalf("representative point %v is not inside %v", p, f.Geometry)
		}
	})
	if accepted == 0 {
		t.Error("no shape was accepted")
	}
}

func holdsStrictly(g orb.Geometry, q orb.Point) bool {
	switch g := g.(type) {
	case orb.Polygon:
		return locatePolygon(q, g) == inside
	case orb.MultiPolygon:
		for _, p := range g {
			if locatePolygon(q, p) == inside {
				return true
			}
		}
	}
	return false
}

func TestRoundKeepsDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-180e9, 180e9).Draw(t, "billionths")
		x := float64(n) / 1e9
		if got := Round(orb.Point{x, x / 2}); got[0] != x {
			t.Fatalf("Round(%v) = %v", x, got[0])
		}
	})
	if p := Round(orb.Point{-1e-12, 0}); math.Signbit(p[0]) {
		t.Error("negative zero survives")
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range [][]byte{nil, {1, 4, 0, 0, 9, 0, 9, 9, 0, 9}, {2, 3, 0, 0, 9, 0, 0, 9, 4, 3, 3, 4, 3, 4, 4, 3, 4}, {0, 255, 7}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := decodeShape(data)
		f, err := Clean(g)
		if err != nil {
			if reasonOf(err) == "" {
				t.Fatalf("Clean: %v is no *Defect", err)
			}
			return
		}
		if err := Valid(f.Geometry); err != nil {
			t.Fatalf("%v: %v", f.Geometry, err)
		}
		if a := Area(f.Geometry); a < MinArea || a > MaxArea {
			t.Fatalf("area %v", a)
		}
	})
}

// decodeShape makes a MultiPolygon of fuzz bytes: rings of as many points as the first byte of each says.
func decodeShape(data []byte) orb.MultiPolygon {
	mp := orb.MultiPolygon{{}}
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 180.0000001, 1e300, 5e-324}
	number := func(b byte, base float64) float64 {
		if b >= 250 {
			return special[b-250]
		}
		return base + float64(b)*1.37e-5
	}
	for len(data) > 1 {
		kind, n := data[0], int(data[1])%16
		data = data[2:]
		if kind%4 == 0 {
			mp = append(mp, orb.Polygon{})
		}
		var r orb.Ring
		for ; n > 0 && len(data) > 1; n-- {
			r = append(r, orb.Point{number(data[0], 9.5), number(data[1], 47.1)})
			data = data[2:]
		}
		mp[len(mp)-1] = append(mp[len(mp)-1], r)
	}
	return mp
}
