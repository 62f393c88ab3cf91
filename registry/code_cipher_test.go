package registry

import (
	"errors"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The construction is the same for every domain size, so a whole small domain proves what a sample of 10^9 cannot.
func TestPermutationIsABijection(t *testing.T) {
	for _, size := range []uint64{1, 2, 3, 10, 97, 4095, 4096, 4097, 10_000, 1_000_000} {
		for _, kind := range []Kind{KindBuilding, KindTest} {
			if size == 1_000_000 && (testing.Short() || kind != KindBuilding) {
				continue
			}
			p := newPermutation(Key{42}, size)
			reached := make([]bool, size)
			for n := range size {
				to := p.forward(kind, n)
				if to >= size || reached[to] {
					t.Fatalf("size %d, %v: %d goes to %d, which is outside or taken", size, kind, n, to)
				}
				reached[to] = true
				if back := p.backward(kind, to); back != n {
					t.Fatalf("size %d, %v: %d goes to %d and back to %d", size, kind, n, to, back)
				}
			}
		}
	}
}

func TestCounterIsTheInverseOfCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]Kind{KindBuilding, KindDwelling, KindEntrance, KindTest}).Draw(t, "kind")
		counter := rapid.Int64Range(0, serialSize-1).Draw(t, "counter")
		code, err := testCipher.Code(kind, counter)
		if err != nil || !code.Valid() || code.Kind() != kind {
			t.Fatalf("%v, %v", code, err)
		}
		gotKind, got, err := testCipher.Counter(code)
		if err != nil || gotKind != kind || got != counter {
			t.Fatalf("%v %d is minted as %v, which counts %v %d, %v", kind, counter, code, gotKind, got, err)
		}
	})
}

// A key in use is used for ever: if this test breaks, existing registries would mint their codes twice.
func TestCipherNeverChanges(t *testing.T) {
	var key Key
	for i := range key {
		key[i] = byte(i)
	}
	cipher := NewCipher(key)
	var got []string
	for _, kind := range []Kind{KindBuilding, KindDwelling} {
		for _, counter := range []int64{0, 1, 2, serialSize - 1} {
			code, err := cipher.Code(kind, counter)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, code.String())
		}
	}
	want := []string{
		"128993046632", "128849545026", "154318280574", "194484917939",
		"264188359496", "202164417057", "272314157651", "288809591688",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestKeysAndKindsAreIndependent(t *testing.T) {
	one, other := NewCipher(Key{1}), NewCipher(Key{2})
	sameKey, sameKind := 0, 0
	for n := range int64(1000) {
		a, _ := one.Code(KindBuilding, n)
		b, _ := other.Code(KindBuilding, n)
		c, _ := one.Code(KindDwelling, n)
		if a == b {
			sameKey++
		}
		if a/100%serialSize == c/100%serialSize {
			sameKind++
		}
	}
	if sameKey > 1 || sameKind > 1 {
		t.Errorf("%d codes agree under two keys, %d serials for two kinds", sameKey, sameKind)
	}
}

// Flipping one bit of the counter must flip about half of the bits of the number behind it.
func TestNeighboursAreNotNeighbours(t *testing.T) {
	const counters = 2000
	p := newPermutation(Key{9}, 1<<30)
	var flipped int
	for n := range uint64(counters) {
		flipped += bits.OnesCount64(p.forward(KindBuilding, 2*n) ^ p.forward(KindBuilding, 2*n+1))
	}
	if mean := float64(flipped) / counters; mean < 14.5 || mean > 15.5 {
		t.Errorf("%.2f of 30 bits differ between neighbours, want about 15", mean)
	}
	ascending := 0
	for n := range uint64(counters) {
		if p.forward(KindBuilding, n) < p.forward(KindBuilding, n+1) {
			ascending++
		}
	}
	if ascending < counters*45/100 || ascending > counters*55/100 {
		t.Errorf("%d of %d neighbours ascend", ascending, counters)
	}
}

func TestCipherRefuses(t *testing.T) {
	for _, counter := range []int64{-1, serialSize, 1 << 40} {
		if _, err := testCipher.Code(KindBuilding, counter); !errors.Is(err, ErrNoCodesLeft) {
			t.Errorf("counter %d: %v", counter, err)
		}
	}
	if _, err := testCipher.Code(4, 1); err == nil {
		t.Error("codes are minted for a kind that is not known")
	}
	for _, code := range []Code{0, 112345678974, makeCode(4, 1)} {
		if _, _, err := testCipher.Counter(code); err == nil {
			t.Errorf("%d has a counter", int64(code))
		}
	}
}

func TestBlocksDoNotOverlap(t *testing.T) {
	seen := map[Code]bool{}
	for _, block := range []Block{{KindBuilding, 0, 500}, {KindBuilding, 500, 1000}, {KindDwelling, 0, 500}} {
		n := int64(0)
		for code := range testCipher.Codes(block) {
			if seen[code] {
				t.Fatalf("%v is in two blocks", code)
			}
			seen[code] = true
			n++
		}
		if n != block.Len() {
			t.Errorf("%v gives %d codes", block, n)
		}
	}
	if n := len(slices.Collect(testCipher.Codes(Block{KindBuilding, serialSize - 2, serialSize + 5}))); n != 2 {
		t.Errorf("the last block gives %d codes, want 2", n)
	}
	if n := len(slices.Collect(testCipher.Codes(Block{KindBuilding, 7, 3}))); n != 0 || (Block{KindBuilding, 7, 3}).Len() != 0 {
		t.Errorf("a reversed block gives %d codes", n)
	}
	for range testCipher.Codes(Block{KindBuilding, 0, 10}) {
		break // the iterator must stop when asked
	}
}

func BenchmarkCode(b *testing.B) {
	for n := int64(0); b.Loop(); n++ {
		_, _ = testCipher.Code(KindBuilding, n)
	}
}

func BenchmarkCounter(b *testing.B) {
	for b.Loop() {
		_, _, _ = testCipher.Counter(112345678973)
	}
}

func BenchmarkParseCode(b *testing.B) {
	for b.Loop() {
		_, _ = ParseCode("1123 4567 8973")
	}
}
