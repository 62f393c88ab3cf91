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
)

// hamlet is a small piece of the made-up town, of which every tile can be looked at.
type hamlet struct {
	town  *town
	tiles map[Layer][]TileID
}

func newHamlet(seed uint64) *hamlet {
	h := &hamlet{town: newTown(seed), tiles: map[Layer][]TileID{}}
	h.town.scale, h.town.boxes = 0.012, 3
	lo, hi := orb.Point{west - 0.003, south - 0.003}, orb.Point{west + wide*0.012 + 0.003, south + high*0.012 + 0.003}
	for _, l := range []Layer{Buildings, Zones} {
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
	return h
}

type tileKey struct {
	layer Layer
	id    TileID
}

func (h *hamlet) all(t tester, s *Snapshot) map[tileKey][]byte {
	out := map[tileKey][]byte{}
	for l, ids := range h.tiles {
		for _, id := range ids {
			out[tileKey{l, id}] = mustTile(t, s, l, id)
		}
	}
	return out
}

// version is somewhere in the hamlet, now and then without a footprint or far too large.
func (h *hamlet) version() Version {
	r := h.town.rnd
	at := orb.Point{west + wide*0.012*r.Float64(), south + high*0.012*r.Float64()}
	v := h.town.version(at)
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

func (h *hamlet) rebuilt(model map[uint64]Building, divisions []Division, today int32, order *rand.Rand) *Snapshot {
	b := NewBuilder(Options{Today: today})
	codes := slices.Collect(maps.Keys(model))
	order.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	for _, c := range codes {
		b.Add(model[c])
	}
	b.SetDivisions(divisions)
	return b.Build()
}

// TestEditsAreExact drives a snapshot through random changes. A tile that is not reported keeps its bytes, and
// whatever led there, the tiles are those of a snapshot built from the outcome.
func TestEditsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHamlet(rapid.Uint64().Draw(t, "seed"))
		rnd := h.town.rnd
		today := int32(100)
		model := map[uint64]Building{}
		divisions := h.town.divisions()
		for i := range 60 {
			b := Building{Code: testCode(uint64(i)), Kind: KindBuilding, Version: 1, Versions: []Version{h.version()}}
			model[b.Code] = b
		}
		s := h.rebuilt(model, divisions, today, rnd)
		before := h.all(t, s)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			ch := h.step(s, model, &today)
			after := h.all(t, s)
			for k, was := range before {
				if !bytes.Equal(was, after[k]) && !ch.Touches(k.layer, k.id) {
					t.Fatalf("%s %v changed unreported:\n%s\n%s", k.layer, k.id, describe(t, was), describe(t, after[k]))
				}
			}
			before = after
		}
		want := h.rebuilt(model, divisions, today, rnd)
		for k, raw := range h.all(t, want) {
			if !bytes.Equal(raw, before[k]) {
				t.Fatalf("%s %v differs from a rebuilt one:\n%s\n%s", k.layer, k.id, describe(t, before[k]), describe(t, raw))
			}
		}
		if s.Count() != want.Count() || s.CountIn(1) != want.CountIn(1) || s.CountIn(1004) != want.CountIn(1004) {
			t.Fatalf("counts %d %d, want %d %d", s.Count(), s.CountIn(1), want.Count(), want.CountIn(1))
		}
		for code := range model {
			got, ok := s.ByCode(code)
			exp, expOK := want.ByCode(code)
			if got != exp || ok != expOK {
				t.Fatalf("%d: %+v, want %+v", code, got, exp)
			}
		}
	})
}

// step changes the snapshot and the model in the same way.
func (h *hamlet) step(s *Snapshot, model map[uint64]Building, today *int32) Changed {
	rnd := h.town.rnd
	switch rnd.IntN(5) {
	case 0:
		*today += rnd.Int32N(4)
		return s.Advance(*today)
	case 1:
		s.merge(s.view.Load())
		return Changed{}
	}
	var batch []Building
	for range 1 + rnd.IntN(6) {
		code := testCode(uint64(rnd.IntN(80)))
		old, ok := model[code]
		if ok && rnd.IntN(6) == 0 {
			batch = append(batch, old) // told twice
			old.Version--
			batch = append(batch, old) // overtaken
			continue
		}
		b := h.edit(Building{Code: code, Kind: KindBuilding, Version: old.Version, Versions: old.Versions}, *today)
		model[code] = b
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
		named[tileKey{l, id}] = true
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
			if ch.Touches(l, id) != named[tileKey{l, id}] {
				t.Errorf("%s %v: touched %v, named %v", l, id, ch.Touches(l, id), named[tileKey{l, id}])
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
