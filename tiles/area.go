package tiles

// drawing turns shapes in tile units into geometry of a layer. Its buffers are reused.
type drawing struct {
	in      shape // to be filled by the caller
	clip    clipper
	cleaned [][]pt
	shells  [][]pt
	holes   [][]pt
	seen    []pt
	cut     bool // the last area was cut
}

// area draws the rings of d.in and reports whether anything is left of them. Crossing says that they may
// reach beyond the clip square, check that rounding may have made their rings meet.
//
// What is drawn is valid: rings are simple, enclose something, shells are positive and each followed by its
// holes. Where rounding makes a ring meet itself it is cut into several. A hole is dropped when rounding lets it
// cross its shell or another hole, or touch them at more than one point: it is then hardly wider than a unit
// somewhere, or its wall is.
func (d *drawing) area(l *strokes, crossing, check bool) bool {
	in := &d.in
	if crossing {
		in, check = d.clip.area(in), true
	}
	d.cut = in != &d.in
	if !check {
		drawn := false
		for r := range in.rings {
			if r = clean(r); len(r) > 0 {
				l.ring(r)
				drawn = true
			}
		}
		return drawn
	}
	d.cleaned = d.cleaned[:0]
	for r := range in.rings {
		if r = clean(r); len(r) == 0 {
			continue
		} else if _, _, _, tangled := selfMeeting(r); tangled {
			d.cleaned = untangle(r, d.cleaned)
		} else {
			d.cleaned = append(d.cleaned, r)
		}
	}
	return d.assemble(l)
}

// assemble draws simple rings, each shell with the holes that lie in it.
func (d *drawing) assemble(l *strokes) bool {
	d.shells, d.holes = d.shells[:0], d.holes[:0]
	for _, r := range d.cleaned {
		if a := area2(r); a > 0 {
			if !d.sliverOver(r, a) {
				d.shells = append(d.shells, r)
			}
		} else {
			d.holes = append(d.holes, r)
		}
	}
	for _, shell := range d.shells {
		l.ring(shell)
		kept := 0
		for i, hole := range d.holes {
			if hole == nil || !d.fits(shell, hole, d.holes[:kept]) {
				continue
			}
			l.ring(hole)
			// Holes of this shell move to the front, so that later ones are held against them.
			d.holes[i] = d.holes[kept]
			d.holes[kept] = hole
			kept++
		}
		d.holes = d.holes[kept:]
	}
	return len(d.shells) > 0
}

// sliverOver reports whether a shell of less than 16 square units crosses one that is kept: then it is what rounding
// left between two pieces.
func (d *drawing) sliverOver(r []pt, a int64) bool {
	if a >= 2*16 {
		return false
	}
	for _, s := range d.shells {
		if m, _ := d.contact(r, s); m == through {
			return true
		}
	}
	return false
}

// fits reports whether a hole lies in a shell, clear of the holes already in it.
func (d *drawing) fits(shell, hole []pt, others [][]pt) bool {
	for _, p := range hole {
		if sideOf(shell, p) == outside {
			return false
		}
	}
	m, touches := d.contact(hole, shell)
	if m == through {
		return false
	}
	for _, o := range others {
		m, n := d.contact(hole, o)
		if touches += n; m == through || sideOf(o, hole[0]) == inside || sideOf(hole, o[0]) == inside {
			return false
		}
	}
	return touches <= 1
}

// contact returns through if two rings cross, else the number of points in which they touch.
func (d *drawing) contact(a, b []pt) (meeting, int) {
	if !bounding(a).meets(bounding(b)) {
		return apart, 0
	}
	d.seen = d.seen[:0]
	pa := a[len(a)-1]
	for _, ca := range a {
		pb := b[len(b)-1]
		for _, cb := range b {
			switch m, at := meet(pa, ca, pb, cb); m {
			case through:
				return through, 0
			case touch:
				d.see(at)
			}
			pb = cb
		}
		pa = ca
	}
	if len(d.seen) > 0 {
		return touch, len(d.seen)
	}
	return apart, 0
}

func (d *drawing) see(p pt) {
	for _, s := range d.seen {
		if s == p {
			return
		}
	}
	d.seen = append(d.seen, p)
}

// square is a rectangle in tile units.
type square struct{ min, max pt }

func (s square) meets(o square) bool {
	return s.min.x <= o.max.x && o.min.x <= s.max.x && s.min.y <= o.max.y && o.min.y <= s.max.y
}

func bounding(r []pt) square {
	s := square{r[0], r[0]}
	for _, p := range r[1:] {
		s.min.x, s.min.y = min(s.min.x, p.x), min(s.min.y, p.y)
		s.max.x, s.max.y = max(s.max.x, p.x), max(s.max.y, p.y)
	}
	return s
}
