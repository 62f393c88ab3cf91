package tiles

import (
	"cmp"
	"slices"
)

// pt is a point in tile units, y southwards. At the deepest zoom a world is 2^28 of them.
type pt struct{ x, y int32 }

// cross is twice the signed area of the triangle o, a, b.
func cross(o, a, b pt) int64 {
	return int64(a.x-o.x)*int64(b.y-o.y) - int64(b.x-o.x)*int64(a.y-o.y)
}

// area2 is twice the area by the surveyor's formula: positive for a shell, negative for a hole.
func area2(r []pt) int64 {
	var sum int64
	for i := 1; i+1 < len(r); i++ {
		sum += cross(r[0], r[i], r[i+1])
	}
	return sum
}

// clean drops repeated points, points in the middle of a straight line and spikes from an open ring, in
// place. What remains encloses something or is empty.
func clean(r []pt) []pt {
	out := r[:0]
	for _, p := range r {
		out = append(out, p)
		for {
			n := len(out)
			if n >= 2 && out[n-1] == out[n-2] {
				out = out[:n-1]
			} else if n >= 3 && cross(out[n-3], out[n-2], out[n-1]) == 0 {
				out[n-2] = out[n-1]
				out = out[:n-1]
			} else {
				break
			}
		}
	}
	// The same around the corner where the ring closes.
	for len(out) >= 3 {
		n := len(out)
		switch {
		case out[n-1] == out[0] || cross(out[n-2], out[n-1], out[0]) == 0:
			out = out[:n-1]
		case cross(out[n-1], out[0], out[1]) == 0:
			out = out[1:]
		default:
			return out
		}
	}
	return out[:0]
}

// meeting says how two segments meet.
type meeting uint8

const (
	apart   meeting = iota
	touch           // at a point that is an end of one of them, or along a stretch
	through         // in the inside of both
)

// meet returns how a-b and c-d meet, and where: exactly for a touch, to the nearest unit for a crossing.
func meet(a, b, c, d pt) (meeting, pt) {
	if max(a.x, b.x) < min(c.x, d.x) || max(c.x, d.x) < min(a.x, b.x) ||
		max(a.y, b.y) < min(c.y, d.y) || max(c.y, d.y) < min(a.y, b.y) {
		return apart, pt{}
	}
	abc, abd := cross(a, b, c), cross(a, b, d)
	cda, cdb := cross(c, d, a), cross(c, d, b)
	switch {
	case abc == 0 && within(a, b, c):
		return touch, c
	case abd == 0 && within(a, b, d):
		return touch, d
	case cda == 0 && within(c, d, a):
		return touch, a
	case cdb == 0 && within(c, d, b):
		return touch, b
	}
	if abc == 0 || abd == 0 || cda == 0 || cdb == 0 || (abc > 0) == (abd > 0) || (cda > 0) == (cdb > 0) {
		return apart, pt{}
	}
	t := float64(cda) / (float64(cda) - float64(cdb))
	return through, pt{roundAt(a.x, b.x, t), roundAt(a.y, b.y, t)}
}

// within reports whether p, which lies on the line a-b, lies between them.
func within(a, b, p pt) bool {
	return p.x >= min(a.x, b.x) && p.x <= max(a.x, b.x) && p.y >= min(a.y, b.y) && p.y <= max(a.y, b.y)
}

func roundAt(a, b int32, t float64) int32 {
	v := float64(b-a)*t + 0.5
	n := int32(v)
	if float64(n) > v {
		n--
	}
	return a + n
}

// untangle appends to out the simple rings that an arbitrary clean ring consists of: wherever it meets
// itself it is cut in two. Loops that turn the other way come out with the opposite sign of area.
func untangle(r []pt, out [][]pt) [][]pt {
	todo := [][]pt{r}
	for len(todo) > 0 {
		r := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if len(r) < 3 {
			continue
		}
		i, j, p, ok := selfMeeting(r)
		if !ok {
			out = append(out, r)
			continue
		}
		a := append(append(make([]pt, 0, j-i+1), p), r[i+1:j+1]...)
		b := append(append(append(make([]pt, 0, len(r)-(j-i)+1), p), r[j+1:]...), r[:i+1]...)
		todo = append(todo, clean(b), clean(a))
	}
	return out
}

// selfMeeting finds two edges i < j of a ring, not neighbours, that meet, and where.
func selfMeeting(r []pt) (i, j int, p pt, ok bool) {
	n := len(r)
	if n <= 24 {
		for i := range n {
			for j := i + 2; j < n && j-i < n-1; j++ {
				if m, p := meet(r[i], r[i+1], r[j], r[(j+1)%n]); m != apart {
					return i, j, p, true
				}
			}
		}
		return 0, 0, pt{}, false
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	west := func(i int) int32 { return min(r[i].x, r[(i+1)%n].x) }
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(west(a), west(b)) })
	for at, a := range order {
		east := max(r[a].x, r[(a+1)%n].x)
		for _, b := range order[at+1:] {
			if west(b) > east {
				break
			}
			i, j := min(a, b), max(a, b)
			if j-i < 2 || j-i == n-1 {
				continue
			}
			if m, p := meet(r[i], r[i+1], r[j], r[(j+1)%n]); m != apart {
				return i, j, p, true
			}
		}
	}
	return 0, 0, pt{}, false
}

// side tells where a point is in relation to a ring.
type side int8

const (
	outside side = iota
	onEdge
	inside
)

func sideOf(r []pt, p pt) side {
	in := false
	prev := r[len(r)-1]
	for _, c := range r {
		k := cross(prev, c, p)
		if k == 0 && within(prev, c, p) {
			return onEdge
		}
		if (prev.y > p.y) != (c.y > p.y) && (k > 0) == (c.y > prev.y) {
			in = !in
		}
		prev = c
	}
	if in {
		return inside
	}
	return outside
}
