package tiles

import (
	"math/bits"
	"slices"
)

// huffman is a prefix code of least length over the symbols of an alphabet, as RFC 1951 (deflate) has it: canonical, no
// code longer than a limit. Its buffers are reused.
type huffman struct {
	codes []uint32 // by symbol: the code's bits, first one lowest, in the upper 24; its length in the lower 8
	order []uint64 // symbols that occur, rarest first: frequency, then symbol in the lower 16 bits
	other []uint64 // while they are sorted
	work  []uint32
}

// length is how many bits a symbol takes, 0 if it does not occur.
func (h *huffman) length(symbol int) uint8 { return uint8(h.codes[symbol]) }

// build makes the code for symbols with the given frequencies. A lone symbol gets one bit.
func (h *huffman) build(frequency []uint32, limit int) {
	h.order = h.order[:0]
	for symbol, n := range frequency {
		if n > 0 {
			h.order = append(h.order, uint64(n)<<16|uint64(symbol))
		}
	}
	h.sort()
	h.codes = slices.Grow(h.codes[:0], len(frequency))[:len(frequency)]
	clear(h.codes)
	h.assign(h.lengths(limit))
}

// sort puts the symbols, which come in their order, in that of their frequencies: by counting, byte by byte, since there
// are some hundred of them and a small tile has little else to do.
func (h *huffman) sort() {
	all := uint64(0)
	for _, o := range h.order {
		all |= o
	}
	h.other = slices.Grow(h.other[:0], len(h.order))[:len(h.order)]
	for shift := 16; all>>shift > 0; shift += 8 {
		var start [257]uint16
		for _, o := range h.order {
			start[o>>shift&0xff+1]++
		}
		for i := 1; i < len(start); i++ {
			start[i] += start[i-1]
		}
		for _, o := range h.order {
			digit := o >> shift & 0xff
			h.other[start[digit]] = o
			start[digit]++
		}
		h.order, h.other = h.other, h.order
	}
}

// lengths counts how many symbols get a code of each length.
func (h *huffman) lengths(limit int) (count [16]int) {
	n := len(h.order)
	switch n {
	case 0:
		return count
	case 1:
		count[1] = 1
		return count
	}
	h.work = h.work[:0]
	for _, o := range h.order {
		h.work = append(h.work, uint32(o>>16))
	}
	minimumRedundancy(h.work)
	whole := 0 // Kraft's sum, in units of the longest code
	for _, depth := range h.work {
		length := min(int(depth), limit)
		count[length]++
		whole += 1 << (limit - length)
	}
	// Codes that were cut to the limit take more room than there is: lengthen others until all fit.
	for ; whole > 1<<limit; whole-- {
		count[limit]--
		for length := limit - 1; ; length-- {
			if count[length] > 0 {
				count[length]--
				count[length+1] += 2
				break
			}
		}
	}
	return count
}

// assign gives the longest codes to the rarest symbols, and numbers codes of a length by symbol.
func (h *huffman) assign(count [16]int) {
	var next [17]uint32
	for length := 1; length < 16; length++ {
		next[length+1] = (next[length] + uint32(count[length])) << 1
	}
	at := 0
	for length := 15; length > 0; length-- {
		for range count[length] {
			h.codes[h.order[at]&0xffff] = uint32(length)
			at++
		}
	}
	for symbol, length := range h.codes {
		if length > 0 {
			h.codes[symbol] = bits.Reverse32(next[length])>>(32-length)<<8 | length
			next[length]++
		}
	}
}

// minimumRedundancy turns frequencies, two or more in ascending order, into the lengths of their codes, in place.
// A. Moffat and J. Katajainen, In-Place Calculation of Minimum-Redundancy Codes, 1995.
func minimumRedundancy(a []uint32) {
	n := len(a)
	// Join the two lightest again and again; a joined node's place keeps its parent.
	a[0] += a[1]
	root, leaf := 0, 2
	lightest := func(next int) uint32 {
		if leaf >= n || root < next && a[root] < a[leaf] {
			w := a[root]
			a[root] = uint32(next)
			root++
			return w
		}
		leaf++
		return a[leaf-1]
	}
	for next := 1; next < n-1; next++ {
		w := lightest(next)
		a[next] = w + lightest(next)
	}
	// From parents to depths of the inner nodes.
	a[n-2] = 0
	for next := n - 3; next >= 0; next-- {
		a[next] = a[a[next]] + 1
	}
	// From those to the depths of the leaves.
	free, depth, inner, next := 1, uint32(0), n-2, n-1
	for free > 0 {
		used := 0
		for inner >= 0 && a[inner] == depth {
			used++
			inner--
		}
		for ; free > used; free-- {
			a[next] = depth
			next--
		}
		free, depth = 2*used, depth+1
	}
}
