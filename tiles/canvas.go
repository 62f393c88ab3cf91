package tiles

import "math"

// canvas is the grid on which a layer is drawn in a tile.
type canvas struct {
	extentLog int   // a tile is 2^extentLog units wide
	buffer    int32 // how many units are drawn beyond each edge
}

// usual is the canvas of every layer but one.
var usual = canvas{extentLog, buffer}

// distant is that of buildings at the zooms at which they fill the screen by the thousand. A map client draws such a
// tile 512 to 1024 pixels wide, so rounding moves a corner by a quarter of a pixel at the most, and the widest outline, of
// 3 pixels, reaches 6 units beyond an edge. A tile comes out a seventh smaller than on the usual canvas.
var distant = canvas{extentLog - 1, 6}

// lastDistant is the last zoom at which buildings are drawn on the distant canvas; heights are whole metres there, a
// fifth of a pixel.
const lastDistant = 14

func (l Layer) canvas(z int) canvas {
	if l == Buildings && z <= lastDistant {
		return distant
	}
	return usual
}

// min and max are the first and the last unit that is drawn.
func (c canvas) min() int32 { return -c.buffer }
func (c canvas) max() int32 { return 1<<c.extentLog + c.buffer }

// shift turns differences in world units into units of a tile.
func (c canvas) shift(z int) int { return worldLog - c.extentLog - z }

// reach is the tile with its buffer: a feature belongs to the tile when its box meets it.
func (c canvas) reach(id TileID) box {
	o := id.origin()
	size, pad := int64(1)<<(worldLog-id.Z), int64(c.buffer)<<c.shift(id.Z)
	return box{
		uint32(max(o.x-pad, 0)), uint32(max(o.y-pad, 0)),
		uint32(min(o.x+size+pad, math.MaxUint32)), uint32(min(o.y+size+pad, math.MaxUint32)),
	}
}

// grid turns world coordinates into units of one tile.
type grid struct {
	origin world // less half a unit, so that shifting rounds
	shift  int
}

func (c canvas) grid(id TileID) grid {
	g := grid{id.origin(), c.shift(id.Z)}
	half := int64(1) << g.shift >> 1
	g.origin.x -= half
	g.origin.y -= half
	return g
}

func (g grid) at(x, y uint32) pt {
	return pt{int32((int64(x) - g.origin.x) >> g.shift), int32((int64(y) - g.origin.y) >> g.shift)}
}
