package tiles

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// unzip reads gzip with somebody else's code.
func unzip(t tester, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("gzip: %v", err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("gzip: %v", err)
	}
	return out
}

// clone is good for longer than the encoder's own.
func (t drawn) clone() drawn {
	c := drawn{raw: bytes.Clone(t.raw)}
	for _, b := range t.blocks {
		c.blocks = append(c.blocks, &block{raw: bytes.Clone(b.raw), repeats: slices.Clone(b.repeats)})
	}
	return c
}

// compressed compresses anew what an encoder has compressed already.
func (t drawn) compressed() []byte {
	for i, b := range t.blocks {
		b.compress(i == len(t.blocks)-1)
	}
	return t.gzip()
}

func (t drawn) whole() []byte {
	whole := bytes.Clone(t.raw)
	for _, b := range t.blocks {
		whole = append(whole, b.raw...)
	}
	return whole
}

// TestKnownRepeatsCompress makes up bytes and repeats of every kind, down to none at all, and has them read by the
// standard library. The block is the same throughout: nothing of one tile may show in the next.
func TestKnownRepeatsCompress(t *testing.T) {
	d := drawn{raw: []byte("head"), blocks: []*block{new(block)}}
	rapid.Check(t, func(t *rapid.T) {
		var raw []byte
		var repeats []repeat
		kinds := rapid.SampledFrom([]int{1, 2, 3, 40, 256}).Draw(t, "kinds")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range rapid.IntRange(0, 300).Draw(t, "parts") {
			for range rnd.IntN(40) {
				b := rnd.IntN(kinds)
				if rnd.IntN(4) > 0 {
					b = min(b, rnd.IntN(kinds)) // some more often than others
				}
				raw = append(raw, byte(b))
			}
			if len(raw) == 0 {
				continue
			}
			length := 3 + rnd.IntN(256)
			back := 1 + rnd.IntN(min(len(raw), window))
			repeats = append(repeats, repeat{uint32(len(raw)), uint32(length), uint32(back)})
			for range length {
				raw = append(raw, raw[len(raw)-back])
			}
		}
		d.blocks[0].raw, d.blocks[0].repeats = raw, repeats
		got := d.compressed()
		if !bytes.Equal(unzip(t, got), d.whole()) {
			t.Fatalf("%d bytes with %d repeats do not come back", len(raw), len(repeats))
		}
		again := d.clone().compressed()
		if !bytes.Equal(again, got) {
			t.Fatal("what was compressed before shows")
		}
	})
}

// TestBlocksCompress has tiles written in two blocks, with repeats up to the ends of what deflate can say. The first
// block ends at any bit.
func TestBlocksCompress(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	half := func(parts int) (raw []byte, repeats []repeat) {
		raw = make([]byte, window)
		for i := range raw {
			raw[i] = byte(rnd.IntN(256))
		}
		for i := range parts {
			length, back := 3+i%256, window-i%3
			repeats = append(repeats, repeat{uint32(len(raw)), uint32(length), uint32(back)})
			for range length {
				raw = append(raw, raw[len(raw)-back])
			}
			raw = append(raw, byte(i))
		}
		return raw, repeats
	}
	first, second := new(block), new(block)
	for n := range 30 {
		first.raw, first.repeats = half(100 * n)
		second.raw, second.repeats = half(50 * (n % 3))
		d := drawn{blocks: []*block{first, second}}
		if !bytes.Equal(unzip(t, d.compressed()), d.whole()) {
			t.Errorf("%d and %d repeats do not come back", 100*n, len(second.repeats))
		}
	}
}

// TestHuffmanCodesAreShort holds the lengths of codes against Kraft's equation and the limit, with frequencies that call
// for the longest codes there can be.
func TestHuffmanCodesAreShort(t *testing.T) {
	for _, limit := range []int{7, 15} {
		for n := 2; n <= 30 && (limit == 15 || n <= 19); n++ {
			frequency, a, b := make([]uint32, n), uint32(1), uint32(1)
			for i := range frequency {
				frequency[i], a, b = a, b, a+b // Fibonacci's numbers make a code for each length
			}
			var h huffman
			h.build(frequency, limit)
			whole := 0
			for i := range frequency {
				length := int(h.length(i))
				if length == 0 || length > limit {
					t.Fatalf("a code of %d bits, limit %d", length, limit)
				}
				whole += 1 << (limit - length)
				if i > 0 && length > int(h.length(i-1)) {
					t.Errorf("of %d symbols a more frequent one has the longer code", n)
				}
			}
			if whole != 1<<limit {
				t.Errorf("%d symbols fill %d of %d", n, whole, 1<<limit)
			}
		}
	}
}

// TestRepeatsOfHouses looks whether what the encoder says of repeats is so, and whether it is worth saying: a tile of a
// dense town comes out smaller than by search.
func TestRepeatsOfHouses(t *testing.T) {
	s := buildTown(newTown(3), 20_000)
	e, c := &encoder{compress: true}, mustCompressor(t)
	for _, id := range benchTiles(14)[:20] {
		d, err := e.tile(s.view.Load(), Buildings, id, Sees{})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range d.blocks {
			end := uint32(0)
			for _, r := range b.repeats {
				if r.at < end || r.back > window || r.back > r.at || r.length < 3 || r.length > 258 {
					t.Fatalf("%v: %+v after %d", id, r, end)
				}
				end = r.at + r.length
				if was := b.raw[r.at-r.back:]; !bytes.Equal(was[:r.length], b.raw[r.at:end]) {
					t.Fatalf("%v: %x at %d is %x before", id, b.raw[r.at:end], r.at, was[:r.length])
				}
			}
		}
		known, err := c.encode(d, Gzip)
		if err != nil {
			t.Fatal(err)
		}
		whole := d.whole()
		searched, err := c.encode(drawn{raw: whole}, Gzip)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unzip(t, known), whole) || !bytes.Equal(unzip(t, searched), whole) {
			t.Fatalf("%v does not come back", id)
		}
		if len(whole) > 5000 && len(known) >= len(searched) {
			t.Errorf("%v: %d bytes, %d by search", id, len(known), len(searched))
		}
	}
}

func mustCompressor(t *testing.T) *compressor {
	t.Helper()
	c, err := newCompressor()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
