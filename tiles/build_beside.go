package tiles

import "maps"

// Beside is a builder for another goroutine, which takes a share of the buildings. Join brings them together.
func (b *Builder) Beside(expect int) *Builder {
	return NewBuilder(Options{Today: b.snapshot.today, Expect: expect})
}

// Join takes the buildings that were added to another builder, which is spent afterwards. As with Add, of several with the
// same code the one with the highest version counts.
func (b *Builder) Join(o *Builder) {
	cells, places := make([]uint32, len(o.cellIDs)), make([]uint32, len(o.placeIDs))
	for i, c := range o.cellIDs {
		cells[i] = number(b.cells, &b.cellIDs, c)
	}
	for i, p := range o.placeIDs {
		places[i] = number(b.places, &b.placeIDs, p)
	}
	at := b.rows.len()
	b.rows.addRange(&o.rows, 0, o.rows.len())
	maps.Copy(b.rows.odd, o.rows.odd)
	for i := range b.rows.cell[at:] {
		b.rows.cell[at+i] = cells[b.rows.cell[at+i]]
		b.rows.place[at+i] = places[b.rows.place[at+i]]
	}
	s := b.snapshot
	for code, version := range o.snapshot.gone {
		s.gone[code] = max(s.gone[code], version)
	}
	for code, later := range o.snapshot.ahead {
		if was, ok := s.ahead[code]; !ok || was.Version < later.Version {
			s.ahead[code] = later
		}
	}
	*o = Builder{}
}
