package tiles

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// drawArea runs rings through the drawing and reads the result back from the bytes.
func drawArea(t tester, rings [][]pt, crossing, check bool) orb.Geometry {
	t.Helper()
	d := drawing{clip: clipper{canvas: usual}}
	var l layerWriter
	l.start("test")
	for _, r := range rings {
		d.in.pts = append(d.in.pts, r...)
		d.in.close()
	}
	d.area(&l.strokes, crossing, check)
	l.end(1, typePolygon)
	raw := new(encoder).tileOf(&l)
	if raw == nil {
		return nil
	}
	return decode(t, raw)["test"][0].Geometry
}

// star is a ring around c with corners at random distances: simple before rounding, with spikes and bays. Hole
// turns it the other way.
func star(t *rapid.T, name string, cx, cy, least, most float64, hole bool) []pt {
	n := rapid.IntRange(3, 40).Draw(t, name)
	r := make([]pt, n)
	for i := range r {
		d := rapid.Float64Range(least, most).Draw(t, "d")
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r[i] = pt{int32(math.Round(cx + d*cos)), int32(math.Round(cy + d*sin))}
	}
	if hole {
		for a, b := 0, n-1; a < b; a, b = a+1, b-1 {
			r[a], r[b] = r[b], r[a]
		}
	}
	return r
}

// TestAreasAreValid draws random areas with courtyards around the corner of a tile, small enough for rounding to
// hurt and large enough to hold the tile.
func TestAreasAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]float64{3, 12, 80, 700, 9000}).Draw(t, "size")
		cx := rapid.SampledFrom([]float64{-64, 0, 2000, 4096, 4160}).Draw(t, "cx") + rapid.Float64Range(-size, size).Draw(t, "dx")
		cy := rapid.SampledFrom([]float64{-64, 0, 2000, 4096, 4160}).Draw(t, "cy") + rapid.Float64Range(-size, size).Draw(t, "dy")
		rings := [][]pt{star(t, "n", cx, cy, size/3, size, false)}
		if rapid.Bool().Draw(t, "courtyard") {
			rings = append(rings, star(t, "m", cx, cy, size/9, size/3.2, true))
		}
		g := drawArea(t, rings, true, true)
		if err := checkArea(g); err != nil {
			t.Fatal(err)
		}
		want, perimeter := expectedArea(rings)
		got := 0.0
		for _, p := range polygons(g) {
			for _, r := range p {
				got += shoelace(r)
			}
		}
		if math.Abs(got-want) > 2*perimeter+4 {
			t.Fatalf("area %v, want about %v: %v", got, want, g)
		}
	})
}

// expectedArea lets another library cut the rings. What rounding has tangled it cannot judge: then any area will do.
func expectedArea(rings [][]pt) (area, perimeter float64) {
	poly := orb.Polygon{}
	for _, r := range rings {
		ring := orb.Ring{}
		for _, p := range append(r, r[0]) {
			ring = append(ring, orb.Point{float64(p.x), float64(p.y)})
		}
		for i := range len(ring) - 1 {
			perimeter += math.Hypot(ring[i+1][0]-ring[i][0], ring[i+1][1]-ring[i][1])
		}
		poly = append(poly, ring)
	}
	square := orb.Bound{Min: orb.Point{clipMin, clipMin}, Max: orb.Point{clipMax, clipMax}}.ToPolygon()
	if featurePolygon(poly).Validate() != nil {
		return 0, math.Inf(1)
	}
	cut, err := geom.Intersection(featurePolygon(poly).AsGeometry(), featurePolygon(square).AsGeometry())
	if err != nil {
		return 0, math.Inf(1)
	}
	return cut.Area(), perimeter
}

func ringOf(xy ...int32) []pt {
	var r []pt
	for i := 0; i < len(xy); i += 2 {
		r = append(r, pt{xy[i], xy[i+1]})
	}
	return r
}

