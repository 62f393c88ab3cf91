package tiles

import (
	"cmp"
	"slices"

	"fangma/geo"
)

// heat is the sums of every cell that has had a building, at every resolution from the grid's down to 0. It never
// changes: a change makes a new one, which shares all but the pages that the change touched. A coarser cell sums what
// descends from it by index, so that children always come to their parent.
type heat struct {
	levels []level // by resolution; none before the first building
}

// level is the cells of one resolution.
type level struct {
	cellBoxes       // neighbours in the list are mostly neighbours in the town
	tree      tree  // over the boxes
	pages     pages // their sums
}

func (l *level) at(i int) Sums { return l.pages.at(i) }

// newHeat sums up from the cells of the grid, which ascend.
func newHeat(grid []CellSums, known cellBoxes) *heat { return (&heat{}).with(grid, known) }

// grid is the resolution of the registry's grid, -1 as long as nobody knows.
func (h *heat) grid() int { return len(h.levels) - 1 }

// level returns the cells of a resolution, nil if there are none.
func (h *heat) level(res int) *level {
	if res < 0 || res >= len(h.levels) {
		return nil
	}
	return &h.levels[res]
}

// with adds to the sums of some cells of the grid, which ascend, each once. Those that are no cells of the grid are
// left out. Known are boxes that need not be found out.
func (h *heat) with(changes []CellSums, known cellBoxes) *heat {
	n := &heat{levels: slices.Clone(h.levels)}
	for _, c := range changes {
		if n.levels == nil && c.Cell.Valid() {
			n.levels = make([]level, c.Cell.Resolution()+1)
		}
	}
	changes = slices.DeleteFunc(slices.Clone(changes), func(c CellSums) bool {
		if c.Cell.Resolution() != n.grid() {
			return true
		}
		return !n.levels[n.grid()].knows(c.Cell) && !known.knows(c.Cell) && !c.Cell.Valid()
	})
	for res := n.grid(); res >= 0 && len(changes) > 0; res-- {
		changes = atParents(changes, res)
		n.levels[res] = n.levels[res].with(changes, known)
	}
	return n
}

// atParents sums changes up to a coarser resolution, in place. Indexes that ascend have parents that ascend.
func atParents(changes []CellSums, res int) []CellSums {
	out := changes[:0]
	for _, c := range changes {
		c.Cell, _ = c.Cell.Parent(res) // res is not finer than the cell
		if k := len(out) - 1; k >= 0 && out[k].Cell == c.Cell {
			out[k].add(c.Sums)
		} else {
			out = append(out, c)
		}
	}
	return out
}

func (l level) with(changes []CellSums, known cellBoxes) level {
	var fresh []geo.Cell
	for _, c := range changes {
		if !l.knows(c.Cell) {
			fresh = append(fresh, c.Cell)
		}
	}
	if len(fresh) > 0 {
		l = l.grown(known.with(fresh))
	} else {
		l.pages = l.pages.clone()
	}
	own := -1
	for _, c := range changes {
		i, _ := slices.BinarySearch(l.cells, c.Cell)
		if p := i >> pageLog; p != own {
			own = p
			l.pages.own(p)
		}
		sums := l.pages.at(i)
		sums.add(c.Sums)
		l.pages.put(i, sums)
	}
	return l
}

// grown has room for more cells, which ascend and are not in it yet.
func (l level) grown(fresh cellBoxes) level {
	size := len(l.cells) + len(fresh.cells)
	n := level{cellBoxes: cellBoxes{make([]geo.Cell, 0, size), make([]box, 0, size)}, pages: newPages(size)}
	next := 0
	add := func(c geo.Cell, b box) {
		n.cells, n.boxes = append(n.cells, c), append(n.boxes, b)
	}
	for i, c := range l.cells {
		for ; next < len(fresh.cells) && fresh.cells[next] < c; next++ {
			add(fresh.cells[next], fresh.boxes[next])
		}
		n.pages.put(len(n.cells), l.at(i))
		add(c, l.boxes[i])
	}
	for ; next < len(fresh.cells); next++ {
		add(fresh.cells[next], fresh.boxes[next])
	}
	n.tree = buildTree(size, func(i int) box { return n.boxes[i] })
	return n
}

// find returns the sums of a cell.
func (h *heat) find(c geo.Cell) Sums {
	l := h.level(c.Resolution())
	if l == nil {
		return Sums{}
	}
	i, ok := slices.BinarySearch(l.cells, c)
	if !ok {
		return Sums{}
	}
	return l.at(i)
}

// search calls f with every cell whose box meets q, ascending. The memory of spans is used and returned.
func (l *level) search(q box, spans []span, f func(i int)) []span {
	return searchBoxes(&l.tree, l.boxes, q, spans, f)
}

func searchBoxes(t *tree, boxes []box, q box, spans []span, f func(i int)) []span {
	spans = t.search(q, spans[:0])
	for _, sp := range spans {
		for i := sp.from; i < sp.to; i++ {
			if sp.inside || boxes[i].meets(q) {
				f(i)
			}
		}
	}
	return spans
}

func (h *heat) bytes() int {
	n := 0
	for i := range h.levels {
		l := &h.levels[i]
		n += 8*cap(l.cells) + 16*cap(l.boxes) + l.tree.bytes() + l.pages.bytes()
	}
	return n
}

// changes collects what some buildings add to and take from the cells of the grid.
type changes map[geo.Cell]Sums

func (c changes) add(cell geo.Cell, s Sums) {
	sum := c[cell]
	sum.add(s)
	c[cell] = sum
}

func (c changes) sub(cell geo.Cell, s Sums) {
	sum := c[cell]
	sum.sub(s)
	c[cell] = sum
}

// sorted gives those that come to anything, by cell.
func (c changes) sorted() []CellSums {
	out := make([]CellSums, 0, len(c))
	for cell, s := range c {
		if s != (Sums{}) {
			out = append(out, CellSums{cell, s})
		}
	}
	slices.SortFunc(out, func(a, b CellSums) int { return cmp.Compare(a.Cell, b.Cell) })
	return out
}
