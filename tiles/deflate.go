package tiles

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"slices"
)

// drawn is a tile as its encoder holds it: good until the encoder draws the next.
type drawn struct {
	raw    []byte   // all of it, or what comes before the blocks
	blocks []*block // what follows, compressed already; nil if all is in raw
}

func (t drawn) size() int {
	n := len(t.raw)
	for _, b := range t.blocks {
		n += len(b.raw)
	}
	return n
}

// block is a run of a tile's bytes of which is known where they repeat. It is compressed by itself.
type block struct {
	raw     []byte
	repeats []repeat
	deflater
}

// repeat says that some bytes of a block stood in it before: length of them, from at on, are those that begin back bytes
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

// gzip returns the tile compressed, RFC 1952: what comes before the blocks as it is, then the blocks, which have been
// compressed.
func (t drawn) gzip() []byte {
	head, bits := len(t.raw), 0
	for _, b := range t.blocks {
		bits += b.length()
	}
	out := make([]byte, 0, 10+5+head+(bits+7)/8+8+8) // the writer takes eight bytes more than it keeps
	out = append(out, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	out = append(out, 0, byte(head), byte(head>>8), ^byte(head), ^byte(head>>8)) // a block that is not compressed
	w := bitWriter{out: append(out, t.raw...)}
	sum := crc32.ChecksumIEEE(t.raw)
	for _, b := range t.blocks {
		w.append(b.bitWriter)
		sum = crc32.Update(sum, crc32.IEEETable, b.raw)
	}
	out = w.close()
	out = binary.LittleEndian.AppendUint32(out, sum)
	return binary.LittleEndian.AppendUint32(out, uint32(t.size()))
}

// deflater writes blocks with known repeats. Its buffers are reused.
type deflater struct {
	bitWriter
	literals huffman
	backs    huffman
	lengths  huffman // of the codes of the two others

	literalCount [286]uint32
	backCount    [30]uint32
	run          []runOfLengths
}

const endOfBlock = 256

// compress writes a block, the tile's last or not.
func (b *block) compress(last bool) {
	b.bitWriter = bitWriter{out: b.out[:0]}
	b.count(b.raw, b.repeats)
	b.literals.build(b.literalCount[:], longestCode)
	b.backs.build(b.backCount[:], longestCode)
	b.header(last)
	b.tokens((*[286]uint32)(b.literals.codes), (*[30]uint32)(b.backs.codes), b.raw, b.repeats)
}

// count finds how often each symbol will occur. Literals are counted in two places by turns: the same one often comes
// twice in a row, and then the second would wait for the first.
func (d *deflater) count(raw []byte, repeats []repeat) {
	d.literalCount, d.backCount = [286]uint32{endOfBlock: 1}, [30]uint32{}
	literals, others, at := &d.literalCount, [256]uint32{}, uint32(0)
	run := func(b []byte) {
		for ; len(b) >= 2; b = b[2:] {
			literals[b[0]]++
			others[b[1]]++
		}
		if len(b) > 0 {
			literals[b[0]]++
		}
	}
	for _, r := range repeats {
		run(raw[at:r.at])
		symbol, _, _ := lengthSymbol(r.length)
		literals[symbol]++
		symbol, _, _ = backSymbol(r.back)
		d.backCount[symbol]++
		at = r.at + r.length
	}
	run(raw[at:])
	for b, n := range others {
		literals[b] += n
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
func (d *deflater) header(last bool) {
	w := &d.bitWriter
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

// length is how many bits there are.
func (w *bitWriter) length() int { return 8*len(w.out) + int(w.n) }

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

// longestCode is how many bits a code has at the most: four fit between two flushes, or all that a repeat takes. One bit
// more is allowed, and would save next to nothing.
const longestCode = 14

// tokens writes what a block consists of, and its end. This is where the time goes, so all that it writes to is its own.
func (w *bitWriter) tokens(literals *[286]uint32, backs *[30]uint32, raw []byte, repeats []repeat) {
	out := slices.Grow(w.out, 2*len(raw)+16*len(repeats)+64)
	out = out[:cap(out)]
	to, held, n, at := len(w.out), w.held, w.n, uint32(0)
	for i := 0; ; i++ {
		stop := uint32(len(raw))
		if i < len(repeats) {
			stop = repeats[i].at
		}
		run := raw[at:stop]
		for ; len(run) >= 4; run = run[4:] {
			a, b, c, d := literals[run[0]], literals[run[1]], literals[run[2]], literals[run[3]]
			held |= uint64(a>>8) << (n & 63)
			n += uint(a & 0xff)
			held |= uint64(b>>8) << (n & 63)
			n += uint(b & 0xff)
			held |= uint64(c>>8) << (n & 63)
			n += uint(c & 0xff)
			held |= uint64(d>>8) << (n & 63)
			n += uint(d & 0xff)
			binary.LittleEndian.PutUint64(out[to:], held)
			to += int(n >> 3)
			held >>= n & 56
			n &= 7
		}
		for _, b := range run {
			held |= uint64(literals[b]>>8) << (n & 63)
			n += uint(literals[b] & 0xff)
		}
		binary.LittleEndian.PutUint64(out[to:], held)
		to += int(n >> 3)
		held >>= n & 56
		n &= 7
		if i == len(repeats) {
			break
		}
		symbol, extra, more := lengthSymbol(repeats[i].length)
		held |= uint64(literals[symbol]>>8) << (n & 63)
		n += uint(literals[symbol] & 0xff)
		held |= uint64(extra) << (n & 63)
		n += more
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
	w.code(literals[endOfBlock])
	w.flush()
}

// append writes all that another has written.
func (w *bitWriter) append(o bitWriter) {
	b := o.out
	if w.n == 0 {
		w.out, b = append(w.out, b...), nil
	}
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
