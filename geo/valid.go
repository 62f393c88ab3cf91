package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Valid reports whether a Point, Polygon or MultiPolygon is valid by OGC Simple Features, as PostGIS'
// ST_IsValid decides it: rings closed and simple, holes in their shell and apart, an interior in one
// piece, parts that meet in single points at most. The error is a *Defect that names the first fault
// and its place. Decisions are exact. Coordinates must also be finite and on the globe.
func Valid(g orb.Geometry) error {
	// A typed nil must not leak into the error interface.
	if d := findDefect(g); d != nil {
		return d
	}
	return nil
}

func findDefect(g orb.Geometry) *Defect {
	switch g := g.(type) {
	case orb.Point:
		return checkPoint(g)
	case orb.Polygon:
		return checkParts(g)
	case orb.MultiPolygon:
		return checkParts(g...)
	}
	return defect(WrongType, "a %s is not a point or an area", typeName(g))
}

func checkPoint(p orb.Point) *Defect {
	switch {
	case !(p[0]-p[0] == 0 && p[1]-p[1] == 0): // NaN and infinities
		return defect(NotFinite, "a coordinate is not a finite number")
	case !onGlobe(p):
		return defect(OutOfRange, "longitude %g, latitude %g is not on the globe", p[0], p[1])
	}
	return nil
}

// segment is one piece of an outline with its place in the shape. Pieces of no length do not count.
type segment struct {
	a, b orb.Point
	ring int // number over all rings of the shape
	next int // index of the piece that follows in the ring
	prev int
}

// outline collects the pieces of all rings of a shape and what is found about them.
type outline struct {
	segs    []segment
	part    []int // part that each ring belongs to
	rings   []orb.Ring
	touches []touch
}

// touch is a point where pieces i and j of different rings meet.
type touch struct {
	p    orb.Point
	i, j int
}

func checkParts(parts ...orb.Polygon) *Defect {
	o := outline{}
	if d := o.collect(parts); d != nil {
		return d
	}
	if d := o.meetings(); d != nil {
		return d
	}
	if len(o.rings) == 1 {
		return nil
	}
	if d := o.crossingsAtTouches(); d != nil {
		return d
	}
	return o.nesting(parts)
}

// collect fills the outline and refuses rings that are none.
func (o *outline) collect(parts []orb.Polygon) *Defect {
	if len(parts) == 0 {
		return defect(Empty, "the geometry is empty")
	}
	n := 0
	for _, p := range parts {
		if len(p) == 0 {
			return defect(Empty, "the geometry has an empty part")
		}
		for _, r := range p {
			n += len(r)
		}
	}
	o.segs = make([]segment, 0, n)
	for i, p := range parts {
		for _, r := range p {
			if d := o.addRing(r, i); d != nil {
				return d
			}
		}
	}
	return nil
}

func (o *outline) addRing(r orb.Ring, part int) *Defect {
	if len(r) == 0 {
		return defect(Empty, "the geometry has an empty ring")
	}
	for _, p := range r {
		if d := checkPoint(p); d != nil {
			return d
		}
	}
	if r[0] != r[len(r)-1] {
		return defect(NotClosed, "a ring is not closed %s", at(r[0]))
	}
	first := len(o.segs)
	for i := 1; i < len(r); i++ {
		if r[i-1] != r[i] {
			k := len(o.segs)
			o.segs = append(o.segs, segment{a: r[i-1], b: r[i], ring: len(o.rings), prev: k - 1, next: k + 1})
		}
	}
	last := len(o.segs) - 1
	if last-first < 2 {
		return defect(TooFewPoints, "a ring has fewer than three different corners %s", at(r[0]))
	}
	o.segs[first].prev, o.segs[last].next = last, first
	o.rings = append(o.rings, r)
	o.part = append(o.part, part)
	for i := first; i <= last; i++ {
		if s := &o.segs[i]; backOnItself(s.a, s.b, o.segs[s.next].b) {
			return defect(Spike, "the outline goes out and back along one line %s", at(s.b))
		}
	}
	return nil
}

// pairwise is the number of pieces up to which comparing all pairs beats building a tree.
const pairwise = 24

// meetings compares the pieces whose boxes meet, refuses crossings and notes touches.
func (o *outline) meetings() *Defect {
	if len(o.segs) > pairwise {
		return o.treeMeetings()
	}
	for i := range o.segs {
		if d := o.against(i, i+1, len(o.segs)); d != nil {
			return d
		}
	}
	return nil
}

// against compares piece i with those of the pieces from lo up to hi whose boxes meet its own.
func (o *outline) against(i, lo, hi int) *Defect {
	s := &o.segs[i]
	west, east := min(s.a[0], s.b[0]), max(s.a[0], s.b[0])
	south, north := min(s.a[1], s.b[1]), max(s.a[1], s.b[1])
	for j := lo; j < hi; j++ {
		t := &o.segs[j]
		if (t.a[0] < west && t.b[0] < west) || (t.a[0] > east && t.b[0] > east) ||
			(t.a[1] < south && t.b[1] < south) || (t.a[1] > north && t.b[1] > north) {
			continue
		}
		if d := o.compare(i, j); d != nil {
			return d
		}
	}
	return nil
}

