package tiles

import (
	"encoding/binary"
	"math/bits"
)

// stretch is the features of houses that are near to each other. Of most, all but the code and the corners is as in some
// house before, so the fields are put in the order that gives two long runs of bytes which stood before, and their repeats
// are kept account of: the beginning (its size, the type, the geometry's size) and the ending (the tags). A reader of
// protobuf takes fields in any order; GDAL's wants the type before the geometry. From afar houses are a few units wide,
// and many have the same sides too.
type stretch struct {
	strokes
	block
	written int
	begins  [512]uint32 // by size of the geometry and the end of the code before: where the last such feature begins
	ends    []uint32    // by number of the ending: where the last such is, plus 1
	kin     []uint32    // by kin of the ending: likewise, of one of them
	sides   finder

	drawing drawing
	sizes   []int
	corners [maxCorners]pt
}

func (s *stretch) start(h *houses) {
	s.canvas, s.drawing.clip.canvas = h.canvas, h.canvas
	s.raw, s.written, s.repeats = s.raw[:0], 0, s.repeats[:0]
}

func (s *stretch) draw(h *houses, list []house, b *columns, g grid) {
	s.begins = [512]uint32{}
	s.ends, s.kin = zeros(s.ends, len(h.endings)), zeros(s.kin, len(h.endings))
	if s.canvas == distant {
		s.sides.clear()
	}
	var r row
	for i := range list {
		t := &list[i]
		end := &h.endings[t.ending]
		switch {
		case t.row < 0:
			s.house(h.over[-1-t.row], g, t, end)
		case !t.within || !s.quick(b, t, g, end):
			b.at(int(t.row), &r)
			s.house(&r, g, t, end)
		}
	}
}

func zeros(b []uint32, n int) []uint32 {
	if n > cap(b) {
		return make([]uint32, n)
	}
	b = b[:n]
	clear(b)
	return b
}

// house writes a building the long way, which is right for all; nothing if nothing of it is on the canvas.
func (s *stretch) house(r *row, g grid, t *house, end *ending) {
	s.lift()
	if end.shape == typePoint {
		s.points(g.at(r.box.minX, r.box.minY))
	} else {
		s.footprint(r, g, !t.within)
	}
	s.finish(r.code, t.ending, end)
}

// footprint draws the outline of a building. One that is too small to enclose anything at this zoom is drawn as a
// square of one unit at its point: no building vanishes by rounding.
func (s *stretch) footprint(r *row, g grid, crossing bool) {
	d := &s.drawing
	d.in.reset()
	n, sizes := r.outline(s.sizes[:0])
	s.sizes = sizes
	for _, size := range sizes {
		if n.wide {
			for range size {
				x, y := n.next(), n.next()
				d.in.pts = append(d.in.pts, g.at(r.box.minX+x, r.box.minY+y))
			}
		} else {
			ox, oy := int64(r.box.minX)-g.origin.x, int64(r.box.minY)-g.origin.y
			xy := n.xy[:2*size]
			for i := 0; i+1 < len(xy); i += 2 {
				d.in.pts = append(d.in.pts, pt{int32((ox + int64(xy[i])) >> g.shift), int32((oy + int64(xy[i+1])) >> g.shift)})
			}
			n.xy = n.xy[2*size:]
		}
		d.in.close()
	}
	if d.area(&s.strokes, crossing, g.shift > worldLog-extentLog-int(r.safe)) {
		return
	}
	at := g.at(r.point())
	if c := s.canvas; at.x < c.min() || at.y < c.min() || at.x > c.max() || at.y > c.max() || d.cut && d.in.encloses() {
		return
	}
	s.dot(at)
}

// encloses reports whether a ring of s has an area, before any cutting.
func (s *shape) encloses() bool {
	for r := range s.rings {
		if len(clean(r)) > 0 {
			return true
		}
	}
	return false
}

