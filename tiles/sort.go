package tiles

import (
	"cmp"
	"math/bits"
	"slices"
)

// ranks are rows in an order: each a word of as many leading bits of what it is sorted by as there is room for, and of its
// number. Eight bytes of a row instead of sixteen are what sorting a city has to wait for.
type ranks struct {
	words []uint64
	spare []uint64 // as many, that whoever sorts next may use
	width int      // bits of a row's number
}

func (r *ranks) row(i int) uint32 { return uint32(r.words[i] & (1<<r.width - 1)) }

// ranked sorts the rows 0 to n-1 by key. Of two rows that the leading bits of their keys do not tell apart, compare says
// which comes first; equal ones keep their order. What is given is used as memory.
func ranked(n int, key func(row int) uint64, compare func(a, b uint32) int, given [2][]uint64) ranks {
	r := ranks{words: sized(given[0], n), spare: sized(given[1], n), width: bits.Len(uint(max(n, 1) - 1))}
	var all uint64
	for row := range r.words {
		r.words[row] = key(row)
		all |= r.words[row]
	}
	unused := bits.LeadingZeros64(all)
	for row, k := range r.words {
		r.words[row] = k<<unused>>r.width<<r.width | uint64(row)
	}
	r.sort()
	r.settleTies(compare)
	return r
}

// settleTies sorts each run of rows that their words do not tell apart.
func (r *ranks) settleTies(compare func(a, b uint32) int) {
	row := func(word uint64) uint32 { return uint32(word & (1<<r.width - 1)) }
	for from, to := 0, 0; from < len(r.words); from = to {
		for to = from + 1; to < len(r.words) && r.words[to]>>r.width == r.words[from]>>r.width; {
			to++
		}
		if to > from+1 {
			slices.SortFunc(r.words[from:to], func(a, b uint64) int { return cmp.Or(compare(row(a), row(b)), cmp.Compare(a, b)) })
		}
	}
}

// sort is a radix sort, which for a city is several times faster than comparing. It moves all from words to spare and
// back.
func (r *ranks) sort() {
	if len(r.words) < 1<<10 {
		slices.Sort(r.words)
		return
	}
	const digit = 11
	a, other := r.words, r.spare
	var all uint64
	for _, w := range a {
		all |= w ^ a[0]
	}
	for s := r.width; s < 64; s += digit {
		if all>>s&(1<<digit-1) == 0 {
			continue // every word has the same digit here
		}
		var start [1<<digit + 1]int
		for _, w := range a {
			start[w>>s&(1<<digit-1)+1]++
		}
		for i := 1; i < len(start); i++ {
			start[i] += start[i-1]
		}
		for _, w := range a {
			d := w >> s & (1<<digit - 1)
			other[start[d]] = w
			start[d]++
		}
		a, other = other, a
	}
	r.words, r.spare = a, other
}

func sized(given []uint64, n int) []uint64 {
	if cap(given) < n {
		return make([]uint64, n)
	}
	return given[:n]
}
