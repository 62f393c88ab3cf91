package tiles

import (
	"math"
	"slices"
)

// pages are sums in a row, of which a copy shares all pages but those that it writes. They take half the memory as long
// as no sum needs more than 32 bits; one that does widens all of them.
type pages struct {
	slim []*slimPage
	wide []*widePage // instead of slim
}

const pageLog = 6

type (
	slimPage [1 << pageLog]slimSums
	widePage [1 << pageLog]Sums
)

type slimSums struct {
	buildings, dwellings, heads, permits, unconfirmed, inhabited, floorArea uint32
}

func newPages(size int) pages {
	p := pages{slim: make([]*slimPage, (size+1<<pageLog-1)>>pageLog)}
	for i := range p.slim {
		p.slim[i] = new(slimPage)
	}
	return p
}

func (p *pages) clone() pages { return pages{slices.Clone(p.slim), slices.Clone(p.wide)} }

// own copies a page that others may hold too.
func (p *pages) own(page int) {
	if p.wide != nil {
		copied := *p.wide[page]
		p.wide[page] = &copied
		return
	}
	copied := *p.slim[page]
	p.slim[page] = &copied
}

func (p *pages) at(i int) Sums {
	page, k := i>>pageLog, i&(1<<pageLog-1)
	if p.wide != nil {
		return p.wide[page][k]
	}
	s := &p.slim[page][k]
	return Sums{
		Buildings: int64(s.buildings), Dwellings: int64(s.dwellings), Heads: int64(s.heads), Permits: int64(s.permits),
		Unconfirmed: int64(s.unconfirmed), Inhabited: int64(s.inhabited), FloorArea: int64(s.floorArea),
	}
}

// put writes to a page that the caller owns.
func (p *pages) put(i int, s Sums) {
	if p.wide == nil && max(s.Buildings, s.Dwellings, s.Heads, s.Permits, s.FloorArea) > math.MaxUint32 {
		p.widen()
	}
	page, k := i>>pageLog, i&(1<<pageLog-1)
	if p.wide != nil {
		p.wide[page][k] = s
		return
	}
	p.slim[page][k] = slimSums{
		uint32(s.Buildings), uint32(s.Dwellings), uint32(s.Heads), uint32(s.Permits),
		uint32(s.Unconfirmed), uint32(s.Inhabited), uint32(s.FloorArea),
	}
}

func (p *pages) widen() {
	wide := make([]*widePage, len(p.slim))
	for i := range wide {
		wide[i] = new(widePage)
		for k := range wide[i] {
			wide[i][k] = p.at(i<<pageLog + k)
		}
	}
	p.slim, p.wide = nil, wide
}

func (p *pages) bytes() int { return len(p.slim)*(8+28<<pageLog) + len(p.wide)*(8+56<<pageLog) }
