package territory

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// What a division is judged by while it is smoothed, in squared shares of the
// mean load: a territory 10 % off costs 0.01.
const (
	// steep weighs what is off beyond most of the tolerance.
	steep = 30.0
	// borderWeight is a hexagon's side of border; a territory of 100 cells has
	// about 40.
	borderWeight = 0.002
	// apartCost is what it costs, in sides of border, that pieces of the area
	// which are nearest to each other have different officers.
	apartCost = 2
	// changeWeight is a whole territory that changes hands.
	changeWeight = 0.02
	// heat is what a worsening move may cost at first.
	heat = 0.008
	// passes is how often all borders are gone over at most.
	passes = 60
	// rounds is how often territories that are still not fair are cut anew.
	rounds = 8
)

// smooth moves single cells over borders until it pays no more, then divides
// anew the pairs of territories that are still not fair.
// hot is what a worsening move may cost at first: without it today's borders
// stay where they are unless it pays to move them.
func (d *division) smooth(ctx context.Context, hot float64, r *rand.Rand) error {
	order := make([]int32, len(d.part))
	for i := range order {
		order[i] = int32(i)
	}
	for round := range rounds {
		for pass := range passes {
			if err := ctx.Err(); err != nil {
				return err
			}
			warm := 0.0
			if round == 0 && pass < passes/2 {
				warm = hot * (1 - 2*float64(pass)/passes)
			}
			r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			if d.pass(order, warm, r) == 0 && warm == 0 {
				break
			}
		}
		if d.worst() <= d.task.Tolerance || !d.redivide(ctx, r) {
			break
		}
	}
	return ctx.Err()
}

// pass offers every node on a border to the neighbours and says how many
// moved.
func (d *division) pass(order []int32, warm float64, r *rand.Rand) int {
	moved := 0
	for _, i := range order {
		to, gain := d.bestMove(i)
		if to == unset {
			continue
		}
		if gain > -1e-9 && (warm == 0 || r.Float64() >= math.Exp(-(gain+1e-9)/warm)) {
			continue
		}
		if d.spare(i) {
			d.move(i, to)
			moved++
		}
	}
	return moved
}

// bestMove is the territory next to node i that it would best go to, and by
// how much that changes the judgement: less is better.
func (d *division) bestMove(i int32) (to int32, gain float64) {
	own := d.part[i]
	to, gain = unset, math.Inf(1)
	var tried [16]int32
	n := 0
	offer := func(j int32) {
		p := d.part[j]
		if p == own || slices.Contains(tried[:n], p) {
			return
		}
		if n < len(tried) {
			tried[n] = p
			n++
		}
		more := d.change(i, p) - d.change(i, own)
		if more > 0 && d.changed+more > d.allowed() {
			return
		}
		if g := d.judge(i, own, p, more); g < gain && d.welcome(i, p) {
			to, gain = p, g
		}
	}
	for _, e := range d.g.at(i) {
		offer(d.g.edges[e].other(i))
	}
	for _, j := range d.g.loose[i] {
		offer(j)
	}
	return to, gain
}

func (d *division) judge(i, own, p int32, more float64) float64 {
	load := d.g.cells[i].Load
	g := d.off(d.load[own]-load) - d.off(d.load[own]) + d.off(d.load[p]+load) - d.off(d.load[p])
	border := 0.0
	for _, e := range d.g.at(i) {
		edge := d.g.edges[e]
		cost := float64(edge.cut)
		if !edge.real {
			cost = apartCost
		}
		switch d.part[edge.other(i)] {
		case own:
			border += cost
		case p:
			border -= cost
		}
	}
	g += borderWeight * border
	if d.held > 0 {
		g += changeWeight * more / d.held * float64(len(d.holder))
	}
	return g
}

// off is what a load costs.
func (d *division) off(load int64) float64 {
	x := math.Abs(float64(load)/d.mean - 1)
	beyond := max(0, x-0.7*d.task.Tolerance)
	return x*x + steep*beyond*beyond
}

