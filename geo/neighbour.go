package geo

import (
	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// Neighbours are the cells that share an edge with c: six, or five around a
// pentagon, in no particular order. An invalid cell has none.
func (c Cell) Neighbours() []Cell {
	disk, err := h3.GridDisk(h3.Cell(c), 1)
	if err != nil {
		return nil
	}
	out := make([]Cell, 0, 6)
	for _, n := range disk {
		if n != 0 && Cell(n) != c {
			out = append(out, Cell(n))
		}
	}
	return out
}

// Disk is c and the cells up to rings steps away, from the inside out.
func (c Cell) Disk(rings int) []Cell {
	var out []Cell
	disk, err := h3.GridDiskDistances(h3.Cell(c), rings)
	if err != nil {
		return nil
	}
	for _, ring := range disk {
		for _, n := range ring {
			if n != 0 {
				out = append(out, Cell(n))
			}
		}
	}
	return out
}

// Center is the middle of the cell, lon,lat in WGS 84; the zero point for an
// invalid cell.
func (c Cell) Center() orb.Point {
	p, err := h3.CellToLatLng(h3.Cell(c))
	if err != nil {
		return orb.Point{}
	}
	return orb.Point{p.Lng, p.Lat}
}
