package territory

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// fromToday starts from who has what now: it fills what nobody has, mends what
// is in pieces, makes as many territories as are wanted, and lets load flow
// until it is fair. Nil if nobody has anything, or it cannot be cut into as
// many as wanted.
func fromToday(ctx context.Context, g *graph, t Task, r *rand.Rand) (*division, error) {
	holders := map[int]int32{}
	var names []int
	for _, c := range g.cells {
		if c.Holder == Nobody {
			continue
		}
		if _, ok := holders[c.Holder]; !ok {
			holders[c.Holder] = unset
			names = append(names, c.Holder)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	d := newDivision(g, t, len(names))
	copy(d.holder, names)
	for p, name := range names {
		holders[name] = int32(p)
	}
	for i, c := range g.cells {
		if c.Holder != Nobody {
			d.part[i] = holders[c.Holder]
		}
	}
	d.recount()
	d.mend()
	d.fill()
	for len(d.holder) > t.Officers {
		d.dissolve()
	}
	if !d.multiply(r) {
		return nil, nil
	}
	return d, d.smooth(ctx, 0, r)
}

// mend frees what lies apart from the main part of a territory's share, the smallest
// first, as far as the limit of changes allows.
func (d *division) mend() {
	var apart [][]int32
	for _, pieces := range d.pieces() {
		slices.SortStableFunc(pieces, func(a, b []int32) int { return cmp.Compare(d.houses(b), d.houses(a)) })
		if len(pieces) > 1 {
			apart = append(apart, pieces[1:]...)
		}
	}
	slices.SortStableFunc(apart, func(a, b []int32) int { return cmp.Compare(d.houses(a), d.houses(b)) })
	room := d.allowed()
	for _, piece := range apart {
		if room -= d.houses(piece); room < 0 {
			return
		}
		for _, i := range piece {
			d.free(i)
		}
	}
}

// houses are those of nodes that somebody has today.
func (d *division) houses(nodes []int32) float64 {
	sum := 0.0
	for _, i := range nodes {
		if c := d.g.cells[i]; c.Holder != Nobody {
			sum += float64(c.Houses)
		}
	}
	return sum
}

func (d *division) free(i int32) {
	p := d.part[i]
	d.load[p] -= d.g.cells[i].Load
	d.nodes[p]--
	d.within[d.at(i, p)]--
	d.changed -= d.change(i, p)
	d.part[i] = unset
}

// fill gives what nobody has to the territories beside it, the one with least
// first, cell by cell.
func (d *division) fill() {
	for {
		var rim []int32
		for i := range d.part {
			if d.part[i] == unset {
				rim = append(rim, int32(i))
			}
		}
		if len(rim) == 0 {
			return
		}
		for _, i := range rim {
			if p := d.lightestBeside(i); p != unset {
				d.move(i, p)
			}
		}
	}
}

func (d *division) lightestBeside(i int32) int32 {
	best := int32(unset)
	for _, e := range d.g.at(i) {
		p := d.part[d.g.edges[e].other(i)]
		if p != unset && d.welcome(i, p) && (best == unset || d.load[p] < d.load[best] || d.load[p] == d.load[best] && p < best) {
			best = p
		}
	}
	return best
}

// dissolve gives the territory with the least load to its neighbours.
func (d *division) dissolve() {
	least := 0
	for p := range d.load {
		if d.load[p] < d.load[least] {
			least = p
		}
	}
	last := int32(len(d.holder) - 1)
	for i, p := range d.part {
		switch p {
		case int32(least):
			d.part[i] = unset
		case last:
			d.part[i] = int32(least)
		}
	}
	d.holder[least] = d.holder[last]
	d.holder = d.holder[:last]
	d.recount()
	d.fill()
}

// multiply cuts the heaviest territories until there are as many as wanted;
// the larger part of the houses stays with who has them. It says whether that
// could be done.
func (d *division) multiply(r *rand.Rand) bool {
	s := newSplitter(d, r)
	for len(d.holder) < d.task.Officers {
		region := d.heaviestPiece()
		if len(region) < 2 {
			return false
		}
		want := max(2, min(int(math.Round(float64(d.sum(region))/d.mean)), d.task.Officers-len(d.holder)+1, len(region)))
		inside, outside, of := s.cut(region, want)
		if of == 0 {
			return false
		}
		if d.houses(inside) > d.houses(outside) {
			inside = outside
		}
		d.holder, d.load, d.nodes = append(d.holder, Nobody), append(d.load, 0), append(d.nodes, 0)
		for _, i := range inside {
			d.move(i, int32(len(d.holder)-1))
		}
	}
	return true
}

// heaviestPiece is what hangs together, over the gaps of the area too, of the
// territory with most load; only what can be cut in two counts.
func (d *division) heaviestPiece() []int32 {
	var best []int32
	var most int64
	d.stamp++
	for i := range d.part {
		if d.seen[i] == d.stamp {
			continue
		}
		piece := d.flood(int32(i), func(edge) bool { return true })
		if load := d.sum(piece); len(piece) > 1 && (best == nil || load > most) {
			best, most = piece, load
		}
	}
	slices.Sort(best)
	return best
}

func (d *division) sum(nodes []int32) int64 {
	var sum int64
	for _, i := range nodes {
		sum += d.g.cells[i].Load
	}
	return sum
}

// name gives each territory to the holder who has most houses in it, the
// largest shares first; who is left over gets none.
func (d *division) name() {
	type share struct {
		part   int32
		holder int
	}
	houses := map[share]int64{}
	for i, c := range d.g.cells {
		if c.Holder != Nobody {
			houses[share{d.part[i], c.Holder}] += c.Houses
		}
	}
	shares := make([]share, 0, len(houses))
	for s := range houses {
		shares = append(shares, s)
	}
	slices.SortFunc(shares, func(a, b share) int {
		return cmp.Or(cmp.Compare(houses[b], houses[a]), cmp.Compare(a.part, b.part), cmp.Compare(a.holder, b.holder))
	})
	taken := map[int]bool{}
	for _, s := range shares {
		if d.holder[s.part] == Nobody && !taken[s.holder] {
			d.holder[s.part], taken[s.holder] = s.holder, true
		}
	}
	d.nameRest(taken)
}

// nameRest gives territories that nobody has a claim to, to holders who have
// none yet: a new officer is needed only when there are more territories than
// people.
func (d *division) nameRest(taken map[int]bool) {
	var free []int
	for _, c := range d.g.cells {
		if c.Holder != Nobody && !taken[c.Holder] {
			taken[c.Holder] = true
			free = append(free, c.Holder)
		}
	}
	slices.Sort(free)
	for p := range d.holder {
		if d.holder[p] == Nobody && len(free) > 0 {
			d.holder[p], free = free[0], free[1:]
		}
	}
}
