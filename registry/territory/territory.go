// Package territory divides the cells of an area among officers: fairly, each
// territory in one piece, along rivers and main roads where that costs
// nothing, and changing hands as little as asked. It decides and knows no
// storage; what comes out is a plan until somebody applies it.
//
// The method: an area is a graph of cells that share an edge, whose pieces are
// joined at their nearest cells into one. A fresh division cuts random
// spanning trees where the load parts best (as recombination does for
// electoral districts: DeFord, Duchin, Solomon, "Recombination: A family of
// Markov chains for redistricting", 2021). A division that starts from today's
// lets load flow over the borders. Both are then smoothed by moving single
// cells between neighbours, never breaking a territory apart.
package territory

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"fangma/geo"
	"fangma/registry"
)

// Nobody is the holder of a cell that no officer has.
const Nobody = -1

// Cell is one cell to be given to somebody.
type Cell struct {
	Cell geo.Cell
	// Load is what is to be shared fairly: heads, dwellings or houses.
	Load int64
	// Houses is what changes hands when the cell does.
	Houses int64
	// Holder is who has it today, as an index from 0, or Nobody.
	Holder int
}

// Task is what is to be divided, and how.
type Task struct {
	// Cells are the area, each once.
	Cells []Cell
	// Officers is how many territories are wanted.
	Officers int
	// MaxChange is the share of houses, 0 to 1, that may change hands; 1 is no
	// limit. Houses that nobody has today do not count.
	MaxChange float64
	// Tolerance is how far from the mean load a territory may be, as a share of
	// it; 0.1 if 0.
	Tolerance float64
	// Barriers says whether a river or main road runs between two neighbouring
	// cells; nil for none.
	Barriers func(a, b geo.Cell) bool
	// Seed makes the same task give the same plan.
	Seed uint64
}

// Plan is a division.
type Plan struct {
	// Territory is for each cell of the task the number of its territory,
	// from 0.
	Territory []int
	// Holder is for each territory which of today's holders it is meant for, or
	// Nobody where somebody new is needed.
	Holder []int
	// Loads are the territories' loads.
	Loads []int64
	Metrics
	Problems []Problem
}

// Problem is a wish that the plan does not fulfil, and why.
type Problem struct {
	// Reason is a stable word: cell_too_heavy, max_change_too_small,
	// not_balanced or not_contiguous.
	Reason string
	Detail string
}

// Propose divides an area. The same task gives the same plan.
//
// It returns Invalid "no_cells", "no_officers", "more_officers_than_cells",
// "no_load" or "bad_share" for what cannot be done, and the context's error.
func Propose(ctx context.Context, t Task) (Plan, error) {
	if t.Tolerance == 0 {
		t.Tolerance = 0.1
	}
	if err := t.check(); err != nil {
		return Plan{}, err
	}
	g := newGraph(t.Cells, t.Barriers)
	var best *division
	for _, start := range []func(context.Context, *graph, Task, *rand.Rand) (*division, error){fromToday, afresh} {
		d, err := start(ctx, g, t, rand.New(rand.NewPCG(t.Seed, 0x666d)))
		if err != nil {
			return Plan{}, err
		}
		if d != nil && (best == nil || d.betterThan(best)) {
			best = d
		}
	}
	return best.plan(), nil
}

func (t Task) check() error {
	var load int64
	for _, c := range t.Cells {
		load += c.Load
	}
	bad := func(slug, format string, args ...any) error {
		return registry.Errorf(registry.Invalid, slug, format, args...)
	}
	switch {
	case len(t.Cells) == 0:
		return bad("no_cells", "there are no cells with houses in this area")
	case t.Officers < 1:
		return bad("no_officers", "at least one officer is needed")
	case t.Officers > len(t.Cells):
		return bad("more_officers_than_cells", "%d officers cannot share %d cells: a cell has one officer", t.Officers, len(t.Cells))
	case load <= 0:
		return bad("no_load", "there is nothing to share in these cells: all their loads are 0")
	case !(t.MaxChange >= 0 && t.MaxChange <= 1):
		return bad("bad_share", "the share that may change hands is between 0 and 1")
	case !(t.Tolerance > 0 && t.Tolerance < 1):
		return bad("bad_share", "the tolerance is between 0 and 1")
	}
	return nil
}

// Officers is how many officers a load needs at a ratio such as one per 500
// heads, at least one.
func Officers(load, per int64) int {
	return max(1, int(math.Round(float64(load)/float64(max(1, per)))))
}

// problems names what the division does not fulfil.
func (d *division) problems() []Problem {
	var out []Problem
	add := func(reason, format string, args ...any) {
		out = append(out, Problem{reason, fmt.Sprintf(format, args...)})
	}
	m := d.metrics()
	heavy := 0
	var heaviest Cell
	for _, c := range d.task.Cells {
		if float64(c.Load) > d.mean*(1+d.task.Tolerance) {
			heavy++
			if c.Load > heaviest.Load {
				heaviest = c
			}
		}
	}
	if heavy > 0 {
		add("cell_too_heavy", "%d cells hold more than a fair share each, and a cell is not divided; the heaviest, %v, has %d where the mean is %.0f",
			heavy, heaviest.Cell, heaviest.Load, d.mean)
	}
	if d.overChanged() {
		add("max_change_too_small", "%.1f %% of the houses would change hands; fewer are not enough for %d officers", 100*m.ChangedShare, d.task.Officers)
	}
	if !m.Contiguous {
		add("not_contiguous", "some territories stay in pieces, because mending them would change more hands than asked")
	}
	if heavy == 0 && !m.Balanced {
		reason, why := "not_balanced", "the shape of the area allows no better"
		if d.task.MaxChange < 1 && d.held > 0 && d.changed >= 0.9*d.allowed()-1e-6 {
			reason, why = "max_change_too_small", "more houses would have to change hands than asked"
		}
		add(reason, "loads reach from %.0f %% to %.0f %% of the mean: %s", 100*m.MinOverMean, 100*m.MaxOverMean, why)
	}
	return out
}
