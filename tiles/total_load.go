package tiles

import (
	"slices"

	"fangma/geo"
)

// totalsByCode collects the totals of a whole town, in any order.
type totalsByCode struct {
	code  []uint64
	total []total
	order []keyed // of all, by code, once they are sorted
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

// sort puts what there is in the order of codes, in room that it may use.
func (c *totalsByCode) sort(room [2][]keyed) {
	order := slices.Grow(room[0][:0], len(c.code))
	for i, code := range c.code {
		order = append(order, keyed{code, uint32(i)})
	}
	c.order, _ = sortKeyed(order, room[1])
}

// settle gives every row its total, once they are sorted. What has no row waits in the snapshot.
func (c *totalsByCode) settle(s *Snapshot, b *base) {
	order, rows := c.order, b.byCode
	for i, o := range order {
		t := c.total[o.row]
		if i+1 < len(order) && order[i+1].key == o.key {
			if next := &order[i+1]; c.total[next.row].version <= t.version {
				next.row = o.row
			}
			continue
		}
		if was, ok := s.totals[o.key]; ok && was.Version >= t.version {
			continue
		}
		for len(rows) > 0 && b.face[rows[0]].code < o.key {
			rows = rows[1:]
		}
		if len(rows) > 0 && b.face[rows[0]].code == o.key {
			delete(s.totals, o.key)
			b.total[rows[0]] = t
		} else {
			s.totals[o.key] = t.forever(o.key)
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
