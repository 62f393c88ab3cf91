package tiles

import (
	"encoding/binary"
	"slices"
)

// maxCorners is how many corners the quick way takes.
const maxCorners = 64

// quick writes a row of the base straight into the tile if that needs no more than rounding and cleaning, as with nearly
// all houses: an outline of which all lies on the canvas and that is not wide. If the zoom's grid can break it, it must be
// one ring that is whole after all. It reports whether it has. What it writes is what the long way writes.
func (s *stretch) quick(b *columns, t *house, g grid, end *ending) bool {
	f := &b.face[t.row]
	if f.form&(formArea|formWide) != formArea {
		return false
	}
	xy := b.numbers(int(t.row))[2:]
	sizes := [1]uint16{uint16(len(xy) / 2)}
	rings, step := sizes[:], 1
	if f.form&formMulti != 0 {
		k := int(xy[0])
		if xy[1] != 0 || len(xy) > 2*maxCorners {
			return false
		}
		rings, xy, step = xy[2:2+2*k], xy[2+2*k:], 2
	}
	check := g.shift > worldLog-extentLog-int(f.safe)
	if len(xy) > 2*maxCorners || check && len(rings) > 1 {
		return false
	}
	const head = 6
	begin := len(s.raw)
	w := s.penAt(begin+head, 3*len(rings)+2*len(xy)+64) // no number takes more than two bytes on a canvas
	ox, oy := int32(int64(f.minX)-g.origin.x), int32(int64(f.minY)-g.origin.y)
	shift := uint(g.shift) & 31
	for r := 0; r < len(rings); r += step {
		n := int(rings[r])
		ring := s.corners[:n]
		corners := xy[:2*len(ring)]
		for c := range ring {
			ring[c] = pt{(ox + int32(corners[2*c])) >> shift, (oy + int32(corners[2*c+1])) >> shift}
		}
		xy = xy[2*n:]
		if !plain(ring) {
			ring = clean(ring)
		}
		if check && !whole(ring) {
			return false
		}
		if len(ring) > 0 {
			w.ring(ring)
		}
	}
	n := w.at - begin - head
	if n == 0 {
		return false
	}
	size := sizeOf(n, end, f.code)
	if n >= 128 || size >= 128 {
		s.geometry = append(s.geometry[:0], w.f[begin+head:w.at]...)
		s.finish(f.code, t.ending, end)
		return true
	}
	copy(w.f[begin:], []byte{tagFeature, byte(size), tagType, typePolygon, tagGeometry, byte(n)})
	s.raw = w.f[:w.at]
	s.seal(begin, n, f.code, t.ending, end)
	return true
}

// penAt is a pen at a place beyond the features so far, with room for so many bytes.
func (s *stretch) penAt(at, room int) pen {
	f := slices.Grow(s.raw, at-len(s.raw)+room)
	return pen{f: f[:cap(f)], at: at}
}

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

// whole tells that a clean ring is a shell that does not meet itself.
func whole(ring []pt) bool {
	if len(ring) < 3 || area2(ring) <= 0 {
		return false
	}
	if len(ring) == 3 {
		return true
	}
	_, _, _, tangled := selfMeeting(ring)
	return !tangled
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
