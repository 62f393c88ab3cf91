package postgres

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// fileGuard finds the rows of a file that would take the place of an earlier one. It holds what of every row that stands
// in the way of later ones: some 100 bytes each. Boxes and the ground within them tell nearly all pairs apart; PostGIS
// is asked about the others, so that the answer is that of the guard of single writes.
type fileGuard struct {
	rows   []guardedRow
	shapes packedShapes
	heads  map[gridCell]int32 // the last link of each cell
	links  []gridLink
	levels uint64 // which levels of the grid hold anything
	near   []int32
}

// guardedRow is a row that was let in, or would have been but for its place.
type guardedRow struct {
	box      [4]float32 // a little larger than the shape's: west, south, east, north
	shape    packedShape
	line     int32
	planned  bool
	rejected bool
}

// claim is a row that wants a place, and the answer.
type claim struct {
	line    int
	shape   orb.Geometry
	box     orb.Bound // the shape's
	planned bool
	// taken is why the row cannot have it: "" if it can.
	taken string
	row   int32
}

// suspect is a pair that only PostGIS can tell apart.
type suspect struct {
	claim   int
	earlier int32
	share   bool // the answer
}

// decide answers the claims, which come in the file's order after all earlier ones.
func (g *fileGuard) decide(ctx context.Context, q querier, claims []claim) error {
	var pairs []suspect
	for i := range claims {
		g.enter(&claims[i])
		if claims[i].taken == "" {
			pairs = g.suspects(i, &claims[i], pairs)
		}
	}
	if err := g.ask(ctx, q, claims, pairs); err != nil {
		return err
	}
	for _, p := range pairs {
		c, earlier := &claims[p.claim], g.rows[p.earlier]
		if p.share && c.taken == "" && !earlier.rejected {
			c.taken = fmt.Sprintf("more than 80 %% of the smaller of the two footprints is shared with row %d", earlier.line)
			g.rows[c.row].rejected = true
		}
	}
	return nil
}

// enter adds a row to those that later ones are held against, unless an earlier one has the very same shape.
func (g *fileGuard) enter(c *claim) {
	at := g.shapes.add(c.shape)
	mine := g.shapes.bytes(at)
	// In order, so that the first with this shape is named.
	for _, other := range g.around(c.box) {
		o := &g.rows[other]
		if o.planned == c.planned && bytes.Equal(g.shapes.bytes(o.shape), mine) {
			c.taken = fmt.Sprintf("row %d has the same footprint", o.line)
			g.shapes.drop(at)
			return
		}
	}
	c.row = int32(len(g.rows))
	g.rows = append(g.rows, guardedRow{box: roundedOut(c.box), shape: at, line: int32(c.line), planned: c.planned})
	g.index(c.row, c.box)
}

// suspects adds the earlier rows that may have the claim's place.
func (g *fileGuard) suspects(i int, c *claim, pairs []suspect) []suspect {
	box := c.box
	_, isPoint := c.shape.(orb.Point)
	if isPoint {
		box = nearBox(c.shape).Bound() // two points are one although they are apart
	}
	for _, other := range g.around(box) {
		o := &g.rows[other]
		if other == c.row || o.planned != c.planned || o.rejected {
			continue
		}
		shape := g.shapes.at(o.shape)
		_, wasPoint := shape.(orb.Point)
		const tolerance = 1e-6
		switch {
		case isPoint || wasPoint:
			if !shape.Bound().Intersects(box) {
				continue
			}
		case geo.MostShared(shape, c.shape) <= registry.GuardShare-tolerance:
			continue
		}
		pairs = append(pairs, suspect{claim: i, earlier: other})
	}
	return pairs
}

// sharePlaces tells which pairs of shapes cover each other too far.
var sharePlaces = `
	with p as materialized (
		select n, st_geomfromewkb(a) as earlier, st_geomfromewkb(b) as later
		from unnest($1::bytea[], $2::bytea[]) with ordinality as p (a, b, n)
	)
	select n from p where ` + overlapOf("p.earlier", "p.later") + ` > $3 order by n`

