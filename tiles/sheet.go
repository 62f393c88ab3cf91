package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// A sheet is what a generalised layer shows at one zoom: shapes already simplified and rounded to that zoom's
// grid, which is the same for all its tiles.
type sheet struct {
	tree   tree
	pieces []piece // near neighbours next to each other
}

// piece is one feature on a sheet.
type piece struct {
	item  int // which feature; pieces are drawn in the order of items
	area  bool
	check bool // its rings may meet
	box   box
	shape // in units from the north-west corner of the world
}

// sheets has one for each zoom; none where the layer has nothing.
type sheets struct {
	zoom  [MaxZoom + 1]*sheet
	items []item
}

// item is a feature of the basemap.
type item struct {
	id         uint64
	class      int // index in basemapLayers
	kind, name string
}

func (s *sheets) bounds() box {
	all := noBox()
	for _, z := range s.zoom {
		if z != nil {
			all = all.with(z.tree.bounds())
		}
	}
	return all
}

func newSheet(pieces []piece) *sheet {
	if len(pieces) == 0 {
		return nil
	}
	middle := func(b box) uint64 { return morton(b.minX/2+b.maxX/2, b.minY/2+b.maxY/2) }
	slices.SortFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(middle(a.box), middle(b.box)), cmp.Compare(a.item, b.item))
	})
	return &sheet{buildTree(len(pieces), func(i int) box { return pieces[i].box }), pieces}
}

// search returns the indexes of the pieces that meet q, in the order of their items.
func (s *sheet) search(q box, w *walker, hits []int) []int {
	w.spanBuf = s.tree.search(q, w.spanBuf[:0])
	for _, sp := range w.spanBuf {
		for i := sp.from; i < sp.to; i++ {
			if sp.inside || s.pieces[i].box.meets(q) {
				hits = append(hits, i)
			}
		}
	}
	slices.SortFunc(hits, func(a, b int) int { return cmp.Compare(s.pieces[a].item, s.pieces[b].item) })
	return hits
}

// draw draws a piece into a tile and returns the MVT type; nothing is drawn if none of it is left.
func (e *encoder) draw(l *layerWriter, p *piece, id TileID) byte {
	d := &e.drawing
	d.in.reset()
	ox, oy := int32(id.X<<extentLog), int32(id.Y<<extentLog)
	for _, c := range p.pts {
		d.in.pts = append(d.in.pts, pt{c.x - ox, c.y - oy})
	}
	d.in.ends = append(d.in.ends, p.ends...)
	crossing := !id.reach().holds(p.box)
	if p.area {
		d.area(&l.strokes, crossing, p.check)
		return typePolygon
	}
	lines := &d.in
	if crossing {
		lines = &d.clip.a
		lines.reset()
		for line := range d.in.rings {
			d.clip.line(line, lines)
		}
	}
	for line := range lines.rings {
		if line = slices.Compact(line); len(line) > 1 {
			l.moveTo(line[0])
			l.lineTo(line[1:])
		}
	}
	return typeLine
}

// outline is a geometry in world coordinates on its way through the zooms, from the deepest up; each is
// simplified from the one below.
type outline struct {
	area  bool
	lines []orb.LineString // lines, or closed rings
}

// newOutline projects lines and areas; anything else is empty.
func newOutline(g orb.Geometry) outline {
	o := outline{}
	switch g := g.(type) {
	case orb.LineString:
		o.add(g)
	case orb.MultiLineString:
		for _, l := range g {
			o.add(l)
		}
	case orb.Ring:
		o.area = true
		o.add(orb.LineString(g))
	case orb.Polygon:
		return newOutline(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		o.area = true
		for _, part := range g {
			for i, r := range part {
				if len(r) >= 3 {
					o.add(oriented(r, i == 0))
				} else if i == 0 {
					break // holes without their shell are nothing
				}
			}
		}
	}
	return o
}

// oriented turns shells so that their area is positive with y southwards, and holes the other way.
func oriented(r orb.Ring, shell bool) orb.LineString {
	if (r.Orientation() == orb.CW) == shell {
		return orb.LineString(r)
	}
	c := r.Clone()
	c.Reverse()
	return orb.LineString(c)
}

func (o *outline) add(l orb.LineString) {
	if len(l) < 2 {
		return
	}
	line := make(orb.LineString, len(l))
	for i, c := range l {
		w := toWorld(c)
		line[i] = orb.Point{float64(w.x), float64(w.y)}
	}
	o.lines = append(o.lines, line)
}

// size is the longer side of the box.
func (o *outline) size() float64 {
	var b orb.Bound
	for i, l := range o.lines {
		if i == 0 {
			b = l.Bound()
		}
		b = b.Union(l.Bound())
	}
	return max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
}

// simplified drops what deviates by less than tolerance world units.
func (o *outline) simplified(tolerance float64) outline {
	s := outline{area: o.area, lines: make([]orb.LineString, 0, len(o.lines))}
	for _, l := range o.lines {
		s.lines = append(s.lines, simplifyLine(l, tolerance))
	}
	return s
}

func simplifyLine(l orb.LineString, tolerance float64) orb.LineString {
	return simplify.DouglasPeucker(tolerance).LineString(l.Clone())
}

// piece rounds an outline to the grid of a zoom; ok is false if nothing is left.
func (o *outline) piece(z, item int) (p piece, ok bool) {
	p = piece{item: item, area: o.area, check: o.area}
	shift := TileID{Z: z}.shift()
	half := int64(1) << shift >> 1
	for _, l := range o.lines {
		from := len(p.pts)
		for _, c := range l {
			q := pt{int32((int64(c[0]) + half) >> shift), int32((int64(c[1]) + half) >> shift)}
			if len(p.pts) == from || p.pts[len(p.pts)-1] != q {
				p.pts = append(p.pts, q)
			}
		}
		if o.area {
			p.pts = append(p.pts[:from], clean(p.pts[from:])...)
		}
		if len(p.pts) < from+2 {
			p.pts = p.pts[:from]
			continue
		}
		p.close()
	}
	p.pts = slices.Clip(p.pts)
	p.box = p.boxAt(shift)
	return p, len(p.ends) > 0
}

// boxAt is the box of the shape's points in world coordinates.
func (s *shape) boxAt(shift int) box {
	b := noBox()
	for _, q := range s.pts {
		b = b.withPoint(world{min(int64(q.x)<<shift, math.MaxUint32), min(int64(q.y)<<shift, math.MaxUint32)})
	}
	return b
}
