package seeds

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// lots is how a block is divided: rows and columns of equal lots, one building at most on each, within a street.
type lots struct {
	columns, rows int
	gap           float64 // m from the building to the lot's border, at least
}

func (k blockKind) lots() lots {
	switch k {
	case village:
		return lots{14, 14, 0.4} // lots of 13.4 m; neighbours can shake hands
	case estate:
		return lots{7, 5, 3}
	}
	return lots{3, 3, 10}
}

// street is left free along the border of a block, half of it on either side.
const street = 12.0 // m

// build makes the buildings of a block, on lots drawn by chance.
func (p cityPart) build(b block, yield func(CityBuilding) bool) bool {
	rnd := p.random(b.i, b.j)
	rnd.Uint64() // zone has used the first
	l := b.kind.lots()
	free := rnd.Perm(l.columns * l.rows)
	w, h := (blockSize-street)/float64(l.columns), (blockSize-street)/float64(l.rows)
	for k, lot := range free[:b.buildings] {
		s := site{
			part: p,
			x:    float64(b.i)*blockSize - (blockSize-street)/2 + (float64(lot%l.columns)+0.5)*w,
			y:    float64(b.j)*blockSize - (blockSize-street)/2 + (float64(lot/l.columns)+0.5)*h,
			w:    w/2 - l.gap, h: h/2 - l.gap,
		}
		made := s.building(rnd, b.kind)
		made.ID = fmt.Sprintf("%d.%d.%d.%d", p.number, b.i, b.j, k)
		if !yield(made) {
			return false
		}
	}
	return true
}

// site is where a building may stand: a rectangle in the plane of the blocks, with half its width and height.
type site struct {
	part       cityPart
	x, y, w, h float64
}

// building draws what stands on the site and who lives there.
func (s site) building(rnd *rand.Rand, kind blockKind) CityBuilding {
	b := CityBuilding{Footprint: s.footprint(rnd, kind), State: "in_use"}
	switch kind {
	case village:
		b.Floors = 3 + rnd.IntN(8)
		b.Dwellings = b.Floors * (1 + rnd.IntN(4))
	case estate:
		b.Floors = 2 + rnd.IntN(10)
		if rnd.IntN(8) == 0 {
			b.Floors += rnd.IntN(24)
		}
		if rnd.IntN(3) > 0 { // the rest are halls, offices, schools
			b.Dwellings = b.Floors * (1 + rnd.IntN(5))
		}
	default:
		b.Floors = 1 + rnd.IntN(3)
		b.Dwellings = rnd.IntN(3)
	}
	for range b.Dwellings {
		b.Heads += [...]int{0, 1, 1, 2, 2, 3, 3, 4}[rnd.IntN(8)]
	}
	b.Height = math.Round(10*(float64(b.Floors)*3+2*rnd.Float64())) / 10
	switch n := rnd.IntN(100); {
	case n < 2:
		b.State = "under_construction"
	case n < 3:
		b.State = "unusable"
	}
	return b
}

// footprint is a shape within the site, turned a little where there is room.
func (s site) footprint(rnd *rand.Rand, kind blockKind) orb.Polygon {
	// Half the sides: from 60 % of the room to all of it, so that what is turned by up to 0.1 still fits.
	turn := 0.2 * (rnd.Float64() - 0.5)
	if kind == village {
		turn /= 4
	}
	room := 1 / (math.Abs(math.Cos(turn)) + math.Abs(math.Sin(turn))*max(s.w/s.h, s.h/s.w))
	d := drawing{site: s, w: s.w * room * (0.6 + 0.4*rnd.Float64()), h: s.h * room * (0.6 + 0.4*rnd.Float64())}
	d.sin, d.cos = math.Sincos(turn)
	if rnd.IntN(2) == 0 {
		d.w = -d.w // the same shapes the other way round
	}
	n := rnd.IntN(20)
	if kind == village {
		n = rnd.IntN(12) // courtyards need room
	}
	return d.shape(n)
}

// drawing places a shape, given in halves of its sides, -1 to 1, on the ground.
type drawing struct {
	site
	w, h, sin, cos float64
}

// shape gives one of the kinds of houses; of 20, the first 8 are rectangles.
func (d drawing) shape(n int) orb.Polygon {
	box := d.ring(-1, -1, 1, -1, 1, 1, -1, 1)
	ell := d.ring(-1, -1, 1, -1, 1, 0, 0.2, 0, 0.2, 1, -1, 1)
	switch {
	case n < 8:
		return orb.Polygon{box}
	case n < 11:
		return orb.Polygon{ell}
	case n < 12:
		return orb.Polygon{d.ring(-1, -1, 1, -1, 1, 1, 0.4, 1, 0.4, -0.2, -0.4, -0.2, -0.4, 1, -1, 1)} // U
	case n < 13:
		return orb.Polygon{d.ring(-0.4, -1, 0.4, -1, 0.4, -0.4, 1, -0.4, 1, 0.4, 0.4, 0.4, 0.4, 1,
			-0.4, 1, -0.4, 0.4, -1, 0.4, -1, -0.4, -0.4, -0.4)} // cross
	case n < 16:
		return orb.Polygon{box, d.ring(-0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5, -0.5)}
	case n < 17:
		return orb.Polygon{ell, d.ring(-0.7, -0.7, -0.7, 0.6, -0.2, 0.6, -0.2, -0.3, 0.6, -0.3, 0.6, -0.7)}
	}
	return orb.Polygon{ell}
}

// ring closes a line of x,y pairs and turns it as RFC 7946 has it: shells are given counter-clockwise, holes clockwise.
func (d drawing) ring(xy ...float64) orb.Ring {
	r := make(orb.Ring, 0, len(xy)/2+1)
	for i := 0; i < len(xy); i += 2 {
		x, y := xy[i]*d.w, xy[i+1]*d.h
		r = append(r, d.part.at(lean(d.x+x*d.cos-y*d.sin, d.y+x*d.sin+y*d.cos)))
	}
	r = append(r, r[0])
	if d.w < 0 {
		r.Reverse()
	}
	return r
}
