package seeds

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
)

// CityBuildings is how many buildings one synthetic city has room for, and has unless less is asked for.
const CityBuildings = 650_000

// City is a made-up city in Shenzhen's bounding box, always the same one for a seed: urban villages where houses
// stand a metre apart, estates, sparse outskirts. It grows round its centre, so that a smaller one is the middle
// part of a larger one and its tiles hold as much. Of more than CityBuildings several stand side by side, from west
// to east. No two buildings overlap.
type City struct {
	Seed      uint64
	Buildings int
}

// CityBuilding is one building with the numbers that go with it.
type CityBuilding struct {
	ID        string
	Footprint orb.Polygon // lon,lat, closed rings: 5 to 14 vertices
	Floors    int
	Height    float64 // metres
	State     string
	Dwellings int
	Heads     int // people who live in it
}

// The box, and metres in a degree in it. A plane with these as units keeps what is apart apart, which is all that is
// asked of it here.
const (
	cityWest, citySouth = 113.75, 22.40
	cityWide, cityHigh  = 0.87, 0.46
	metresEast          = 102_900.0
	metresNorth         = 110_800.0
)

// The city is cut into square blocks, which lie at an angle, so that few walls run due north.
const (
	blockSize = 200.0 // m
	blockLean = 0.21  // radians
)

// All gives the buildings block by block, rows of blocks from south to north.
func (c City) All() iter.Seq[CityBuilding] {
	return func(yield func(CityBuilding) bool) {
		for n := 0; n*CityBuildings < c.Buildings; n++ {
			part := cityPart{seed: c.Seed, number: n}
			for _, b := range part.blocks(min(c.Buildings-n*CityBuildings, CityBuildings)) {
				if !part.build(b, yield) {
					return
				}
			}
		}
	}
}

// parts is how many cities stand side by side.
func (c City) parts() int { return max(1, (c.Buildings+CityBuildings-1)/CityBuildings) }

// cityPart is one of the cities that stand side by side.
type cityPart struct {
	seed   uint64
	number int
}

// at turns metres from the middle of the box into lon,lat of seven decimals, 1 cm.
func (p cityPart) at(x, y float64) orb.Point {
	lon := cityWest + cityWide*(0.5+float64(p.number)) + x/metresEast
	lat := citySouth + cityHigh/2 + y/metresNorth
	return orb.Point{math.Round(lon*1e7) / 1e7, math.Round(lat*1e7) / 1e7}
}

// block is a square of the city and what is on it.
type block struct {
	i, j      int32
	kind      blockKind
	buildings int32
}

type blockKind uint8

const (
	outskirts blockKind = iota
	estate
	village
)

// centre of the block, in metres from the middle of the box.
func (b block) centre() (x, y float64) { return lean(float64(b.i)*blockSize, float64(b.j)*blockSize) }

func lean(x, y float64) (float64, float64) {
	sin, cos := math.Sincos(blockLean)
	return x*cos - y*sin, x*sin + y*cos
}

// blocks gives those of the city's blocks that n buildings fill from the middle outwards, in rows.
func (p cityPart) blocks(n int) []block {
	const reach = 300 // blocks from the middle to beyond every corner
	halfX, halfY := cityWide/2*metresEast-blockSize, cityHigh/2*metresNorth-blockSize
	towns := p.towns()
	var all []block
	for j := int32(-reach); j <= reach; j++ {
		for i := int32(-reach); i <= reach; i++ {
			b := block{i: i, j: j}
			if x, y := b.centre(); math.Abs(x) > halfX || math.Abs(y) > halfY {
				continue
			}
			if p.zone(&b, towns); b.buildings > 0 {
				all = append(all, b)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b block) int { return cmp.Compare(a.i*a.i+a.j*a.j, b.i*b.i+b.j*b.j) })
	for k := range all {
		if all[k].buildings = min(all[k].buildings, int32(n)); n <= 0 {
			all = all[:k]
			break
		}
		n -= int(all[k].buildings)
	}
	slices.SortFunc(all, func(a, b block) int { return cmp.Or(cmp.Compare(a.j, b.j), cmp.Compare(a.i, b.i)) })
	return all
}

// town is a place round which the city is dense.
type town struct{ x, y, radius float64 }

func (p cityPart) towns() []town {
	rnd := p.random(1<<20, 0)
	towns := []town{{0, 0, 4500}}
	for range 24 {
		towns = append(towns, town{
			(rnd.Float64() - 0.5) * cityWide * metresEast, (rnd.Float64() - 0.5) * cityHigh * metresNorth, 1300 + 2000*rnd.Float64()})
	}
	return towns
}

// zone says what a block is and how much stands on it. Villages are two blocks wide and high.
func (p cityPart) zone(b *block, towns []town) {
	x, y := b.centre()
	urban := 0.0
	for _, t := range towns {
		dx, dy := (x-t.x)/t.radius, (y-t.y)/t.radius
		urban = max(urban, math.Exp(-dx*dx-dy*dy))
	}
	die := p.random(b.i>>1, b.j>>1+1<<21).Float64()
	rnd := p.random(b.i, b.j)
	switch {
	case urban > 0.4 && die < 0.11, die < 0.005:
		b.kind, b.buildings = village, int32(150+rnd.IntN(47))
	case urban > 0.4 && die < 0.92, urban > 0.15 && die < 0.3:
		b.kind, b.buildings = estate, int32(14+rnd.IntN(22))
	default:
		b.buildings = int32(rnd.IntN(4))
	}
}

// random is a source of its own for every block, so that blocks can be made in any order.
func (p cityPart) random(i, j int32) *rand.Rand {
	return rand.New(rand.NewPCG(p.seed+uint64(p.number)<<32, uint64(uint32(i))<<32|uint64(uint32(j))))
}

// Bound encloses the city.
func (c City) Bound() orb.Bound {
	return orb.Bound{
		Min: orb.Point{cityWest, citySouth},
		Max: orb.Point{cityWest + cityWide*float64(c.parts()), citySouth + cityHigh},
	}
}
