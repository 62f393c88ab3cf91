package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// densityByZoom is the resolution of the density layer at each zoom: the finest of which no tile can hold more than 2,000
// cells, wherever on Earth, as far as the grid goes.
var densityByZoom = [MaxZoom + 1]int{1, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 11}

// DensityResolution returns the resolution that the density layer has at a zoom over a grid of some resolution.
func DensityResolution(zoom, grid int) int { return min(densityByZoom[zoom], grid) }

// GridResolution is that of the grid, as far as the buildings tell; ok is false before the first.
func (s *Snapshot) GridResolution() (res int, ok bool) {
	res = s.view.Load().heat.grid()
	return res, res >= 0
}

// Density returns the sums of the cells of a resolution that have a building today and whose outlines' boxes meet b, ascending by
// cell. b may cross the antimeridian: with a west greater than its east, or beyond ±180. Of a resolution
// finer than the grid there are none.
func (s *Snapshot) Density(b orb.Bound, res int) []CellSums {
	h := s.view.Load().heat
	l := h.level(res)
	if l == nil {
		return nil
	}
	var out []CellSums
	var spans []span
	parts := boxesOf(b)
	for _, q := range parts {
		spans = l.search(q, spans, func(i int) {
			if sums := l.at(i); sums.Buildings > 0 && l.reaches(i, q) {
				out = append(out, CellSums{l.cells[i], sums})
			}
		})
	}
	if len(parts) > 1 {
		slices.SortFunc(out, func(a, b CellSums) int { return cmp.Compare(a.Cell, b.Cell) })
		out = slices.CompactFunc(out, func(a, b CellSums) bool { return a.Cell == b.Cell })
	}
	return out
}

// reaches is exact where the box of a cell on the antimeridian, which goes around the world, is not.
func (l *level) reaches(i int, q box) bool {
	if b := l.boxes[i]; b.minX != 0 || b.maxX != math.MaxUint32 {
		return true
	}
	var h hexagon
	return h.set(l.cells[i]) && h.meets(q)
}

// boxesOf is one box, or two for a bound that crosses the antimeridian.
func boxesOf(b orb.Bound) []box {
	west, east := b.Min[0], b.Max[0]
	south, north := b.Min[1], b.Max[1]
	part := func(west, east float64) box {
		return boxOf(orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}})
	}
	switch {
	case !(south <= north):
		return nil
	case west > east:
		return []box{part(west, 180), part(-180, east)}
	case east-west >= 360:
		return []box{part(-180, 180)}
	case east > 180:
		return []box{part(min(west, 180), 180), part(max(west, 180)-360, east-360)}
	case west < -180:
		return []box{part(west+360, min(east+360, 180)), part(-180, max(east, -180))}
	}
	return []box{part(west, east)}
}

// SumOf returns the sums of one cell, of the grid's resolution or a coarser one.
func (s *Snapshot) SumOf(c geo.Cell) Sums { return s.view.Load().heat.find(c) }

// density writes a tile of cells with their sums.
func (e *encoder) density(v *view, id TileID, sees Sees) []byte {
	l := &e.layers[0]
	l.start(string(Density))
	lv := v.heat.level(DensityResolution(id.Z, v.heat.grid()))
	if lv == nil {
		return nil
	}
	g := usual.grid(id)
	e.walker.spanBuf = lv.search(id.reach(), e.walker.spanBuf, func(i int) {
		sums, c := lv.at(i), lv.cells[i]
		if sums.Buildings == 0 || !e.hexagon.set(c) {
			return
		}
		if e.drawHexagon(l, id, g); len(l.geometry) == 0 {
			return
		}
		l.cell("h", c)
		l.integer("buildings", sums.Buildings)
		people := sees.heads(v.heat, c, &sums)
		if sees.Houses {
			l.integer("dwellings", sums.Dwellings)
			if people != hidden { // what a look at a house changes is no public fact
				l.integer("unconfirmed", sums.Unconfirmed)
			}
			l.integer("floorArea", sums.FloorArea)
		}
		switch people {
		case shown:
			l.integer("population", sums.Heads)
			l.integer("permits", sums.Permits)
		case few:
			l.yes("few")
		}
		l.number("area", e.hexagon.area)
		l.end(cellFeature(c), typePolygon)
	})
	return e.tileOf(l)
}

// cellFeature is the feature id of a cell: its base cell and its digits, 52 bits, which tell the cells of one
// resolution apart and which JavaScript can hold. They are the last 13 digits of the hexadecimal form.
func cellFeature(c geo.Cell) uint64 { return uint64(c) & (1<<52 - 1) }

// heatedZooms lists the zooms at which each resolution shows.
func heatedZooms(grid int, f func(res, first, last int)) {
	for first := 0; first <= MaxZoom; {
		res, last := DensityResolution(first, grid), first
		for last < MaxZoom && DensityResolution(last+1, grid) == res {
			last++
		}
		f(res, first, last)
		first = last + 1
	}
}

// appendHeated adds where the density and the grid look different after some cells' sums have changed.
func appendHeated(areas []Area, was, now *heat, changed []CellSums) []Area {
	if now.grid() < 0 {
		return areas
	}
	grid := now.level(now.grid())
	first, last := Cells.Zooms()
	changed = slices.Clone(changed)
	changed = slices.DeleteFunc(changed, func(c CellSums) bool { return c.Cell.Resolution() != now.grid() })
	for _, c := range changed {
		if c.Buildings == 0 || (was.find(c.Cell).Buildings == 0) == (now.find(c.Cell).Buildings == 0) {
			continue
		}
		if i, ok := slices.BinarySearch(grid.cells, c.Cell); ok {
			areas = append(areas, Area{Layer: Cells, First: first, Last: last, box: grid.boxes[i]})
		}
	}
	at := now.grid()
	var runs []Area
	heatedZooms(now.grid(), func(res, first, last int) { runs = append(runs, Area{Layer: Density, First: first, Last: last}) })
	for _, run := range slices.Backward(runs) {
		if res := DensityResolution(run.First, now.grid()); res < at {
			at, changed = res, atParents(changed, res)
		}
		for _, c := range changed {
			if i, ok := slices.BinarySearch(now.levels[at].cells, c.Cell); ok && c.Sums != (Sums{}) {
				run.box = now.levels[at].boxes[i]
				areas = append(areas, run)
			}
		}
	}
	return areas
}
