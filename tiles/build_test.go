package tiles

import (
	"bytes"
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// sameTiles holds two towns around the middle of the made-up one against each other.
func sameTiles(t *testing.T, what string, a, b *Snapshot) {
	t.Helper()
	shown := 0
	for z := 13; z <= MaxZoom; z++ {
		m := maptile.At(orb.Point{west + wide/2, south + high/2}, maptile.Zoom(z))
		for x := m.X - 3; x <= m.X+3; x++ {
			id := TileID{z, x, m.Y}
			one, errA := a.Tile(Buildings, id)
			other, errB := b.Tile(Buildings, id)
			if errA != nil || errB != nil || !bytes.Equal(one, other) {
				t.Errorf("%s: tile %v differs: %d and %d bytes, %v, %v", what, id, len(one), len(other), errA, errB)
			}
			shown += len(one)
		}
	}
	if shown == 0 {
		t.Errorf("%s: nothing is shown", what)
	}
}

// crowd is houses in the middle of the town, a third of which change from day 10 on.
func crowd(n int) (all []Building) {
	houses := newTown(5)
	houses.each(n, func(b Building) {
		v := houses.version(orb.Point{west + wide/2 + 0.01*houses.rnd.Float64(), south + high/2 + 0.003*houses.rnd.Float64()})
		b.Versions = []Version{v}
		if n := len(all); n%3 == 0 {
			next := houses.version(v.Point)
			b.Versions[0].To, next.From = 10, 10
			b.Versions = append(b.Versions, next)
		}
		all = append(all, b)
	})
	return all
}

// TestBuilderKeepsCopies: who reads a town from a database gives one building after the other in the same memory.
func TestBuilderKeepsCopies(t *testing.T) {
	t.Parallel()
	own, reused := NewBuilder(Options{}), NewBuilder(Options{})
	var versions []Version
	for _, b := range crowd(900) {
		own.Add(b)
		for i := range versions { // of the building before
			versions[i].Height, versions[i].Point = 77, orb.Point{1, 1}
			for _, ring := range versions[i].Geometry.(orb.Polygon) {
				for k := range ring {
					ring[k] = orb.Point{1, 1}
				}
			}
		}
		versions = versions[:0]
		for _, v := range b.Versions {
			v.Geometry = orb.Clone(v.Geometry)
			versions = append(versions, v)
		}
		b.Versions = versions
		reused.Add(b)
	}
	a, b := own.Build(), reused.Build()
	sameTiles(t, "on the first day", a, b)
	a.Advance(10)
	b.Advance(10)
	sameTiles(t, "on the tenth", a, b)
}

// TestBuildOrder: neither the order in which houses come nor what is superseded shows, even where several houses have one
// point.
func TestBuildOrder(t *testing.T) {
	t.Parallel()
	all := crowd(2000)
	for i := range all {
		if i%5 > 0 { // on top of the house before, in the order of the codes or against it
			all[i].Versions = slices.Clone(all[i].Versions)
			for k := range all[i].Versions {
				all[i].Versions[k].Point = all[i-1].Versions[0].Point
			}
		}
	}
	forth, back := NewBuilder(Options{}), NewBuilder(Options{})
	for i, b := range all {
		forth.Add(b)
		old := all[len(all)-1-i]
		now := old
		old.Versions, now.Version = all[0].Versions, 2
		if i%4 == 0 {
			back.Add(now)
			back.Add(old)
		} else {
			back.Add(old)
			back.Add(now)
		}
	}
	a, b := forth.Build(), back.Build()
	sameTiles(t, "in another order", a, b)
	if n := b.view.Load().base.len(); n != len(all) {
		t.Errorf("%d rows of %d houses", n, len(all))
	}
	for _, h := range all {
		if i := b.view.Load().base.find(h.Code); i < 0 || b.view.Load().base.face[i].code != h.Code {
			t.Fatalf("%d is found at %d", h.Code, i)
		}
	}
}

// TestHousesFirst: houses are drawn before anybody has counted who lives in them, and nothing of that changes afterwards.
func TestHousesFirst(t *testing.T) {
	t.Parallel()
	early, whole := NewBuilder(Options{}), NewBuilder(Options{})
	all := crowd(900)
	for _, b := range all {
		early.Add(b)
		whole.Add(b)
	}
	s := early.Houses()
	count := func(b *Builder) *Snapshot {
		for i, h := range all {
			b.AddTotals(Totals{h.Code, 1, []TotalSpan{{0, Forever, 1, uint32(i % 7), 0, 20}}})
		}
		return b.Build()
	}
	want := count(whole)
	sameTiles(t, "before the totals", s, want)
	if s.Count() != want.Count() || s.SumOfTown() != (Sums{}) {
		t.Errorf("%d houses with %+v before the totals", s.Count(), s.SumOfTown())
	}
	var told []Changed
	s.Watch(func(c Changed) { told = append(told, c) })
	if count(early) != s || len(told) != 1 || !slices.Equal(told[0].Layers(), []Layer{Density, Cells}) {
		t.Errorf("the watchers were told %+v", told)
	}
	sameTiles(t, "with the totals", s, want)
	if got := s.SumOfTown(); got != want.SumOfTown() || got.Buildings == 0 || got.Heads == 0 {
		t.Errorf("the town comes to %+v, not %+v", got, want.SumOfTown())
	}
	ch := s.Apply([]Building{{Code: all[0].Code, Version: 2}})
	if len(ch.Codes) != 1 || s.SumOfTown().Buildings != want.SumOfTown().Buildings-1 {
		t.Errorf("a change after it: %+v, %+v", ch.Codes, s.SumOfTown())
	}
}

// TestRanked: words of eight bytes hold but a part of a key, and sort as the whole would.
func TestRanked(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 1000, 5000} { // few are compared, many go by digits
		for _, bits := range []int{0, 3, 40, 60, 64} {
			keys := make([]uint64, n)
			for i := range keys {
				if keys[i] = rnd.Uint64() >> (64 - bits); i > 0 && i%3 == 0 {
					keys[i] = keys[i-1] ^ uint64(i%2) // neighbours, and equal ones
				}
			}
			r := ranked(n, func(i int) uint64 { return keys[i] }, func(a, b uint32) int { return cmp.Compare(keys[a], keys[b]) }, [2][]uint64{})
			want := make([]uint32, n)
			got := make([]uint32, n)
			for i := range want {
				want[i], got[i] = uint32(i), r.row(i)
			}
			slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(keys[a], keys[b]) })
			if !slices.Equal(got, want) {
				t.Errorf("%d keys of %d bits are out of order", n, bits)
			}
		}
	}
}

// TestLooksRunOut: a town may have more looks than there are numbers.
func TestLooksRunOut(t *testing.T) {
	t.Parallel()
	numbered, bare := NewBuilder(Options{}), NewBuilder(Options{})
	for i := range math.MaxUint16 - 20 {
		bare.rows.looks.number(look{floors: int16(i - 1<<15), height: 1})
	}
	for _, b := range crowd(900) {
		numbered.Add(b)
		bare.Add(b)
	}
	if n := len(bare.rows.looks); n != math.MaxUint16 {
		t.Errorf("%d looks have a number", n)
	}
	without := 0
	for _, f := range bare.rows.face {
		if f.look == 0 {
			without++
		}
	}
	if without == 0 {
		t.Error("all looks have a number")
	}
	sameTiles(t, "without numbers", numbered.Build(), bare.Build())
}
