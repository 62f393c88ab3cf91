package tiles

import (
	"iter"
	"math"

	"github.com/paulmach/orb"
)

// Changed says what a change of the snapshot touched. Tiles outside its areas have the same bytes as before.
type Changed struct {
	Seq   uint64   // number of the snapshot's state after the change
	Codes []uint64 // buildings that look different on the map now, ascending
	Areas []Area
}

// Area is a rectangle of one layer over a range of zooms.
type Area struct {
	Layer       Layer
	First, Last int // zooms
	box         box // what changed, without the buffer
	label       bool
}

// Bound returns the rectangle in lon,lat.
func (a Area) Bound() orb.Bound { return a.box.bound() }

// Empty reports whether no tile was touched.
func (c Changed) Empty() bool { return len(c.Areas) == 0 }

// Bound encloses everything that was touched, lon,lat; ok is false if nothing was.
func (c Changed) Bound() (b orb.Bound, ok bool) {
	all := noBox()
	for _, a := range c.Areas {
		all = all.with(a.box)
	}
	if all.empty() {
		return orb.Bound{}, false
	}
	return all.bound(), true
}

// Layers lists the layers touched, in the order of Layers.
func (c Changed) Layers() []Layer {
	var out []Layer
	for _, l := range Layers() {
		for _, a := range c.Areas {
			if a.Layer == l {
				out = append(out, l)
				break
			}
		}
	}
	return out
}

// Touches reports whether the tile may have changed.
func (c Changed) Touches(layer Layer, id TileID) bool {
	for _, a := range c.Areas {
		if a.Layer == layer && id.Z >= a.First && id.Z <= a.Last && a.meets(id) {
			return true
		}
	}
	return false
}

func (a Area) meets(id TileID) bool {
	x0, y0, x1, y1 := a.span(id.Z)
	return id.X >= x0 && id.X <= x1 && id.Y >= y0 && id.Y <= y1
}

// Tiles yields every tile touched, some perhaps more than once. A change of a whole layer yields
// very many: ask Count first.
func (c Changed) Tiles() iter.Seq2[Layer, TileID] {
	return func(yield func(Layer, TileID) bool) {
		for _, a := range c.Areas {
			for z := a.First; z <= a.Last; z++ {
				x0, y0, x1, y1 := a.span(z)
				for y := uint64(y0); y <= uint64(y1); y++ {
					for x := uint64(x0); x <= uint64(x1); x++ {
						if !yield(a.Layer, TileID{z, uint32(x), uint32(y)}) {
							return
						}
					}
				}
			}
		}
	}
}

// Count returns how many tiles Tiles yields.
func (c Changed) Count() int {
	n := 0
	for _, a := range c.Areas {
		for z := a.First; z <= a.Last; z++ {
			x0, y0, x1, y1 := a.span(z)
			n += int(x1-x0+1) * int(y1-y0+1)
		}
	}
	return n
}

// span returns the first and last column and row at zoom z whose reach the area meets. Labels belong to
// the one tile that holds their point.
func (a Area) span(z int) (x0, y0, x1, y1 uint32) {
	s, c := worldLog-z, a.Layer.canvas(z)
	pad := int64(c.buffer) << c.shift(z)
	switch {
	case a.label:
		pad = 0
	case a.Layer != Buildings:
		pad += 1 << c.shift(z) // their shapes are rounded to the zoom's grid, by up to a unit
	}
	last := int64(1)<<z - 1
	// A tile starting at v reaches v+size+pad, inclusive, so one that ends pad before the box still meets it.
	low := func(v uint32) uint32 {
		if pad == 0 {
			return v >> s
		}
		return uint32(max((int64(v)-pad-1)>>s, 0))
	}
	high := func(v uint32) uint32 { return uint32(min((int64(v)+pad)>>s, last)) }
	return low(a.box.minX), low(a.box.minY), high(a.box.maxX), high(a.box.maxY)
}

// wholeLayer is the area for a change that can show anywhere.
func wholeLayer(l Layer) Area {
	first, last := l.Zooms()
	return Area{Layer: l, First: first, Last: last, box: box{0, 0, math.MaxUint32, math.MaxUint32}}
}
