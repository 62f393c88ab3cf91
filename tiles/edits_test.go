package tiles

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"

	"fangma/geo"
)

// hamlet is a small piece of the made-up town, of which every tile can be looked at.
type hamlet struct {
	town  *town
	tiles map[Layer][]TileID
	sees  []Sees
}

func newHamlet(seed uint64) *hamlet {
	h := &hamlet{town: newTown(seed), tiles: map[Layer][]TileID{}}
	h.town.scale, h.town.boxes = 0.012, 3
	lo, hi := orb.Point{west - 0.003, south - 0.003}, orb.Point{west + wide*0.012 + 0.003, south + high*0.012 + 0.003}
	for _, l := range []Layer{Buildings, Zones, Density, Cells} {
		first, last := l.Zooms()
		for z := first; z <= last; z++ {
			a, b := maptile.At(lo, maptile.Zoom(z)), maptile.At(hi, maptile.Zoom(z))
			for x := a.X; x <= b.X; x++ {
				for y := b.Y; y <= a.Y; y++ {
					h.tiles[l] = append(h.tiles[l], TileID{z, x, y})
				}
			}
		}
	}
	var own []geo.Cell
	for i := range 6 {
		c, _ := geo.CellAt(orb.Point{west + 0.001 + 0.0008*float64(i%3), south + 0.001 + 0.001*float64(i/3)}, 10)
		own = append(own, c)
	}
	slices.Sort(own)
	own = slices.Compact(own)
	h.sees = []Sees{{}, {Houses: true, All: true}, {Exact: true}, {Answers: true, All: true, Cells: own}, {Cells: own}}
	return h
}

type tileKey struct {
	layer Layer
	id    TileID
	sees  int
}

func (h *hamlet) all(t tester, s *Snapshot) map[tileKey][]byte {
	out := map[tileKey][]byte{}
	for l, ids := range h.tiles {
		for _, id := range ids {
			for i, sees := range h.sees {
				raw, err := s.TileFor(l, id, sees)
				if err != nil {
					t.Fatalf("%s %v: %v", l, id, err)
				}
				if out[tileKey{l, id, i}] = raw; l == Buildings || l == Zones {
					break
				}
			}
		}
	}
	return out
}

// version is somewhere in the hamlet, now and then without a footprint or far too large.
func (h *hamlet) version() Version {
	r := h.town.rnd
	at := orb.Point{west + wide*0.012*r.Float64(), south + high*0.012*r.Float64()}
	v := h.town.version(at)
	if r.IntN(6) == 0 {
		v.Point = at // not with registry precision
	}
	switch r.IntN(12) {
	case 0:
		v.Geometry = nil
	case 1:
		d := 0.002
		v.Geometry = orb.Polygon{{{at[0] - d, at[1] - d}, {at[0] + d, at[1] - d}, {at[0] + d, at[1] + d}, {at[0] - d, at[1] - d}}}
	case 2:
		v.Geometry = orb.MultiPolygon{h.town.footprint(at).(orb.Polygon), h.town.footprint(orb.Point{at[0] + 0.0008, at[1]}).(orb.Polygon)}
	}
	x, y := int64(3*(at[0]-west)/wide/0.012), int64(3*(at[1]-south)/high/0.012)
	v.Division = 1000 + y*3 + x
	return v
}

// edit makes up the next state of a building.
func (h *hamlet) edit(b Building, today int32) Building {
	r := h.town.rnd
	b.Version++
	b.Versions = slices.Clone(b.Versions)
	switch k := r.IntN(8); {
	case k == 0:
		b.Versions = nil
	case k == 1 && len(b.Versions) > 0:
		b.Versions[0].Standing = !b.Versions[0].Standing
	case k == 2 && len(b.Versions) > 0:
		b.Versions[0].State = State(r.IntN(7))
	case k == 3: // something later
		a, c := h.version(), h.version()
		a.To = today + 1 + r.Int32N(4)
		c.From = a.To + r.Int32N(2)
		b.Versions = []Version{c, a}
	default:
		b.Versions = []Version{h.version()}
	}
	return b
}

// told is everything that a snapshot has been told.
type told struct {
	today     int32
	buildings map[uint64]Building
	totals    map[uint64]Totals
	divisions []Division
	zones     []Zone
	answers   map[geo.Cell]Responsible
}

func (m *told) built(order *rand.Rand) *Snapshot {
	b := NewBuilder(Options{Today: m.today})
	adds := []func(){func() { b.SetDivisions(m.divisions) }, func() { b.SetZones(m.zones) }}
	for _, code := range slices.Sorted(maps.Keys(m.buildings)) {
		one := m.buildings[code]
		adds = append(adds, func() { b.Add(one) })
	}
	late := []func(){func() { b.SetAnswers(m.answers) }} // what may come after the houses are drawn
	for _, code := range slices.Sorted(maps.Keys(m.totals)) {
		t := m.totals[code]
		late = append(late, func() { b.AddTotals(t) })
		if t.Version > 1 && order.IntN(3) == 0 {
			old := t
			old.Version, old.Spans = t.Version-1, []TotalSpan{{0, Forever, 99, 99, 99, 0}}
			late = append(late, func() { b.AddTotals(old) })
		}
	}
	some := order.IntN(len(late) + 1)
	adds, late = append(adds, late[:some]...), late[some:]
	order.Shuffle(len(adds), func(i, j int) { adds[i], adds[j] = adds[j], adds[i] })
	for _, add := range adds {
		add()
	}
	if len(late) > 0 {
		b.Houses()
	}
	for _, add := range late {
		add()
	}
	return b.Build()
}

