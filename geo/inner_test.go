package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

func TestRepresentativePoint(t *testing.T) {
	s := func(x, y float64) orb.Ring { return square(9.5+x, 47.1+y, 0.0001) }
	l := orb.Ring{{9.5, 47.1}, {9.6, 47.1}, {9.6, 47.101}, {9.501, 47.101}, {9.501, 47.2}, {9.5, 47.2}, {9.5, 47.1}}
	frame := orb.Polygon{square(9.5, 47.1, 0.001), square(9.5001, 47.1001, 0.0008)}
	tests := []struct {
		name string
		g    orb.Geometry
	}{
		{"square", orb.Polygon{s(0, 0)}},
		{"L, centroid outside", orb.Polygon{l}},
		{"frame, centroid in the hole", frame},
		{"two parts", orb.MultiPolygon{{s(0, 0)}, {square(9.6, 47.2, 0.0002)}}},
		{"thin line of a house", orb.Polygon{{{9.5, 47.1}, {9.51, 47.1}, {9.51, 47.100000003}, {9.5, 47.100000003}, {9.5, 47.1}}}},
		{"hole exactly half-way up", orb.Polygon{square(9.5, 47.1, 0.001),
			{{9.5, 47.1005}, {9.5005, 47.1001}, {9.5009, 47.1005}, {9.5005, 47.1009}, {9.5, 47.1005}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := Valid(tt.g); err != nil {
				t.Fatal(err)
			}
			p := RepresentativePoint(tt.g)
			if !holdsStrictly(tt.g, p) {
				t.Errorf("%v is not inside", p)
			}
			if p != Round(p) {
				t.Errorf("%v is not rounded", p)
			}
			if p != RepresentativePoint(orb.Clone(tt.g)) {
				t.Error("not the same twice")
			}
		})
	}
	if got := RepresentativePoint(orb.Point{1.0000000004, 2}); got != (orb.Point{1, 2}) {
		t.Errorf("of a point: %v", got)
	}
	if got := RepresentativePoint(tests[3].g); got[0] < 9.6 {
		t.Errorf("of two parts: %v is in the smaller one", got)
	}
	for _, g := range []orb.Geometry{nil, orb.Polygon{}, orb.MultiPolygon{}, orb.Polygon{{}}} {
		if got := RepresentativePoint(g); got != (orb.Point{}) {
			t.Errorf("of %v: %v", g, got)
		}
	}
}

func TestMeasures(t *testing.T) {
	// Against geodesic lengths on the WGS84 ellipsoid as SpatiaLite computes them.
	distances := []struct {
		a, b orb.Point
		want float64
	}{
		{orb.Point{9.52, 47.14}, orb.Point{9.52, 47.15}, 1111.737},
		{orb.Point{9.52, 47.14}, orb.Point{9.53, 47.14}, 758.571},
		{orb.Point{179.999, 0}, orb.Point{-179.999, 0}, 222.639},
		{orb.Point{114, 22.5}, orb.Point{114, 22.5}, 0},
	}
	for _, d := range distances {
		if got := Distance(d.a, d.b); math.Abs(got-d.want) > 1e-3+d.want*2e-6 {
			t.Errorf("Distance(%v, %v) = %.4f, want %.4f", d.a, d.b, got, d.want)
		}
	}
	// A degree box at the equator of 0.01° is 1113.1949 m by 1105.7428 m.
	box := orb.Polygon{square(0, -0.005, 0.01)}
	if got, want := Area(box), 1113.1949*1105.7428; math.Abs(got-want) > want*1e-6 {
		t.Errorf("Area = %.1f, want %.1f", got, want)
	}
	withHole := orb.Polygon{square(0, -0.005, 0.01), square(0.001, -0.004, 0.005)}
	if got, want := Area(withHole), Area(box)*0.75; math.Abs(got-want) > want*1e-9 {
		t.Errorf("with a hole: %.1f, want %.1f", got, want)
	}
	withHole[1].Reverse()
	if got, want := Area(withHole), Area(box)*0.75; math.Abs(got-want) > want*1e-9 {
		t.Errorf("with the hole turned: %.1f, want %.1f", got, want)
	}
	for _, g := range []orb.Geometry{nil, orb.Point{1, 1}, orb.Polygon{}, orb.MultiPolygon{{}}} {
		if got := Area(g); got != 0 {
			t.Errorf("Area(%v) = %v", g, got)
		}
	}
}
