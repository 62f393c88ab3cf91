package tiles

import (
	"math"

	"github.com/paulmach/orb"
)

// columns hold rows side by side, one slice a property: 72 bytes a building and about 28 of numbers.
type columns struct {
	code        []uint64
	minX, minY  []uint32
	w, h        []uint16 // extent of the box; wide rows keep theirs in xy
	off         []uint32 // where the numbers of row i start; one longer than the rest
	xy          []uint16
	version     []uint32
	cell, place []uint32
	height      []float32
	floors      []int16
	stateKind   []uint8 // state in the low half, kind in the high one
	form, safe  []uint8
	east, north []int16
	floorArea   []uint32
	total       []total
	odd         map[uint64]orb.Point // by code, of rows with formOdd; may know more
}

func newColumns(rows, numbers int) columns {
	return columns{
		code: make([]uint64, 0, rows), minX: make([]uint32, 0, rows), minY: make([]uint32, 0, rows),
		w: make([]uint16, 0, rows), h: make([]uint16, 0, rows),
		off: append(make([]uint32, 0, rows+1), 0), xy: make([]uint16, 0, numbers),
		version: make([]uint32, 0, rows), cell: make([]uint32, 0, rows), place: make([]uint32, 0, rows),
		height: make([]float32, 0, rows), floors: make([]int16, 0, rows), stateKind: make([]uint8, 0, rows),
		form: make([]uint8, 0, rows), safe: make([]uint8, 0, rows),
		east: make([]int16, 0, rows), north: make([]int16, 0, rows),
		floorArea: make([]uint32, 0, rows), total: make([]total, 0, rows), odd: map[uint64]orb.Point{},
	}
}

func (c *columns) len() int { return len(c.code) }

func (c *columns) add(r *row) {
	w, h := r.box.maxX-r.box.minX, r.box.maxY-r.box.minY
	if r.form&formWide != 0 {
		w, h = math.MaxUint16, math.MaxUint16
	}
	c.code = append(c.code, r.code)
	c.minX, c.minY = append(c.minX, r.box.minX), append(c.minY, r.box.minY)
	c.w, c.h = append(c.w, uint16(w)), append(c.h, uint16(h))
	c.xy = append(c.xy, r.xy...)
	c.off = append(c.off, uint32(len(c.xy)))
	c.version = append(c.version, r.version)
	c.cell, c.place = append(c.cell, r.cell), append(c.place, r.place)
	c.height, c.floors = append(c.height, r.height), append(c.floors, r.floors)
	c.stateKind = append(c.stateKind, uint8(r.state)&15|uint8(r.kind)<<4)
	c.form, c.safe = append(c.form, r.form), append(c.safe, r.safe)
	c.east, c.north = append(c.east, r.east), append(c.north, r.north)
	c.floorArea, c.total = append(c.floorArea, r.floorArea), append(c.total, r.total)
	if r.form&formOdd != 0 {
		c.odd[r.code] = r.odd
	}
}

// addRange copies the rows from..to-1 of another set.
func (c *columns) addRange(o *columns, from, to int) {
	shift := uint32(len(c.xy)) - o.off[from]
	c.xy = append(c.xy, o.xy[o.off[from]:o.off[to]]...)
	for _, off := range o.off[from+1 : to+1] {
		c.off = append(c.off, off+shift)
	}
	c.code = append(c.code, o.code[from:to]...)
	c.minX, c.minY = append(c.minX, o.minX[from:to]...), append(c.minY, o.minY[from:to]...)
	c.w, c.h = append(c.w, o.w[from:to]...), append(c.h, o.h[from:to]...)
	c.version = append(c.version, o.version[from:to]...)
	c.cell, c.place = append(c.cell, o.cell[from:to]...), append(c.place, o.place[from:to]...)
	c.height, c.floors = append(c.height, o.height[from:to]...), append(c.floors, o.floors[from:to]...)
	c.stateKind = append(c.stateKind, o.stateKind[from:to]...)
	c.form, c.safe = append(c.form, o.form[from:to]...), append(c.safe, o.safe[from:to]...)
	c.east, c.north = append(c.east, o.east[from:to]...), append(c.north, o.north[from:to]...)
	c.floorArea, c.total = append(c.floorArea, o.floorArea[from:to]...), append(c.total, o.total[from:to]...)
}

