package geo

import "github.com/paulmach/orb"

// place is where a point or ring lies with respect to a ring.
type place int8

const (
	outside place = iota - 1
	onEdge
	inside
)

// locate is exact.
func locate(p orb.Point, ring orb.Ring) place {
	in := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if a[1] > b[1] {
			a, b = b, a
		}
		if p[1] < a[1] || p[1] > b[1] {
			continue
		}
		if a[1] == b[1] {
			if p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) {
				return onEdge
			}
			continue
		}
		side := orient(a, b, p)
		if side == 0 {
			return onEdge
		}
		if side > 0 && p[1] < b[1] { // the edge is to the east; its upper end does not count
			in = !in
		}
	}
	if in {
		return inside
	}
	return outside
}

// locateRing places one ring with respect to another that it does not cross.
func locateRing(r, other orb.Ring) place {
	if !r.Bound().Intersects(other.Bound()) {
		return outside
	}
	for _, p := range r {
		if where := locate(p, other); where != onEdge {
			return where
		}
	}
	// Every corner touches the other ring, so the edges between them tell.
	for i := 1; i < len(r); i++ {
		mid := orb.Point{(r[i-1][0] + r[i][0]) / 2, (r[i-1][1] + r[i][1]) / 2}
		if where := locate(mid, other); where != onEdge {
			return where
		}
	}
	return onEdge
}

// nesting refuses holes outside their shell or in each other, interiors in several pieces and parts
// that lie in each other. No rings cross here.
func (o *outline) nesting(parts []orb.Polygon) *Defect {
	for _, p := range parts {
		for i, hole := range p[1:] {
			if locateRing(hole, p[0]) != inside {
				return defect(HoleOutside, "a hole is not inside its shell %s", at(hole[0]))
			}
			for _, other := range p[1 : i+1] {
				if locateRing(hole, other) != outside || locateRing(other, hole) != outside {
					return defect(HolesOverlap, "a hole lies in another hole %s", at(hole[0]))
				}
			}
		}
	}
	if d := o.connected(); d != nil {
		return d
	}
	for i, p := range parts {
		for _, q := range parts[:i] {
			if partWithin(p, q) || partWithin(q, p) {
				return defect(PartsOverlap, "a part lies in another part %s", at(p[0][0]))
			}
		}
	}
	return nil
}

// partWithin reports whether the shell of p lies in the interior of q, that is, not in a hole of it.
func partWithin(p, q orb.Polygon) bool {
	if locateRing(p[0], q[0]) == outside {
		return false
	}
	for _, hole := range q[1:] {
		if locateRing(p[0], hole) == inside {
			return false
		}
	}
	return true
}

// connected refuses a part whose rings touch so that they enclose a piece of its interior. Rings and
// the points where they touch form a graph, and a loop in it is such a fence.
func (o *outline) connected() *Defect {
	o.sortTouches()
	group := make([]int, len(o.rings), len(o.rings)+len(o.touches))
	for i := range group {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	type meeting struct {
		ring, node int
	}
	joined := map[meeting]bool{}
	nodes := map[int]int{} // part → its node for the present point
	for k, t := range o.touches {
		if k == 0 || t.p != o.touches[k-1].p {
			clear(nodes)
		}
		ri, rj := o.segs[t.i].ring, o.segs[t.j].ring
		if o.part[ri] != o.part[rj] {
			continue // parts may touch as they like
		}
		node, ok := nodes[o.part[ri]]
		if !ok {
			node = len(group)
			group = append(group, node)
			nodes[o.part[ri]] = node
		}
		for _, r := range [2]int{ri, rj} {
			if joined[meeting{r, node}] {
				continue
			}
			joined[meeting{r, node}] = true
			if find(r) == find(node) {
				return defect(InteriorSplit, "touching rings cut the inside into pieces %s", at(t.p))
			}
			group[find(r)] = find(node)
		}
	}
	return nil
}

// RingHolds reports whether the closed ring holds another one that it does not cross. Rings that are
// equal, or touch in every corner, hold each other if the edges between do.
func RingHolds(outer, inner orb.Ring) bool {
	return locateRing(inner, outer) == inside
}
