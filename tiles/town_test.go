package tiles

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// town makes up buildings around 113.75–114.62° E, 22.40–22.86° N, always the same ones for a seed: dense
// villages and estates of rectangles, L-shapes and courtyards.
type town struct {
	rnd   *rand.Rand
	boxes int // communities in a square grid
	scale float64
}

func newTown(seed uint64) *town {
	return &town{rnd: rand.New(rand.NewPCG(seed, 1)), boxes: 26, scale: 1}
}

const (
	west, south = 113.75, 22.40
	wide, high  = 0.87, 0.46
)

// each makes n buildings.
func (t *town) each(n int, f func(Building)) {
	for i := range n {
		f(t.building(uint64(i)))
	}
}

func testCode(i uint64) uint64 { return 100000000000 + (i*7919+13)%900000000*1000 + i%97 }

func (t *town) building(i uint64) Building {
	// Half of the houses stand in clusters, as villages do.
	lon, lat := west+wide*t.scale*t.rnd.Float64(), south+high*t.scale*t.rnd.Float64()
	if t.rnd.IntN(2) == 0 {
		k := float64(t.rnd.IntN(400))
		lon = west + wide*t.scale*math.Mod(k*0.754877, 1) + 0.004*t.scale*t.rnd.NormFloat64()
		lat = south + high*t.scale*math.Mod(k*0.569840, 1) + 0.004*t.scale*t.rnd.NormFloat64()
	}
	return Building{Code: testCode(i), Kind: KindBuilding, Version: 1, Versions: []Version{t.version(orb.Point{lon, lat})}}
}

func (t *town) version(at orb.Point) Version {
	v := Version{
		To: Forever, Geometry: t.footprint(at), Point: geo.Round(at), State: State(1 + t.rnd.IntN(4)), Standing: true,
		Floors: int16(t.rnd.IntN(12)),
	}
	v.Cell, _ = geo.CellAt(at, 10) // at is on the globe
	if t.rnd.IntN(3) > 0 {
		v.Height = float32(t.rnd.IntN(400)) / 10
	}
	x := int64((at[0] - west) / wide * float64(t.boxes))
	y := int64((at[1] - south) / high * float64(t.boxes))
	v.Division = 1000 + y*int64(t.boxes) + x
	return v
}

// footprint draws around a point with metres as units, turned by some angle.
func (t *town) footprint(at orb.Point) orb.Geometry {
	w, h := 5+20*t.rnd.Float64(), 5+15*t.rnd.Float64()
	sin, cos := math.Sincos(math.Pi / 2 * t.rnd.Float64())
	ring := func(xy ...float64) orb.Ring {
		r := make(orb.Ring, 0, len(xy)/2+1)
		for i := 0; i < len(xy); i += 2 {
			x, y := xy[i]*cos-xy[i+1]*sin, xy[i]*sin+xy[i+1]*cos
			r = append(r, orb.Point{at[0] + x/102900, at[1] + y/110800})
		}
		return append(r, r[0])
	}
	switch k := t.rnd.IntN(10); {
	case k < 6:
		return orb.Polygon{ring(-w/2, -h/2, w/2, -h/2, w/2, h/2, -w/2, h/2)}
	case k < 8:
		return orb.Polygon{ring(-w/2, -h/2, w/2, -h/2, w/2, 0, w/6, 0, w/6, h/2, -w/2, h/2)}
	case k < 9:
		return orb.Polygon{ring(-w/2, -h/2, -w/4, -h/2, -w/4, -h, w/4, -h, w/4, -h/2, w/2, -h/2,
			w/2, h/2, w/4, h/2, w/4, h, -w/4, h, -w/4, h/2, -w/2, h/2)}
	default:
		return orb.Polygon{
			ring(-w, -h, w, -h, w, h, -w, h),
			ring(-w/2, -h/2, -w/2, h/2, w/2, h/2, w/2, -h/2),
		}
	}
}

// divisions are a city, four districts and a grid of communities.
func (t *town) divisions() []Division {
	rect := func(x0, y0, x1, y1 float64) orb.MultiPolygon {
		p := func(x, y float64) orb.Point { return orb.Point{west + x*wide*t.scale, south + y*high*t.scale} }
		return orb.MultiPolygon{{{p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1), p(x0, y0)}}}
	}
	d := []Division{{ID: 1, Level: 2, Name: "深圳", To: Forever, Boundary: rect(0, 0, 1, 1)}}
	for i := range 4 {
		x, y := float64(i%2)/2, float64(i/2)/2
		d = append(d, Division{ID: int64(10 + i), Parent: 1, Level: 3, Name: "区", To: Forever, Boundary: rect(x, y, x+0.5, y+0.5)})
	}
	n := t.boxes
	for y := range n {
		for x := range n {
			s := 1 / float64(n)
			d = append(d, Division{
				ID: int64(1000 + y*n + x), Parent: int64(10 + y*2/n*2 + x*2/n), Level: 5, Name: "社区", To: Forever,
				Boundary: rect(float64(x)*s, float64(y)*s, float64(x+1)*s, float64(y+1)*s),
			})
		}
	}
	return d
}

func buildTown(t *town, n int) *Snapshot {
	b := NewBuilder(Options{})
	t.each(n, b.Add)
	b.SetDivisions(t.divisions())
	return b.Build()
}
