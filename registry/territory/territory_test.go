package territory

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// town makes cells as a city has them: dense in the middle, ragged at the
// edge, with villages apart.
func town(t testing.TB, n int, seed uint64) []Cell {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	center := orb.Point{114.05, 22.55}
	at, err := geo.CellAt(center, 10)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[geo.Cell]bool{at: true}
	queue := []geo.Cell{at}
	var out []Cell
	add := func(c geo.Cell) {
		p := c.Center()
		far := math.Hypot(p[0]-center[0], p[1]-center[1]) / (0.0012 * math.Sqrt(float64(n)))
		houses := 1 + int64(40*math.Exp(-4*far)*r.ExpFloat64())
		out = append(out, Cell{Cell: c, Houses: houses, Load: houses * int64(1+r.IntN(30)), Holder: Nobody})
	}
	for head := 0; head < len(queue) && len(out) < n; head++ {
		if r.IntN(12) > 0 {
			add(queue[head])
		}
		for _, next := range queue[head].Neighbours() {
			if !seen[next] && r.IntN(25) > 0 {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return out
}

// propose divides, and checks what must hold of every plan.
func propose(t testing.TB, task Task) Plan {
	t.Helper()
	start := time.Now()
	p, err := Propose(context.Background(), task)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cells, %d officers, %v: %+v %v", len(task.Cells), task.Officers, time.Since(start).Round(time.Millisecond), p.Metrics, p.Problems)
	if len(p.Territory) != len(task.Cells) || len(p.Holder) != task.Officers {
		t.Fatalf("%d cells in %d territories", len(p.Territory), len(p.Holder))
	}
	loads := make([]int64, task.Officers)
	var changed, held int64
	for i, c := range task.Cells {
		loads[p.Territory[i]] += c.Load
		if c.Holder != Nobody {
			held += c.Houses
			if p.Holder[p.Territory[i]] != c.Holder {
				changed += c.Houses
			}
		}
	}
	if !slices.Equal(loads, p.Loads) {
		t.Error("the loads are not those of the cells")
	}
	if changed != p.ChangedHouses || held > 0 && math.Abs(float64(changed)/float64(held)-p.ChangedShare) > 1e-9 {
		t.Errorf("%d houses change hands, not %d", changed, p.ChangedHouses)
	}
	if p.Contiguous != inOnePiece(task.Cells, p.Territory) {
		t.Errorf("contiguous: %v", p.Contiguous)
	}
	for h, n := range count(p.Holder) {
		if h != Nobody && n > 1 {
			t.Errorf("holder %d has %d territories", h, n)
		}
	}
	return p
}

func count(values []int) map[int]int {
	out := map[int]int{}
	for _, v := range values {
		out[v]++
	}
	return out
}

// inOnePiece floods the area and each territory over cells that touch, by the
// grid alone: another way than the one under test.
func inOnePiece(cells []Cell, territory []int) bool {
	at := map[geo.Cell]int{}
	for i, c := range cells {
		at[c.Cell] = i
	}
	flood := func(same func(i, j int) bool) []int {
		piece := make([]int, len(cells))
		for i := range cells {
			if piece[i] != 0 {
				continue
			}
			piece[i] = i + 1
			for queue := []int{i}; len(queue) > 0; queue = queue[1:] {
				for _, n := range cells[queue[0]].Cell.Neighbours() {
					if j, ok := at[n]; ok && piece[j] == 0 && same(queue[0], j) {
						piece[j] = i + 1
						queue = append(queue, j)
					}
				}
			}
		}
		return piece
	}
	components := flood(func(int, int) bool { return true })
	pieces := flood(func(i, j int) bool { return territory[i] == territory[j] })
	first := map[[2]int]int{}
	for i := range cells {
		key := [2]int{components[i], territory[i]}
		if p, ok := first[key]; ok && p != pieces[i] {
			return false
		}
		first[key] = pieces[i]
	}
	return true
}

func TestFresh(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ cells, officers int }{{1, 1}, {300, 7}, {2000, 3}, {5000, 40}} {
		p := propose(t, Task{Cells: town(t, size.cells, 7), Officers: size.officers, MaxChange: 1, Seed: 3})
		if !p.Balanced || !p.Contiguous || len(p.Problems) > 0 {
			t.Errorf("%+v %v", p.Metrics, p.Problems)
		}
	}
}

// A town of many pieces: villages, and houses by themselves.
func TestPiecesFarApart(t *testing.T) {
	t.Parallel()
	var cells []Cell
	for i, c := range town(t, 4000, 11) {
		if p := c.Cell.Center(); math.Mod(math.Abs(p[0])*70, 1) > 0.15 && math.Mod(p[1]*90, 1) > 0.2 || i%97 == 0 {
			cells = append(cells, c)
		}
	}
	p := propose(t, Task{Cells: cells, Officers: 25, MaxChange: 1, Seed: 1})
	if !p.Balanced || !p.Contiguous {
		t.Errorf("%+v %v", p.Metrics, p.Problems)
	}
}

// skewed gives the cells to officers by stripes of very different widths.
func skewed(cells []Cell, officers int) {
	for i, c := range cells {
		x := (c.Cell.Center()[0] - 114.05) * 8
		cells[i].Holder = int(math.Min(float64(officers-1), math.Max(0, float64(officers)*(0.5+x*math.Abs(x)*8))))
	}
}

func TestFromToday(t *testing.T) {
	t.Parallel()
	for _, limit := range []float64{1, 0.15, 0.02, 0} {
		cells := town(t, 3000, 5)
		// Fair today, but for what has been built since in one corner.
		today := propose(t, Task{Cells: cells, Officers: 20, MaxChange: 1, Seed: 9})
		for i := range cells {
			cells[i].Holder = today.Territory[i]
			if today.Territory[i] == 4 {
				cells[i].Load = cells[i].Load * 3 / 2
			}
		}
		p := propose(t, Task{Cells: cells, Officers: 20, MaxChange: limit, Seed: 2})
		if p.ChangedShare > limit || !p.Contiguous {
			t.Errorf("limit %v: %+v", limit, p.Metrics)
		}
		if limit >= 0.15 && (!p.Balanced || p.ChangedShare > 0.15) {
			t.Errorf("limit %v: %+v %v", limit, p.Metrics, p.Problems)
		}
		if limit == 0 && (len(p.Problems) != 1 || p.Problems[0].Reason != "max_change_too_small") {
			t.Errorf("limit 0: %v", p.Problems)
		}
	}
}

func TestMoreAndFewerOfficers(t *testing.T) {
	t.Parallel()
	for _, officers := range []int{5, 14, 16, 30} {
		cells := town(t, 2000, 5)
		skewed(cells, 15)
		p := propose(t, Task{Cells: cells, Officers: officers, MaxChange: 1, Seed: 2})
		if !p.Balanced || !p.Contiguous {
			t.Errorf("%+v %v", p.Metrics, p.Problems)
		}
		if fresh := count(p.Holder)[Nobody]; fresh != max(0, officers-distinct(cells)) {
			t.Errorf("%d of %d territories are for somebody new", fresh, officers)
		}
	}
}

func distinct(cells []Cell) int {
	seen := map[int]bool{}
	for _, c := range cells {
		if c.Holder != Nobody {
			seen[c.Holder] = true
		}
	}
	return len(seen)
}

func TestSameSeedSamePlan(t *testing.T) {
	t.Parallel()
	task := Task{Cells: town(t, 800, 2), Officers: 9, MaxChange: 0.5, Seed: 42}
	skewed(task.Cells, 8)
	a, b := propose(t, task), propose(t, task)
	if !slices.Equal(a.Territory, b.Territory) {
		t.Error("two plans for one task")
	}
	task.Seed++
	if slices.Equal(a.Territory, propose(t, task).Territory) {
		t.Error("the seed makes no difference")
	}
}

// With a river through the town, borders run along it where they can.
func TestBordersAlongRivers(t *testing.T) {
	t.Parallel()
	cells := town(t, 1500, 2)
	river := func(a, b geo.Cell) bool { return (a.Center()[0] < 114.052) != (b.Center()[0] < 114.052) }
	task := Task{Cells: cells, Officers: 10, MaxChange: 1, Seed: 1}
	across := func(p Plan) (n int) {
		at := map[geo.Cell]int{}
		for i, c := range cells {
			at[c.Cell] = p.Territory[i]
		}
		for i, c := range cells {
			for _, o := range c.Cell.Neighbours() {
				if t, ok := at[o]; ok && t == p.Territory[i] && river(c.Cell, o) {
					n++
				}
			}
		}
		return n
	}
	without := across(propose(t, task))
	task.Barriers = river
	if with := across(propose(t, task)); with*2 > without {
		t.Errorf("territories straddle the river at %d places, without regard to it at %d", with, without)
	}
}

func TestImpossible(t *testing.T) {
	t.Parallel()
	cells := town(t, 12, 7)
	idle := slices.Clone(cells)
	for i := range idle {
		idle[i].Load = 0
	}
	for slug, task := range map[string]Task{
		"no_cells":                 {Officers: 1, MaxChange: 1},
		"no_officers":              {Cells: cells, MaxChange: 1},
		"more_officers_than_cells": {Cells: cells, Officers: 13, MaxChange: 1},
		"no_load":                  {Cells: idle, Officers: 2, MaxChange: 1},
		"bad_share":                {Cells: cells, Officers: 2, MaxChange: 1.5},
	} {
		_, err := Propose(context.Background(), task)
		var known *registry.Error
		if !errors.As(err, &known) || known.Slug != slug {
			t.Errorf("%s: %v", slug, err)
		}
	}
	p := propose(t, Task{Cells: cells, Officers: 12, MaxChange: 1})
	if len(p.Problems) != 1 || p.Problems[0].Reason != "cell_too_heavy" {
		t.Errorf("%v", p.Problems)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Propose(ctx, Task{Cells: cells, Officers: 3, MaxChange: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkPropose(b *testing.B) {
	cells := town(b, 100_000, 7)
	for b.Loop() {
		p, err := Propose(context.Background(), Task{Cells: cells, Officers: 1000, MaxChange: 1, Seed: 3})
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d %+v %v", len(cells), p.Metrics, p.Problems)
	}
}
