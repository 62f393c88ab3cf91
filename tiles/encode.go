package tiles

import "sync"

// encoder holds what is needed to write one tile; encoders are pooled.
type encoder struct {
	drawing drawing
	layers  [5]layerWriter
	walker  walker
	sizes   []int
	hits    []int
	hexagon hexagon
	found   []int // of the grid, beside hits
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// tile writes a tile of one view as a reader may see it; nil if it is empty.
func (v *view) tile(layer Layer, id TileID, sees Sees) ([]byte, error) {
	if err := id.check(layer); err != nil {
		return nil, err
	}
	e := encoders.Get().(*encoder)
	defer func() {
		e.walker.release()
		encoders.Put(e)
	}()
	switch layer {
	case Basemap:
		return e.basemap(v.basemap, id), nil
	case Zones:
		return e.zones(v, id), nil
	case Density:
		return e.density(v, id, sees), nil
	case Cells:
		return e.cells(v, id, sees), nil
	default:
		return e.buildings(v, id), nil
	}
}

// Tile encodes a tile as everybody may see it, uncompressed; nil if nothing is in it. Errors are *TileError.
func (s *Snapshot) Tile(layer Layer, id TileID) ([]byte, error) { return s.TileFor(layer, id, Sees{}) }

// TileFor encodes a tile as one reader may see it.
func (s *Snapshot) TileFor(layer Layer, id TileID, sees Sees) ([]byte, error) {
	return s.view.Load().tile(layer, id, sees)
}

// grid turns world coordinates into units of one tile.
type grid struct {
	origin world // less half a unit, so that shifting rounds
	shift  int
}

func (id TileID) grid() grid {
	g := grid{id.origin(), id.shift()}
	half := int64(1) << g.shift >> 1
	g.origin.x -= half
	g.origin.y -= half
	return g
}

func (g grid) at(x, y uint32) pt {
	return pt{int32((int64(x) - g.origin.x) >> g.shift), int32((int64(y) - g.origin.y) >> g.shift)}
}

// buildings writes the buildings of a tile in the order of the map. All figures of a feature are whole
// numbers, so the same row gives the same bytes wherever it is kept.
func (e *encoder) buildings(v *view, id TileID) []byte {
	l := &e.layers[0]
	l.start(string(Buildings))
	g := id.grid()
	var r row
	e.walker.start(v, id.reach())
	for within, ok := e.walker.next(&r); ok; within, ok = e.walker.next(&r) {
		kind := byte(typePolygon)
		if r.form&formArea == 0 {
			kind = typePoint
			l.points(g.at(r.box.minX, r.box.minY))
		} else {
			e.footprint(l, &r, g, id, !within)
		}
		if len(l.geometry) == 0 {
			continue
		}
		l.enum("state", uint64(r.state), r.state.String())
		l.enum("kind", 1<<8|uint64(r.kind), r.kind.String())
		if r.floors != 0 {
			l.integer("floors", int64(r.floors))
		}
		if r.height >= 0.01 {
			l.decimal("height", r.height)
		}
		l.end(r.code, kind)
	}
	return tileOf(l)
}

// footprint draws the outline of a building. One that is too small to enclose anything at this zoom is drawn as a
// square of one unit at its point: no building vanishes by rounding.
func (e *encoder) footprint(l *layerWriter, r *row, g grid, id TileID, crossing bool) {
	d := &e.drawing
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
	if d.area(l, crossing, id.Z < int(r.safe)) {
		return
	}
	at := g.at(r.point())
	if at.x < clipMin || at.y < clipMin || at.x > clipMax || at.y > clipMax || d.cut && d.in.encloses() {
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