// finish writes the house that was drawn; nothing if nothing was.
func (s *stretch) finish(code uint64, ending uint32, end *ending) {
	n := len(s.geometry)
	if n == 0 {
		return
	}
	begin := len(s.raw)
	f := binary.AppendUvarint(append(s.raw, tagFeature), uint64(sizeOf(n, end, code)))
	f = append(f, tagType, end.shape, tagGeometry)
	f = binary.AppendUvarint(f, uint64(n))
	s.raw = append(f, s.geometry...)
	s.seal(begin, n, code, ending, end)
}

// sizeOf is the size of a feature's message.
func sizeOf(geometry int, end *ending, code uint64) int {
	return 2 + 1 + uvarintSize(uint64(geometry)) + geometry + int(end.size) + uvarintSize(code)
}

// seal ends the feature that begins at begin and has been written up to its geometry, of n bytes.
func (s *stretch) seal(begin, n int, code uint64, ending uint32, end *ending) {
	at := len(s.raw)
	s.raw = appendCode(append(s.raw, end.bytes[:]...)[:at+int(end.size)], code)
	s.written++
	s.tell(begin, at-n, at, ending, end)
}

// appendCode appends a varint. Codes have twelve digits and so six bytes in it, but for those that tests make up.
func appendCode(b []byte, code uint64) []byte {
	if code>>35 == 0 || code>>42 > 0 {
		return binary.AppendUvarint(b, code)
	}
	spread := code&0x7f | code>>7&0x7f<<8 | code>>14&0x7f<<16 | code>>21&0x7f<<24 | code>>28&0x7f<<32 | code>>35<<40
	return binary.LittleEndian.AppendUint64(b, spread|0x8080808080)[:len(b)+6]
}

// tell keeps account of what in a feature stood before: it begins at begin, its geometry at geometry, its ending at at.
func (s *stretch) tell(begin, geometry, at int, ending uint32, end *ending) {
	if n := at - geometry; n < 128 && begin > 0 {
		// The last byte of the code before, which has few values, then the same size, type and size of the geometry, and the
		// first command, which all geometries begin with.
		last := &s.begins[n<<2|int(s.raw[begin-1]&3)]
		if was := int(*last); was > 0 && geometry-begin == 6 &&
			binary.LittleEndian.Uint64(s.raw[begin-1:]) == binary.LittleEndian.Uint64(s.raw[was-1:]) {
			s.again(begin-1, 8, was-1)
		}
		*last = uint32(begin)
	}
	from := at
	if end.shape == typePolygon {
		from-- // what closes the last ring stood before the tags there as well
		if s.canvas == distant {
			s.alike(geometry, from)
		}
	}
	rest := at + int(end.size) - from
	last := &s.ends[ending]
	if was := int(*last) - 1; was >= 0 {
		s.again(from, rest, from-at+was)
	} else {
		near := &s.kin[end.kin]
		if was := from - at + int(*near) - 1; *near > 0 {
			s.again(from, common(s.raw[from:from+rest], s.raw[was:]), was)
		}
		*near = uint32(at + 1)
	}
	*last = uint32(at + 1)
}

// alike looks for sides of houses that stood before, from corner to corner, in a geometry that ends at end.
func (s *stretch) alike(geometry, end int) {
	f := s.raw
	at := geometry + 1
	for range 2 { // the first corner is a place, not a side
		for f[at] >= 0x80 {
			at++
		}
		at++
	}
	for at+4 <= end {
		was, length := s.sides.find(f, at)
		if length == 0 {
			at += 4
			continue
		}
		length = min(length, end-at) // part of the tags is worth less than all of them
		s.again(at, length, was)
		at += length
	}
}

func (s *stretch) again(at, length, was int) { s.repeats = again(s.repeats, at, length, was) }

// again says that length bytes, from at on, stand at was too.
func again(repeats []repeat, at, length, was int) []repeat {
	if back := at - was; length >= 3 && back <= window {
		return append(repeats, repeat{uint32(at), uint32(length), uint32(back)})
	}
	return repeats
}

// common is the length of what two slices have in common from their beginning on.
func common(a, b []byte) int {
	n := 0
	for len(a)-n >= 8 && len(b)-n >= 8 {
		if other := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); other != 0 {
			return n + bits.TrailingZeros64(other)>>3
		}
		n += 8
	}
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