// redivide takes each territory that is not fair together with one or two
// neighbours and cuts them anew, where that makes the worst of them better. It
// says whether anything changed.
func (d *division) redivide(ctx context.Context, r *rand.Rand) bool {
	s := newSplitter(d, r)
	changed := false
	for _, p := range d.unfair() {
		if ctx.Err() != nil {
			return changed
		}
		if d.recutAround(s, p) {
			changed = true
		}
	}
	return changed
}

func (d *division) recutAround(s *splitter, p int32) bool {
	near := d.beside(p)
	for _, q := range near {
		if d.recut(s, []int32{p, q}) {
			return true
		}
	}
	for _, q := range near {
		for _, far := range d.beside(q) {
			if far != p && d.recut(s, []int32{p, q, far}) {
				return true
			}
		}
	}
	return false
}

// unfair are the territories beyond the tolerance, the worst first.
func (d *division) unfair() []int32 {
	var out []int32
	for p, l := range d.load {
		if math.Abs(float64(l)/d.mean-1) > d.task.Tolerance {
			out = append(out, int32(p))
		}
	}
	slices.SortFunc(out, func(p, q int32) int {
		return cmp.Or(cmp.Compare(d.off(d.load[q]), d.off(d.load[p])), cmp.Compare(p, q))
	})
	return out
}

// beside are the territories next to p, those first that p can best even out
// with.
func (d *division) beside(p int32) []int32 {
	var out []int32
	for i := range d.part {
		if d.part[i] != p {
			continue
		}
		for _, e := range d.g.at(int32(i)) {
			if q := d.part[d.g.edges[e].other(int32(i))]; q != p && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	even := func(q int32) float64 { return math.Abs(float64(d.load[p]+d.load[q]) - 2*d.mean) }
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(even(a), even(b)), cmp.Compare(a, b)) })
	return out
}

// recut divides some territories anew if they hang together, and keeps it if
// it is better and allowed.
func (d *division) recut(s *splitter, parts []int32) bool {
	var region, before []int32
	for i, part := range d.part {
		if slices.Contains(parts, part) {
			region, before = append(region, int32(i)), append(before, part)
		}
	}
	if !d.connected(region) {
		return false
	}
	was := d.worstOf(parts)
	stripes, ok := s.stripes(region, len(parts))
	if !ok {
		return false
	}
	d.deal(stripes, parts)
	if d.worstOf(parts) < was-1e-9 && !d.overChanged() {
		return true
	}
	for at, i := range region {
		d.move(i, before[at])
	}
	return false
}

func (d *division) worstOf(parts []int32) float64 {
	worst := 0.0
	for _, p := range parts {
		worst = max(worst, d.off(d.load[p]))
	}
	return worst
}

// deal gives each stripe to one of the parts so that few houses change hands:
// in turn, to the part for which it changes least.
func (d *division) deal(stripes [][]int32, parts []int32) {
	left := slices.Clone(parts)
	for _, stripe := range stripes {
		best, least := 0, math.Inf(1)
		for at, p := range left {
			changed := 0.0
			for _, i := range stripe {
				changed += d.change(i, p)
			}
			if changed < least {
				best, least = at, changed
			}
		}
		for _, i := range stripe {
			d.move(i, left[best])
		}
		left = slices.Delete(left, best, best+1)
	}
}

// connected says whether nodes hang together among themselves.
func (d *division) connected(nodes []int32) bool {
	d.stamp++
	in := d.stamp
	for _, i := range nodes {
		d.seen[i] = in
	}
	d.stamp++
	d.queue = append(d.queue[:0], nodes[0])
	d.seen[nodes[0]] = d.stamp
	for head := 0; head < len(d.queue); head++ {
		for _, e := range d.g.at(d.queue[head]) {
			if j := d.g.edges[e].other(d.queue[head]); d.seen[j] == in {
				d.seen[j] = d.stamp
				d.queue = append(d.queue, j)
			}
		}
	}
	return len(d.queue) == len(nodes)
}
