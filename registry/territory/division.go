package territory

import (
	"math"
	"slices"
)

// division is a plan in the making: who has which node, kept so that moving
// one node is cheap.
type division struct {
	g    *graph
	task Task
	// part is the territory of each node; holder the person each territory is
	// meant for.
	part   []int32
	holder []int
	load   []int64
	nodes  []int32 // how many nodes a territory has
	within map[place]int32
	mean   float64
	// held are the houses that somebody has today, changed those of them that
	// this division gives to somebody else.
	held, changed float64

	seen  []int32 // stamps for searching, by node
	stamp int32
	queue []int32
}

// place is a territory's share of a connected piece of the area. It is in one
// piece when each of these is.
type place struct{ component, part int32 }

func (d *division) at(i, p int32) place { return place{d.g.component[i], p} }

func newDivision(g *graph, t Task, parts int) *division {
	d := &division{
		g: g, task: t, part: make([]int32, len(g.cells)), seen: make([]int32, len(g.cells)),
		holder: make([]int, parts), load: make([]int64, parts), nodes: make([]int32, parts),
	}
	for _, c := range g.cells {
		d.mean += float64(c.Load)
		if c.Holder != Nobody {
			d.held += float64(c.Houses)
		}
	}
	d.mean /= float64(t.Officers)
	for p := range d.holder {
		d.holder[p] = Nobody
	}
	for i := range d.part {
		d.part[i] = unset
	}
	return d
}

const unset = -1

// recount fills what follows from part and holder.
func (d *division) recount() {
	d.load, d.nodes, d.within = make([]int64, len(d.holder)), make([]int32, len(d.holder)), map[place]int32{}
	d.changed = 0
	for i, p := range d.part {
		if p == unset {
			continue
		}
		d.load[p] += d.g.cells[i].Load
		d.nodes[p]++
		d.within[d.at(int32(i), p)]++
		d.changed += d.change(int32(i), p)
	}
}

// change is how many houses of node i change hands if territory p has it.
func (d *division) change(i, p int32) float64 {
	c := d.g.cells[i]
	if c.Holder == Nobody || p != unset && d.holder[p] == c.Holder {
		return 0
	}
	return float64(c.Houses)
}

// allowed is how many houses may change hands.
func (d *division) allowed() float64 { return d.task.MaxChange*d.held + 1e-9 }

func (d *division) overChanged() bool { return d.changed > d.allowed() }

// move gives node i to territory p.
func (d *division) move(i, p int32) {
	c := d.g.cells[i]
	if old := d.part[i]; old != unset {
		d.load[old] -= c.Load
		d.nodes[old]--
		d.within[d.at(i, old)]--
		d.changed -= d.change(i, old)
	}
	d.part[i] = p
	d.load[p] += c.Load
	d.nodes[p]++
	d.within[d.at(i, p)]++
	d.changed += d.change(i, p)
}

// spare says whether the territory of node i stays in as many pieces without
// it.
func (d *division) spare(i int32) bool {
	own := d.part[i]
	if d.nodes[own] < 2 {
		return false
	}
	var mates [6]int32
	n := 0
	for _, e := range d.g.at(i) {
		edge := d.g.edges[e]
		if j := edge.other(i); edge.real && d.part[j] == own {
			mates[n] = j
			n++
		}
	}
	return n < 2 || d.reaches(mates[:n], i)
}

// welcome says whether node i can join territory p without making a new piece
// of it.
func (d *division) welcome(i, p int32) bool {
	if d.within[d.at(i, p)] == 0 {
		return true
	}
	for _, e := range d.g.at(i) {
		if edge := d.g.edges[e]; edge.real && d.part[edge.other(i)] == p {
			return true
		}
	}
	return false
}

// reaches says whether the nodes are joined within their territory without
// node i.
func (d *division) reaches(mates []int32, i int32) bool {
	d.stamp++
	own := d.part[mates[0]]
	left := len(mates) - 1
	d.queue = append(d.queue[:0], mates[0])
	d.seen[mates[0]] = d.stamp
	for head := 0; head < len(d.queue); head++ {
		for _, e := range d.g.at(d.queue[head]) {
			edge := d.g.edges[e]
			j := edge.other(d.queue[head])
			if !edge.real || j == i || d.part[j] != own || d.seen[j] == d.stamp {
				continue
			}
			d.seen[j] = d.stamp
			if slices.Contains(mates, j) {
				if left--; left == 0 {
					return true
				}
			}
			d.queue = append(d.queue, j)
		}
	}
	return left == 0
}

// pieces gives what hangs together of each territory in each connected piece
// of the area, over edges of cells, in order of the first node.
func (d *division) pieces() [][][]int32 {
	var order []place
	found := map[place][][]int32{}
	d.stamp++
	for i := range d.part {
		if d.part[i] == unset || d.seen[i] == d.stamp {
			continue
		}
		here := d.at(int32(i), d.part[i])
		piece := d.flood(int32(i), func(e edge) bool { return e.real })
		if found[here] == nil {
			order = append(order, here)
		}
		found[here] = append(found[here], piece)
	}
	out := make([][][]int32, len(order))
	for at, here := range order {
		out[at] = found[here]
	}
	return out
}

// flood gathers what hangs together with node i in its territory, over edges
// of a kind, and stamps it.
func (d *division) flood(i int32, over func(edge) bool) []int32 {
	piece := []int32{i}
	d.seen[i] = d.stamp
	for head := 0; head < len(piece); head++ {
		for _, e := range d.g.at(piece[head]) {
			edge := d.g.edges[e]
			if j := edge.other(piece[head]); over(edge) && d.part[j] == d.part[i] && d.seen[j] != d.stamp {
				d.seen[j] = d.stamp
				piece = append(piece, j)
			}
		}
	}
	return piece
}

// worst is how far the worst territory is from the mean, as a share of it.
func (d *division) worst() float64 {
	worst := 0.0
	for _, l := range d.load {
		worst = max(worst, math.Abs(float64(l)/d.mean-1))
	}
	return worst
}

// betterThan prefers what keeps to the limit of changes, then what is in one
// piece, then what is fair, then what changes less.
func (d *division) betterThan(o *division) bool {
	a, b := d.metrics(), o.metrics()
	for _, better := range [][2]bool{
		{!d.overChanged(), !o.overChanged()}, {a.Contiguous, b.Contiguous}, {a.Balanced, b.Balanced},
	} {
		if better[0] != better[1] {
			return better[0]
		}
	}
	if !a.Balanced && d.worst() != o.worst() {
		return d.worst() < o.worst()
	}
	return d.changed < o.changed
}

func (d *division) plan() Plan {
	p := Plan{Territory: make([]int, len(d.part)), Holder: d.holder, Loads: d.load, Metrics: d.metrics(), Problems: d.problems()}
	for i, t := range d.part {
		p.Territory[i] = int(t)
	}
	return p
}
