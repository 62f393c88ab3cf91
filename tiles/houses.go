package tiles

import (
	"encoding/binary"
	"math"
)

// houses writes the features of buildings. Of most, all but the code and the corners is as in some house nearby, so the
// fields are put in the order that gives two long runs of bytes which stood before, and their repeats are kept account
// of: the beginning (its size, the type, the geometry's size) and the end (the tags). A reader of protobuf takes fields
// in any order; GDAL's wants the type before the geometry. From afar houses are a few units wide, and many have the same
// sides too.
type houses struct {
	layerWriter
	repeats []repeat
	begins  [512]uint32 // by size of the geometry and the end of the code before: where the last such feature begins
	ends    numberTable // by look: where the last such end begins
	kin     numberTable // by look without the height
	end     []byte      // of the house being written, if there is none like it yet
	sides   finder
	corners [maxCorners]pt
}

func (h *houses) start(c canvas) {
	h.layerWriter.start(string(Buildings))
	h.canvas = c
	h.repeats, h.begins = h.repeats[:0], [512]uint32{}
	h.ends.clear()
	h.kin.clear()
	h.sides.clear()
}

// look is all of a house that its tags tell.
type look struct {
	state  State
	kind   Kind
	floors int16
	height float32 // metres as they are to be written, 0 for unknown
	whole  bool    // the height is a whole number
	shape  byte    // MVT type of the geometry
}

// kin is the key of all looks that differ in their height alone, as long as their ends are of one size.
func (k look) kin(size int) uint64 {
	k.height = 0
	return k.key() | uint64(size)<<32
}

// lookOf rounds the height to what can be seen on the canvas.
func lookOf(state State, kind Kind, floors int16, height float32, c canvas, shape byte) look {
	k := look{state: state, kind: kind, floors: floors, height: height, shape: shape}
	if c == distant && height > 0 {
		k.height, k.whole = float32(max(1, int32(height+0.5))), true
	}
	return k
}

func (k look) key() uint64 {
	return uint64(math.Float32bits(k.height))<<32 | uint64(uint16(k.floors))<<16 | uint64(k.state)<<8 | uint64(k.kind)<<4 | uint64(k.shape)
}

// finish writes the house drawn since begin; nothing if nothing was drawn.
func (h *houses) finish(code uint64, k look) {
	n := len(h.geometry)
	if n == 0 {
		return
	}
	end, slot := h.endOf(k)
	begin := len(h.features)
	f := binary.AppendUvarint(append(h.features, tagFeature), uint64(sizeOf(n, end, code)))
	f = append(f, tagType, k.shape, tagGeometry)
	f = binary.AppendUvarint(f, uint64(n))
	h.features = append(f, h.geometry...)
	h.seal(begin, n, end, code, k, slot)
}

// endOf gives what ends a feature of a look but for the id: the tags, and the tag of the id. The slot says where it
// stands, nil if it is new.
func (h *houses) endOf(k look) ([]byte, *slot) {
	if slot := h.ends.slot(k.key()); slot != nil {
		at := slot.value
		return h.features[at : at+3+uint32(h.features[at+1])], slot
	}
	return h.describe(k), nil
}

// sizeOf is the size of a feature's message.
func sizeOf(geometry int, end []byte, code uint64) int {
	return 2 + 1 + uvarintSize(uint64(geometry)) + geometry + len(end) + uvarintSize(code)
}

// seal ends the feature that begins at begin and has been written up to its geometry, of n bytes.
func (h *houses) seal(begin, n int, end []byte, code uint64, k look, slot *slot) {
	at := len(h.features)
	h.features = appendCode(append(h.features, end...), code)
	h.written++
	h.tell(begin, at-n, at, len(end), k, slot)
	h.begin()
}

