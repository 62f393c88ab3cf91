package geo

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// maxAreaCells bounds the cells of AreaOfCells.
const maxAreaCells = 200_000

// AreaOfCells returns the area that cells cover together, as CleanBoundary writes it. Cells of different resolutions are
// brought to the finest one by their index bits; a cell may be named twice. It fails for no cells, for an invalid one, and
// for more than 200,000 of the finest resolution.
func AreaOfCells(cells []Cell) (orb.MultiPolygon, error) {
	finest := 0
	for _, c := range cells {
		if !c.Valid() {
			return nil, fmt.Errorf("%v is not a cell", c)
		}
		finest = max(finest, c.Resolution())
	}
	var all []Cell
	for _, c := range cells {
		if c.Resolution() == finest {
			all = append(all, c)
			continue
		}
		children, err := childrenOf(c, finest, maxAreaCells-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, children...)
	}
	if len(all) == 0 || len(all) > maxAreaCells {
		return nil, fmt.Errorf("an area of %d cells: 1 to %d are taken", len(all), maxAreaCells)
	}
	outline, err := Outline(all)
	if err != nil {
		return nil, err
	}
	clean, _, err := CleanBoundary(outline)
	if err != nil {
		return nil, fmt.Errorf("area of cells: %w", err)
	}
	return clean, nil
}

func childrenOf(c Cell, res, limit int) ([]Cell, error) {
	count := 1
	for range res - c.Resolution() {
		if count *= 7; count > limit {
			return nil, fmt.Errorf("%v and the others are more than %d cells of resolution %d", c, maxAreaCells, res)
		}
	}
	children, err := h3.Cell(c).Children(res)
	if err != nil {
		return nil, fmt.Errorf("cells of %v: %w", c, err)
	}
	out := make([]Cell, len(children))
	for i, child := range children {
		out[i] = Cell(child)
	}
	return out, nil
}
