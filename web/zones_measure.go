package web

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// measured is what zones came to on some days: each by itself, each kind, and
// all of them. A house in several zones counts in each of them, and once in
// their kind and in all.
type measured struct {
	days  []registry.Date // ascending, once each
	zones []zoneOn
	sums  [][]tiles.Sums // by zone, by day
	kinds map[registry.ZoneKind][]tiles.Sums
	all   []tiles.Sums // by day
	// both is how many houses of the first day asked for lie in two zones,
	// named by their places in zones.
	both    map[[2]int]int64
	bothDay int
	met     map[[2]int]bool // those that shared a house on any day
}

// measure sums the houses of zones up, by their points: exactly those that a
// boundary holds, never by cells. Boundaries are those given, on every day.
// overlapsOn is the day for which houses in two zones are counted.
func (in *reading) measure(ctx context.Context, zones []zoneOn, days []registry.Date, overlapsOn registry.Date, known *time.Time) (*measured, error) {
	days = slices.Compact(slices.Sorted(slices.Values(days)))
	m := &measured{days: days, zones: zones, sums: make([][]tiles.Sums, len(zones)), kinds: map[registry.ZoneKind][]tiles.Sums{},
		all: make([]tiles.Sums, len(days)), both: map[[2]int]int64{}, met: map[[2]int]bool{}, bothDay: slices.Index(days, overlapsOn)}
	for i, z := range zones {
		m.sums[i] = make([]tiles.Sums, len(days))
		if m.kinds[z.Kind] == nil {
			m.kinds[z.Kind] = make([]tiles.Sums, len(days))
		}
	}
	if len(zones) == 0 || len(days) == 0 {
		return m, nil
	}
	if len(days) == 1 && in.past.present(registry.AsOf{ValidOn: &days[0], KnownAt: known}) {
		m.ofTown(in.live.town.Load().snapshot)
		return m, nil
	}
	bounds := make([]orb.Bound, len(zones))
	for i, z := range zones {
		bounds[i] = z.area.Bound()
	}
	leave, err := in.past.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	ask := postgres.Measured{From: days[0], To: days[len(days)-1], KnownAt: known, Bounds: bounds}
	where := newZoneFinder(zones)
	err = in.store.EachPeriod(ctx, ask,
		func(p registry.StandingPeriod) {
			held := where.at(p.Point)
			m.add(held, p.Period, func(registry.Date) tiles.Sums { return standingSums(p) })
			m.pair(held, p.Period)
		},
		func(p registry.LivingPeriod) {
			m.add(where.at(p.Point), p.Period, func(day registry.Date) tiles.Sums { return livingSums(p, day) })
		})
	return m, err
}

// add adds what a house is, in the zones that hold it, on the days of a period.
func (m *measured) add(held []int, p registry.Period, on func(registry.Date) tiles.Sums) {
	if len(held) == 0 {
		return
	}
	for d := sort.Search(len(m.days), func(i int) bool { return m.days[i] >= p.From }); d < len(m.days) && m.days[d] < p.To; d++ {
		s := on(m.days[d])
		m.all[d].Add(s)
		for i, z := range held {
			m.sums[z][d].Add(s)
			kind := m.zones[z].Kind
			if !slices.ContainsFunc(held[:i], func(other int) bool { return m.zones[other].Kind == kind }) {
				m.kinds[kind][d].Add(s)
			}
		}
	}
}

// pair counts a house for every two zones that hold it.
func (m *measured) pair(held []int, p registry.Period) {
	now := m.bothDay >= 0 && p.Contains(m.days[m.bothDay])
	for i, a := range held {
		for _, b := range held[i+1:] {
			m.met[[2]int{a, b}] = true
			if now {
				m.both[[2]int{a, b}]++
			}
		}
	}
}

// ofTown measures the town in memory, whose day is the only one.
func (m *measured) ofTown(town *tiles.Snapshot) {
	for {
		seq := town.Seq()
		m.readTown(town)
		if town.Seq() == seq {
			return // all of it is of one state
		}
	}
}

