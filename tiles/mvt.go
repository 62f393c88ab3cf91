package tiles

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"

	"fangma/geo"
)

// The protobuf tags of the vector tile specification 2.1.
const (
	tagLayer    = 3<<3 | 2
	tagVersion  = 15 << 3
	tagName     = 1<<3 | 2
	tagFeature  = 2<<3 | 2
	tagKey      = 3<<3 | 2
	tagValue    = 4<<3 | 2
	tagExtent   = 5 << 3
	tagID       = 1 << 3
	tagTags     = 2<<3 | 2
	tagType     = 3 << 3
	tagGeometry = 4<<3 | 2

	valueString = 1<<3 | 2
	valueDouble = 3<<3 | 1
	valueUint   = 5 << 3
	valueSint   = 6 << 3
	valueBool   = 7 << 3

	typePoint   = 1
	typeLine    = 2
	typePolygon = 3

	cmdMove  = 1
	cmdLine  = 2
	cmdClose = 7
)

// layerWriter collects one MVT layer. It is reused: after a few tiles nothing in it allocates.
type layerWriter struct {
	strokes
	name     string
	features []byte
	tags     []byte // of the feature being written
	written  int    // features so far

	keys    []byte // encoded, in order of first use
	keyNum  []keyNumber
	values  []byte // likewise
	nValues uint32
	numbers numberTable
	texts   map[string]uint32
}

type keyNumber struct {
	name string
	n    uint32
}

func (l *layerWriter) start(name string) {
	l.name, l.canvas, l.written, l.nValues = name, usual, 0, 0
	l.features, l.keys, l.values, l.keyNum = l.features[:0], l.keys[:0], l.values[:0], l.keyNum[:0]
	l.numbers.clear()
	if l.texts == nil {
		l.texts = map[string]uint32{}
	}
	clear(l.texts)
	l.begin()
}

// begin drops what was drawn since the last feature was written.
func (l *layerWriter) begin() {
	l.lift()
	l.tags = l.tags[:0]
}

// end writes the feature drawn since begin; nothing if nothing was drawn. Id 0 is left out.
func (l *layerWriter) end(id uint64, kind byte) {
	if len(l.geometry) > 0 {
		size := 2 + 1 + uvarintSize(uint64(len(l.geometry))) + len(l.geometry)
		if id != 0 {
			size += 1 + uvarintSize(id)
		}
		if len(l.tags) > 0 {
			size += 1 + uvarintSize(uint64(len(l.tags))) + len(l.tags)
		}
		f := append(l.features, tagFeature)
		f = binary.AppendUvarint(f, uint64(size))
		if id != 0 {
			f = binary.AppendUvarint(append(f, tagID), id)
		}
		if len(l.tags) > 0 {
			f = binary.AppendUvarint(append(f, tagTags), uint64(len(l.tags)))
			f = append(f, l.tags...)
		}
		f = append(f, tagType, kind, tagGeometry)
		f = binary.AppendUvarint(f, uint64(len(l.geometry)))
		l.features = append(f, l.geometry...)
		l.written++
	}
	l.begin()
}

// key returns the number of a key.
func (l *layerWriter) key(name string) uint32 {
	for _, k := range l.keyNum {
		if k.name == name {
			return k.n
		}
	}
	n := uint32(len(l.keyNum))
	l.keyNum = append(l.keyNum, keyNumber{name, n})
	l.keys = append(l.keys, tagKey)
	l.keys = binary.AppendUvarint(l.keys, uint64(len(name)))
	l.keys = append(l.keys, name...)
	return n
}

func (l *layerWriter) tag(key string, value uint32) {
	l.tags = appendUvarint(l.tags, l.key(key))
	l.tags = appendUvarint(l.tags, value)
}

// text tags the feature with a string, unless it is empty.
func (l *layerWriter) text(key, s string) {
	if s == "" {
		return
	}
	n, ok := l.texts[s]
	if !ok {
		n = l.newText(s)
		l.texts[s] = n
	}
	l.tag(key, n)
}

func (l *layerWriter) newText(s string) uint32 {
	n := l.newValue(1 + uvarintSize(uint64(len(s))) + len(s))
	l.values = binary.AppendUvarint(append(l.values, valueString), uint64(len(s)))
	l.values = append(l.values, s...)
	return n
}

// enum tags the feature with one of few names, told apart by n, which is quicker to find than text; nothing if the
// name is empty. Within a layer it must not meet text with the same string.
func (l *layerWriter) enum(key string, n uint64, name string) {
	const mark = 0x7ff8 << 48 // the bits of no number that is written
	if name == "" {
		return
	}
	v, ok := l.numbers.find(mark | n)
	if !ok {
		v = l.newText(name)
		l.numbers.put(mark|n, v)
	}
	l.tag(key, v)
}

// integer tags the feature with a whole number. Those that occur have other bits than any decimal that occurs.
func (l *layerWriter) integer(key string, v int64) {
	n, ok := l.numbers.find(uint64(v))
	if !ok {
		field, u := byte(valueUint), uint64(v)
		if v < 0 {
			field, u = valueSint, uint64(v<<1^v>>63)
		}
		n = l.newValue(1 + uvarintSize(u))
		l.values = binary.AppendUvarint(append(l.values, field), u)
		l.numbers.put(uint64(v), n)
	}
	l.tag(key, n)
}

