package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Disjoint returns boxes that cover what the given ones cover and have no ground in common, so that a point, the
// border taken half-open, lies in one of them at most. Boxes that meet come out cut into rows.
func Disjoint(boxes []orb.Bound) []orb.Bound {
	var edges []float64
	for _, b := range boxes {
		edges = append(edges, b.Min[1], b.Max[1])
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []orb.Bound
	var before []orb.Bound // the row below, which the next one may go on
	for i := 1; i < len(edges); i++ {
		row := rowOf(boxes, edges[i-1], edges[i])
		if slices.EqualFunc(row, before, func(a, b orb.Bound) bool { return a.Min[0] == b.Min[0] && a.Max[0] == b.Max[0] }) {
			for k := range row {
				row[k].Min[1] = before[k].Min[1]
			}
		} else {
			out = append(out, before...)
		}
		before = row
	}
	return append(out, before...)
}

// rowOf is what boxes cover between two latitudes at which none of them begins or ends in between.
func rowOf(boxes []orb.Bound, south, north float64) []orb.Bound {
	var row []orb.Bound
	for _, b := range boxes {
		if b.Min[1] <= south && north <= b.Max[1] && b.Min[0] < b.Max[0] {
			row = append(row, orb.Bound{Min: orb.Point{b.Min[0], south}, Max: orb.Point{b.Max[0], north}})
		}
	}
	slices.SortFunc(row, func(a, b orb.Bound) int {
		if a.Min[0] < b.Min[0] {
			return -1
		} else if a.Min[0] > b.Min[0] {
			return 1
		}
		return 0
	})
	out := row[:0]
	for _, b := range row {
		if n := len(out); n > 0 && b.Min[0] <= out[n-1].Max[0] {
			out[n-1].Max[0] = max(out[n-1].Max[0], b.Max[0])
			continue
		}
		out = append(out, b)
	}
	return out
}
