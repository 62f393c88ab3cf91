package tiles

import (
	"cmp"
	"math"
	"slices"
)

// shape is a set of open rings, shells positive and holes negative, or a set of lines.
type shape struct {
	pts  []pt
	ends []int // end of each ring in pts
}

func (s *shape) reset() { s.pts, s.ends = s.pts[:0], s.ends[:0] }

func (s *shape) close() { s.ends = append(s.ends, len(s.pts)) }

// rings yields each ring.
func (s *shape) rings(yield func([]pt) bool) {
	from := 0
	for _, end := range s.ends {
		if !yield(s.pts[from:end:end]) {
			return
		}
		from = end
	}
}

// clipper cuts areas along the four edges of a canvas, one after the other. Cutting along a line
// leaves, on its inner side, chains that begin and end on the line. Sorted along the line, the ends of a
// valid area alternate between out and in, and the border runs on from each first to each second: so a
// U falls into two pieces, where clipping each ring by itself would leave them joined by a double edge.
type clipper struct {
	canvas
	a, b   shape
	chains []chain
	cuts   []cut
	run    []pt // vertices of the chains
}

// half is one side of a line: the points whose coordinate times sign is at least limit times sign.
type half struct {
	vertical bool // the line is; so it limits x
	limit    int32
	sign     int32
}

// depth is how far inside p is; the other coordinate is the place along the line.
func (h half) depth(p pt) (depth, along int32) {
	if h.vertical {
		return (p.x - h.limit) * h.sign, p.y
	}
	return (p.y - h.limit) * h.sign, p.x
}

func (h half) onLine(along int32) pt {
	if h.vertical {
		return pt{h.limit, along}
	}
	return pt{along, h.limit}
}

type chain struct {
	from, to int // in run
	next     int // the chain that follows, once known
	used     bool
}

// cut is where a chain meets the line.
type cut struct {
	along float64
	chain int
	leave bool // the chain ends here
}

// area cuts in to the clip square. The result is valid until the next call.
func (c *clipper) area(in *shape) *shape {
	from, to := in, &c.a
	for _, h := range [...]half{
		{true, c.min(), 1}, {true, c.max(), -1}, {false, c.min(), 1}, {false, c.max(), -1},
	} {
		if from.within(h) {
			continue
		}
		c.cut(from, to, h)
		if from = to; to == &c.a {
			to = &c.b
		} else {
			to = &c.a
		}
	}
	return from
}

func (s *shape) within(h half) bool {
	for _, p := range s.pts {
		if d, _ := h.depth(p); d < 0 {
			return false
		}
	}
	return true
}

// cut writes the part of in that lies in h to out. The line is taken half a unit outside, where no vertex is, so
// that every edge either crosses it or does not.
func (c *clipper) cut(in, out *shape, h half) {
	out.reset()
	c.chains, c.cuts, c.run = c.chains[:0], c.cuts[:0], c.run[:0]
	for ring := range in.rings {
		c.split(ring, out, h)
	}
	slices.SortStableFunc(c.cuts, func(a, b cut) int { return cmp.Compare(a.along, b.along) })
	if !c.link() {
		for i := range c.chains { // not a valid area: close each ring along the line by itself
			c.chains[i].next = i
		}
	}
	for i := range c.chains {
		if c.chains[i].used {
			continue
		}
		for k := i; !c.chains[k].used; k = c.chains[k].next {
			c.chains[k].used = true
			out.pts = append(out.pts, c.run[c.chains[k].from:c.chains[k].to]...)
		}
		out.close()
	}
}

// split copies a ring that lies inside, drops one that lies outside, and makes chains of any other.
func (c *clipper) split(ring []pt, out *shape, h half) {
	n := len(ring)
	start, in := -1, 0
	for i := range ring {
		d, _ := h.depth(ring[i])
		if d < 0 {
			continue
		}
		in++
		if before, _ := h.depth(ring[(i+n-1)%n]); before < 0 {
			start = i
		}
	}
	switch {
	case in == n:
		out.pts = append(out.pts, ring...)
		out.close()
		return
	case in == 0:
		return
	}
	prev := ring[(start+n-1)%n] // outside, so that the last chain is closed as well
	wasIn := false
	for k := range n {
		p := ring[(start+k)%n]
		d, _ := h.depth(p)
		c.step(prev, p, wasIn, d >= 0, h)
		prev, wasIn = p, d >= 0
	}
}

// step follows one edge.
func (c *clipper) step(a, b pt, aIn, bIn bool, h half) {
	switch {
	case bIn && !aIn:
		along, at := crossing(a, b, h)
		c.cuts = append(c.cuts, cut{along, len(c.chains), false})
		c.chains = append(c.chains, chain{from: len(c.run)})
		c.run = append(c.run, h.onLine(at), b)
	case bIn:
		c.run = append(c.run, b)
	case aIn:
		along, at := crossing(b, a, h)
		c.run = append(c.run, h.onLine(at))
		c.cuts = append(c.cuts, cut{along, len(c.chains) - 1, true})
		c.chains[len(c.chains)-1].to = len(c.run)
	}
}

// crossing returns where the edge from out to in meets the line: half a unit outside, for sorting, and on the
// line itself, rounded.
func crossing(out, in pt, h half) (sort float64, at int32) {
	do, uo := h.depth(out)
	di, ui := h.depth(in)
	slope := (float64(ui) - float64(uo)) / (float64(di) - float64(do))
	return float64(uo) + slope*(-0.5-float64(do)), int32(math.Floor(float64(uo) + slope*(0-float64(do)) + 0.5))
}

// link joins the chains along the line. It fails if the ends do not alternate.
func (c *clipper) link() bool {
	for i := 0; i+1 < len(c.cuts); i += 2 {
		a, b := c.cuts[i], c.cuts[i+1]
		switch {
		case a.leave == b.leave:
			return false
		case a.leave:
			c.chains[a.chain].next = b.chain
		default:
			c.chains[b.chain].next = a.chain
		}
	}
	return true
}

// line cuts a line to the clip square and appends what remains to out.
func (c *clipper) line(in []pt, out *shape) {
	open := false
	for i := 0; i+1 < len(in); i++ {
		a, b, ok := c.segment(in[i], in[i+1])
		if !ok {
			open = false
			continue
		}
		if !open || out.pts[len(out.pts)-1] != a {
			if !open {
				out.close()
			}
			out.pts = append(out.pts, a)
		}
		out.pts = append(out.pts, b)
		open = b == in[i+1]
		out.ends[len(out.ends)-1] = len(out.pts)
	}
}

// segment is Liang and Barsky's way to cut, rounding to units.
func (c canvas) segment(a, b pt) (pt, pt, bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := float64(b.x)-float64(a.x), float64(b.y)-float64(a.y)
	for _, e := range [...][2]float64{
		{-dx, float64(a.x - c.min())}, {dx, float64(c.max() - a.x)},
		{-dy, float64(a.y - c.min())}, {dy, float64(c.max() - a.y)},
	} {
		switch p, q := e[0], e[1]; {
		case p == 0 && q < 0:
			return a, b, false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	if t0 > t1 {
		return a, b, false
	}
	at := func(t float64) pt {
		return pt{a.x + int32(math.Floor(t*dx+0.5)), a.y + int32(math.Floor(t*dy+0.5))}
	}
	from, to := a, b
	if t0 > 0 {
		from = at(t0)
	}
	if t1 < 1 {
		to = at(t1)
	}
	return from, to, true
}
