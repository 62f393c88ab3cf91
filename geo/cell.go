package geo

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// MaxResolution is the finest H3 resolution, with cells of about 0.9 m².
const MaxResolution = 15

// Cell is one hexagon (or one of the few pentagons) of the H3 grid. Zero is no cell.
type Cell uint64

// CellAt returns the cell of the given resolution (0 to 15) that holds p.
// It fails if p is not on the globe or the resolution does not exist.
func CellAt(p orb.Point, res int) (Cell, error) {
	if err := checkResolution(res); err != nil {
		return 0, err
	}
	if !onGlobe(p) {
		return 0, fmt.Errorf("no cell at %v: not a longitude and latitude", p)
	}
	c, err := h3.LatLngToCell(h3.LatLng{Lat: p[1], Lng: p[0]}, res)
	if err != nil {
		return 0, fmt.Errorf("cell at %v: %w", p, err)
	}
	return Cell(c), nil
}

// ParseCell reads a cell as String writes it: hexadecimal, either case. It refuses text that is
// not the index of a real cell.
func ParseCell(s string) (Cell, error) {
	if len(s) > 16 {
		return 0, errors.New("not a cell: more than 16 characters")
	}
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || !h3.Cell(n).IsValid() {
		return 0, fmt.Errorf("not a cell: %q", s)
	}
	return Cell(n), nil
}

// String returns the index in lower-case hexadecimal, as other H3 software writes it.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// MarshalText writes the hexadecimal form, so that a cell is a string in JSON: as a number it would
// not survive JavaScript.
func (c Cell) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (c *Cell) UnmarshalText(b []byte) error {
	v, err := ParseCell(string(b))
	if err == nil {
		*c = v
	}
	return err
}

// Valid reports whether c is the index of a real cell.
func (c Cell) Valid() bool { return h3.Cell(c).IsValid() }

// Resolution returns 0 (coarsest) to 15.
func (c Cell) Resolution() int { return int(c >> 52 & 0xf) }

// Parent returns the coarser cell that c belongs to. It comes from the index bits alone: asking for
// the coarse cell at a point can give a neighbour, because hexagons do not nest exactly.
func (c Cell) Parent(res int) (Cell, error) {
	if err := checkResolution(res); err != nil {
		return 0, err
	}
	own := c.Resolution()
	if res > own {
		return 0, fmt.Errorf("cell %v has resolution %d, no parent at %d", c, own, res)
	}
	// Each resolution owns three bits; 7 marks the ones that are not used.
	unused := Cell(1)<<(3*(MaxResolution-res)) - 1
	return c&^(0xf<<52) | Cell(res)<<52 | unused, nil
}

// Boundary returns the outline, closed and counter-clockwise. A cell on the antimeridian is given in
// one piece, with longitudes beyond ±180 on its far side; a cell around a pole is not a polygon in
// longitude and latitude and comes out as the ring of its corners. An invalid cell gives nil.
func (c Cell) Boundary() orb.Polygon {
	if !c.Valid() {
		return nil
	}
	corners, err := h3.CellToBoundary(h3.Cell(c))
	if err != nil {
		return nil
	}
	ring := make(orb.Ring, 0, len(corners)+1)
	for _, v := range corners {
		lon := v.Lng
		if len(ring) > 0 {
			lon = near(lon, ring[0][0])
		}
		ring = append(ring, orb.Point{lon, v.Lat})
	}
	return orb.Polygon{append(ring, ring[0])}
}

// near returns the longitude equal to lon that lies within half a turn of origin.
func near(lon, origin float64) float64 {
	switch {
	case lon-origin > 180:
		return lon - 360
	case lon-origin < -180:
		return lon + 360
	}
	return lon
}

func checkResolution(res int) error {
	if res < 0 || res > MaxResolution {
		return fmt.Errorf("no H3 resolution %d: it goes from 0 to %d", res, MaxResolution)
	}
	return nil
}

// onGlobe reports whether p is finite and within ±180, ±90.
func onGlobe(p orb.Point) bool {
	return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 // NaN compares false
}

// Range returns the lowest and highest index of resolution res among the cells whose index bits
// descend from c. All of them, and no others of that resolution, lie between the two as numbers, so
// that a database finds them by an index on the cell column.
func (c Cell) Range(res int) (first, last Cell) {
	base := uint64(c)&^(0xf<<52) | uint64(res)<<52
	for r := c.Resolution() + 1; r <= res; r++ {
		shift := 3 * (15 - r)
		base &^= 7 << shift
	}
	first, last = Cell(base), Cell(base)
	for r := c.Resolution() + 1; r <= res; r++ {
		last |= 6 << (3 * (15 - r))
	}
	return first, last
}

// Area returns the square metres of the cell. boundary is its Boundary, if the caller has it, or nil.
func (c Cell) Area(boundary orb.Polygon) float64 {
	const flat = 5 // from this resolution on a plane is true to 1e-4
	if c.Resolution() < flat {
		area, err := h3.CellAreaM2(h3.Cell(c))
		if err != nil {
			return 0
		}
		return area
	}
	if boundary == nil {
		boundary = c.Boundary()
	}
	return Area(boundary)
}