// reordered copies the given rows in their order, column by column, which keeps more of it in the processor's caches
// than row by row.
func (c *columns) reordered(order []keyed) columns {
	o := columns{
		code: gather(c.code, order), minX: gather(c.minX, order), minY: gather(c.minY, order),
		w: gather(c.w, order), h: gather(c.h, order), version: gather(c.version, order),
		cell: gather(c.cell, order), place: gather(c.place, order), height: gather(c.height, order),
		floors: gather(c.floors, order), stateKind: gather(c.stateKind, order),
		form: gather(c.form, order), safe: gather(c.safe, order),
		east: gather(c.east, order), north: gather(c.north, order),
		floorArea: gather(c.floorArea, order), total: gather(c.total, order), odd: c.odd,
	}
	o.off = make([]uint32, len(order)+1)
	for i, k := range order {
		o.off[i+1] = o.off[i] + c.off[k.row+1] - c.off[k.row]
	}
	o.xy = make([]uint16, 0, o.off[len(order)])
	for _, k := range order {
		o.xy = append(o.xy, c.xy[c.off[k.row]:c.off[k.row+1]]...)
	}
	return o
}

func gather[T any](column []T, order []keyed) []T {
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = column[k.row]
	}
	return out
}

// whole fills r with row i.
func (c *columns) whole(i int, r *row) {
	c.at(i, r)
	r.east, r.north = c.east[i], c.north[i]
	r.floorArea, r.total = c.floorArea[i], c.total[i]
	if r.form&formOdd != 0 {
		r.odd = c.odd[r.code]
	}
}

// at fills r with what tiles and look-ups need of row i, and leaves the rest. Its numbers are the column's own: read only.
func (c *columns) at(i int, r *row) {
	r.code, r.version = c.code[i], c.version[i]
	r.cell, r.place = c.cell[i], c.place[i]
	r.height, r.floors = c.height[i], c.floors[i]
	r.state, r.kind = State(c.stateKind[i]&15), Kind(c.stateKind[i]>>4)
	r.form, r.safe = c.form[i], c.safe[i]
	from, to := c.off[i], c.off[i+1]
	r.xy = c.xy[from:to:to]
	r.box = c.box(i)
}

func (c *columns) box(i int) box {
	x, y := c.minX[i], c.minY[i]
	w, h := uint32(c.w[i]), uint32(c.h[i])
	if c.form[i]&formWide != 0 {
		n := numbers{c.xy[c.off[i]:c.off[i+1]], true}
		w, h = n.next(), n.next()
	}
	return box{x, y, x + w, y + h}
}

// key is the place of row i on the Morton curve.
func (c *columns) key(i int) uint64 {
	x, y := c.minX[i], c.minY[i]
	switch {
	case c.form[i]&formArea == 0:
	case c.form[i]&formWide == 0:
		from := c.off[i]
		x, y = x+uint32(c.xy[from]), y+uint32(c.xy[from+1])
	default:
		var r row
		c.at(i, &r)
		return r.key()
	}
	return morton(x, y)
}

// bytes is the memory of all columns.
func (c *columns) bytes() int {
	return 8*cap(c.code) + 4*(cap(c.minX)+cap(c.minY)+cap(c.off)+cap(c.version)+cap(c.cell)+cap(c.place)+cap(c.height)) +
		2*(cap(c.w)+cap(c.h)+cap(c.xy)+cap(c.floors)+cap(c.east)+cap(c.north)) + cap(c.stateKind) + cap(c.form) + cap(c.safe) +
		4*cap(c.floorArea) + 20*cap(c.total)
}
