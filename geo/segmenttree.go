package geo

import "github.com/paulmach/orb"

// leaf is how many neighbouring pieces share a box at the bottom of the tree.
const leaf = 8

// boxTree is a binary tree of boxes over the pieces in outline order. Pieces that follow each other
// lie near each other, so no sorting is needed.
type boxTree struct {
	o    *outline
	node []orb.Bound // node k has children 2k and 2k+1; leaves start at size
	size int
}

// treeMeetings does what meetings does, for outlines of many pieces.
func (o *outline) treeMeetings() *Defect {
	leaves := (len(o.segs) + leaf - 1) / leaf
	size := 1
	for size < leaves {
		size *= 2
	}
	t := boxTree{o: o, node: make([]orb.Bound, 2*size), size: size}
	nothing := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for k := range t.node {
		t.node[k] = nothing
	}
	for k := range leaves {
		for _, s := range t.pieces(size + k) {
			box := orb.Bound{Min: s.a, Max: s.a}.Extend(s.b)
			t.node[size+k] = union(t.node[size+k], box)
		}
	}
	for k := size - 1; k > 0; k-- {
		t.node[k] = union(t.node[2*k], t.node[2*k+1])
	}
	return t.within(1)
}

func union(a, b orb.Bound) orb.Bound {
	if a.IsEmpty() {
		return b
	}
	if b.IsEmpty() {
		return a
	}
	return a.Union(b)
}

// pieces returns those of a leaf.
func (t *boxTree) pieces(k int) []segment {
	from, to := t.rangeOf(k)
	return t.o.segs[from:to]
}

func (t *boxTree) rangeOf(k int) (from, to int) {
	from = (k - t.size) * leaf
	return min(from, len(t.o.segs)), min(from+leaf, len(t.o.segs))
}

// within compares all pairs of pieces under one node.
func (t *boxTree) within(k int) *Defect {
	if t.node[k].IsEmpty() {
		return nil
	}
	if k >= t.size {
		from, to := t.rangeOf(k)
		for i := from; i < to; i++ {
			if d := t.o.against(i, i+1, to); d != nil {
				return d
			}
		}
		return nil
	}
	if d := t.within(2 * k); d != nil {
		return d
	}
	if d := t.within(2*k + 1); d != nil {
		return d
	}
	return t.across(2*k, 2*k+1)
}

// across compares the pieces under one node with those under another, the first before the second.
func (t *boxTree) across(k, l int) *Defect {
	if t.node[k].IsEmpty() || t.node[l].IsEmpty() || !t.node[k].Intersects(t.node[l]) {
		return nil
	}
	if k >= t.size { // both are leaves: nodes compared are on one level
		from, to := t.rangeOf(k)
		lo, hi := t.rangeOf(l)
		for i := from; i < to; i++ {
			if d := t.o.against(i, lo, hi); d != nil {
				return d
			}
		}
		return nil
	}
	for _, pair := range [4][2]int{{2 * k, 2 * l}, {2 * k, 2*l + 1}, {2*k + 1, 2 * l}, {2*k + 1, 2*l + 1}} {
		if d := t.across(pair[0], pair[1]); d != nil {
			return d
		}
	}
	return nil
}
