package tiles

import (
	"cmp"
	"math"
)

// houses writes the layer of buildings, which has most features of all. What it says of them is numbered first. Then any
// stretch of the houses can be drawn by itself, so those of a large tile are drawn, and compressed, two stretches at a
// time.
type houses struct {
	layerWriter
	list      []house
	over      []*row   // rows of the overlay that are in the list
	endings   []ending // of the features
	byLook    numberTable
	byKin     numberTable
	byNumber  []numbered // by number of the look: as in byLook, but found at once
	turn      uint32     // number of the present tile
	stretches [2]stretch
	least     int // houses of a stretch; leastStretch if 0
	decimals  finder
	blocks    []*block
}

// house is a building of a tile.
type house struct {
	row    int32 // of the base; below zero it is one of over
	ending uint32
	within bool // all of it lies on the canvas
}

// ending is how a feature ends but for the number of its id: with its tags, and the tag of the id.
type ending struct {
	bytes [24]byte // 4 tags of 4 bytes at the most
	size  uint8
	shape byte   // MVT type of the geometry
	kin   uint32 // what endings have in common that differ in the height alone
}

// numbered is the ending of a look in a tile.
type numbered struct{ turn, ending uint32 }

// leastStretch is how many houses make a stretch that is worth another processor's while.
const leastStretch = 600

// look is all of a house that its tags tell.
type look struct {
	state  State
	kind   Kind
	floors int16
	height float32 // metres as they are to be written, 0 for unknown
	whole  bool    // the height is a whole number
	shape  byte    // MVT type of the geometry
}

// lookOf rounds the height to what can be seen on the canvas.
func lookOf(state State, kind Kind, floors int16, height float32, c canvas, form uint8) look {
	k := look{state: state, kind: kind, floors: floors, height: height, shape: typePolygon}
	if form&formArea == 0 {
		k.shape = typePoint
	}
	if c == distant && height > 0 {
		k.height, k.whole = float32(max(1, int32(height+0.5))), true
	}
	return k
}

// looks number those that there are in a town, from 1 on.
type looks map[uint64]uint16

// number is 0 for those that a town of very many has no number left for.
func (l looks) number(k look) uint16 {
	key := k.key()
	n, known := l[key]
	if !known && len(l) < math.MaxUint16 {
		n = uint16(len(l) + 1)
		l[key] = n
	}
	return n
}

func (k look) key() uint64 {
	return uint64(math.Float32bits(k.height))<<32 | uint64(uint16(k.floors))<<16 | uint64(k.state)<<8 | uint64(k.kind)<<4 | uint64(k.shape)
}

// kin is the key of all looks that differ in their height alone, as long as their endings are of one size.
func (k look) kin(size uint8) uint64 {
	k.height = 0
	return k.key() | uint64(size)<<32
}

// enlist lists the houses of a tile in the order of the map. One of which nothing is left at the border is among them, so
// now and then there is a value that no feature has.
func (h *houses) enlist(v *view, id TileID, w *walker) {
	c := Buildings.canvas(id.Z)
	h.layerWriter.start(string(Buildings))
	h.canvas = c
	h.list, h.over, h.endings = h.list[:0], h.over[:0], h.endings[:0]
	h.byLook.clear()
	h.byKin.clear()
	if h.turn++; h.turn == 0 {
		clear(h.byNumber)
		h.turn = 1
	}
	b := &v.base.columns
	w.start(v, c.reach(id))
	for i, over, within := w.step(); i >= 0 || over != nil; i, over, within = w.step() {
		if over != nil {
			h.over = append(h.over, over)
			k := lookOf(over.state, over.kind, over.floors, over.height, c, over.form)
			h.list = append(h.list, house{int32(-len(h.over)), h.endingOf(k), within})
			continue
		}
		h.list = append(h.list, house{int32(i), h.endingOfFace(&b.face[i]), within})
	}
}