// TestEditsAreExact drives a snapshot through random changes. A tile that is not reported keeps its bytes, and
// whatever led there, the tiles are those of a snapshot built from the outcome. Sums are at every step what adding up
// by hand gives.
func TestEditsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHamlet(rapid.Uint64().Draw(t, "seed"))
		rnd := h.town.rnd
		m := &told{today: 100, buildings: map[uint64]Building{}, totals: map[uint64]Totals{}, divisions: h.town.divisions()}
		for i := range 60 {
			b := Building{Code: testCode(uint64(i)), Kind: KindBuilding, Version: 1, Versions: []Version{h.version()}}
			m.buildings[b.Code] = b
			if code := testCode(uint64(i + 15)); rnd.IntN(3) > 0 { // of some that come later, too
				m.totals[code] = h.totals(code, 1, m.today)
			}
		}
		s := m.built(rnd)
		before := h.all(t, s)
		m.checkSums(t, s, rnd)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			ch := h.step(s, m)
			after := h.all(t, s)
			for k, was := range before {
				if !bytes.Equal(was, after[k]) && !ch.Touches(k.layer, k.id) {
					t.Fatalf("%s %v changed unreported:\n%s\n%s", k.layer, k.id, describe(t, was), describe(t, after[k]))
				}
			}
			before = after
			m.checkSums(t, s, rnd)
		}
		want := m.built(rnd)
		for k, raw := range h.all(t, want) {
			if !bytes.Equal(raw, before[k]) {
				t.Fatalf("%s %v differs from a rebuilt one:\n%s\n%s", k.layer, k.id, describe(t, before[k]), describe(t, raw))
			}
		}
		m.checkSums(t, want, rnd)
		if s.Count() != want.Count() || s.CountIn(1) != want.CountIn(1) || s.CountIn(1004) != want.CountIn(1004) {
			t.Fatalf("counts %d %d, want %d %d", s.Count(), s.CountIn(1), want.Count(), want.CountIn(1))
		}
		for code := range m.buildings {
			got, ok := s.ByCode(code)
			exp, expOK := want.ByCode(code)
			if got != exp || ok != expOK {
				t.Fatalf("%d: %+v, want %+v", code, got, exp)
			}
		}
	})
}

// step changes the snapshot and what it has been told in the same way.
func (h *hamlet) step(s *Snapshot, m *told) Changed {
	rnd := h.town.rnd
	switch rnd.IntN(9) {
	case 0, 1:
		m.today += rnd.Int32N(4)
		return s.Advance(m.today)
	case 2:
		v := s.view.Load()
		var ch Changed
		switch rnd.IntN(3) { // what changes while the base is made
		case 0:
			m.today += rnd.Int32N(8)
			ch = s.Advance(m.today)
		case 1:
			ch = h.recount(s, m)
		}
		s.merge(v)
		return ch
	case 3:
		m.answers = h.answers(m)
		return s.SetAnswers(m.answers)
	case 4:
		m.zones = h.zones(m.today)
		return s.SetZones(m.zones)
	case 5, 6:
		return h.recount(s, m)
	}
	var batch []Building
	for range 1 + rnd.IntN(6) {
		code := testCode(uint64(rnd.IntN(80)))
		old, ok := m.buildings[code]
		if ok && rnd.IntN(6) == 0 {
			batch = append(batch, old) // told twice
			old.Version--
			batch = append(batch, old) // overtaken
			continue
		}
		b := h.edit(Building{Code: code, Kind: KindBuilding, Version: old.Version, Versions: old.Versions}, m.today)
		m.buildings[code] = b
		batch = append(batch, b)
	}
	return s.Apply(batch)
}

// TestChangedNamesTheTiles compares the three ways to ask a Changed.
func TestChangedNamesTheTiles(t *testing.T) {
	h := newHamlet(3)
	s := NewSnapshot(Options{})
	s.SetDivisions(h.town.divisions())
	b := Building{Code: testCode(1), Kind: KindBuilding, Version: 1, Versions: []Version{h.version()}}
	ch := s.Apply([]Building{b})
	named := map[tileKey]bool{}
	n := 0
	for l, id := range ch.Tiles() {
		named[tileKey{l, id, 0}] = true
		n++
		if !ch.Touches(l, id) {
			t.Errorf("%s %v is named but not touched", l, id)
		}
	}
	if n != ch.Count() {
		t.Errorf("Count is %d, Tiles gives %d", ch.Count(), n)
	}
	for l, ids := range h.tiles {
		for _, id := range ids {
			if ch.Touches(l, id) != named[tileKey{l, id, 0}] {
				t.Errorf("%s %v: touched %v, named %v", l, id, ch.Touches(l, id), named[tileKey{l, id, 0}])
			}
		}
	}
	if !slices.Equal(ch.Codes, []uint64{b.Code}) || !slices.Equal(ch.Layers(), []Layer{Buildings, Zones, Density, Cells}) {
		t.Errorf("changed %v in %v", ch.Codes, ch.Layers())
	}
	if again := s.Apply([]Building{b}); !again.Empty() || again.Codes != nil {
		t.Errorf("told twice: %+v", again)
	}
}
