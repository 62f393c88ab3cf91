package geo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// maxCover bounds the answer of CellsOf. At resolution 10 it is an area of 1,500 km².
const maxCover = 100_000

// CellsOf returns every cell of the resolution that the box touches, ascending. It is complete:
// CellAt of any point in the box is among them, so that two boxes with a point in common always
// share a cell. Within a hair of a border it may name the neighbour as well.
// It fails if the box is empty, not on the globe, or touches more than 100,000 cells.
func CellsOf(b orb.Bound, res int) ([]Cell, error) {
	if err := checkResolution(res); err != nil {
		return nil, err
	}
	if !onGlobe(b.Min) || !onGlobe(b.Max) || b.IsEmpty() {
		return nil, fmt.Errorf("no cells of the box %v to %v", b.Min, b.Max)
	}
	cellArea, err := h3.HexagonAreaAvgM2(res)
	if err != nil {
		return nil, fmt.Errorf("cells of a box: %w", err)
	}
	tooMany := fmt.Errorf("the box %v to %v touches more than %d cells of resolution %d", b.Min, b.Max, maxCover, res)
	if boxArea(b)/cellArea > 2*maxCover {
		return nil, tooMany
	}
	start, err := CellAt(b.Center(), res)
	if err != nil {
		return nil, err
	}
	// The cells a box touches hang together, so walking from neighbour to neighbour finds them all.
	seen := map[Cell]bool{start: true}
	queue := []Cell{start}
	var cover []Cell
	for len(queue) > 0 {
		c := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !c.touches(b) {
			continue
		}
		if cover = append(cover, c); len(cover) > maxCover {
			return nil, tooMany
		}
		disk, err := h3.GridDisk(h3.Cell(c), 1)
		if err != nil {
			return nil, fmt.Errorf("neighbours of cell %v: %w", c, err)
		}
		for _, n := range disk {
			if n := Cell(n); !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	slices.Sort(cover)
	return cover, nil
}

// boxArea is the area in m² of a longitude and latitude box on the sphere.
func boxArea(b orb.Bound) float64 {
	band := math.Sin(b.Max[1]*rad) - math.Sin(b.Min[1]*rad)
	return orb.EarthRadius * orb.EarthRadius * band * (b.Max[0] - b.Min[0]) * rad
}

// touches reports whether the cell and the box have a point in common, or nearly.
func (c Cell) touches(b orb.Bound) bool {
	corners, err := h3.CellToBoundary(h3.Cell(c))
	if err != nil {
		return false
	}
	middle := b.Center()
	ring := make(orb.Ring, 0, len(corners)+1)
	bound := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, v := range corners {
		// Walk from corner to corner, so that a cell on the antimeridian stays in one piece.
		lon := v.Lng
		if len(ring) > 0 {
			lon = near(lon, ring[len(ring)-1][0])
		}
		p := orb.Point{lon, v.Lat}
		ring = append(ring, p)
		bound = bound.Extend(p)
	}
	if polar(ring) {
		return reachesPole(bound, b)
	}
	box := b.Pad(bulge(bound))
	for _, turn := range [3]float64{0, -360, 360} {
		moved := orb.Bound{Min: orb.Point{box.Min[0] + turn, box.Min[1]}, Max: orb.Point{box.Max[0] + turn, box.Max[1]}}
		if bound.Intersects(moved) && ringTouchesBox(ring, moved, orb.Point{middle[0] + turn, middle[1]}) {
			return true
		}
	}
	return false
}

// bulge is how far, in degrees, the real (geodesic) edges of a cell with this box may lie outside
// the straight ones between its corners. The sagitta of an edge grows with its length squared and
// with the tangent of the latitude.
func bulge(b orb.Bound) float64 {
	lat := min(math.Max(math.Abs(b.Min[1]), math.Abs(b.Max[1])), 89.9)
	edge := math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) // more than the longest edge
	return edge*edge*rad/8*(1+math.Tan(lat*rad)) + 1e-9
}

// polar reports whether the ring of corners goes around a pole: then it does not close.
func polar(ring orb.Ring) bool {
	return math.Abs(ring[0][0]-ring[len(ring)-1][0]) > 180
}

// reachesPole reports whether the box comes as near to the pole as the cell around it does.
func reachesPole(cell, box orb.Bound) bool {
	const slack = 5 // degrees; edges near the pole bulge, and only coarse cells are concerned
	wide := min(slack, cell.Max[1]-cell.Min[1]+1e-6)
	if cell.Min[1] > 0 {
		return box.Max[1] >= cell.Min[1]-wide
	}
	return box.Min[1] <= cell.Max[1]+wide
}

// ringTouchesBox decides for an open ring of corners.
func ringTouchesBox(ring orb.Ring, box orb.Bound, middle orb.Point) bool {
	inside := false
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		if segmentTouchesBox(p, q, box) {
			return true
		}
		if (p[1] > middle[1]) != (q[1] > middle[1]) &&
			middle[0] < p[0]+(middle[1]-p[1])/(q[1]-p[1])*(q[0]-p[0]) {
			inside = !inside
		}
	}
	return inside // no edge meets the box: it is wholly inside the cell or wholly outside
}

// segmentTouchesBox clips the segment to the box, one slab after the other.
func segmentTouchesBox(p, q orb.Point, box orb.Bound) bool {
	from, to := 0.0, 1.0
	for axis := range 2 {
		d := q[axis] - p[axis]
		if d == 0 {
			if p[axis] < box.Min[axis] || p[axis] > box.Max[axis] {
				return false
			}
			continue
		}
		a, b := (box.Min[axis]-p[axis])/d, (box.Max[axis]-p[axis])/d
		from, to = math.Max(from, math.Min(a, b)), math.Min(to, math.Max(a, b))
		if from > to {
			return false
		}
	}
	return true
}