// endingOfFace is endingOf for a row of the base, whose look has mostly been met in this tile.
func (h *houses) endingOfFace(f *face) uint32 {
	n := int(f.look)
	if n > 0 && n < len(h.byNumber) && h.byNumber[n].turn == h.turn {
		return h.byNumber[n].ending
	}
	ending := h.endingOf(lookOf(f.state(), f.kind(), f.floors, f.height, h.canvas, f.form))
	if n > 0 {
		if n >= len(h.byNumber) {
			h.byNumber = append(h.byNumber, make([]numbered, n+1-len(h.byNumber))...)
		}
		h.byNumber[n] = numbered{h.turn, ending}
	}
	return ending
}

// endingOf gives the number of a look's ending.
func (h *houses) endingOf(k look) uint32 {
	key := k.key()
	if n, ok := h.byLook.find(key); ok {
		return n
	}
	n := uint32(len(h.endings))
	h.byLook.put(key, n)
	e := h.describe(k)
	key = k.kin(e.size)
	kin, ok := h.byKin.find(key)
	if !ok {
		kin = n
		h.byKin.put(key, kin)
	}
	e.kin = kin
	h.endings = append(h.endings, e)
	return n
}

func (h *houses) describe(k look) ending {
	h.tags = h.tags[:0]
	h.enum("state", uint64(k.state), k.state.String())
	h.enum("kind", 1<<8|uint64(k.kind), k.kind.String())
	if k.floors != 0 {
		h.integer("floors", int64(k.floors))
	}
	switch {
	case k.whole:
		h.integer("height", int64(k.height))
	case k.height >= 0.01:
		h.decimal("height", k.height)
	}
	e := ending{shape: k.shape}
	end := append(append(e.bytes[:0], tagTags, byte(len(h.tags))), h.tags...)
	e.size = uint8(len(append(end, tagID)))
	return e
}

// draw draws all that is in the list. If it is to be compressed, whoever draws a stretch does that too.
func (h *houses) draw(b *columns, g grid, compress bool) {
	first, second, half := &h.stretches[0], &h.stretches[1], len(h.list)
	if half >= 2*cmp.Or(h.least, leastStretch) {
		half = half * 5 / 8 // the other goroutine begins later
	}
	second.start(h)
	if half < len(h.list) {
		defer beside(func() {
			second.draw(h, h.list[half:], b, g)
			h.end(second, compress)
		})()
	}
	first.start(h)
	first.draw(h, h.list[:half], b, g)
	if half == len(h.list) {
		h.end(first, compress)
	} else if compress {
		first.compress(false)
	}
}

// end writes what comes after the last stretch.
func (h *houses) end(s *stretch, compress bool) {
	values := len(s.raw) + len(h.keys)
	s.raw = h.appendTail(s.raw)
	s.repeats = h.similar(s.raw, values, s.repeats)
	if compress {
		s.compress(true)
	}
}

// tile is what was drawn.
func (h *houses) tile(out []byte) drawn {
	first, second := &h.stretches[0], &h.stretches[1]
	if first.written+second.written == 0 {
		return drawn{}
	}
	h.blocks = append(h.blocks[:0], &first.block)
	if len(second.raw) > 0 {
		h.blocks = append(h.blocks, &second.block)
	}
	return drawn{h.appendHead(out[:0], len(first.raw)+len(second.raw)), h.blocks}
}

// similar adds the repeats among the values, which begin at at: decimals have most of their bytes in common.
func (h *houses) similar(raw []byte, at int, repeats []repeat) []repeat {
	h.decimals.clear()
	for end := at + len(h.values); at < end; {
		next := at + 2 + int(raw[at+1]) // values are short
		if raw[at+2] == valueDouble {
			if was, length := h.decimals.find(raw, at+3); length > 0 {
				repeats = again(repeats, at, length+3, was-3)
				at += length + 3
			}
		}
		at = max(at, next)
	}
	return repeats
}
