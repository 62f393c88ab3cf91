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
	hits    []int
	hexagon hexagon
	found   []int // of the grid, beside hits
	out     []byte

	compress bool // what is drawn is to be compressed as well, by who knows it best
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func (e *encoder) release() {
	e.walker.release()
	clear(e.houses.over[:cap(e.houses.over)]) // likewise, rows of an overlay
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
	e.compress = false
	d, err := e.tile(s.view.Load(), layer, id, sees)
	return bytes.Clone(d.raw), err
}

// buildings writes the buildings of a tile in the order of the map. All figures of a feature are whole
// numbers, so the same row gives the same bytes wherever it is kept.
func (e *encoder) buildings(v *view, id TileID) drawn {
	h := &e.houses
	h.enlist(v, id, &e.walker)
	h.draw(&v.base.columns, Buildings.canvas(id.Z).grid(id), e.compress)
	d := h.tile(e.out)
	if !e.compress {
		for _, b := range d.blocks {
			d.raw = append(d.raw, b.raw...)
		}
		d.blocks = nil
	}
	if d.raw != nil {
		e.out = d.raw
	}
	return d
}
