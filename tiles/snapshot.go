package tiles

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fangma/geo"
)

// Snapshot is the town in memory. Any number of goroutines may read while others change it: readers take
// the present view and are never kept waiting; changes wait for each other.
type Snapshot struct {
	view atomic.Pointer[view]

	mu        sync.Mutex
	today     int32
	ahead     map[uint64]Building // those on which a later day will tell otherwise
	gone      map[uint64]uint32   // versions of codes that are not on today's map
	totals    map[uint64]Totals   // those that a later day will change, and of buildings that are not on the map
	divisions []Division
	plans     []Zone
	packer    packer
	watchers  []func(Changed)
	merging   bool
	merges    sync.WaitGroup
}

// Watch calls f after every change, in order, before the changing call returns. f must be quick, may
// read the snapshot, and must not change it.
func (s *Snapshot) Watch(f func(Changed)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers = append(s.watchers, f)
}

// Apply takes all that is presently known of some buildings. One whose Version is not newer than what
// the snapshot has is ignored, so events may be repeated and overtaken. When it returns, readers see
// the change and every watcher has been told.
func (s *Snapshot) Apply(batch []Building) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view.Load()
	newest := make(map[uint64]Building, len(batch))
	for _, b := range batch {
		if was, ok := newest[b.Code]; ok && was.Version >= b.Version {
			continue
		}
		if known, ok := s.version(v, b.Code); !ok || known < b.Version {
			newest[b.Code] = b
		}
	}
	n := *v
	return s.change(v, &n, s.entries(&n, newest), changes{})
}

// Advance moves the date forward: versions that begin are shown, those that end are taken away,
// divisions, zones and totals too, and
// houses whose confirmation lapses. An earlier date changes nothing.
func (s *Snapshot) Advance(today int32) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view.Load()
	if today <= s.today {
		return Changed{Seq: v.seq}
	}
	was := s.today
	s.today = today
	due := map[uint64]Building{}
	for code, b := range s.ahead {
		if known, ok := s.version(v, code); ok && known > b.Version {
			delete(s.ahead, code)
		} else if b.turnsBetween(was, today) {
			due[code] = b
		}
	}
	var recount []uint64
	for code, t := range s.totals {
		if _, both := due[code]; !both && t.turnsBetween(was, today) {
			recount = append(recount, code)
		}
	}
	slices.Sort(recount)
	n := *v
	entries := append(s.entries(&n, due), s.recounted(v, recount)...)
	slices.SortFunc(entries, func(a, b entry) int { return compareCodes(a.code, b.code) })
	moved := changes{}
	v.lapse(was, today, moved)
	n.base = n.base.asOf(today)
	if divisionsTurn(s.divisions, was, today) {
		n.zones = newZoneSet(s.divisions, today)
	}
	if plansTurn(s.plans, was, today) {
		n.plans = newPlanSet(s.plans, today)
	}
	return s.change(v, &n, entries, moved)
}

// SetDivisions replaces all divisions.
func (s *Snapshot) SetDivisions(d []Division) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.divisions = slices.Clone(d)
	v := s.view.Load()
	n := *v
	n.zones = newZoneSet(s.divisions, s.today)
	return s.change(v, &n, nil, changes{})
}

// SetZones replaces all zones of planners.
func (s *Snapshot) SetZones(z []Zone) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = slices.Clone(z)
	v := s.view.Load()
	n := *v
	n.plans = newPlanSet(s.plans, s.today)
	return s.change(v, &n, nil, changes{})
}

// SetBasemap replaces the basemap.
func (s *Snapshot) SetBasemap(f []Feature) Changed {
	basemap := newBasemap(f)
	s.mu.Lock()
	defer s.mu.Unlock()
	n := *s.view.Load()
	n.basemap = basemap
	return s.publish(&n, Changed{Areas: []Area{wholeLayer(Basemap)}})
}

// version returns the newest version that is known of a code.
func (s *Snapshot) version(v *view, code uint64) (known uint32, ok bool) {
	var r row
	if v.row(code, &r) {
		known, ok = r.version, true
	}
	if g, is := s.gone[code]; is {
		known, ok = max(known, g), true
	}
	return known, ok
}

// supersedes reports whether a row of that version is known to be off the map since.
func (s *Snapshot) supersedes(code uint64, version uint32) bool {
	known, ok := s.gone[code]
	return ok && known > version
}

// remember keeps what later days will need of a building and returns what stands today, nil if nothing.
func (s *Snapshot) remember(b Building) *Version {
	var now *Version
	turns := false
	for i := range b.Versions {
		v := &b.Versions[i]
		if v.From <= s.today && s.today < v.To && v.Standing {
			now = v
		}
		turns = turns || v.From > s.today || v.To > s.today && v.To != Forever
	}
	if turns {
		s.ahead[b.Code] = b
	} else {
		delete(s.ahead, b.Code)
	}
	if now == nil {
		s.gone[b.Code] = b.Version
	} else {
		delete(s.gone, b.Code)
	}
	return now
}

