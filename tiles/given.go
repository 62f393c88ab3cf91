package tiles

import (
	"cmp"
	"slices"

	"fangma/geo"
)

// SumCells gives the sums of cells of the grid without their buildings: enough to draw the density of a town that nobody
// wants to load.
func (b *Builder) SumCells(sums map[geo.Cell]Sums) {
	b.given = make([]CellSums, 0, len(sums))
	for c, s := range sums {
		b.given = append(b.given, CellSums{c, s})
	}
	slices.SortFunc(b.given, func(a, b CellSums) int { return cmp.Compare(a.Cell, b.Cell) })
}

// SumOfTown returns the sums of every building of today.
func (s *Snapshot) SumOfTown() Sums {
	var all Sums
	if l := s.view.Load().heat.level(0); l != nil {
		for i := range l.cells {
			all.add(l.at(i))
		}
	}
	return all
}

// SumOfCodes returns the sums of the buildings among the codes that are on today's map. A code counts as often as it is
// named.
func (s *Snapshot) SumOfCodes(codes []uint64) Sums {
	v := s.view.Load()
	var all Sums
	var r row
	for _, code := range codes {
		if v.row(code, &r) {
			all.add(r.sums(v.today))
		}
	}
	return all
}

// Shows says what a reader may see of the heads and permits of a cell: their numbers, only that they are few, or
// neither.
func (s *Snapshot) Shows(sees Sees, c CellSums) (numbers, onlyFew bool) {
	h := sees.heads(s.view.Load().heat, c.Cell, &c.Sums)
	return h == shown, h == few
}

// Add adds other sums.
func (s *Sums) Add(o Sums) { s.add(o) }

// Sub takes other sums away.
func (s *Sums) Sub(o Sums) { s.sub(o) }
