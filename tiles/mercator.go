package tiles

import (
	"math"

	"github.com/paulmach/orb"
)

const (
	extentLog = 12 // a tile of the usual canvas is 4096 units wide
	buffer    = 64 // units of it drawn beyond each edge
	worldLog  = 32
	maxLat    = 85.05112877980659 // where the Mercator square ends
)

// world is a place in world coordinates. Shapes use 64 bits so that differences and the buffer around
// the outermost tiles need no care.
type world struct{ x, y int64 }

// toWorld projects lon,lat in degrees. What is off the Mercator square comes to its edge.
func toWorld(p orb.Point) world {
	lat := min(max(p[1], -maxLat), maxLat)
	const size = 1 << worldLog
	x := (p[0]/360 + 0.5) * size
	y := (0.5 - math.Atanh(math.Sin(lat*math.Pi/180))/(2*math.Pi)) * size
	return world{clampWorld(x), clampWorld(y)}
}

// vicinity projects the corners of one building: its first one as all is projected, and those near it by what Mercator's
// curve does there, to two thousandths of a world unit, which takes a tenth of the time. Nearer to the poles than 70° it
// bends too much, and all is projected as usual.
type vicinity struct {
	lat, y       float64 // of the first corner; y in world units
	slope, bend  float64 // world units a degree, and half of what that grows by a degree further on
	north, south float64 // as far as this holds
}

func nearby(p orb.Point) vicinity {
	const size, reach, degree = 1 << worldLog, 0.004, math.Pi / 180
	lat := p[1]
	if !(lat > -70 && lat < 70) { // NaN too: nothing is near
		return vicinity{north: math.Inf(-1), south: math.Inf(1)}
	}
	sin, cos := math.Sincos(lat * degree)
	slope := -size / (2 * math.Pi) * degree / cos
	return vicinity{
		lat: lat, y: (0.5 - math.Atanh(sin)/(2*math.Pi)) * size, slope: slope, bend: slope * degree * sin / cos / 2,
		north: lat + reach, south: lat - reach,
	}
}

// toWorld is the package's toWorld, give or take what rounding makes of so little.
func (v *vicinity) toWorld(p orb.Point) world {
	if !(p[1] < v.north && p[1] > v.south) {
		return toWorld(p)
	}
	d := p[1] - v.lat
	return world{clampWorld((p[0]/360 + 0.5) * (1 << worldLog)), clampWorld(v.y + d*(v.slope+d*v.bend))}
}

func clampWorld(v float64) int64 {
	if !(v > 0) { // NaN too
		return 0
	}
	return int64(min(v, math.MaxUint32))
}

// toLonLat is the inverse of toWorld, at the middle of the unit.
func toLonLat(w world) orb.Point {
	const size = 1 << worldLog
	x := (float64(w.x) + 0.5) / size
	y := (float64(w.y) + 0.5) / size
	lat := math.Asin(math.Tanh((0.5-y)*2*math.Pi)) * 180 / math.Pi
	return orb.Point{x*360 - 180, lat}
}

// metres is the length of one world unit on the ground at the given row.
func metres(y int64) float64 {
	const earth = 2 * math.Pi * 6378137
	n := (0.5 - (float64(y)+0.5)/(1<<worldLog)) * 2 * math.Pi
	return earth / (1 << worldLog) / math.Cosh(n)
}

// box is a closed rectangle in world coordinates.
type box struct{ minX, minY, maxX, maxY uint32 }

// noBox is the empty box that grows into whatever it is extended by.
func noBox() box { return box{math.MaxUint32, math.MaxUint32, 0, 0} }

func (b box) empty() bool { return b.minX > b.maxX || b.minY > b.maxY }

func (b box) meets(c box) bool {
	return b.minX <= c.maxX && c.minX <= b.maxX && b.minY <= c.maxY && c.minY <= b.maxY
}

func (b box) holds(c box) bool {
	return b.minX <= c.minX && c.maxX <= b.maxX && b.minY <= c.minY && c.maxY <= b.maxY
}

func (b box) with(c box) box {
	return box{min(b.minX, c.minX), min(b.minY, c.minY), max(b.maxX, c.maxX), max(b.maxY, c.maxY)}
}

func (b box) withPoint(w world) box {
	return b.with(box{uint32(w.x), uint32(w.y), uint32(w.x), uint32(w.y)})
}

// bound converts to lon,lat, one unit wider on every side so that rounding loses nothing.
func (b box) bound() orb.Bound {
	sw := toLonLat(world{int64(b.minX) - 1, int64(b.maxY) + 1})
	ne := toLonLat(world{int64(b.maxX) + 1, int64(b.minY) - 1})
	return orb.Bound{Min: sw, Max: ne}
}

func boxOf(b orb.Bound) box {
	nw, se := toWorld(orb.Point{b.Min[0], b.Max[1]}), toWorld(orb.Point{b.Max[0], b.Min[1]})
	return box{uint32(nw.x), uint32(nw.y), uint32(se.x), uint32(se.y)}
}

// origin is the tile's north-west corner; it is one world unit of 2^(32-z) apart from the next.
func (id TileID) origin() world {
	s := worldLog - id.Z
	return world{int64(id.X) << s, int64(id.Y) << s}
}

// shift and reach are those of the usual canvas.
func (id TileID) shift() int { return usual.shift(id.Z) }
func (id TileID) reach() box { return usual.reach(id) }

// morton interleaves the bits of x and y, y in the higher ones.
func morton(x, y uint32) uint64 { return spread(x) | spread(y)<<1 }

func spread(v uint32) uint64 {
	n := uint64(v)
	n = (n | n<<16) & 0x0000ffff0000ffff
	n = (n | n<<8) & 0x00ff00ff00ff00ff
	n = (n | n<<4) & 0x0f0f0f0f0f0f0f0f
	n = (n | n<<2) & 0x3333333333333333
	return (n | n<<1) & 0x5555555555555555
}
