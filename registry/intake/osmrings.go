package intake

import (
	"fmt"
	"math"
	"slices"

	"fangma/geo"
	"github.com/paulmach/orb"
)

// unclosedReason is the slug for an outline with a gap.
const unclosedReason = "unclosed"

// rings joins ways, in any order and direction, into closed rings.
func (r *osmReader) rings(ways []int64) ([]orb.Ring, *Reject) {
	var pieces [][]int64
	for i, id := range ways {
		if slices.Contains(ways[:i], id) {
			continue
		}
		refs := r.lines[id]
		if refs == nil {
			return nil, &Reject{Field: "geometry", Reason: "incomplete", Detail: fmt.Sprintf("way %d is not in the file", id)}
		}
		if len(refs) > 1 {
			pieces = append(pieces, refs)
		}
	}
	loops, gap := joinPieces(pieces)
	if gap != 0 {
		return nil, &Reject{Field: "geometry", Reason: unclosedReason, Detail: fmt.Sprintf("the outline has a gap at node %d", gap)}
	}
	rings := make([]orb.Ring, len(loops))
	for i, loop := range loops {
		points, reject := r.trace(loop)
		if reject != nil {
			return nil, reject
		}
		rings[i] = points
	}
	return rings, nil
}

// joinPieces walks from piece to piece over their common end nodes. Whenever the walk comes back to a
// node it has passed, the loop since then is a ring: so rings that touch come apart. gap is a node
// where a walk ends without a way on, 0 if there is none.
func joinPieces(pieces [][]int64) (loops [][]int64, gap int64) {
	at := map[int64][]int{} // end node → pieces
	for i, p := range pieces {
		at[p[0]] = append(at[p[0]], i)
		at[p[len(p)-1]] = append(at[p[len(p)-1]], i)
	}
	used := make([]bool, len(pieces))
	for i := range pieces {
		if used[i] {
			continue
		}
		used[i] = true
		path := [][]int64{pieces[i]}
		for len(path) > 0 {
			last := path[len(path)-1]
			end := last[len(last)-1]
			if k := startOf(path, end); k >= 0 {
				loops = append(loops, concat(path[k:]))
				path = path[:k]
				continue
			}
			next := -1
			for _, c := range at[end] {
				if !used[c] {
					next = c
					break
				}
			}
			if next < 0 {
				return nil, end
			}
			used[next] = true
			piece := pieces[next]
			if piece[0] != end {
				piece = slices.Clone(piece)
				slices.Reverse(piece)
			}
			path = append(path, piece)
		}
	}
	return loops, 0
}

// startOf finds the piece of the path that starts at the node, -1 if none does.
func startOf(path [][]int64, node int64) int {
	return slices.IndexFunc(path, func(p []int64) bool { return p[0] == node })
}

// concat joins pieces that follow each other, each beginning where the one before ends.
func concat(path [][]int64) []int64 {
	loop := slices.Clone(path[0])
	for _, p := range path[1:] {
		loop = append(loop, p[1:]...)
	}
	return loop
}

// nestRings tells shells from holes by what lies in what, which mappers' roles do not say reliably: a
// ring in an even number of others is a shell, in an odd number a hole of the smallest around it.
func nestRings(rings []orb.Ring) orb.Geometry {
	if len(rings) == 0 {
		return nil
	}
	area := make([]float64, len(rings))
	for i, r := range rings {
		area[i] = math.Abs(signedArea(r))
	}
	around := make([][]int, len(rings))
	for i, r := range rings {
		for k, other := range rings {
			if i != k && area[k] >= area[i] && geo.RingHolds(other, r) {
				around[i] = append(around[i], k)
			}
		}
	}
	shell := map[int]int{} // ring → polygon
	var polygons orb.MultiPolygon
	for i, r := range rings {
		if len(around[i])%2 == 0 {
			shell[i] = len(polygons)
			polygons = append(polygons, orb.Polygon{r})
		}
	}
	for i, r := range rings {
		if len(around[i])%2 == 0 {
			continue
		}
		owner := around[i][0]
		for _, k := range around[i] {
			if area[k] < area[owner] {
				owner = k
			}
		}
		polygons[shell[owner]] = append(polygons[shell[owner]], r)
	}
	if len(polygons) == 1 {
		return polygons[0]
	}
	return polygons
}
