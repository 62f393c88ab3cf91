package territory

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// afresh divides without regard to today's holders, then gives each territory
// to who has most of it today.
func afresh(ctx context.Context, g *graph, t Task, r *rand.Rand) (*division, error) {
	d := newDivision(g, t, t.Officers)
	all := make([]int32, len(g.cells))
	for i := range all {
		all[i] = int32(i)
	}
	s := newSplitter(d, r)
	if err := s.divide(ctx, all, 0, t.Officers); err != nil {
		return nil, err
	}
	d.recount()
	d.name()
	d.recount()
	// Fairness first: how much it changes is judged at the end.
	free := d.task
	d.task.MaxChange = 1
	err := d.smooth(ctx, heat, r)
	d.task = free
	return d, err
}

// splitter cuts regions of a division by random spanning trees.
type splitter struct {
	d     *division
	r     *rand.Rand
	local []int32 // for each node of the region in hand, its place in it
	tree  tree
}

func newSplitter(d *division, r *rand.Rand) *splitter {
	s := &splitter{d: d, r: r, local: make([]int32, len(d.part))}
	for i := range s.local {
		s.local[i] = math.MaxInt32
	}
	return s
}

// stripes cuts a region into k connected ones, if it can.
func (s *splitter) stripes(region []int32, k int) (out [][]int32, ok bool) {
	if k == 1 {
		return [][]int32{region}, true
	}
	inside, outside, of := s.cut(region, k)
	if of == 0 {
		return nil, false
	}
	a, ok := s.stripes(inside, of)
	if !ok {
		return nil, false
	}
	b, ok := s.stripes(outside, k-of)
	return append(a, b...), ok
}

// divide gives the region, which is connected, the territories first…first+k-1.
func (s *splitter) divide(ctx context.Context, region []int32, first, k int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if k == 1 {
		for _, i := range region {
			s.d.part[i] = int32(first)
		}
		return nil
	}
	inside, outside, of := s.cut(region, k)
	if err := s.divide(ctx, inside, first, of); err != nil {
		return err
	}
	return s.divide(ctx, outside, first+of, k-of)
}

// cut parts a region in two connected ones for of and k-of territories.
func (s *splitter) cut(region []int32, k int) (inside, outside []int32, of int) {
	total := int64(0)
	for at, i := range region {
		s.local[i] = int32(at)
		total += s.d.g.cells[i].Load
	}
	edges := s.inner(region)
	tries := min(16, max(4, 60_000/len(region)))
	best := math.Inf(1)
	for range tries {
		s.tree.grow(s.d.g, region, s.local, edges, s.r)
		at, parts, score := s.tree.bestCut(total, k)
		if at < 0 {
			continue
		}
		score += 0.002 * s.tree.cutCost(s.d.g, s.local, edges, at) / math.Sqrt(float64(len(region))/float64(k))
		if score < best {
			best, of = score, parts
			inside, outside = s.tree.split(region, at)
		}
	}
	return inside, outside, of
}

// inner are the edges with both ends in the region.
func (s *splitter) inner(region []int32) []int32 {
	var out []int32
	in := func(i int32) bool { at := s.local[i]; return int(at) < len(region) && region[at] == i }
	for _, i := range region {
		for _, e := range s.d.g.at(i) {
			if edge := s.d.g.edges[e]; edge.a == i && in(edge.b) {
				out = append(out, e)
			}
		}
	}
	return out
}

// tree is a spanning tree of a region, by place in it, in the order in which
// a walk from the root meets the nodes: a subtree is a stretch of that order.
type tree struct {
	order, from, until []int32 // from and until are by node: its subtree in order
	load               []int64
	near               [][]int32
	weight             []float32
	sets               sets
}

// grow makes a random spanning tree that crosses rivers and gaps as seldom as
// it can, so that cutting it tends to cut there.
func (t *tree) grow(g *graph, region, local, edges []int32, r *rand.Rand) {
	n := len(region)
	byWeight := slices.Clone(edges)
	t.weight = slices.Grow(t.weight[:0], len(g.edges))[:len(g.edges)]
	for _, e := range edges {
		t.weight[e] = r.Float32() + 1 - g.edges[e].cut
	}
	slices.SortFunc(byWeight, func(p, q int32) int {
		if t.weight[p] != t.weight[q] {
			if t.weight[p] < t.weight[q] {
				return -1
			}
			return 1
		}
		return int(p - q)
	})
	t.sets = newSets(n)
	t.near = slices.Grow(t.near[:0], n)[:n]
	for i := range t.near {
		t.near[i] = t.near[i][:0]
	}
	for _, e := range byWeight {
		a, b := local[g.edges[e].a], local[g.edges[e].b]
		if t.sets.join(a, b) {
			t.near[a], t.near[b] = append(t.near[a], b), append(t.near[b], a)
		}
	}
	t.walk(g, region, int32(r.IntN(n)))
}

func (t *tree) walk(g *graph, region []int32, root int32) {
	n := len(region)
	t.order = t.order[:0]
	t.from, t.until = make([]int32, n), make([]int32, n)
	t.load = make([]int64, n)
	parent := make([]int32, n)
	parent[root] = unset
	stack := []int32{root}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		t.from[i] = int32(len(t.order))
		t.order = append(t.order, i)
		for _, j := range t.near[i] {
			if j != parent[i] {
				parent[j] = i
				stack = append(stack, j)
			}
		}
	}
	for at := n - 1; at >= 0; at-- {
		i := t.order[at]
		t.load[i] += g.cells[region[i]].Load
		t.until[i] = max(t.until[i], int32(at)+1)
		if p := parent[i]; p != unset {
			t.load[p] += t.load[i]
			t.until[p] = max(t.until[p], t.until[i])
		}
	}
}

// bestCut finds the node whose subtree, cut off, is nearest to a whole number
// of fair shares, preferring cuts near the middle; -1 if there is none.
func (t *tree) bestCut(total int64, k int) (at int32, parts int, score float64) {
	mean := float64(total) / float64(k)
	at, score = unset, math.Inf(1)
	n := len(t.order)
	for place := 1; place < n; place++ {
		i := t.order[place]
		size := int(t.until[i] - t.from[i])
		lo, hi := max(1, k-(n-size)), min(k-1, size)
		if lo > hi {
			continue
		}
		of := lo
		if mean > 0 {
			of = min(hi, max(lo, int(math.Round(float64(t.load[i])/mean))))
		}
		off := 0.0
		if mean > 0 {
			off = math.Abs(float64(t.load[i])/mean - float64(of))
		}
		off = off/float64(min(of, k-of)) + 0.02*math.Abs(float64(of)/float64(k)-0.5)
		if off < score {
			at, parts, score = i, of, off
		}
	}
	return at, parts, score
}

// cutCost is what the border around a subtree costs.
func (t *tree) cutCost(g *graph, local, edges []int32, at int32) float64 {
	from, until := t.from[at], t.until[at]
	inside := func(i int32) bool { p := t.from[local[i]]; return from <= p && p < until }
	cost := 0.0
	for _, e := range edges {
		if edge := g.edges[e]; inside(edge.a) != inside(edge.b) {
			cost += float64(edge.cut)
		}
	}
	return cost
}

// split gives the nodes of a subtree and the others, in ascending order.
func (t *tree) split(region []int32, at int32) (inside, outside []int32) {
	for place, i := range t.order {
		if int32(place) >= t.from[at] && int32(place) < t.until[at] {
			inside = append(inside, region[i])
		} else {
			outside = append(outside, region[i])
		}
	}
	slices.Sort(inside)
	slices.Sort(outside)
	return inside, outside
}
