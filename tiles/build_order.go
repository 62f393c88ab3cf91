package tiles

import "cmp"

// codeOrder is the rows that count, in the order of their codes.
type codeOrder struct {
	rows []uint32
	dead []bool      // by row, of those that do not count; nil if all do
	room [2][]uint64 // that whoever sorts next may use
}

// byCode sorts the rows by code and finds those that are superseded.
func (b *Builder) byCode() codeOrder {
	rows := &b.rows
	n := rows.len()
	code := func(row uint32) uint64 { return rows.face[row].code }
	order := ranked(n, func(row int) uint64 { return code(uint32(row)) },
		func(x, y uint32) int { return cmp.Compare(code(x), code(y)) }, [2][]uint64{})
	c := codeOrder{rows: make([]uint32, 0, n), room: [2][]uint64{order.words, order.spare}}
	bury := func(row uint32) {
		if c.dead == nil {
			c.dead = make([]bool, n)
		}
		c.dead[row] = true
	}
	for i := 0; i < n; i++ {
		row := order.row(i)
		for ; i+1 < n && code(order.row(i+1)) == code(row); i++ {
			next := order.row(i + 1) // the newer of two counts, of equal ones the first
			if rows.version[row] < rows.version[next] {
				row, next = next, row
			}
			bury(next)
		}
		if b.snapshot.supersedes(code(row), rows.version[row]) {
			bury(row)
			continue
		}
		c.rows = append(c.rows, row)
	}
	return c
}

// byPlace sorts all rows by their place on the map, and those at the same place by code.
func (b *Builder) byPlace() ranks {
	rows := &b.rows
	return ranked(rows.len(), rows.key, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(rows.key(int(x)), rows.key(int(y))), cmp.Compare(rows.face[x].code, rows.face[y].code))
	}, [2][]uint64{})
}

// placed puts the rows that count in their order on the map.
func (b *Builder) placed(onMap ranks, c codeOrder) *base {
	rows, at := make([]uint32, 0, len(c.rows)), make([]uint32, len(onMap.words))
	for i := range onMap.words {
		if row := onMap.row(i); c.dead == nil || !c.dead[row] {
			at[row] = uint32(len(rows))
			rows = append(rows, row)
		}
	}
	for i, row := range c.rows {
		c.rows[i] = at[row]
	}
	n := &base{columns: b.rows.reordered(rows), byCode: c.rows}
	n.index(nil)
	return n
}
