package tiles

import (
	"slices"
	"sync"

	"fangma/geo"
)

// Options say how a snapshot starts. The zero value is an empty town on 1970-01-01.
type Options struct {
	Today  int32 // the registry's date
	Expect int   // about how many buildings will be added, if known: saves time and memory while loading
}

// Builder collects a whole town for a new snapshot: buildings streamed in any order, each packed at once.
// It is for one goroutine, but for AddTotals and SetAnswers, which another may call meanwhile. A town of another date, or a part of one read from elsewhere, is drawn by the same encoder:
// build a snapshot of it with that date as Today and ask it for tiles.
type Builder struct {
	snapshot  *Snapshot
	packer    packer
	rows      columns
	cells     numbering[geo.Cell]
	places    numbering[int64]
	divisions []Division
	basemap   []Feature
	counts    map[int64]int
	numbers   []uint16
	totals    totalsByCode
	plans     []Zone
	given     []CellSums // of the grid, nil for those of the buildings
	answers   map[geo.Cell]Responsible
	room      [2][]uint64 // to sort in
}

// NewBuilder starts an empty collection.
func NewBuilder(opt Options) *Builder {
	return &Builder{
		snapshot: &Snapshot{ahead: map[uint64]Building{}, gone: map[uint64]uint32{}, totals: map[uint64]Totals{}, today: opt.Today},
		rows:     newColumns(opt.Expect, 16*opt.Expect),
		totals:   totalsByCode{code: make([]uint64, 0, opt.Expect), total: make([]total, 0, opt.Expect)},
		cells:    numbering[geo.Cell]{numbers: map[geo.Cell]uint32{}},
		places:   numbering[int64]{numbers: map[int64]uint32{}},
	}
}

// NewSnapshot is an empty town.
func NewSnapshot(opt Options) *Snapshot { return NewBuilder(opt).Build() }

// Add takes a building; what it keeps of it is a copy. Of several with the same code the one with the highest Version
// counts.
func (b *Builder) Add(building Building) {
	s := b.snapshot
	if was, ok := s.gone[building.Code]; ok && was >= building.Version {
		return
	}
	if was, ok := s.ahead[building.Code]; ok && was.Version >= building.Version {
		return
	}
	v := s.remember(building)
	if kept, ok := s.ahead[building.Code]; ok {
		s.ahead[building.Code] = kept.clone()
	}
	if v == nil {
		return
	}
	var r row
	r, b.numbers = b.packer.pack(building.Code, building.Kind, building.Version, v, b.numbers[:0])
	r.cell = b.cells.of(v.Cell)
	r.place = b.places.of(v.Division)
	b.rows.addUncounted(&r)
}

// SetDivisions gives the divisions that the zones layer draws.
func (b *Builder) SetDivisions(d []Division) { b.divisions = d }

// Count says that n buildings stand in a community without giving them: enough to draw the zones of a town that
// nobody wants to load.
func (b *Builder) Count(community int64, n int) {
	if b.counts == nil {
		b.counts = map[int64]int{}
	}
	b.counts[community] += n
	b.places.of(community)
}

// AddTotals takes the totals of a building, which may come before or after it; what it keeps of them is a copy. Of several
// with the same code the one with the highest Version counts.
func (b *Builder) AddTotals(t Totals) { b.totals.add(b.snapshot, t) }

// SetZones gives the zones of planners.
func (b *Builder) SetZones(z []Zone) { b.plans = z }

// SetAnswers says who answers for the cells of the grid.
func (b *Builder) SetAnswers(answers map[geo.Cell]Responsible) { b.answers = answers }

// SetBasemap gives the features of the basemap.
func (b *Builder) SetBasemap(f []Feature) { b.basemap = f }

// Houses makes the snapshot as far as buildings, zones and the basemap are concerned, so that their tiles can be drawn while
// totals and answers are still being read: they are half of what there is to a town. What is summed over houses, and the
// grid, are empty until Build has made the same snapshot whole; nothing may change it before.
func (b *Builder) Houses() *Snapshot {
	s := b.snapshot
	v := &view{seq: 1, today: s.today, over: &overlay{}, heat: &heat{}, answers: &answerSet{}}
	codes := make(chan codeOrder, 1)
	var rest sync.WaitGroup
	rest.Go(func() { // beside the order on the map
		order := b.byCode()
		codes <- order
		b.room = order.room
		v.cells, v.places = b.cells.dictionary(), b.places.dictionary()
		s.divisions, s.plans = slices.Clone(b.divisions), slices.Clone(b.plans)
		v.zones, v.plans = newZoneSet(s.divisions, s.today), newPlanSet(s.plans, s.today)
		v.basemap = newBasemap(b.basemap)
	})
	v.base = b.placed(b.byPlace(), <-codes)
	rest.Wait()
	b.rows = columns{}
	v.count = v.base.len()
	v.direct = make([]int32, len(b.places.values))
	for _, p := range v.base.place {
		v.direct[p]++
	}
	for community, n := range b.counts {
		v.direct[b.places.of(community)] += int32(n)
	}
	v.totals = v.zones.totals(v.places.values, v.direct)
	s.view.Store(v)
	return s
}

// Build makes the snapshot, whether Houses has begun it or not. The builder is spent afterwards.
func (b *Builder) Build() *Snapshot {
	s := b.snapshot
	if s.view.Load() == nil {
		b.Houses()
	}
	n := *s.view.Load()
	known := make(chan cellBoxes, 1)
	var rest sync.WaitGroup
	rest.Go(func() {
		var boxes cellBoxes
		boxes = boxes.with(validCells(b.cells.values))
		known <- boxes
		n.answers = newAnswerSet(b.answers, boxes)
	})
	n.base = n.base.withTotals(func(base *base) { b.totals.settle(s, base, b.room) }, s.today)
	if b.given == nil {
		b.given = n.base.sumsByCell(n.cells)
	}
	n.heat = newHeat(b.given, <-known)
	rest.Wait()
	*b = Builder{}
	s.publish(&n, Changed{Areas: []Area{wholeLayer(Density), wholeLayer(Cells)}})
	return s
}

func validCells(cells []geo.Cell) []geo.Cell {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c geo.Cell) bool { return !c.Valid() })
	slices.Sort(cells)
	return cells
}
