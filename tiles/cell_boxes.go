package tiles

import (
	"runtime"
	"slices"
	"sync"

	"fangma/geo"
)

// cellBoxes are cells, ascending, and the boxes of their outlines.
type cellBoxes struct {
	cells []geo.Cell
	boxes []box
}

// with gives the boxes of some cells, those that k knows from there.
func (k *cellBoxes) with(cells []geo.Cell) cellBoxes {
	if slices.Equal(cells, k.cells) {
		return *k
	}
	if len(k.cells) == 0 {
		return cellBoxes{cells, boxesOfCells(cells)}
	}
	c := cellBoxes{cells, make([]box, len(cells))}
	var fresh []geo.Cell
	var places []int
	for i, cell := range cells {
		if n, known := slices.BinarySearch(k.cells, cell); known {
			c.boxes[i] = k.boxes[n]
		} else {
			fresh, places = append(fresh, cell), append(places, i)
		}
	}
	for i, b := range boxesOfCells(fresh) {
		c.boxes[places[i]] = b
	}
	return c
}

func (k *cellBoxes) knows(c geo.Cell) bool {
	_, known := slices.BinarySearch(k.cells, c)
	return known
}

// boxesOfCells takes a microsecond for each, so several processors share a whole town's.
func boxesOfCells(cells []geo.Cell) []box {
	boxes := make([]box, len(cells))
	const few = 256
	part := max(few, (len(cells)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for from := 0; from < len(cells); from += part {
		to := min(from+part, len(cells))
		work := func() {
			var h hexagon
			for i := from; i < to; i++ {
				if boxes[i] = noBox(); h.set(cells[i]) {
					boxes[i] = h.box
				}
			}
		}
		if len(cells) <= few {
			work()
		} else {
			group.Go(work)
		}
	}
	group.Wait()
	return boxes
}
