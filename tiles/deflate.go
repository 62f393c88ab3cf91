package tiles

import (
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"slices"
)

// drawn is a tile as its encoder holds it: good until the encoder draws the next.
type drawn struct {
	raw     []byte
	known   bool // whether account was kept of repeats
	repeats []repeat
	middle  uint32 // where the tile may be halved: no repeat reaches across, or back across; 0 if nowhere
}

// repeat says that some bytes of a tile stood in it before: length of them, from at on, are those that begin back bytes
// earlier. Repeats are in order and apart, of a length from 3 to 258, and no more than window bytes back.
type repeat struct{ at, length, back uint32 }

const window = 1 << 15

// finder looks whether four bytes stood before.
type finder struct {
	last [1 << finderLog]uint32 // by hash: where they stood last, plus 1
}

const finderLog = 11

func (f *finder) clear() { f.last = [1 << finderLog]uint32{} }

// find returns where the bytes at at stood before and how many are the same, at least 4; 0 if it knows of none. From then
// on it knows of these.
func (f *finder) find(b []byte, at int) (was, length int) {
	if at+4 > len(b) {
		return 0, 0
	}
	four := binary.LittleEndian.Uint32(b[at:])
	last := &f.last[four*2654435761>>(32-finderLog)]
	was = int(*last) - 1
	*last = uint32(at + 1)
	if was < 0 || at-was > window || binary.LittleEndian.Uint32(b[was:]) != four {
		return 0, 0
	}
	longest := b[at:min(at+258, len(b))]
	return was, common(longest, b[was:])
}

// A compressor of the usual kind spends most of its time in search of repetitions. Who writes a tile knows where they
// are: what most features share, and nothing else that is worth the search. So what is left to do is to write them down
// as RFC 1951 wants it, which takes a third of the time and comes out smaller, since the repetitions are whole.

// deflater writes tiles with known repeats as gzip. Its buffers are reused.
type deflater struct {
	out      []byte
	literals huffman
	backs    huffman
	lengths  huffman // of the codes of the two others

	literalCount [286]uint32
	backCount    [30]uint32
	run          []runOfLengths

	second *deflater // for the other half of a large tile
}

