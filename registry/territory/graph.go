package territory

import (
	"cmp"
	"math"
	"slices"

	"fangma/geo"
)

// edge is a pair of nodes that belong together unless a border runs between
// them.
type edge struct {
	a, b int32
	// cut is what a border here costs: less along a river, nothing across a gap
	// that only joins the area's pieces.
	cut float32
	// real says that the cells share an edge.
	real bool
}

const (
	plainCut   = 1
	barrierCut = 0.25
)

// graph is the area: nodes are the task's cells, by index.
type graph struct {
	cells []Cell
	edges []edge
	// The edges of node i are around[first[i]:first[i+1]], as indices.
	first, around []int32
	// component is the connected piece of the area that a node is in; loose are
	// further nodes near one in a small piece, to whose territory it might go.
	component []int32
	loose     map[int32][]int32
	x, y      []float64 // metres on a local plane, for distances only
}

func newGraph(cells []Cell, barrier func(a, b geo.Cell) bool) *graph {
	g := &graph{cells: cells}
	index := make(map[geo.Cell]int32, len(cells))
	for i, c := range cells {
		index[c.Cell] = int32(i)
	}
	for i, c := range cells {
		for _, n := range c.Cell.Neighbours() {
			j, ok := index[n]
			if !ok || j <= int32(i) {
				continue
			}
			e := edge{int32(i), j, plainCut, true}
			if barrier != nil && barrier(c.Cell, n) {
				e.cut = barrierCut
			}
			g.edges = append(g.edges, e)
		}
	}
	// The order of neighbours is the library's; ours must not depend on it.
	slices.SortFunc(g.edges, func(p, q edge) int {
		return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	g.place()
	g.join()
	g.index()
	g.loosen(index)
	return g
}

// place puts the cells on a plane around the first.
func (g *graph) place() {
	g.x, g.y = make([]float64, len(g.cells)), make([]float64, len(g.cells))
	const metres = 111_195 // a degree of latitude
	origin := g.cells[0].Cell.Center()
	narrow := math.Cos(origin[1] * math.Pi / 180)
	for i, c := range g.cells {
		p := c.Cell.Center()
		lon := math.Remainder(p[0]-origin[0], 360)
		g.x[i], g.y[i] = lon*narrow*metres, (p[1]-origin[1])*metres
	}
}

func (g *graph) index() {
	g.first = make([]int32, len(g.cells)+1)
	for _, e := range g.edges {
		g.first[e.a+1]++
		g.first[e.b+1]++
	}
	for i := range g.cells {
		g.first[i+1] += g.first[i]
	}
	g.around = make([]int32, 2*len(g.edges))
	next := slices.Clone(g.first)
	for i, e := range g.edges {
		for _, n := range [2]int32{e.a, e.b} {
			g.around[next[n]] = int32(i)
			next[n]++
		}
	}
}

// at are the edges of a node.
func (g *graph) at(i int32) []int32 { return g.around[g.first[i]:g.first[i+1]] }

// other is the far end of an edge.
func (e edge) other(i int32) int32 { return e.a ^ e.b ^ i }

// join makes one piece of the area: each component is tied to its nearest
// neighbour by one edge, as a minimum spanning tree over the components. Being
// a tree, it lets a region that is connected here be connected within each
// component too: there is no way out of a component and back in elsewhere.
func (g *graph) join() {
	pieces := newSets(len(g.cells))
	for _, e := range g.edges {
		pieces.join(e.a, e.b)
	}
	label := make([]int32, len(g.cells))
	for i := range label {
		label[i] = pieces.find(int32(i))
	}
	g.component = slices.Clone(label)
	for {
		count := 0
		size := map[int32]int{}
		for i := range label {
			label[i] = pieces.find(int32(i))
			if size[label[i]]++; size[label[i]] == 1 {
				count++
			}
		}
		if count == 1 {
			return
		}
		near := g.nearestForeign(label, largest(size))
		slices.SortFunc(near, func(p, q link) int {
			return cmp.Or(cmp.Compare(p.distance, q.distance), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
		})
		for _, l := range near {
			if pieces.join(l.a, l.b) {
				g.edges = append(g.edges, edge{a: l.a, b: l.b})
			}
		}
	}
}

const (
	// small is how many cells a piece of the area has at most to be handed to
	// any territory around it, and not only to the one it is nearest to.
	small = 30
	// farther is how many rings of cells are searched around such a piece.
	farther = 12
	// choices is how many cells around are offered to each of its cells.
	choices = 6
)

// loosen finds what lies around small pieces, by rings.
func (g *graph) loosen(index map[geo.Cell]int32) {
	size := map[int32]int{}
	for _, c := range g.component {
		size[c]++
	}
	g.loose = map[int32][]int32{}
	for i, c := range g.component {
		if size[c] > small {
			continue
		}
		for _, near := range g.cells[i].Cell.Disk(farther) {
			if j, ok := index[near]; ok && g.component[j] != c {
				if g.loose[int32(i)] = append(g.loose[int32(i)], j); len(g.loose[int32(i)]) == choices {
					break
				}
			}
		}
	}
}

// largest is the label of most nodes, the lowest of several.
func largest(size map[int32]int) int32 {
	best, most := int32(-1), 0
	for label, n := range size {
		if n > most || n == most && label < best {
			best, most = label, n
		}
	}
	return best
}

// link is the shortest way between two pieces.
type link struct {
	a, b     int32
	distance float64
}

// nearestForeign finds for each piece but one the nearest node of another.
func (g *graph) nearestForeign(label []int32, but int32) []link {
	tree := newNearby(g.x, g.y, label)
	best := map[int32]link{}
	for i := range g.cells {
		own := label[i]
		if own == but {
			continue
		}
		l, ok := best[own]
		if !ok {
			l = link{a: -1, distance: math.Inf(1)}
		}
		if j, d := tree.foreign(int32(i), l.distance); j >= 0 {
			l = link{int32(i), j, d}
		}
		best[own] = l
	}
	out := make([]link, 0, len(best))
	for _, l := range best {
		out = append(out, l)
	}
	return out
}

// sets are disjoint sets with path halving.
type sets []int32

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}

func (s sets) find(i int32) int32 {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// join unites two sets under the lower name and says whether they were two.
func (s sets) join(a, b int32) bool {
	a, b = s.find(a), s.find(b)
	if a == b {
		return false
	}
	s[max(a, b)] = min(a, b)
	return true
}