// compare looks at two different pieces, i before j, whose boxes meet.
func (o *outline) compare(i, j int) *Defect {
	s, t := &o.segs[i], &o.segs[j]
	if s.ring == t.ring && (s.next == j || t.next == i) {
		return nil // they share that corner, and addRing has seen that it is all they share
	}
	c, d := orient(s.a, s.b, t.a), orient(s.a, s.b, t.b)
	if c == 0 && d == 0 {
		return o.compareCollinear(i, j)
	}
	if (c > 0 && d > 0) || (c < 0 && d < 0) {
		return nil
	}
	a, b := orient(t.a, t.b, s.a), orient(t.a, t.b, s.b)
	if (a > 0 && b > 0) || (a < 0 && b < 0) {
		return nil
	}
	// The lines cross within both pieces: an end of one on the other is a touch, else they cross.
	switch {
	case c == 0:
		return o.touch(t.a, i, j)
	case d == 0:
		return o.touch(t.b, i, j)
	case a == 0:
		return o.touch(s.a, i, j)
	case b == 0:
		return o.touch(s.b, i, j)
	}
	return o.crossing(i, j, meet(s, t))
}

// backOnItself reports whether the path a, b, c turns around at b and returns along itself.
func backOnItself(a, b, c orb.Point) bool {
	if orient(a, b, c) != 0 {
		return false
	}
	return (a[0] < b[0]) == (c[0] < b[0]) && (a[0] > b[0]) == (c[0] > b[0]) &&
		(a[1] < b[1]) == (c[1] < b[1]) && (a[1] > b[1]) == (c[1] > b[1])
}

// compareCollinear looks at two pieces of one line. Sharing a stretch is a fault, an end is a touch.
func (o *outline) compareCollinear(i, j int) *Defect {
	s, t := &o.segs[i], &o.segs[j]
	axis := 0
	if s.a[0] == s.b[0] {
		axis = 1
	}
	sLo, sHi := ordered(s.a, s.b, axis)
	tLo, tHi := ordered(t.a, t.b, axis)
	switch {
	case sHi[axis] < tLo[axis] || tHi[axis] < sLo[axis]:
		return nil
	case sHi == tLo:
		return o.touch(sHi, i, j)
	case tHi == sLo:
		return o.touch(tHi, i, j)
	}
	if sLo[axis] < tLo[axis] {
		sLo = tLo
	}
	return o.crossing(i, j, sLo)
}

func ordered(a, b orb.Point, axis int) (lo, hi orb.Point) {
	if a[axis] > b[axis] {
		return b, a
	}
	return a, b
}

// meet is about where two crossing pieces cross, for the message.
func meet(s, t *segment) orb.Point {
	a, b := orient(t.a, t.b, s.a), orient(t.a, t.b, s.b)
	f := a / (a - b)
	return orb.Point{s.a[0] + f*(s.b[0]-s.a[0]), s.a[1] + f*(s.b[1]-s.a[1])}
}

// crossing names the fault of two pieces that cross or share a stretch.
func (o *outline) crossing(i, j int, p orb.Point) *Defect {
	r, s := o.segs[i].ring, o.segs[j].ring
	switch {
	case r == s:
		return defect(SelfIntersection, "the outline crosses itself %s", at(p))
	case o.part[r] != o.part[s]:
		return defect(PartsOverlap, "two parts cross or share an edge %s", at(p))
	}
	return defect(RingsCross, "a hole crosses or shares an edge with another ring %s", at(p))
}

func (o *outline) touch(p orb.Point, i, j int) *Defect {
	if o.segs[i].ring == o.segs[j].ring {
		return defect(RingSelfTouch, "the outline meets itself %s", at(p))
	}
	o.touches = append(o.touches, touch{p: p, i: i, j: j})
	return nil
}

// crossingsAtTouches refuses rings that change sides where they touch.
func (o *outline) crossingsAtTouches() *Defect {
	for _, t := range o.touches {
		from1, to1 := o.passage(t.i, t.p)
		from2, to2 := o.passage(t.j, t.p)
		if between(from1, t.p, to1, from2) != between(from1, t.p, to1, to2) {
			return o.crossing(t.i, t.j, t.p)
		}
	}
	return nil
}

// passage returns the points before and after p on the ring of piece i, on which p lies.
func (o *outline) passage(i int, p orb.Point) (from, to orb.Point) {
	s := &o.segs[i]
	switch p {
	case s.a:
		return o.segs[s.prev].a, s.b
	case s.b:
		return s.a, o.segs[s.next].b
	}
	return s.a, s.b
}

// between reports whether q, seen from p, lies in the sector left of the path from, p, to.
// q is not on either arm: a shared stretch has been refused before.
func between(from, p, to, q orb.Point) bool {
	left, right := orient(from, p, q) > 0, orient(p, to, q) > 0
	switch turn := orient(from, p, to); {
	case turn > 0:
		return left && right
	case turn < 0:
		return left || right
	}
	return left
}

// sortTouches brings touches at one place together.
func (o *outline) sortTouches() {
	slices.SortFunc(o.touches, func(s, t touch) int { return comparePoints(s.p, t.p) })
}

func comparePoints(p, q orb.Point) int {
	for axis := range 2 {
		switch {
		case p[axis] < q[axis]:
			return -1
		case p[axis] > q[axis]:
			return 1
		}
	}
	return 0
}