// gzip returns the tile compressed, RFC 1952. The bytes are the deflater's. A tile that may be halved is written in two
// blocks at a time.
func (d *deflater) gzip(t drawn) []byte {
	d.out = append(slices.Grow(d.out[:0], len(t.raw)+1024), 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	w, end := bitWriter{out: d.out}, uint32(len(t.raw))
	if t.middle == 0 {
		d.block(&w, t.raw, 0, end, t.repeats, true)
	} else {
		d.halves(&w, t)
	}
	d.out = w.close()
	d.out = binary.LittleEndian.AppendUint32(d.out, crc32.ChecksumIEEE(t.raw))
	d.out = binary.LittleEndian.AppendUint32(d.out, end)
	return d.out
}

func (d *deflater) halves(w *bitWriter, t drawn) {
	if d.second == nil {
		d.second = new(deflater)
	}
	half, _ := slices.BinarySearchFunc(t.repeats, t.middle, func(r repeat, at uint32) int { return cmp.Compare(r.at, at) })
	rest := bitWriter{out: d.second.out[:0]}
	wait := beside(func() {
		d.second.block(&rest, t.raw, t.middle, uint32(len(t.raw)), t.repeats[half:], true)
		d.second.out = rest.out
	})
	func() {
		defer wait()
		d.block(w, t.raw, 0, t.middle, t.repeats[:half], false)
	}()
	w.append(rest)
}

const endOfBlock = 256

// block writes raw[at:end].
func (d *deflater) block(w *bitWriter, raw []byte, at, end uint32, repeats []repeat, last bool) {
	d.count(raw, at, end, repeats)
	d.literals.build(d.literalCount[:], 15)
	d.backs.build(d.backCount[:], 15)
	d.header(w, last)
	w.tokens((*[286]uint32)(d.literals.codes), (*[30]uint32)(d.backs.codes), raw, at, end, repeats)
}

// count finds how often each symbol will occur.
func (d *deflater) count(raw []byte, at, end uint32, repeats []repeat) {
	d.literalCount, d.backCount = [286]uint32{endOfBlock: 1}, [30]uint32{}
	literals := &d.literalCount
	for _, r := range repeats {
		for _, b := range raw[at:r.at] {
			literals[b]++
		}
		symbol, _, _ := lengthSymbol(r.length)
		literals[symbol]++
		symbol, _, _ = backSymbol(r.back)
		d.backCount[symbol]++
		at = r.at + r.length
	}
	for _, b := range raw[at:end] {
		literals[b]++
	}
}

// lengthSymbol gives the symbol of a repeat's length, and what follows it in n bits.
func lengthSymbol(length uint32) (symbol int, extra uint32, n uint) {
	if length == 258 {
		return 285, 0, 0
	}
	v := length - 3
	if v < 8 {
		return 257 + int(v), 0, 0
	}
	n = uint(bits.Len32(v)) - 3
	return 257 + int(n)<<2 + int(v>>n), v & (1<<n - 1), n
}

// backSymbol gives the symbol of how far back a repeat reaches, and what follows it in n bits.
func backSymbol(back uint32) (symbol int, extra uint32, n uint) {
	v := back - 1
	if v < 4 {
		return int(v), 0, 0
	}
	n = uint(bits.Len32(v)) - 2
	return int(n)<<1 + int(v>>n), v & (1<<n - 1), n
}

// runOfLengths is a symbol of the code that lengths of codes are written in: a length, or 16 to 18 for one that is
// repeated.
type runOfLengths struct{ symbol, extra, bits uint8 }

// header writes the codes of a block.
func (d *deflater) header(w *bitWriter, last bool) {
	final := uint64(0)
	if last {
		final = 1
	}
	literals, backs := used(d.literals.codes, 257), used(d.backs.codes, 1)
	d.run = d.run[:0]
	var frequency [19]uint32
	d.runs(d.literals.codes[:literals], &frequency)
	d.runs(d.backs.codes[:backs], &frequency)
	d.lengths.build(frequency[:], 7)
	order := [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	n := len(order)
	for n > 4 && d.lengths.length(order[n-1]) == 0 {
		n--
	}
	w.bits(final|2<<1|uint64(literals-257)<<3|uint64(backs-1)<<8|uint64(n-4)<<13, 17)
	w.flush()
	for _, symbol := range order[:n] {
		w.bits(uint64(d.lengths.length(symbol)), 3)
		w.flush()
	}
	for _, r := range d.run {
		w.code(d.lengths.codes[r.symbol])
		w.bits(uint64(r.extra), uint(r.bits))
		w.flush()
	}
}

// used is how many codes must be written: up to the last that occurs, and at least some.
func used(codes []uint32, least int) int {
	n := len(codes)
	for n > least && codes[n-1] == 0 {
		n--
	}
	return n
}

// runs appends the lengths of codes, those that are repeated as one.
func (d *deflater) runs(codes []uint32, frequency *[19]uint32) {
	add := func(symbol, extra, bits uint8) {
		d.run = append(d.run, runOfLengths{symbol, extra, bits})
		frequency[symbol]++
	}
	for i := 0; i < len(codes); {
		length, n := uint8(codes[i]), 1
		for i+n < len(codes) && uint8(codes[i+n]) == length {
			n++
		}
		i += n
		if length > 0 {
			add(length, 0, 0)
			n--
		}
		for n > 0 {
			switch {
			case n < 3:
				add(length, 0, 0)
				n--
			case length > 0:
				k := min(n, 6)
				add(16, uint8(k-3), 2)
				n -= k
			case n <= 10:
				add(17, uint8(n-3), 3)
				n = 0
			default:
				k := min(n, 138)
				add(18, uint8(k-11), 7)
				n -= k
			}
		}
	}
}

// bitWriter writes bits, lowest first. Between two calls of flush there is room for 56.
type bitWriter struct {
	out  []byte
	held uint64
	n    uint
}

func (w *bitWriter) bits(v uint64, n uint) {
	w.held |= v << w.n
	w.n += n
}

func (w *bitWriter) code(c uint32) { w.bits(uint64(c>>8), uint(c&0xff)) }

func (w *bitWriter) flush() {
	at := len(w.out)
	w.out = binary.LittleEndian.AppendUint64(w.out, w.held)[:at+int(w.n>>3)]
	w.held >>= w.n &^ 7
	w.n &= 7
}

// tokens writes raw[at:end] and the end of the block. This is where the time goes, so all that it writes to is its own,
// and its order is about bits: no code has more than 15, so three fit between two flushes, or two and a length.
func (w *bitWriter) tokens(literals *[286]uint32, backs *[30]uint32, raw []byte, at, end uint32, repeats []repeat) {
	out := slices.Grow(w.out, 2*int(end-at)+16*len(repeats)+64)
	out = out[:cap(out)]
	to, held, n := len(w.out), w.held, w.n
	for i := 0; ; i++ {
		stop := end
		if i < len(repeats) {
			stop = repeats[i].at
		}
		run := raw[at:stop]
		for ; len(run) >= 3; run = run[3:] {
			a, b, c := literals[run[0]], literals[run[1]], literals[run[2]]
			held |= uint64(a>>8) << (n & 63)
			n += uint(a & 0xff)
			held |= uint64(b>>8) << (n & 63)
			n += uint(b & 0xff)
			held |= uint64(c>>8) << (n & 63)
			n += uint(c & 0xff)
			binary.LittleEndian.PutUint64(out[to:], held)
			to += int(n >> 3)
			held >>= n & 56
			n &= 7
		}
		for _, b := range run {
			held |= uint64(literals[b]>>8) << (n & 63)
			n += uint(literals[b] & 0xff)
		}
		if i == len(repeats) {
			break
		}
		symbol, extra, more := lengthSymbol(repeats[i].length)
		held |= uint64(literals[symbol]>>8) << (n & 63)
		n += uint(literals[symbol] & 0xff)
		held |= uint64(extra) << (n & 63)
		n += more
		binary.LittleEndian.PutUint64(out[to:], held)
		to += int(n >> 3)
		held >>= n & 56
		n &= 7
		symbol, extra, more = backSymbol(repeats[i].back)
		held |= uint64(backs[symbol]>>8) << (n & 63)
		n += uint(backs[symbol] & 0xff)
		held |= uint64(extra) << (n & 63)
		n += more
		binary.LittleEndian.PutUint64(out[to:], held)
		to += int(n >> 3)
		held >>= n & 56
		n &= 7
		at = repeats[i].at + repeats[i].length
	}
	w.out, w.held, w.n = out[:to], held, n
	w.flush()
	w.code(literals[endOfBlock])
	w.flush()
}

// append writes all that another has written.
func (w *bitWriter) append(o bitWriter) {
	b := o.out
	for ; len(b) >= 8; b = b[8:] {
		v := binary.LittleEndian.Uint64(b)
		w.out = binary.LittleEndian.AppendUint64(w.out, w.held|v<<w.n)
		w.held = v >> (64 - w.n)
	}
	for _, v := range b {
		w.bits(uint64(v), 8)
		w.flush()
	}
	w.bits(o.held, o.n)
	w.flush()
}

// close ends with a whole byte.
func (w *bitWriter) close() []byte {
	w.n = (w.n + 7) &^ 7
	w.flush()
	return w.out
}
