package tiles

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

// withTotals returns the same rows with totals that are yet to be filled in, and sums them up.
func (b *base) withTotals(fill func(*base), day int32) *base {
	n := *b
	n.total = make([]total, b.len())
	fill(&n)
	n.sumUp(day, nil)
	return &n
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