func TestAreaCases(t *testing.T) {
	box := func(x0, y0, x1, y1 int32) []pt { return ringOf(x0, y0, x1, y0, x1, y1, x0, y1) }
	hole := func(x0, y0, x1, y1 int32) []pt { return ringOf(x0, y0, x0, y1, x1, y1, x1, y0) }
	for _, c := range []struct {
		name  string
		rings [][]pt
		want  string
	}{
		{"tile inside a big area", [][]pt{box(-9000, -9000, 9000, 9000)},
			"(((-64 4160) (-64 -64) (4160 -64) (4160 4160) (-64 4160)))"},
		{"tile inside a hole", [][]pt{box(-9000, -9000, 9000, 9000), hole(-500, -500, 5000, 5000)}, "<nil>"},
		{"hole cut by the edge", [][]pt{box(-200, 0, 100, 100), hole(-100, 40, 50, 60)},
			"(((-64 0) (100 0) (100 100) (-64 100) (-64 60) (50 60) (50 40) (-64 40) (-64 0)))"},
		{"a U falls apart", [][]pt{ringOf(-200, 0, 50, 0, 50, 10, -100, 10, -100, 20, 50, 20, 50, 30, -200, 30)},
			"((((-64 20) (50 20) (50 30) (-64 30) (-64 20))) (((-64 0) (50 0) (50 10) (-64 10) (-64 0))))"},
		{"touches the edge from outside", [][]pt{box(-100, 0, -64, 50)}, "<nil>"},
		{"touches the corner from outside", [][]pt{ringOf(-164, -64, -64, -164, -64, -64)}, "<nil>"},
		{"spike", [][]pt{ringOf(0, 0, 50, 0, 90, 0, 50, 0, 50, 50, 0, 50)}, "(((0 0) (50 0) (50 50) (0 50) (0 0)))"},
		{"no area", [][]pt{ringOf(0, 0, 50, 0, 100, 0)}, "<nil>"},
		{"hourglass", [][]pt{ringOf(0, 0, 10, 10, 20, 0, 20, 20, 10, 10, 0, 20)},
			"((((10 10) (20 0) (20 20) (10 10))) (((10 10) (0 20) (0 0) (10 10))))"},
		{"closed C becomes a courtyard", [][]pt{ringOf(0, 0, 30, 0, 30, 30, 0, 30, 0, 15, 10, 15, 10, 20, 20, 20, 20, 10, 10, 10, 10, 15, 0, 15)},
			"(((0 0) (30 0) (30 30) (0 30) (0 0)) ((10 20) (20 20) (20 10) (10 10) (10 20)))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := drawArea(t, c.rings, true, true)
			if err := checkArea(g); err != nil {
				t.Error(err)
			}
			if got := geometryText(g); g == nil && c.want != "<nil>" || g != nil && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestLinesAreCut draws random lines: nothing leaves the square, nothing strays from the line, nothing inside is lost.
func TestLinesAreCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var line []pt
		for range rapid.IntRange(2, 12).Draw(t, "n") {
			line = append(line, pt{rapid.Int32Range(-3000, 8000).Draw(t, "x"), rapid.Int32Range(-3000, 8000).Draw(t, "y")})
		}
		c := clipper{canvas: usual}
		var out shape
		c.line(line, &out)
		got := 0.0
		for part := range out.rings {
			if len(part) < 2 {
				t.Fatalf("a line of %d points", len(part))
			}
			for i, p := range part {
				if p.x < clipMin || p.x > clipMax || p.y < clipMin || p.y > clipMax {
					t.Fatalf("%v is outside", p)
				}
				if d := distanceToLine(line, p); d > 0.75 {
					t.Fatalf("%v is %v away from the line", p, d)
				}
				if i > 0 {
					got += math.Hypot(float64(p.x-part[i-1].x), float64(p.y-part[i-1].y))
				}
			}
		}
		want := 0.0
		square := geom.NewEnvelope(geom.XY{X: clipMin, Y: clipMin}, geom.XY{X: clipMax, Y: clipMax}).AsGeometry()
		for i := range len(line) - 1 {
			xy := []float64{float64(line[i].x), float64(line[i].y), float64(line[i+1].x), float64(line[i+1].y)}
			if line[i] == line[i+1] {
				continue
			}
			cut, err := geom.Intersection(geom.NewLineString(geom.NewSequence(xy, geom.DimXY)).AsGeometry(), square)
			if err != nil {
				t.Fatal(err)
			}
			want += cut.Length()
		}
		if math.Abs(got-want) > 2*float64(len(line)) {
			t.Fatalf("length %v, want %v", got, want)
		}
	})
}

func distanceToLine(line []pt, p pt) float64 {
	least := math.Inf(1)
	w := func(p pt) world { return world{int64(p.x), int64(p.y)} }
	for i := range len(line) - 1 {
		least = min(least, distanceSquared(w(p), w(line[i]), w(line[i+1])))
	}
	return math.Sqrt(least)
}