// decimal tags the feature with a number to two places. It is written as a double, so that 9.4 does not
// come out as 9.399999618530273.
func (l *layerWriter) decimal(key string, v float32) {
	l.number(key, math.Round(float64(v)*100)/100)
}

// number tags the feature with a number as it is.
func (l *layerWriter) number(key string, v float64) {
	b := math.Float64bits(v)
	n, ok := l.numbers.find(b)
	if !ok {
		n = l.newValue(9)
		l.values = binary.LittleEndian.AppendUint64(append(l.values, valueDouble), b)
		l.numbers.put(b, n)
	}
	l.tag(key, n)
}

// yes tags the feature with true.
func (l *layerWriter) yes(key string) {
	const mark = 0x7ff9 << 48 // the bits of no number that is written
	n, ok := l.numbers.find(mark)
	if !ok {
		n = l.newValue(2)
		l.values = append(l.values, valueBool, 1)
		l.numbers.put(mark, n)
	}
	l.tag(key, n)
}

// cell tags the feature with the hexadecimal form of a cell, which no other feature of the layer has.
func (l *layerWriter) cell(key string, c geo.Cell) {
	var hex [16]byte
	text := strconv.AppendUint(hex[:0], uint64(c), 16)
	n := l.newValue(1 + uvarintSize(uint64(len(text))) + len(text))
	l.values = binary.AppendUvarint(append(l.values, valueString), uint64(len(text)))
	l.values = append(l.values, text...)
	l.tag(key, n)
}

func (l *layerWriter) newValue(size int) uint32 {
	l.values = binary.AppendUvarint(append(l.values, tagValue), uint64(size))
	l.nValues++
	return l.nValues - 1
}

// appendTo writes the layer as a part of a tile; nothing without features.
func (l *layerWriter) appendTo(out []byte) []byte {
	if l.written == 0 {
		return out
	}
	tail := len(l.keys) + len(l.values) + 1 + uvarintSize(1<<l.canvas.extentLog)
	return l.appendTail(append(l.appendHead(out, len(l.features)+tail), l.features...))
}

// appendHead writes what comes before the features, if they and the tail have so many bytes.
func (l *layerWriter) appendHead(out []byte, rest int) []byte {
	size := 2 + 1 + uvarintSize(uint64(len(l.name))) + len(l.name) + rest
	out = binary.AppendUvarint(append(out, tagLayer), uint64(size))
	out = append(out, tagVersion, 2, tagName)
	out = binary.AppendUvarint(out, uint64(len(l.name)))
	return append(out, l.name...)
}

// appendTail writes what comes after the features.
func (l *layerWriter) appendTail(out []byte) []byte {
	out = append(append(out, l.keys...), l.values...)
	return binary.AppendUvarint(append(out, tagExtent), 1<<l.canvas.extentLog)
}

// appendUvarint is binary.AppendUvarint for the small numbers that tiles are made of.
func appendUvarint(b []byte, v uint32) []byte {
	if v < 1<<7 {
		return append(b, byte(v))
	}
	if v < 1<<14 {
		return append(b, byte(v)|0x80, byte(v>>7))
	}
	return binary.AppendUvarint(b, uint64(v))
}

func uvarintSize(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// numberTable maps 64-bit keys to value numbers. Clearing it costs nothing: slots carry the number of
// the tile in which they were filled.
type numberTable struct {
	slots []slot
	shift int // 64 less the bits of a slot's index
	used  int
	now   uint32
}

type slot struct {
	key      uint64
	value    uint32
	filledIn uint32
}

func (t *numberTable) clear() {
	t.used = 0
	if t.now++; t.now == 0 || t.slots == nil {
		t.resize(256)
		t.now = 1
	}
}

func (t *numberTable) resize(n int) {
	t.slots, t.shift = make([]slot, n), 64-bits.Len(uint(n-1))
}

// home is where a key is looked for first: the highest bits of the product depend on all bits of the key.
func (t *numberTable) home(key uint64) int { return int(key * 0x9e3779b97f4a7c15 >> t.shift) }

func (t *numberTable) find(key uint64) (uint32, bool) {
	mask := len(t.slots) - 1
	for i := t.home(key) & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.filledIn != t.now {
			return 0, false
		} else if s.key == key {
			return s.value, true
		}
	}
}

func (t *numberTable) put(key uint64, value uint32) {
	if t.used*2 >= len(t.slots) {
		old := t.slots
		t.resize(2 * len(old))
		t.used = 0
		for _, s := range old {
			if s.filledIn == t.now {
				t.put(s.key, s.value)
			}
		}
	}
	mask := len(t.slots) - 1
	i := t.home(key) & mask
	for t.slots[i].filledIn == t.now {
		i = (i + 1) & mask
	}
	t.slots[i] = slot{key, value, t.now}
	t.used++
}
