package tiles

import (
	"cmp"
	"slices"
)

// codeOrder is the rows that count, in the order of their codes.
type codeOrder struct {
	rows []uint32
	dead []bool     // by row, of those that do not count; nil if all do
	room [2][]keyed // that whoever sorts next may use
}

// byCode sorts the rows by code and finds those that are superseded.
func (b *Builder) byCode() codeOrder {
	order := make([]keyed, b.rows.len())
	for i := range order {
		order[i] = keyed{b.rows.face[i].code, uint32(i)}
	}
	order, left := sortKeyed(order, nil)
	c := codeOrder{rows: make([]uint32, 0, len(order)), room: [2][]keyed{order, left}}
	bury := func(row uint32) {
		if c.dead == nil {
			c.dead = make([]bool, len(order))
		}
		c.dead[row] = true
	}
	for i, o := range order {
		if i+1 < len(order) && order[i+1].key == o.key {
			next := &order[i+1] // carry the newer of two on; equal keys kept their order
			if b.rows.version[o.row] >= b.rows.version[next.row] {
				o.row, next.row = next.row, o.row
			}
			bury(o.row)
			continue
		}
		if b.snapshot.supersedes(o.key, b.rows.version[o.row]) {
			bury(o.row)
			continue
		}
		c.rows = append(c.rows, o.row)
	}
	return c
}

// byPlace sorts all rows by their place on the map, and those at the same place by code.
func (b *Builder) byPlace() []keyed {
	order := make([]keyed, b.rows.len())
	for i := range order {
		order[i] = keyed{b.rows.key(i), uint32(i)}
	}
	order, _ = sortKeyed(order, nil)
	for from, to := 0, 0; from < len(order); from = to {
		for to = from + 1; to < len(order) && order[to].key == order[from].key; {
			to++
		}
		if to > from+1 {
			slices.SortFunc(order[from:to], func(x, y keyed) int { return cmp.Compare(b.rows.face[x.row].code, b.rows.face[y.row].code) })
		}
	}
	return order
}

// placed puts the rows that count in their order on the map.
func (b *Builder) placed(onMap []keyed, c codeOrder) *base {
	rows, at := make([]uint32, 0, len(c.rows)), make([]uint32, len(onMap))
	for _, o := range onMap {
		if c.dead == nil || !c.dead[o.row] {
			at[o.row] = uint32(len(rows))
			rows = append(rows, o.row)
		}
	}
	for i, row := range c.rows {
		c.rows[i] = at[row]
	}
	n := &base{columns: b.rows.reordered(rows), byCode: c.rows}
	n.index(nil)
	return n
}
