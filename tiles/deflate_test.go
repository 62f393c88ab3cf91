package tiles

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
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

// TestKnownRepeatsCompress makes up bytes and repeats of every kind, down to none at all, and has them read by the
// standard library. The deflater is the same throughout: nothing of one tile may show in the next.
func TestKnownRepeatsCompress(t *testing.T) {
	d := new(deflater)
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
		got := d.gzip(drawn{raw: raw, known: true, repeats: repeats})
		if !bytes.Equal(unzip(t, got), raw) {
			t.Fatalf("%d bytes with %d repeats do not come back", len(raw), len(repeats))
		}
		again := new(deflater).gzip(drawn{raw: raw, known: true, repeats: repeats})
		if !bytes.Equal(again, got) {
			t.Fatal("what was compressed before shows")
		}
	})
}

// TestHalvesCompress has tiles written in two blocks, with repeats up to the ends of what deflate can say. The first
// block ends at any bit.
func TestHalvesCompress(t *testing.T) {
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
	d := new(deflater)
	for n := range 30 {
		raw, repeats := half(100 * n)
		middle := uint32(len(raw))
		second, more := half(50 * (n % 3))
		for _, r := range more {
			repeats = append(repeats, repeat{r.at + middle, r.length, r.back})
		}
		raw = append(raw, second...)
		if !bytes.Equal(unzip(t, d.gzip(drawn{raw: raw, known: true, repeats: repeats, middle: middle})), raw) {
			t.Errorf("%d and %d repeats do not come back", 100*n, len(more))
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
	e, c := new(encoder), mustCompressor(t)
	for _, id := range benchTiles(14)[:20] {
		d, err := e.tile(s.view.Load(), Buildings, id, Sees{})
		if err != nil {
			t.Fatal(err)
		}
		end := uint32(0)
		for _, r := range d.repeats {
			if r.at < end || r.back > window || r.back > r.at || r.length < 3 || r.length > 258 {
				t.Fatalf("%v: %+v after %d", id, r, end)
			}
			end = r.at + r.length
			if was := d.raw[r.at-r.back:]; !bytes.Equal(was[:r.length], d.raw[r.at:end]) {
				t.Fatalf("%v: %x at %d is %x before", id, d.raw[r.at:end], r.at, was[:r.length])
			}
		}
		known, err := c.encode(d, Gzip)
		if err != nil {
			t.Fatal(err)
		}
		searched, err := c.encode(drawn{raw: d.raw}, Gzip)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unzip(t, known), d.raw) || !bytes.Equal(unzip(t, searched), d.raw) {
			t.Fatalf("%v does not come back", id)
		}
		if len(d.raw) > 5000 && len(known) >= len(searched) {
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