// appendCode appends a varint. Codes have twelve digits and so six bytes in it, but for those that tests make up.
func appendCode(b []byte, code uint64) []byte {
	if code>>35 == 0 || code>>42 > 0 {
		return binary.AppendUvarint(b, code)
	}
	spread := code&0x7f | code>>7&0x7f<<8 | code>>14&0x7f<<16 | code>>21&0x7f<<24 | code>>28&0x7f<<32 | code>>35<<40
	return binary.LittleEndian.AppendUint64(b, spread|0x8080808080)[:len(b)+6]
}

// tell keeps account of what in a feature stood before: it begins at begin, its geometry at geometry, its end at end and
// has that size. The slot is that of its look, if it is not the first of it.
func (h *houses) tell(begin, geometry, end, size int, k look, slot *slot) {
	if n := end - geometry; n < 128 && begin > 0 {
		// The last byte of the code before, which has few values, then the same size, type and size of the geometry, and the
		// first command, which all geometries begin with.
		last := &h.begins[n<<2|int(h.features[begin-1]&3)]
		if was := int(*last); was > 0 && geometry-begin == 6 &&
			binary.LittleEndian.Uint64(h.features[begin-1:]) == binary.LittleEndian.Uint64(h.features[was-1:]) {
			h.again(begin-1, 8, was-1)
		}
		*last = uint32(begin)
	}
	from := end
	if k.shape == typePolygon {
		from-- // what closes the last ring stood before the tags there as well
		if h.canvas == distant {
			from = h.alike(geometry, from)
		}
	}
	rest := end + size - from
	switch {
	case slot != nil:
		h.again(from, rest, from-end+int(slot.value))
		slot.value = uint32(end)
	default:
		h.ends.put(k.key(), uint32(end))
		key := k.kin(size)
		if near := h.kin.slot(key); near != nil {
			was := from - end + int(near.value)
			h.again(from, common(h.features[from:end+size], h.features[was:]), was)
			near.value = uint32(end)
		} else {
			h.kin.put(key, uint32(end))
		}
	}
}

// alike looks for sides of houses that stood before, from corner to corner, and returns how far what it found reaches:
// end, or beyond.
func (h *houses) alike(geometry, end int) int {
	f := h.features
	at := geometry + 1
	for range 2 { // the first corner is a place, not a side
		for f[at] >= 0x80 {
			at++
		}
		at++
	}
	for at+4 <= end {
		was, length := h.sides.find(f, at)
		if length == 0 {
			at += 4
			continue
		}
		if at+length < len(f) {
			length = min(length, end-at) // part of the tags is worth less than all of them
		}
		h.again(at, length, was)
		at += length
	}
	return max(at, end)
}

// again says that length bytes, from at on, stand at was too.
func (h *houses) again(at, length, was int) {
	if back := at - was; length >= 3 && back <= window {
		h.repeats = append(h.repeats, repeat{uint32(at), uint32(length), uint32(back)})
	}
}

// common is the length of what two slices have in common from their beginning on.
func common(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// describe writes the tags of a look, and the tag of the id that follows them.
func (h *houses) describe(k look) []byte {
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
	h.end = append(append(h.end[:0], tagTags, byte(len(h.tags))), h.tags...) // 16 bytes at the most
	h.end = append(h.end, tagID)
	return h.end
}

// placed gives the repeats at their places in the tile, once it has been put together, and those among the values:
// decimals have most of their bytes in common.
func (h *houses) placed(tile []byte) []repeat {
	size := h.size()
	before := uint32(1 + uvarintSize(uint64(size)) + 2 + 1 + uvarintSize(uint64(len(h.name))) + len(h.name))
	for i := range h.repeats {
		h.repeats[i].at += before
	}
	at := int(before) + len(h.features) + len(h.keys)
	h.sides.clear()
	for end := at + len(h.values); at < end; {
		next := at + 2 + int(tile[at+1]) // values are short
		if tile[at+2] == valueDouble {
			if was, length := h.sides.find(tile, at+3); length > 0 {
				h.again(at, length+3, was-3)
				at += length + 3
			}
		}
		at = max(at, next)
	}
	return h.repeats
}
