package tiles

import (
	"cmp"
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
// It is for one goroutine, but for AddTotals, SetZones and SetAnswers, which another may call meanwhile. A town of another date, or a part of one read from elsewhere, is drawn by the same encoder:
// build a snapshot of it with that date as Today and ask it for tiles.
type Builder struct {
	snapshot  *Snapshot
	packer    packer
	rows      columns
	cells     map[geo.Cell]uint32
	places    map[int64]uint32
	cellIDs   []geo.Cell
	placeIDs  []int64
	divisions []Division
	basemap   []Feature
	counts    map[int64]int
	numbers   []uint16
	totals    totalsByCode
	plans     []Zone
	given     []CellSums // of the grid, nil for those of the buildings
	answers   map[geo.Cell]Responsible
}

// NewBuilder starts an empty collection.
func NewBuilder(opt Options) *Builder {
	return &Builder{
		snapshot: &Snapshot{ahead: map[uint64]Building{}, gone: map[uint64]uint32{}, totals: map[uint64]Totals{}, today: opt.Today},
		rows:     newColumns(opt.Expect, 16*opt.Expect),
		totals:   totalsByCode{code: make([]uint64, 0, opt.Expect), total: make([]total, 0, opt.Expect)},
		cells:    map[geo.Cell]uint32{},
		places:   map[int64]uint32{},
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
	r.cell = number(b.cells, &b.cellIDs, v.Cell)
	r.place = number(b.places, &b.placeIDs, v.Division)
	b.rows.addUncounted(&r)
}

func number[T cmp.Ordered](numbers map[T]uint32, values *[]T, v T) uint32 {
	n, ok := numbers[v]
	if !ok {
		n = uint32(len(*values))
		numbers[v] = n
		*values = append(*values, v)
	}
	return n
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
	number(b.places, &b.placeIDs, community)
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

// Build makes the snapshot. The builder is spent afterwards.
func (b *Builder) Build() *Snapshot {
	s := b.snapshot
	v := &view{seq: 1, today: s.today, over: &overlay{}}
	// The houses are half of the work; the rest is done beside them.
	var rest sync.WaitGroup
	var known cellBoxes
	codes := make(chan codeOrder, 1)
	rest.Go(func() {
		order := b.byCode()
		codes <- order
		b.totals.sort(order.room)
		v.cells, v.places = newDictionary(b.cellIDs), newDictionary(b.placeIDs)
		s.divisions = slices.Clone(b.divisions)
		v.zones = newZoneSet(s.divisions, s.today)
		v.basemap = newBasemap(b.basemap)
		s.plans = slices.Clone(b.plans)
		v.plans = newPlanSet(s.plans, s.today)
		known = known.with(validCells(b.cellIDs))
		v.answers = newAnswerSet(b.answers, known)
	})
	v.base = b.placed(b.byPlace(), <-codes)
	rest.Wait()
	v.count = v.base.len()
	b.totals.settle(s, v.base)
	v.base.sumUp(s.today, nil)
	if b.given == nil {
		b.given = v.base.sumsByCell(v.cells)
	}
	v.heat = newHeat(b.given, known)
	v.direct = make([]int32, len(b.placeIDs))
	for _, p := range v.base.place {
		v.direct[p]++
	}
	for community, n := range b.counts {
		v.direct[b.places[community]] += int32(n)
	}
	v.totals = v.zones.totals(v.places.values, v.direct)
	s.view.Store(v)
	*b = Builder{}
	return s
}

func validCells(cells []geo.Cell) []geo.Cell {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c geo.Cell) bool { return !c.Valid() })
	slices.Sort(cells)
	return cells
}

// newDictionary numbers the values by their position.
func newDictionary[T cmp.Ordered](values []T) *dictionary[T] {
	d := &dictionary[T]{values: slices.Clone(values), sorted: make([]uint32, len(values))}
	for i := range d.sorted {
		d.sorted[i] = uint32(i)
	}
	slices.SortFunc(d.sorted, func(a, b uint32) int { return cmp.Compare(values[a], values[b]) })
	return d
}
