package tiles

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// totals makes up how many live in a building: now, and perhaps other numbers before and later.
func (h *hamlet) totals(code uint64, version uint32, today int32) Totals {
	r := h.town.rnd
	span := func(from, to int32) TotalSpan {
		s := TotalSpan{From: from, To: to, Dwellings: r.Uint32N(20)}
		if r.IntN(3) > 0 {
			if s.Heads = r.Uint32N(30); r.IntN(40) == 0 {
				s.Heads = 3e9 // two of them need more than 32 bits
			}
			s.Permits = r.Uint32N(s.Heads + 1)
		}
		if r.IntN(3) > 0 {
			s.ConfirmedTo = today - 3 + r.Int32N(10)
		}
		return s
	}
	t := Totals{Code: code, Version: version}
	switch from := today - 20; r.IntN(4) {
	case 0:
	case 1:
		t.Spans = []TotalSpan{span(from, Forever)}
	default:
		to := today - 5 + r.Int32N(12)
		t.Spans = []TotalSpan{span(from, to), span(to, to+2), span(to+2, Forever)}
	}
	return t
}

// recount changes the totals of some buildings, some of which are not there, or not yet.
func (h *hamlet) recount(s *Snapshot, m *told) Changed {
	rnd := h.town.rnd
	var batch []Totals
	for range 1 + rnd.IntN(8) {
		code := testCode(uint64(rnd.IntN(80)))
		old, ok := m.totals[code]
		if ok && rnd.IntN(4) == 0 {
			batch = append(batch, old) // told twice
			stale := h.totals(code, old.Version-1, m.today)
			batch = append(batch, stale) // overtaken
			continue
		}
		m.totals[code] = h.totals(code, old.Version+1, m.today)
		batch = append(batch, m.totals[code])
	}
	return s.ApplyTotals(batch)
}

// answers says for some cells who answers.
func (h *hamlet) answers(m *told) map[geo.Cell]Responsible {
	rnd := h.town.rnd
	out := map[geo.Cell]Responsible{}
	for _, code := range slices.Sorted(maps.Keys(m.buildings)) {
		for _, v := range m.buildings[code].Versions {
			if n := rnd.IntN(4); n > 0 {
				officer := []string{"", "王美", "李雷", "Ann"}[n]
				out[v.Cell] = Responsible{Officer: officer, OfficerOrdinal: n, Administrator: "韩梅梅", Uncovered: n == 3}
			}
		}
	}
	return out
}

// zones are a few that overlap, some of another day.
func (h *hamlet) zones(today int32) []Zone {
	rnd := h.town.rnd
	var out []Zone
	for i := range rnd.IntN(4) {
		from := today - 2 + rnd.Int32N(4)
		out = append(out, Zone{
			ID: int64(i + 1), Name: "区", Kind: "priority", Boundary: h.polygon(), From: from, To: from + 1 + rnd.Int32N(6),
		})
	}
	return out
}

// polygon is a star around somewhere in the hamlet, now and then with a hole.
func (h *hamlet) polygon() orb.MultiPolygon {
	r := h.town.rnd
	at := orb.Point{west + wide*0.012*r.Float64(), south + high*0.012*r.Float64()}
	n := 3 + r.IntN(30)
	star := func(size float64) orb.Ring {
		var ring orb.Ring
		for i := range n {
			a, d := 2*math.Pi*float64(i)/float64(n), size*(0.3+r.Float64())
			ring = append(ring, orb.Point{at[0] + d*math.Cos(a), at[1] + d*math.Sin(a)})
		}
		return append(ring, ring[0])
	}
	size := 0.0002 + 0.004*r.Float64()
	p := orb.Polygon{star(size)}
	if r.IntN(3) == 0 {
		hole := star(size * 0.1)
		hole.Reverse()
		p = append(p, hole)
	}
	return orb.MultiPolygon{p}
}

