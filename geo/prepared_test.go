package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

func TestPreparedBorder(t *testing.T) {
	frame := Prepare(orb.MultiPolygon{{square(0, 0, 8), square(2, 2, 4)}})
	tests := map[orb.Point]bool{
		{1, 1}: true, {4, 4}: false, {9, 1}: false, {4, 1}: true,
		{0, 4}: true, {8, 4}: false, // west border in, east border out
		{4, 0}: true, {4, 8}: false, // south in, north out
		{0, 0}: true, {8, 8}: false, {0, 8}: false, {8, 0}: false,
		{2, 4}: false, {6, 4}: true, // the hole's borders the other way round
		{math.NaN(), 4}: false, {4, math.Inf(1)}: false,
	}
	for p, want := range tests {
		if got := frame.Contains(p); got != want {
			t.Errorf("Contains(%v) = %v, want %v", p, got, want)
		}
	}
	if Prepare(nil).Contains(orb.Point{}) {
		t.Error("nothing holds a point")
	}
}

// genStar is a simple ring around a centre, with corners at growing angles.
func genStar(t *rapid.T, x, y float64) orb.Ring {
	n := rapid.IntRange(3, 60).Draw(t, "corners")
	r := make(orb.Ring, n+1)
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d := rapid.Float64Range(0.5, 2).Draw(t, "radius")
		r[i] = orb.Point{x + d*math.Cos(a), y + d*math.Sin(a)}
	}
	r[n] = r[0]
	return r
}

func TestPreparedAgreesWithOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mp := orb.MultiPolygon{{genStar(t, 10, 47)}, {genStar(t, 15, 47)}}
		p := Prepare(mp)
		for range 20 {
			q := orb.Point{rapid.Float64Range(7, 18).Draw(t, "x"), rapid.Float64Range(44, 50).Draw(t, "y")}
			if locate(q, mp[0][0]) == onEdge || locate(q, mp[1][0]) == onEdge {
				continue // orb takes the whole border in
			}
			if got, want := p.Contains(q), planar.MultiPolygonContains(mp, q); got != want {
				t.Fatalf("Contains(%v) = %v, orb says %v", q, got, want)
			}
		}
	})
}

// Of two divisions that share a border, exactly one holds each point of it.
func TestSharedBorderBelongsToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "corners")
		border := orb.LineString{{0, -1}}
		for i := range n {
			border = append(border, orb.Point{rapid.Float64Range(-0.5, 0.5).Draw(t, "x"), float64(i) / float64(n)})
		}
		border = append(border, orb.Point{0, 1})
		west, east := orb.Ring(border.Clone()), orb.Ring(border.Clone())
		west = append(west, orb.Point{-2, 1}, orb.Point{-2, -1}, border[0])
		east = append(east, orb.Point{2, 1}, orb.Point{2, -1}, border[0])
		w, e := Prepare(orb.MultiPolygon{{west}}), Prepare(orb.MultiPolygon{{east}})
		q := orb.Point(border[rapid.IntRange(1, len(border)-2).Draw(t, "corner")])
		if rapid.Bool().Draw(t, "between") {
			q = orb.Point{(q[0] + border[1][0]) / 2, (q[1] + border[1][1]) / 2}
		}
		if w.Contains(q) == e.Contains(q) {
			t.Fatalf("%v: west %v, east %v", q, w.Contains(q), e.Contains(q))
		}
	})
}

// A comb of tall teeth must not fill every slab with every edge.
func TestPreparedMemoryIsBounded(t *testing.T) {
	comb := orb.Ring{{0, 0}}
	for i := range 20_000 {
		x := float64(i) * 1e-4
		comb = append(comb, orb.Point{x, 1 + x}, orb.Point{x + 0.5e-4, 0.001 + x/1e6})
	}
	comb = append(comb, orb.Point{3, 0}, comb[0])
	p := Prepare(orb.MultiPolygon{{comb}})
	n := 0
	for _, s := range p.slabs {
		n += len(s)
	}
	if n > 8*len(comb) {
		t.Errorf("%d entries for %d edges", n, len(comb))
	}
}
