package tiles

import (
	"bytes"
	"sync"
)

// encoder holds what is needed to write one tile; encoders are pooled.
type encoder struct {
	drawing drawing
	layers  [5]layerWriter
	houses  houses
	walker  walker
	sizes   []int
	hits    []int
	hexagon hexagon
	found   []int // of the grid, beside hits
	out     []byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func (e *encoder) release() {
	e.walker.release()
	encoders.Put(e)
}

// tile draws a tile of one view as a reader may see it; its bytes are nil if it is empty.
func (e *encoder) tile(v *view, layer Layer, id TileID, sees Sees) (drawn, error) {
	if err := id.check(layer); err != nil {
		return drawn{}, err
	}
	e.drawing.clip.canvas = layer.canvas(id.Z)
	switch layer {
	case Basemap:
		return drawn{raw: e.basemap(v.basemap, id)}, nil
	case Zones:
		return drawn{raw: e.zones(v, id)}, nil
	case Density:
		return drawn{raw: e.density(v, id, sees)}, nil
	case Cells:
		return drawn{raw: e.cells(v, id, sees)}, nil
	default:
		return e.buildings(v, id), nil
	}
}

// tileOf puts layers into a tile; nil if all are empty.
func (e *encoder) tileOf(layers ...*layerWriter) []byte {
	e.out = e.out[:0]
	for _, l := range layers {
		e.out = l.appendTo(e.out)
	}
	if len(e.out) == 0 {
		return nil
	}
	return e.out
}

// Tile encodes a tile as everybody may see it, uncompressed; nil if nothing is in it. Errors are *TileError.
func (s *Snapshot) Tile(layer Layer, id TileID) ([]byte, error) { return s.TileFor(layer, id, Sees{}) }

// TileFor encodes a tile as one reader may see it.
func (s *Snapshot) TileFor(layer Layer, id TileID, sees Sees) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	d, err := e.tile(s.view.Load(), layer, id, sees)
	return bytes.Clone(d.raw), err
}

// buildings writes the buildings of a tile in the order of the map. All figures of a feature are whole
// numbers, so the same row gives the same bytes wherever it is kept.
func (e *encoder) buildings(v *view, id TileID) drawn {
	h, c := &e.houses, Buildings.canvas(id.Z)
	h.start(c)
	g := c.grid(id)
	var r row
	e.walker.start(v, c.reach(id))
	for i, over, within := e.walker.step(); i >= 0 || over != nil; i, over, within = e.walker.step() {
		if i >= 0 && within && h.quick(&v.base.columns, i, g) {
			continue
		}
		if over == nil {
			v.base.at(i, &r)
			over = &r
		}
		e.house(over, g, within)
	}
	raw := e.tileOf(&h.layerWriter)
	return drawn{raw, true, h.placed(raw)}
}

// house writes a building the long way, which is right for all.
func (e *encoder) house(r *row, g grid, within bool) {
	h, shape := &e.houses, byte(typePolygon)
	if r.form&formArea == 0 {
		shape = typePoint
		h.points(g.at(r.box.minX, r.box.minY))
	} else {
		e.footprint(r, g, !within)
	}
	h.finish(r.code, lookOf(r.state, r.kind, r.floors, r.height, h.canvas, shape))
}

// footprint draws the outline of a building. One that is too small to enclose anything at this zoom is drawn as a
// square of one unit at its point: no building vanishes by rounding.
func (e *encoder) footprint(r *row, g grid, crossing bool) {
	d, l := &e.drawing, &e.houses.layerWriter
	d.in.reset()
	n, sizes := r.outline(e.sizes[:0])
	e.sizes = sizes
	for _, size := range sizes {
		if n.wide {
			for range size {
				x, y := n.next(), n.next()
				d.in.pts = append(d.in.pts, g.at(r.box.minX+x, r.box.minY+y))
			}
		} else {
			ox, oy := int64(r.box.minX)-g.origin.x, int64(r.box.minY)-g.origin.y
			xy := n.xy[:2*size]
			for i := 0; i+1 < len(xy); i += 2 {
				d.in.pts = append(d.in.pts, pt{int32((ox + int64(xy[i])) >> g.shift), int32((oy + int64(xy[i+1])) >> g.shift)})
			}
			n.xy = n.xy[2*size:]
		}
		d.in.close()
	}
	if d.area(l, crossing, g.shift > worldLog-extentLog-int(r.safe)) {
		return
	}
	at := g.at(r.point())
	if c := l.canvas; at.x < c.min() || at.y < c.min() || at.x > c.max() || at.y > c.max() || d.cut && d.in.encloses() {
		return
	}
	l.dot(at)
}

// encloses reports whether a ring of s has an area, before any cutting.
func (s *shape) encloses() bool {
	for r := range s.rings {
		if len(clean(r)) > 0 {
			return true
		}
	}
	return false
}
