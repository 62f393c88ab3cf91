package geo

// CellsWithin returns the cells of a resolution whose middle lies in the area, ascending. A border
// that two areas share gives each cell along it to at most one of them. It fails as CellsOf does.
func CellsWithin(area *Prepared, res int) ([]Cell, error) {
	cells, err := CellsOf(area.Bound(), res)
	if err != nil {
		return nil, err
	}
	within := cells[:0]
	for _, c := range cells {
		if area.Contains(c.Center()) {
			within = append(within, c)
		}
	}
	return within, nil
}
