package web

import (
	"slices"

	"fangma/geo"
	"fangma/registry"
)

// publicAnswers is what everybody may know of who answers for each cell of the
// grid now: offices with their telephones. Names are not in it.
type publicAnswers struct {
	cells []geo.Cell // ascending
	which []uint32   // of each cell, in views
	views []answerView
	seen  map[publicAnswer]uint32 // while it is being filled
}

// publicAnswer is what a view shows, to tell equal ones.
type publicAnswer struct {
	officer, administrator       registry.Person
	hasOfficer, hasAdministrator bool
	uncovered                    bool
}

func newPublicAnswers() *publicAnswers { return &publicAnswers{seen: map[publicAnswer]uint32{}} }

// add takes the cells in ascending order.
func (p *publicAnswers) add(c geo.Cell, a registry.Answer) {
	a = a.Public()
	key := publicAnswer{uncovered: a.Uncovered}
	if a.Officer != nil {
		key.officer, key.hasOfficer = *a.Officer, true
	}
	if a.Administrator != nil {
		key.administrator, key.hasAdministrator = *a.Administrator, true
	}
	n, known := p.seen[key]
	if !known {
		n = uint32(len(p.views))
		p.views = append(p.views, viewAnswer(a))
		p.seen[key] = n
	}
	p.cells, p.which = append(p.cells, c), append(p.which, n)
}

// of is who answers for a cell; for one that nobody is assigned to, nobody.
func (p *publicAnswers) of(c geo.Cell) answerView {
	i, ok := slices.BinarySearch(p.cells, c)
	if !ok {
		return viewAnswer(registry.Answering(nil, nil).Public())
	}
	return p.views[p.which[i]]
}
