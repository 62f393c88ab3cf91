package tiles

import (
	"cmp"
	"slices"
)

// dictionary numbers values from 0 in the order in which they first came. It never changes: grown gives a
// larger one that keeps every number.
type dictionary[T cmp.Ordered] struct {
	values []T
	sorted []uint32 // numbers in the order of their values
}

// find returns the number of a value.
func (d *dictionary[T]) find(v T) (uint32, bool) {
	i, ok := slices.BinarySearchFunc(d.sorted, v, func(n uint32, v T) int { return cmp.Compare(d.values[n], v) })
	if !ok {
		return 0, false
	}
	return d.sorted[i], true
}

// grown holds the given values too.
func (d *dictionary[T]) grown(more []T) *dictionary[T] {
	var fresh []T
	for _, v := range more {
		if _, ok := d.find(v); !ok {
			fresh = append(fresh, v)
		}
	}
	if len(fresh) == 0 {
		return d
	}
	slices.Sort(fresh)
	fresh = slices.Compact(fresh)
	g := &dictionary[T]{
		values: append(slices.Clip(d.values), fresh...),
		sorted: make([]uint32, 0, len(d.sorted)+len(fresh)),
	}
	old := d.sorted
	for i, v := range fresh {
		for len(old) > 0 && d.values[old[0]] < v {
			g.sorted = append(g.sorted, old[0])
			old = old[1:]
		}
		g.sorted = append(g.sorted, uint32(len(d.values)+i))
	}
	g.sorted = append(g.sorted, old...)
	return g
}

// numbering makes a dictionary: it numbers values as they come.
type numbering[T cmp.Ordered] struct {
	numbers map[T]uint32
	values  []T
	last    uint32 // number of the last value asked for: neighbours mostly have it in common
}

func (n *numbering[T]) of(v T) uint32 {
	if int(n.last) < len(n.values) && n.values[n.last] == v {
		return n.last
	}
	known := false
	if n.last, known = n.numbers[v]; !known {
		n.last = uint32(len(n.values))
		n.numbers[v] = n.last
		n.values = append(n.values, v)
	}
	return n.last
}

func (n *numbering[T]) dictionary() *dictionary[T] {
	d := &dictionary[T]{values: slices.Clone(n.values), sorted: make([]uint32, len(n.values))}
	for i := range d.sorted {
		d.sorted[i] = uint32(i)
	}
	slices.SortFunc(d.sorted, func(a, b uint32) int { return cmp.Compare(n.values[a], n.values[b]) })
	return d
}
