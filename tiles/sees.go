package tiles

import (
	"slices"

	"fangma/geo"
)

// Sees is what a reader may see of what is counted. The zero value is everybody: numbers of buildings alone.
type Sees struct {
	// Houses shows dwellings and floor area of every cell, and unconfirmed houses of those whose heads show, few or not.
	Houses bool
	// All shows the heads and permits of every cell, but of those with 1 to Few-1 inhabited buildings only that they
	// are few.
	All bool
	// Exact shows the heads and permits of every cell, few or not.
	Exact bool
	// Cells, cells of the grid, ascending, are the reader's own: of them, and of coarser cells whose buildings all lie
	// in them, heads and permits show exactly, and who answers for them.
	Cells []geo.Cell
	// Answers shows who answers for every cell of the grid.
	Answers bool
}

// Few is how many inhabited buildings it takes for their heads to show to those who may not see the heads of a house.
const Few = 5

// class numbers what the reader sees apart from cells of their own.
type class uint8

func (s Sees) class() class {
	var c class
	for i, on := range [...]bool{s.Houses, s.All, s.Exact, s.Answers} {
		if on {
			c |= 1 << i
		}
	}
	return c
}

// forLayer drops what makes no difference to a layer, so that readers who see the same share it.
func (s Sees) forLayer(l Layer) Sees {
	switch l {
	case Density:
		s.Answers = false
		if s.Exact {
			s.All, s.Cells = true, nil
		}
		return s
	case Cells:
		if s.Answers {
			return Sees{Answers: true}
		}
		return Sees{Cells: s.Cells}
	}
	return Sees{}
}

// heads says what a reader sees of the heads of a cell.
type heads uint8

const (
	hidden heads = iota
	few
	shown
)

// heads decides for one cell of the view.
func (s Sees) heads(h *heat, c geo.Cell, sums *Sums) heads {
	switch {
	case s.Exact || s.owns(h, c):
		return shown
	case !s.All:
		return hidden
	case sums.Inhabited > 0 && sums.Inhabited < Few:
		return few
	}
	return shown
}

// owns reports whether every building of the cell lies in the reader's cells.
func (s Sees) owns(h *heat, c geo.Cell) bool {
	if len(s.Cells) == 0 {
		return false
	}
	grid := h.level(h.grid())
	first, last := c.Range(h.grid())
	i, _ := slices.BinarySearch(s.Cells, first)
	k, _ := slices.BinarySearch(grid.cells, first)
	for ; k < len(grid.cells) && grid.cells[k] <= last; k++ {
		if grid.at(k).Buildings == 0 {
			continue
		}
		for i < len(s.Cells) && s.Cells[i] < grid.cells[k] {
			i++
		}
		if i == len(s.Cells) || s.Cells[i] != grid.cells[k] {
			return false
		}
	}
	return true
}