// turnsBetween reports whether something begins or ends after day a and not after day b.
func (b *Building) turnsBetween(a, c int32) bool {
	for i := range b.Versions {
		v := &b.Versions[i]
		if v.From > a && v.From <= c || v.To > a && v.To <= c {
			return true
		}
	}
	return false
}

// change publishes n, which follows v: some entries, by code, and what they and the day moved between the sums of cells.
// Of n, the caller has set what is not of buildings.
func (s *Snapshot) change(v, n *view, entries []entry, moved changes) Changed {
	n.today = s.today
	var c Changed
	n.direct, n.totals = slices.Clone(n.direct), slices.Clone(n.totals)
	n.direct = append(n.direct, make([]int32, len(n.places.values)-len(n.direct))...)
	rezoned := n.zones != v.zones
	for _, e := range entries {
		var old row
		had := v.row(e.code, &old)
		if had {
			moved.sub(v.cells.values[old.cell], old.sums(s.today))
		}
		if e.row != nil {
			moved.add(n.cells.values[e.row.cell], e.row.sums(s.today))
		} else if had {
			s.setAside(e.code, old.total)
		}
		if had && e.row != nil && old.sameLook(e.row) {
			continue
		}
		c.Codes = append(c.Codes, e.code)
		if had {
			n.recount(v.zones, old.place, -1)
		}
		if e.row != nil {
			n.recount(v.zones, e.row.place, 1)
		}
		c.Areas = appendMoves(c.Areas, &old, e.row, had)
	}
	if len(entries) > 0 {
		n.over = n.over.with(entries)
	}
	if sums := moved.sorted(); len(sums) > 0 {
		n.heat = n.heat.with(sums, n.answers.cellBoxes)
		c.Areas = appendHeated(c.Areas, v.heat, n.heat, sums)
	}
	switch {
	case rezoned:
		n.totals = n.zones.totals(n.places.values, n.direct)
		c.Areas = append(c.Areas, wholeLayer(Zones))
	case n.plans != v.plans:
		c.Areas = append(c.Areas, wholeLayer(Zones))
	case len(c.Codes) > 0:
		c.Areas = n.zones.appendRecounted(c.Areas, v.totals, n.totals)
	}
	return s.publish(n, c)
}

// entries packs what stands today of each building, by code.
func (s *Snapshot) entries(n *view, buildings map[uint64]Building) []entry {
	type standing struct {
		b Building
		v *Version
	}
	var now []standing
	var cells []geo.Cell
	var places []int64
	for _, b := range buildings {
		v := s.remember(b)
		now = append(now, standing{b, v})
		if v != nil {
			cells, places = append(cells, v.Cell), append(places, v.Division)
		}
	}
	slices.SortFunc(now, func(a, b standing) int { return compareCodes(a.b.Code, b.b.Code) })
	n.cells, n.places = n.cells.grown(cells), n.places.grown(places)
	var entries []entry
	for _, st := range now {
		e := entry{code: st.b.Code, base: int32(n.base.find(st.b.Code))}
		if st.v != nil {
			r, _ := s.packer.pack(st.b.Code, st.b.Kind, st.b.Version, st.v, nil)
			r.cell, _ = n.cells.find(st.v.Cell)
			r.place, _ = n.places.find(st.v.Division)
			var old row
			n.row(st.b.Code, &old) // without a row nothing is known
			r.total = s.totalToday(st.b.Code, old.total)
			e.row = &r
		} else if _, over := n.over.find(st.b.Code); e.base < 0 && !over {
			continue // was not there and is not there
		}
		entries = append(entries, e)
	}
	return entries
}

func compareCodes(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// appendMoves adds where a building was and where it is.
func appendMoves(areas []Area, old, now *row, had bool) []Area {
	first, last := Buildings.Zooms()
	add := func(b box) { areas = append(areas, Area{Layer: Buildings, First: first, Last: last, box: b}) }
	switch {
	case had && now != nil && old.box.meets(now.box):
		add(old.box.with(now.box))
		return areas
	case had:
		add(old.box)
	}
	if now != nil {
		add(now.box)
	}
	return areas
}

// publish makes a view the present one and tells the watchers.
func (s *Snapshot) publish(n *view, c Changed) Changed {
	n.seq = s.view.Load().seq + 1
	c.Seq = n.seq
	s.view.Store(n)
	for _, f := range s.watchers {
		f(c)
	}
	if !s.merging && len(n.over.entries) > overlayLimit(n.base.len()) {
		s.merging = true
		s.merges.Go(func() { s.merge(n) })
	}
	return c
}

// merge works the overlay of a view into a new base while others go on changing, then puts what they
// changed meanwhile over it. No tile changes by it.
func (s *Snapshot) merge(v *view) {
	p := &pace{since: time.Now()}
	b := merged(v.base, v.over, p)
	b.sumUp(v.today, p)
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.day != s.today {
		b.sumUp(s.today, nil)
	}
	n := *s.view.Load()
	n.base, n.over = b, n.over.since(v.over, b)
	s.view.Store(&n)
	s.merging = false
}

// Close waits for work in the background. The snapshot can still be read.
func (s *Snapshot) Close() { s.merges.Wait() }
