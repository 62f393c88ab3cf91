package tiles

import (
	"math"
	"unsafe"

	"github.com/paulmach/orb"
)

// columns hold rows side by side: 76 bytes a building and about 28 of numbers. What a tile needs of a row lies together,
// since tiles are made of short runs of rows, and the memory of each run is slow to reach the first time.
type columns struct {
	face        []face
	w, h        []uint16 // extent of the box; wide rows keep theirs in xy
	xy          []uint16 // the numbers of all rows
	version     []uint32
	cell, place []uint32
	east, north []int16
	floorArea   []uint32
	total       []total
	odd         map[uint64]orb.Point // by code, of rows with formOdd; may know more
	looks       looks                // of the faces; shared with the columns that these are made from
}

// face is what tiles show of a building, in 32 bytes.
type face struct {
	code       uint64
	minX, minY uint32
	off        uint32 // where the row's numbers start; they end where those of the next do
	height     float32
	floors     int16
	look       uint16 // number of all that the tags tell, 0 for none
	stateKind  uint8  // state in the low half, kind in the high one
	form, safe uint8
}

func (f *face) state() State { return State(f.stateKind & 15) }
func (f *face) kind() Kind   { return Kind(f.stateKind >> 4) }

func newColumns(rows, numbers int) columns {
	return columns{
		face: make([]face, 0, rows),
		w:    make([]uint16, 0, rows), h: make([]uint16, 0, rows), xy: make([]uint16, 0, numbers),
		version: make([]uint32, 0, rows), cell: make([]uint32, 0, rows), place: make([]uint32, 0, rows),
		east: make([]int16, 0, rows), north: make([]int16, 0, rows),
		floorArea: make([]uint32, 0, rows), odd: map[uint64]orb.Point{}, looks: looks{},
	}
}

func (c *columns) len() int { return len(c.face) }

// end is where the numbers of row i end.
func (c *columns) end(i int) uint32 {
	if i+1 < len(c.face) {
		return c.face[i+1].off
	}
	return uint32(len(c.xy))
}

// numbers are those of row i: read only.
func (c *columns) numbers(i int) []uint16 {
	to := c.end(i)
	return c.xy[c.face[i].off:to:to]
}

func (c *columns) add(r *row) {
	c.addUncounted(r)
	c.total = append(c.total, r.total)
}

// addUncounted adds a row whose total comes later.
func (c *columns) addUncounted(r *row) {
	w, h := r.box.maxX-r.box.minX, r.box.maxY-r.box.minY
	if r.form&formWide != 0 {
		w, h = math.MaxUint16, math.MaxUint16
	}
	c.face = append(c.face, face{
		code: r.code, minX: r.box.minX, minY: r.box.minY, off: uint32(len(c.xy)), height: r.height, floors: r.floors,
		look:      c.looks.number(lookOf(r.state, r.kind, r.floors, r.height, usual, r.form)),
		stateKind: uint8(r.state)&15 | uint8(r.kind)<<4, form: r.form, safe: r.safe,
	})
	c.w, c.h = append(c.w, uint16(w)), append(c.h, uint16(h))
	c.xy = append(c.xy, r.xy...)
	c.version = append(c.version, r.version)
	c.cell, c.place = append(c.cell, r.cell), append(c.place, r.place)
	c.east, c.north = append(c.east, r.east), append(c.north, r.north)
	c.floorArea = append(c.floorArea, r.floorArea)
	if r.form&formOdd != 0 {
		c.odd[r.code] = r.odd
	}
}

// addRange copies the rows from..to-1 of another set.
func (c *columns) addRange(o *columns, from, to int) {
	if from == to {
		return
	}
	at, shift := len(c.face), uint32(len(c.xy))-o.face[from].off
	c.xy = append(c.xy, o.xy[o.face[from].off:o.end(to-1)]...)
	c.face = append(c.face, o.face[from:to]...)
	for i := range c.face[at:] {
		c.face[at+i].off += shift
	}
	c.w, c.h = append(c.w, o.w[from:to]...), append(c.h, o.h[from:to]...)
	c.version = append(c.version, o.version[from:to]...)
	c.cell, c.place = append(c.cell, o.cell[from:to]...), append(c.place, o.place[from:to]...)
	c.east, c.north = append(c.east, o.east[from:to]...), append(c.north, o.north[from:to]...)
	c.floorArea, c.total = append(c.floorArea, o.floorArea[from:to]...), append(c.total, o.total[from:to]...)
}

// reordered copies the given rows in their order, without totals: column by column, which keeps more of it in the
// processor's caches than row by row.
func (c *columns) reordered(order []uint32) columns {
	o := columns{
		face: gather(c.face, order), w: gather(c.w, order), h: gather(c.h, order), version: gather(c.version, order),
		cell: gather(c.cell, order), place: gather(c.place, order),
		east: gather(c.east, order), north: gather(c.north, order),
		floorArea: gather(c.floorArea, order), total: make([]total, len(order)), odd: c.odd, looks: c.looks,
	}
	numbers := 0
	for _, row := range order {
		numbers += len(c.numbers(int(row)))
	}
	o.xy = make([]uint16, 0, numbers)
	for i, row := range order {
		o.face[i].off = uint32(len(o.xy))
		o.xy = append(o.xy, c.numbers(int(row))...)
	}
	return o
}

func gather[T any](column []T, order []uint32) []T {
	out := make([]T, len(order))
	for i, row := range order {
		out[i] = column[row]
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
	f := &c.face[i]
	r.code, r.version = f.code, c.version[i]
	r.cell, r.place = c.cell[i], c.place[i]
	r.height, r.floors = f.height, f.floors
	r.state, r.kind = f.state(), f.kind()
	r.form, r.safe = f.form, f.safe
	r.xy = c.numbers(i)
	r.box = c.box(i)
}

func (c *columns) box(i int) box {
	f := &c.face[i]
	x, y := f.minX, f.minY
	w, h := uint32(c.w[i]), uint32(c.h[i])
	if f.form&formWide != 0 {
		n := numbers{c.numbers(i), true}
		w, h = n.next(), n.next()
	}
	return box{x, y, x + w, y + h}
}

// key is the place of row i on the Morton curve.
func (c *columns) key(i int) uint64 { return morton(c.point(i)) }

// point is row i's representative point in world coordinates.
func (c *columns) point(i int) (x, y uint32) {
	f := &c.face[i]
	switch {
	case f.form&formArea == 0:
		return f.minX, f.minY
	case f.form&formWide == 0:
		return f.minX + uint32(c.xy[f.off]), f.minY + uint32(c.xy[f.off+1])
	}
	var r row
	c.at(i, &r)
	return r.point()
}

// bytes is the memory of all columns.
func (c *columns) bytes() int {
	return int(unsafe.Sizeof(face{}))*cap(c.face) + 4*(cap(c.version)+cap(c.cell)+cap(c.place)+cap(c.floorArea)) +
		2*(cap(c.w)+cap(c.h)+cap(c.xy)+cap(c.east)+cap(c.north)) + 20*cap(c.total)
}
