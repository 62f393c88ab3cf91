package tiles

import (
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// SumIn sums the buildings whose recorded representative point lies in p, by p's own rule for borders: exactly those,
// not those of cells. Whole branches of the tree that no side of p meets count by their sums.
func (s *Snapshot) SumIn(p *geo.Prepared) Sums {
	var sum Sums
	s.within(p, &zoneVisit{
		node: func(b *base, from, to int) {
			sum.add(b.upTo[(to+fanOut-1)/fanOut])
			sum.sub(b.upTo[from/fanOut])
		},
		row:  func(b *base, i int) { sum.add(b.total[i].sums(b.floorArea[i], b.day)) },
		lost: func(b *base, i int) { sum.sub(b.total[i].sums(b.floorArea[i], b.day)) },
		over: func(v *view, r *row) { sum.add(r.sums(v.today)) },
	})
	return sum
}

// CodesIn returns the codes of the buildings that SumIn sums, ascending.
func (s *Snapshot) CodesIn(p *geo.Prepared) []uint64 {
	var codes, lost []uint64
	s.within(p, &zoneVisit{
		node: func(b *base, from, to int) {
			for i := range b.face[from:to] {
				codes = append(codes, b.face[from+i].code)
			}
		},
		row:  func(b *base, i int) { codes = append(codes, b.face[i].code) },
		lost: func(b *base, i int) { lost = append(lost, b.face[i].code) },
		over: func(_ *view, r *row) { codes = append(codes, r.code) },
	})
	slices.Sort(codes)
	slices.Sort(lost) // of a code that was replaced, one goes
	out := codes[:0]
	for _, c := range codes {
		if len(lost) > 0 && lost[0] == c {
			lost = lost[1:]
			continue
		}
		out = append(out, c)
	}
	return out
}

// zoneVisit is told what lies in a zone: runs of rows of the base and single ones, among them rows that no longer
// count, which come again as lost; and rows of the overlay.
type zoneVisit struct {
	node func(b *base, from, to int)
	row  func(b *base, i int)
	lost func(b *base, i int)
	over func(v *view, r *row)

	zone *geo.Prepared
	base *base
	free []geo.Sides // by level: memory for the sides handed down
}

// sidesMemory is kept between zones.
var sidesMemory = sync.Pool{New: func() any { return new([]geo.Sides) }}

func (s *Snapshot) within(p *geo.Prepared, z *zoneVisit) {
	v := s.view.Load()
	z.zone, z.base = p, v.base
	memory := sidesMemory.Get().(*[]geo.Sides)
	defer sidesMemory.Put(memory)
	z.free = *memory
	if top := len(v.base.tree.levels) - 1; top >= 0 {
		for len(z.free) <= top {
			z.free = append(z.free, nil)
		}
		z.descend(top, 0, p.Sides())
	}
	*memory = z.free
	for _, i := range v.over.dead {
		if p.Contains(v.base.exact(int(i))) {
			z.lost(v.base, int(i))
		}
	}
	bound := p.Bound()
	for i := range v.over.rows {
		if o := &v.over.rows[i]; reachOf(o.box).Intersects(bound) && p.Contains(o.row.exact()) {
			z.over(v, o.row)
		}
	}
}

// descend looks at one node, of whose box at most the given sides come near. The box of a footprint holds its point, so
// that of a node holds the points of its rows.
func (z *zoneVisit) descend(level, node int, sides geo.Sides) {
	t := &z.base.tree
	b := reachOf(t.levels[level][node])
	zone := z.zone.Bound()
	if !b.Intersects(zone) {
		return
	}
	near := sides.Meeting(b, z.free[level][:0])
	z.free[level] = near
	per := fanOut
	for range level {
		per *= fanOut
	}
	from, to := node*per, min((node+1)*per, t.rows)
	switch {
	case len(near) == 0:
		if z.zone.Contains(orb.Point{(b.Min[0] + b.Max[0]) / 2, (b.Min[1] + b.Max[1]) / 2}) {
			z.node(z.base, from, to)
		}
	case level == 0:
		for i := from; i < to; i++ {
			if z.zone.Contains(z.base.exact(i)) {
				z.row(z.base, i)
			}
		}
	default:
		for i := node * fanOut; i < min((node+1)*fanOut, len(t.levels[level-1])); i++ {
			z.descend(level-1, i, near)
		}
	}
}

// reachOf is where the recorded points of a box may lie: a little more than the box, and what the map has no room for.
func reachOf(b box) orb.Bound {
	reach := b.bound()
	if b.minY == 0 {
		reach.Max[1] = 90
	}
	if b.maxY == math.MaxUint32 {
		reach.Min[1] = -90
	}
	return reach
}

// exact returns the recorded point of a row.
func (b *base) exact(i int) orb.Point {
	var r row
	b.whole(i, &r)
	return r.exact()
}
