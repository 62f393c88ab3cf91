package tiles

import (
	"cmp"
	"slices"
)

// base is the bulk of the town: rows ordered by (key, code), with a tree over them and an index by code. It
// never changes.
type base struct {
	columns
	tree   tree
	byCode []uint32 // rows in the order of their codes
	inCell []box    // by cell ordinal: the box of the points in it
	upTo   []Sums   // the sums of all rows before each of the tree's lowest nodes, and of all; on
	day    int32
}

// index makes what follows from the columns alone.
func (b *base) index(p *pace) {
	b.tree = buildTree(b.len(), func(i int) box {
		p.after(i)
		return b.box(i)
	})
	cells := uint32(0)
	for _, c := range b.cell {
		cells = max(cells, c+1)
	}
	b.inCell = make([]box, cells)
	for i := range b.inCell {
		b.inCell[i] = noBox()
	}
	for i, c := range b.cell {
		p.after(i)
		x, y := b.point(i)
		b.inCell[c] = b.inCell[c].with(box{x, y, x, y})
	}
}

// find returns the row of a code, or -1. Codes are spread evenly, so the place is guessed from the
// value first; when guessing does not get anywhere, halving does.
func (b *base) find(code uint64) int {
	lo, hi := 0, len(b.byCode)-1
	if hi < 0 {
		return -1
	}
	first, last := b.face[b.byCode[lo]].code, b.face[b.byCode[hi]].code
	for step := 0; lo <= hi && code >= first && code <= last; step++ {
		mid := lo + (hi-lo)/2
		if step < 8 && last > first {
			mid = lo + int(float64(code-first)/float64(last-first)*float64(hi-lo))
		}
		switch got := b.face[b.byCode[mid]].code; {
		case got == code:
			return int(b.byCode[mid])
		case got < code:
			lo, first = mid+1, got
		default:
			hi, last = mid-1, got
		}
	}
	return -1
}

// position returns the first row that does not come before (key, code).
func (b *base) position(key, code uint64) int {
	lo, hi := 0, b.len()
	for lo < hi {
		mid := (lo + hi) / 2
		k := b.key(mid)
		if k < key || k == key && b.face[mid].code < code {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// sumUp makes the sums of a day.
func (b *base) sumUp(day int32, p *pace) {
	b.day, b.upTo = day, make([]Sums, 1, (b.len()+fanOut-1)/fanOut+1)
	var sum Sums
	for i := range b.total {
		p.after(i)
		sum.add(b.total[i].sums(b.floorArea[i], day))
		if i%fanOut == fanOut-1 || i == b.len()-1 {
			b.upTo = append(b.upTo, sum)
		}
	}
}

// asOf returns the same base with the sums of another day.
func (b *base) asOf(day int32) *base {
	n := *b
	n.sumUp(day, nil)
	return &n
}

func (b *base) bytes() int {
	return b.columns.bytes() + b.tree.bytes() + 4*cap(b.byCode) + 16*cap(b.inCell) + 56*cap(b.upTo)
}

// keyed is a row with what it is to be sorted by.
type keyed struct {
	key uint64
	row uint32
}

// sortKeyed sorts by key and keeps equal keys in their order: a radix sort, which for a city is several times
// faster than comparing. It moves all from a to other and back, so either may come out sorted; what is in the one that
// is left is of no use. The other is made if it is too small.
func sortKeyed(a, other []keyed) (sorted, left []keyed) {
	if len(a) < 1<<10 {
		slices.SortStableFunc(a, func(x, y keyed) int { return cmp.Compare(x.key, y.key) })
		return a, other
	}
	const bits = 11
	other = slices.Grow(other[:0], len(a))[:len(a)]
	var all uint64
	for _, k := range a {
		all |= k.key ^ a[0].key
	}
	for s := 0; s < 64; s += bits {
		if all>>s&(1<<bits-1) == 0 {
			continue // every key has the same digit here
		}
		var start [1<<bits + 1]int
		for _, k := range a {
			start[k.key>>s&(1<<bits-1)+1]++
		}
		for i := 1; i < len(start); i++ {
			start[i] += start[i-1]
		}
		for _, k := range a {
			d := k.key >> s & (1<<bits - 1)
			other[start[d]] = k
			start[d]++
		}
		a, other = other, a
	}
	return a, other
}
