package tiles

import (
	"cmp"
	"slices"
)

// overlay holds what changed since the base was made: rows that replace or add, and codes that are gone. It
// never changes either; every batch makes a new one, which copies some kilobytes.
type overlay struct {
	entries []entry   // by code
	rows    []overRow // the entries that have a row, by (key, code)
	dead    []uint32  // rows of the base that no longer count, ascending
}

type entry struct {
	code uint64
	row  *row  // nil: no longer on the map
	base int32 // its row in the base, or -1
}

type overRow struct {
	key uint64
	box box
	row *row
}

func (a overRow) compare(b overRow) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row.code, b.row.code))
}

func (o *overlay) find(code uint64) (entry, bool) {
	i, ok := slices.BinarySearchFunc(o.entries, code, func(e entry, c uint64) int { return cmp.Compare(e.code, c) })
	if !ok {
		return entry{}, false
	}
	return o.entries[i], true
}

// with returns the overlay after some changes, which come by code, each code once.
func (o *overlay) with(changes []entry) *overlay {
	n := &overlay{entries: make([]entry, 0, len(o.entries)+len(changes))}
	var dead []uint32
	replaced := make(map[*row]bool)
	old := o.entries
	for _, c := range changes {
		for len(old) > 0 && old[0].code < c.code {
			n.entries = append(n.entries, old[0])
			old = old[1:]
		}
		if len(old) > 0 && old[0].code == c.code {
			replaced[old[0].row] = true
			old = old[1:]
		} else if c.base >= 0 {
			dead = append(dead, uint32(c.base))
		}
		n.entries = append(n.entries, c)
	}
	n.entries = append(n.entries, old...)
	slices.Sort(dead)
	n.dead = mergeSorted(o.dead, dead, cmp.Compare[uint32], func(uint32) bool { return true })
	n.rows = mergeSorted(o.rows, overRows(changes), overRow.compare, func(r overRow) bool { return !replaced[r.row] })
	return n
}

// overRows gives the rows of some entries in their order on the map.
func overRows(entries []entry) []overRow {
	var rows []overRow
	for _, e := range entries {
		if e.row != nil {
			rows = append(rows, overRow{e.row.key(), e.row.box, e.row})
		}
	}
	slices.SortFunc(rows, overRow.compare)
	return rows
}

// mergeSorted joins two ordered slices, without those of the first that are not kept.
func mergeSorted[T any](a, b []T, compare func(T, T) int, keep func(T) bool) []T {
	out := make([]T, 0, len(a)+len(b))
	for _, v := range a {
		if !keep(v) {
			continue
		}
		for len(b) > 0 && compare(b[0], v) < 0 {
			out = append(out, b[0])
			b = b[1:]
		}
		out = append(out, v)
	}
	return append(out, b...)
}
