package tiles

import (
	"cmp"

	"fangma/geo"
)

// totalsByCode collects the totals of a whole town, in any order.
type totalsByCode struct {
	code  []uint64
	total []total
}

// add keeps a total that no later day changes in 28 bytes; any other goes to the snapshot with all its spans.
func (c *totalsByCode) add(s *Snapshot, t Totals) {
	if was, ok := s.totals[t.Code]; ok && was.Version >= t.Version {
		return
	}
	delete(s.totals, t.Code)
	if !t.turnsAfter(s.today) {
		c.code, c.total = append(c.code, t.Code), append(c.total, t.on(s.today))
		return
	}
	t.Spans = append([]TotalSpan(nil), t.Spans...)
	s.totals[t.Code] = t
}

// settle gives every row its total; what has no row waits in the snapshot. Room may be used.
func (c *totalsByCode) settle(s *Snapshot, b *base, room [2][]uint64) {
	order := ranked(len(c.code), func(i int) uint64 { return c.code[i] }, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(c.code[x], c.code[y]), cmp.Compare(c.total[x].version, c.total[y].version), cmp.Compare(y, x))
	}, room)
	rows := b.byCode
	for i := range order.words {
		at := order.row(i)
		code, t := c.code[at], c.total[at]
		if i+1 < len(order.words) && c.code[order.row(i+1)] == code {
			continue // a newer one follows
		}
		if was, ok := s.totals[code]; ok && was.Version >= t.version {
			continue
		}
		for len(rows) > 0 && b.face[rows[0]].code < code {
			rows = rows[1:]
		}
		if len(rows) > 0 && b.face[rows[0]].code == code {
			delete(s.totals, code)
			b.total[rows[0]] = t
		} else {
			s.totals[code] = t.forever(code)
		}
	}
	for code := range s.totals {
		if i := b.find(code); i >= 0 {
			b.total[i] = s.totalToday(code, b.total[i])
		}
	}
	*c = totalsByCode{}
}

// sumsByCell sums the rows up by cell, in the order of cells.
func (b *base) sumsByCell(cells *dictionary[geo.Cell]) []CellSums {
	sums := make([]Sums, len(cells.values))
	for i, c := range b.cell {
		sums[c].add(b.total[i].sums(b.floorArea[i], b.day))
	}
	out := make([]CellSums, 0, len(sums))
	for _, n := range cells.sorted {
		if sums[n] != (Sums{}) {
			out = append(out, CellSums{cells.values[n], sums[n]})
		}
	}
	return out
}
