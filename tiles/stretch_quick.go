package tiles

import (
	"encoding/binary"
	"slices"
)

// quick writes a row of the base straight into the tile if that needs no more than rounding, as with nearly all houses:
// an outline of which all lies on the canvas, that is not wide, that the zoom's grid cannot break, and of which no corner
// falls on or into line with its neighbours. It reports whether it has. What it writes is what the long way writes.
func (s *stretch) quick(b *columns, t *house, g grid, end *ending) bool {
	i := int(t.row)
	face := &b.face[i]
	form := face.form
	if form&(formArea|formWide) != formArea || g.shift > worldLog-extentLog-int(face.safe) {
		return false
	}
	xy := b.numbers(i)[2:]
	sizes := [1]uint16{uint16(len(xy) / 2)}
	rings, step := sizes[:], 1
	if form&formMulti != 0 {
		k := int(xy[0])
		if xy[1] != 0 || len(xy) > 2*maxCorners {
			return false
		}
		rings, xy, step = xy[2:2+2*k], xy[2+2*k:], 2
	}
	if len(xy) > 2*maxCorners {
		return false
	}
	const head = 6
	begin := len(s.features)
	f := slices.Grow(s.features, head+3*len(rings)+2*len(xy)+64) // no number takes more than two bytes on a canvas
	f = f[:cap(f)]
	ox, oy := int32(int64(face.minX)-g.origin.x), int32(int64(face.minY)-g.origin.y)
	w, shift := pen{f: f, at: begin + head}, uint(g.shift)&31
	for r := 0; r < len(rings); r += step {
		n := int(rings[r])
		ring := s.corners[:n]
		corners := xy[:2*len(ring)]
		for c := range ring {
			ring[c] = pt{(ox + int32(corners[2*c])) >> shift, (oy + int32(corners[2*c+1])) >> shift}
		}
		if !plain(ring) {
			return false
		}
		xy = xy[2*n:]
		w.ring(ring)
	}
	code, n := face.code, w.at-begin-head
	size := sizeOf(n, end, code)
	if n >= 128 || size >= 128 {
		s.geometry = append(s.geometry[:0], f[begin+head:w.at]...)
		s.finish(code, t.ending, end)
		return true
	}
	copy(f[begin:], []byte{tagFeature, byte(size), tagType, typePolygon, tagGeometry, byte(n)})
	s.features = f[:w.at]
	s.seal(begin, n, code, t.ending, end)
	return true
}

// maxCorners is how many corners the quick way takes.
const maxCorners = 64

// plain tells that no corner of a ring is the same as the next or in line with its neighbours.
func plain(ring []pt) bool {
	n := len(ring)
	if n < 3 {
		return false
	}
	a, b := ring[n-2], ring[n-1]
	for _, c := range ring {
		// On a canvas the products stay far below 2^31.
		if (b.x-a.x)*(c.y-b.y) == (c.x-b.x)*(b.y-a.y) {
			return false
		}
		a, b = b, c
	}
	return true
}

// pen writes geometry into bytes that are long enough.
type pen struct {
	f      []byte
	at     int
	cx, cy int32
}

func (w *pen) ring(ring []pt) {
	f, at, x, y := w.f, w.at, w.cx, w.cy
	f[at] = 1<<3 | cmdMove
	at++
	for i, p := range ring {
		if i == 1 {
			f[at] = byte(len(ring)-1)<<3 | cmdLine
			at++
			if len(ring) > 16 {
				f[at-1] |= 0x80
				f[at] = byte((len(ring) - 1) >> 4)
				at++
			}
		}
		dx, dy := p.x-x, p.y-y
		a, n := twoBytes(uint32(dx<<1 ^ dx>>31))
		b, m := twoBytes(uint32(dy<<1 ^ dy>>31))
		binary.LittleEndian.PutUint32(f[at:], a|b<<(8*n&31))
		at += int(n + m)
		x, y = p.x, p.y
	}
	f[at] = 1<<3 | cmdClose
	w.at, w.cx, w.cy = at+1, x, y
}

// twoBytes is a varint of one or two bytes and how many it has, without a branch: that would often be guessed wrong.
func twoBytes(v uint32) (word, n uint32) {
	two := (v + 1<<14 - 1<<7) >> 14
	return v&0x7f | two<<7 | v>>7<<8, 1 + two
}