func (g *fileGuard) ask(ctx context.Context, q querier, claims []claim, pairs []suspect) error {
	const atOnce = 10_000
	for some := range slices.Chunk(pairs, atOnce) {
		var earlier, later [][]byte
		for _, p := range some {
			a, err := geo.AppendEWKB(nil, g.shapes.at(g.rows[p.earlier].shape))
			if err != nil {
				return err
			}
			b, err := geo.AppendEWKB(nil, claims[p.claim].shape)
			if err != nil {
				return err
			}
			earlier, later = append(earlier, a), append(later, b)
		}
		rows, err := q.Query(ctx, sharePlaces, earlier, later, registry.GuardShare)
		if err != nil {
			return fmt.Errorf("compare footprints: %w", err)
		}
		var n int
		_, err = pgx.ForEachRow(rows, []any{&n}, func() error {
			some[n-1].share = true
			return nil
		})
		if err != nil {
			return fmt.Errorf("compare footprints: %w", err)
		}
	}
	return nil
}

// gridCell is a square of the level's size: sizes double from level to level, so that every box finds one on which it
// touches four squares at most.
type gridCell struct {
	level uint8
	x, y  int32
}

// gridLink is one row in a cell, and where the next is.
type gridLink struct{ row, next int32 }

// finestCell is the side, in degrees, of the smallest squares: some fifty metres.
const finestCell = 1.0 / 2048

func levelOf(box orb.Bound) uint8 {
	size := max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
	return uint8(max(0, math.Ceil(math.Log2(max(size/finestCell, 1)))))
}

// cells gives the range of a level's squares that a box touches.
func cells(box orb.Bound, level uint8) (x0, y0, x1, y1 int32) {
	side := finestCell * float64(uint64(1)<<level)
	at := func(v float64) int32 { return int32(math.Floor(v / side)) }
	return at(box.Min[0]), at(box.Min[1]), at(box.Max[0]), at(box.Max[1])
}

func (g *fileGuard) index(row int32, box orb.Bound) {
	if g.heads == nil {
		g.heads = map[gridCell]int32{}
	}
	level := levelOf(box)
	g.levels |= 1 << level
	x0, y0, x1, y1 := cells(box, level)
	for x := x0; x <= x1; x++ {
		for y := y0; y <= y1; y++ {
			cell := gridCell{level, x, y}
			next := int32(-1)
			if head, ok := g.heads[cell]; ok {
				next = head
			}
			g.heads[cell] = int32(len(g.links))
			g.links = append(g.links, gridLink{row, next})
		}
	}
}

// around gives the rows whose boxes meet the box, in the file's order, good until the next call.
func (g *fileGuard) around(box orb.Bound) []int32 {
	g.near = g.near[:0]
	b := roundedOut(box)
	meet := func(row int32) {
		o := &g.rows[row].box
		if o[0] <= b[2] && o[2] >= b[0] && o[1] <= b[3] && o[3] >= b[1] {
			g.near = append(g.near, row)
		}
	}
	for left := g.levels; left != 0; left &= left - 1 {
		level := uint8(bits.TrailingZeros64(left))
		x0, y0, x1, y1 := cells(box, level)
		if int64(x1-x0+1)*int64(y1-y0+1) > int64(len(g.rows)) {
			g.near = g.near[:0]
			for row := range g.rows {
				meet(int32(row))
			}
			return g.near
		}
		for x := x0; x <= x1; x++ {
			for y := y0; y <= y1; y++ {
				link, ok := g.heads[gridCell{level, x, y}]
				for ok && link >= 0 {
					meet(g.links[link].row)
					link = g.links[link].next
				}
			}
		}
	}
	slices.Sort(g.near)
	g.near = slices.Compact(g.near)
	return g.near
}

// roundedOut is a box in half the memory, never smaller.
func roundedOut(b orb.Bound) [4]float32 {
	down := func(v float64) float32 { return math.Nextafter32(float32(v), float32(math.Inf(-1))) }
	up := func(v float64) float32 { return math.Nextafter32(float32(v), float32(math.Inf(1))) }
	return [4]float32{down(b.Min[0]), down(b.Min[1]), up(b.Max[0]), up(b.Max[1])}
}
