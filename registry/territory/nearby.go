package territory

import (
	"cmp"
	"math"
	"slices"
)

// nearby finds the nearest node of another piece: a k-d tree whose branches
// know whether they hold one piece only, so that the inside of a large piece
// is never searched.
type nearby struct {
	x, y  []float64
	label []int32
	order []int32 // the nodes, as the tree has them
	whole []int32 // for each branch its only label, or mixed
}

const mixed = -2

func newNearby(x, y []float64, label []int32) *nearby {
	t := &nearby{x: x, y: y, label: label, order: make([]int32, len(x)), whole: make([]int32, 4*len(x)+4)}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	t.build(1, 0, len(t.order), true)
	return t
}

const leaf = 8

func (t *nearby) build(branch, from, to int, byX bool) {
	t.whole[branch] = t.label[t.order[from]]
	for _, i := range t.order[from:to] {
		if t.label[i] != t.whole[branch] {
			t.whole[branch] = mixed
			break
		}
	}
	if to-from <= leaf {
		return
	}
	axis := t.axis(byX)
	slices.SortFunc(t.order[from:to], func(p, q int32) int { return cmp.Or(cmp.Compare(axis[p], axis[q]), cmp.Compare(p, q)) })
	middle := (from + to) / 2
	t.build(2*branch, from, middle, !byX)
	t.build(2*branch+1, middle, to, !byX)
}

func (t *nearby) axis(byX bool) []float64 {
	if byX {
		return t.x
	}
	return t.y
}

// foreign gives the nearest node with another label that is nearer than
// within, and its distance; -1 if there is none.
func (t *nearby) foreign(i int32, within float64) (int32, float64) {
	found := int32(-1)
	t.search(1, 0, len(t.order), true, i, &found, &within)
	return found, within
}

func (t *nearby) search(branch, from, to int, byX bool, i int32, found *int32, within *float64) {
	if t.whole[branch] == t.label[i] {
		return
	}
	if to-from <= leaf {
		for _, j := range t.order[from:to] {
			if t.label[j] == t.label[i] {
				continue
			}
			if d := math.Hypot(t.x[i]-t.x[j], t.y[i]-t.y[j]); d < *within {
				*found, *within = j, d
			}
		}
		return
	}
	middle := (from + to) / 2
	axis := t.axis(byX)
	off := axis[i] - axis[t.order[middle]]
	if off < 0 {
		t.search(2*branch, from, middle, !byX, i, found, within)
		if -off < *within {
			t.search(2*branch+1, middle, to, !byX, i, found, within)
		}
		return
	}
	t.search(2*branch+1, middle, to, !byX, i, found, within)
	if off <= *within {
		t.search(2*branch, from, middle, !byX, i, found, within)
	}
}