// standing yields what stands today with what it comes to.
func (m *told) standing(f func(code uint64, v *Version, s Sums)) {
	for code, b := range m.buildings {
		for i := range b.Versions {
			v := &b.Versions[i]
			if !v.Standing || m.today < v.From || m.today >= v.To {
				continue
			}
			s := Sums{Buildings: 1, Unconfirmed: 1, FloorArea: int64(math.Round(geo.Area(v.Geometry) * math.Max(1, float64(v.Floors))))}
			for _, t := range m.totals[code].Spans {
				if t.From <= m.today && m.today < t.To {
					s.Dwellings, s.Heads, s.Permits = int64(t.Dwellings), int64(t.Heads), int64(t.Permits)
					if t.ConfirmedTo > m.today {
						s.Unconfirmed = 0
					}
				}
			}
			if s.Heads > 0 {
				s.Inhabited = 1
			}
			f(code, v, s)
		}
	}
}

// checkSums holds the sums of all cells and of a zone against adding up by hand.
func (m *told) checkSums(t tester, s *Snapshot, rnd *rand.Rand) {
	t.Helper()
	world := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for res := range 11 {
		want := map[geo.Cell]Sums{}
		m.standing(func(_ uint64, v *Version, s Sums) {
			c, _ := v.Cell.Parent(res)
			sum := want[c]
			sum.add(s)
			want[c] = sum
		})
		got := s.Density(world, res)
		if len(got) != len(want) || !slices.IsSortedFunc(got, func(a, b CellSums) int { return int(int64(a.Cell - b.Cell)) }) {
			t.Fatalf("resolution %d: %d cells, want %d", res, len(got), len(want))
		}
		for _, c := range got {
			if c.Sums != want[c.Cell] || s.SumOf(c.Cell) != want[c.Cell] {
				t.Fatalf("%v: %+v, want %+v", c.Cell, c.Sums, want[c.Cell])
			}
		}
	}
	if more := s.Density(world, 11); more != nil {
		t.Fatalf("finer than the grid: %v", more)
	}
	h := &hamlet{town: &town{rnd: rnd}}
	m.checkZone(t, s, h.polygon())
	whole, left, right := m.throughHouses(rnd)
	m.checkZone(t, s, whole)
	halves := s.SumIn(geo.Prepare(left))
	halves.add(s.SumIn(geo.Prepare(right)))
	if got := s.SumIn(geo.Prepare(whole)); got != halves {
		t.Fatalf("%v: %+v, in halves %+v", whole, got, halves)
	}
}

// throughHouses is a rectangle with houses' points on its border, and its two halves, with houses on the line between.
func (m *told) throughHouses(rnd *rand.Rand) (whole, left, right orb.MultiPolygon) {
	var points []orb.Point
	m.standing(func(_ uint64, v *Version, _ Sums) { points = append(points, v.Point) })
	slices.SortFunc(points, func(a, b orb.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for len(points) < 3 {
		points = append(points, orb.Point{west + 0.001*float64(len(points)), south})
	}
	i := rnd.IntN(len(points) - 2)
	k := i + 2 + rnd.IntN(len(points)-i-2)
	a, b, c := points[i], points[i+1+rnd.IntN(k-i-1)], points[k]
	low, high := min(a[1], c[1]), max(a[1], c[1])
	rect := func(w, e float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{w, low}, {e, low}, {e, high}, {w, high}, {w, low}}}}
	}
	return rect(a[0], c[0]), rect(a[0], b[0]), rect(b[0], c[0])
}

// checkZone holds the sums and the codes of a zone.
func (m *told) checkZone(t tester, s *Snapshot, boundary orb.MultiPolygon) {
	t.Helper()
	zone := geo.Prepare(boundary)
	var want Sums
	var codes []uint64
	m.standing(func(code uint64, v *Version, s Sums) {
		if zone.Contains(v.Point) {
			want.add(s)
			codes = append(codes, code)
		}
	})
	slices.Sort(codes)
	if got := s.SumIn(zone); got != want {
		t.Fatalf("%v: %+v, want %+v", boundary, got, want)
	}
	if got := s.CodesIn(zone); !slices.Equal(got, codes) {
		t.Fatalf("%v: %v, want %v", boundary, got, codes)
	}
}