func (m *measured) readTown(town *tiles.Snapshot) {
	codes := make([][]uint64, len(m.zones)) // of the zones whose boxes meet others'
	for i, z := range m.zones {
		m.sums[i][0] = town.SumIn(z.area)
		for k, other := range m.zones {
			if k != i && codes[i] == nil && z.area.Bound().Intersects(other.area.Bound()) {
				codes[i] = town.CodesIn(z.area)
			}
		}
	}
	m.both = map[[2]int]int64{}
	for a := range m.zones {
		for b := a + 1; b < len(m.zones); b++ {
			if !m.zones[a].area.Bound().Intersects(m.zones[b].area.Bound()) {
				continue
			}
			if n := common(codes[a], codes[b]); n > 0 {
				m.both[[2]int{a, b}], m.met[[2]int{a, b}] = n, true
			}
		}
	}
	m.all[0] = m.together(town, codes, func(registry.ZoneKind) bool { return true })
	for kind, sums := range m.kinds {
		sums[0] = m.together(town, codes, func(k registry.ZoneKind) bool { return k == kind })
	}
}

// together sums zones of some kinds, every house once.
func (m *measured) together(town *tiles.Snapshot, codes [][]uint64, of func(registry.ZoneKind) bool) tiles.Sums {
	shared := map[int]bool{} // zones that share houses with another one of these kinds
	for pair := range m.both {
		if of(m.zones[pair[0]].Kind) && of(m.zones[pair[1]].Kind) {
			shared[pair[0]], shared[pair[1]] = true, true
		}
	}
	var sum tiles.Sums
	var union []uint64
	for i, z := range m.zones {
		switch {
		case !of(z.Kind):
		case shared[i]:
			union = append(union, codes[i]...)
		default:
			sum.Add(m.sums[i][0])
		}
	}
	slices.Sort(union)
	sum.Add(town.SumOfCodes(slices.Compact(union)))
	return sum
}

// common counts what two ascending lists share.
func common(a, b []uint64) (n int64) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			a, b, n = a[1:], b[1:], n+1
		}
	}
	return n
}

// on is the place of a day among those measured.
func (m *measured) on(day registry.Date) int { return slices.Index(m.days, day) }

// zoneFinder tells which zones hold a point. It keeps, for every box of a coarse
// grid over them, the zones that may.
type zoneFinder struct {
	zones []zoneOn
	bound orb.Bound
	boxes [][]int32 // by row, then column
	held  []int     // memory of the last answer
}

// finderSide is how many boxes the grid has a side.
const finderSide = 64

func newZoneFinder(zones []zoneOn) *zoneFinder {
	f := &zoneFinder{zones: zones, bound: zones[0].area.Bound(), boxes: make([][]int32, finderSide*finderSide)}
	for _, z := range zones {
		f.bound = f.bound.Union(z.area.Bound())
	}
	for i, z := range zones {
		b := z.area.Bound()
		west, south := f.box(b.Min)
		east, north := f.box(b.Max)
		for y := south; y <= north; y++ {
			for x := west; x <= east; x++ {
				f.boxes[y*finderSide+x] = append(f.boxes[y*finderSide+x], int32(i))
			}
		}
	}
	return f
}

// box is the column and row of a point.
func (f *zoneFinder) box(p orb.Point) (x, y int) {
	of := func(v, from, to float64) int {
		if to <= from {
			return 0
		}
		return min(finderSide-1, max(0, int((v-from)/(to-from)*finderSide)))
	}
	return of(p[0], f.bound.Min[0], f.bound.Max[0]), of(p[1], f.bound.Min[1], f.bound.Max[1])
}

// at gives the zones that hold a point, by their places; it is overwritten by
// the next call.
func (f *zoneFinder) at(p orb.Point) []int {
	f.held = f.held[:0]
	if !f.bound.Contains(p) {
		return f.held
	}
	x, y := f.box(p)
	for _, i := range f.boxes[y*finderSide+x] {
		if f.zones[i].area.Contains(p) {
			f.held = append(f.held, int(i))
		}
	}
	return f.held
}
