package geo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// Outline returns the union of cells of one resolution, in whatever order and however often they are
// given: the walls between neighbours are gone, holes stay. Outer rings run counter-clockwise, holes
// clockwise, and all are closed; they are as exact as Boundary, and cells on the antimeridian come out
// as they do there. No cells give an empty outline. It fails for what is not a cell, and for cells of
// different resolutions.
func Outline(cells []Cell) (orb.MultiPolygon, error) {
	unique := slices.Compact(slices.Sorted(slices.Values(cells)))
	list := make([]h3.Cell, len(unique))
	for i, c := range unique {
		if !c.Valid() || c.Resolution() != unique[0].Resolution() {
			return nil, fmt.Errorf("outline: %v is not a cell of resolution %d", c, unique[0].Resolution())
		}
		list[i] = h3.Cell(c)
	}
	polygons, err := h3.CellsToMultiPolygon(list)
	if err != nil {
		return nil, fmt.Errorf("outline of %d cells: %w", len(list), err)
	}
	out := make(orb.MultiPolygon, 0, len(polygons))
	for _, p := range polygons {
		shape := orb.Polygon{ringOf(p.GeoLoop, orb.CCW)}
		for _, hole := range p.Holes {
			shape = append(shape, ringOf(hole, orb.CW))
		}
		out = append(out, shape)
	}
	return out, nil
}

func ringOf(loop h3.GeoLoop, way orb.Orientation) orb.Ring {
	ring := make(orb.Ring, 0, len(loop)+1)
	for _, v := range loop {
		lon := v.Lng
		if len(ring) > 0 {
			lon = near(lon, ring[0][0])
		}
		ring = append(ring, orb.Point{lon, v.Lat})
	}
	ring = append(ring, ring[0])
	if ring.Orientation() != way {
		ring.Reverse()
	}
	return ring
}
