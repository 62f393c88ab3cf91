package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Prepared is a boundary arranged for asking many times which points it holds. It does not change
// after Prepare and may be used from many goroutines.
type Prepared struct {
	bound  orb.Bound
	slabs  [][]edge // edges by horizontal slab, an edge in every slab it crosses
	bottom float64
	scale  float64 // slabs per degree of latitude
	sides  Sides   // the whole boundary, horizontal edges too
}

// edge goes upwards: lo is never above hi. In slabs, horizontal edges decide nothing and are left out.
type edge struct{ lo, hi orb.Point }

// Prepare arranges a valid MultiPolygon, holes included, into horizontal slabs of few edges.
func Prepare(mp orb.MultiPolygon) *Prepared {
	p := &Prepared{sides: newSides(mp)}
	if len(p.sides) == 0 {
		p.bound = mp.Bound()
		return p
	}
	p.bound = p.sides[0].box
	for _, s := range p.sides {
		p.bound.Min = orb.Point{min(p.bound.Min[0], s.box.Min[0]), min(p.bound.Min[1], s.box.Min[1])}
		p.bound.Max = orb.Point{max(p.bound.Max[0], s.box.Max[0]), max(p.bound.Max[1], s.box.Max[1])}
	}
	var edges []edge
	for _, poly := range mp {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if a[1] > b[1] {
					a, b = b, a
				}
				if a[1] < b[1] {
					edges = append(edges, edge{a, b})
				}
			}
		}
	}
	if len(edges) == 0 {
		return p
	}
	p.bottom = p.bound.Min[1]
	var entries []int // of each slab, then where they end
	for n := max(1, len(edges)/2); ; n /= 2 {
		p.slabs = make([][]edge, n)
		p.scale = float64(n) / (p.bound.Max[1] - p.bottom)
		// A boundary of tall narrow strips would fill every slab with every edge.
		if entries = p.entries(edges); n == 1 || entries[n-1] <= 8*len(edges) {
			break
		}
	}
	all := make([]edge, entries[len(entries)-1])
	from := 0
	for s, to := range entries {
		p.slabs[s] = all[from:from:to]
		from = to
	}
	for _, e := range edges {
		for s := p.slab(e.lo[1]); s <= p.slab(e.hi[1]); s++ {
			p.slabs[s] = append(p.slabs[s], e)
		}
	}
	return p
}

// entries counts the edges of each slab and of those below it.
func (p *Prepared) entries(edges []edge) []int {
	n := make([]int, len(p.slabs)+1)
	for _, e := range edges {
		n[p.slab(e.lo[1])]++
		n[p.slab(e.hi[1])+1]--
	}
	in, upTo := 0, 0
	for s := range n {
		in += n[s]
		upTo += in
		n[s] = upTo
	}
	return n[:len(p.slabs)]
}

func (p *Prepared) slab(lat float64) int {
	return max(0, min(len(p.slabs)-1, int((lat-p.bottom)*p.scale)))
}

// Bound returns the box of the boundary.
func (p *Prepared) Bound() orb.Bound { return p.bound }

// Contains reports whether the boundary holds the point. A point on the border belongs if the
// inside lies to its east (or, on a horizontal border, to its north): of two divisions that share a
// border, exactly one holds each point of it. The decision is exact, not within a tolerance.
func (p *Prepared) Contains(q orb.Point) bool {
	if len(p.slabs) == 0 || !p.bound.Contains(q) || math.IsNaN(q[0]+q[1]) {
		return false
	}
	inside := false
	for _, e := range p.slabs[p.slab(q[1])] {
		// The upper end is out, so that a corner counts once. An edge through q is not to its east.
		if q[1] < e.lo[1] || e.hi[1] <= q[1] || q[0] > e.lo[0] && q[0] > e.hi[0] {
			continue
		}
		if q[0] < e.lo[0] && q[0] < e.hi[0] || orient(e.lo, e.hi, q) > 0 {
			inside = !inside
		}
	}
	return inside
}
