package registry

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// WalkingOrder gives the order in which to walk from point to point: the place
// of each point in the walk, from 0. It begins with the order of a curve that
// fills the plane, which never jumps, and takes out detours while it finds
// any (2-opt). Points are lon/lat in degrees; distances are as the crow flies.
// Equal points give equal walks, whatever order they come in: those at one
// place go by their order in the list.
func WalkingOrder(points []orb.Point) []int {
	w := newWalk(points)
	w.shorten()
	place := make([]int, len(points))
	for i, s := range w {
		place[s.index] = i
	}
	return place
}

// stop is a point of a walk on a local plane, in units of a degree of latitude.
type stop struct {
	x, y  float64
	curve uint64 // the place on the curve
	index int    // in the caller's list
}

type walk []stop

// curveOrder is how often the curve halves the sides of the box.
const curveOrder = 16

func newWalk(points []orb.Point) walk {
	box := orb.MultiPoint(points).Bound()
	east := math.Cos(box.Center().Lat() * math.Pi / 180)
	side := max(box.Max.X()-box.Min.X(), box.Max.Y()-box.Min.Y(), 1e-12)
	w := make(walk, len(points))
	for i, p := range points {
		cellOf := func(axis int) uint32 { return uint32((p[axis] - box.Min[axis]) / side * (1<<curveOrder - 1)) }
		w[i] = stop{x: p.X() * east, y: p.Y(), curve: hilbert(cellOf(0), cellOf(1)), index: i}
	}
	slices.SortFunc(w, func(a, b stop) int {
		return cmp.Or(cmp.Compare(a.curve, b.curve), cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y), a.index-b.index)
	})
	return w
}

// hilbert is the distance along the Hilbert curve of a square of 2^curveOrder
// cells a side.
func hilbert(x, y uint32) uint64 {
	var d uint64
	for s := uint32(1) << (curveOrder - 1); s > 0; s >>= 1 {
		right, up := x&s != 0, y&s != 0
		switch {
		case right && up:
			d += 2 * uint64(s) * uint64(s)
		case right:
			d += 3 * uint64(s) * uint64(s)
		case up:
			d += uint64(s) * uint64(s)
		}
		x, y = x&(s-1), y&(s-1)
		if !up {
			if right {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return d
}

// maxLooks is how much work a walk is worth: how many stretches are looked at
// in all, which takes some milliseconds.
const maxLooks = 1_000_000

// shorten turns stretches of the walk round as long as that makes it shorter.
// The walk is open: it need not end where it began.
func (w walk) shorten() {
	if len(w) < 3 {
		return
	}
	// In a long walk only short stretches are looked at, so that several rounds
	// are left.
	reach := max(maxLooks/8/len(w), 20)
	looks := 0
	for found := true; found && looks < maxLooks; {
		found = false
		for i := range w {
			last := min(i+reach, len(w)-1)
			for j := i + 1; j <= last; j++ {
				if w.gain(i, j) > 1e-12 {
					slices.Reverse(w[i : j+1])
					found = true
				}
			}
			looks += last - i
		}
	}
}

// gain is how much shorter the walk gets if the stretch from i to j is walked
// the other way round.
func (w walk) gain(i, j int) float64 {
	g := 0.0
	if i > 0 {
		g += w[i-1].to(w[i]) - w[i-1].to(w[j])
	}
	if j < len(w)-1 {
		g += w[j].to(w[j+1]) - w[i].to(w[j+1])
	}
	return g
}

func (s stop) to(o stop) float64 { return math.Hypot(s.x-o.x, s.y-o.y) }
