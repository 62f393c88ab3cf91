package postgres

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"
)

// packedShapes holds many cleaned shapes in little memory: their coordinates are whole numbers of the registry's
// precision, and each corner is near the one before it, so that a house of eight corners takes some sixty bytes. Equal
// shapes have equal bytes.
type packedShapes struct{ blocks [][]byte }

// packedShape is where a shape is: the block, and the place in it.
type packedShape struct{ block, at uint32 }

// shapeBlock is how much is added at a time: growing one slice would copy all that is there.
const shapeBlock = 1 << 20

// precision is the number of steps in a degree of a registry coordinate.
const precision = 1e9

// add keeps a shape.
func (s *packedShapes) add(g orb.Geometry) packedShape {
	var room [512]byte
	packed := packShape(room[:0], g)
	n := len(s.blocks)
	if n == 0 || cap(s.blocks[n-1])-len(s.blocks[n-1]) < len(packed)+binary.MaxVarintLen64 {
		s.blocks = append(s.blocks, make([]byte, 0, max(shapeBlock, len(packed)+binary.MaxVarintLen64)))
		n++
	}
	block := &s.blocks[n-1]
	where := packedShape{uint32(n - 1), uint32(len(*block))}
	*block = append(binary.AppendUvarint(*block, uint64(len(packed))), packed...)
	return where
}

// drop forgets the shape that was added last.
func (s *packedShapes) drop(w packedShape) { s.blocks[w.block] = s.blocks[w.block][:w.at] }

func (s *packedShapes) bytes(w packedShape) []byte {
	b := s.blocks[w.block][w.at:]
	size, head := binary.Uvarint(b)
	return b[head : head+int(size)]
}

// at gives the shape back, to the bit.
func (s *packedShapes) at(w packedShape) orb.Geometry {
	u := unpacking{left: s.bytes(w)}
	switch parts := u.number(); parts {
	case 0:
		return u.corner()
	case 1:
		return u.polygon()
	default:
		mp := make(orb.MultiPolygon, parts-1)
		for i := range mp {
			mp[i] = u.polygon()
		}
		return mp
	}
}

// packShape writes what it is (0 a point, 1 a polygon, more a multipolygon of one part less), then the corners.
func packShape(to []byte, g orb.Geometry) []byte {
	var last [2]int64
	corner := func(p orb.Point) {
		for i, v := range p {
			n := int64(math.Round(v * precision))
			to = binary.AppendVarint(to, n-last[i])
			last[i] = n
		}
	}
	polygon := func(p orb.Polygon) {
		to = binary.AppendUvarint(to, uint64(len(p)))
		for _, ring := range p {
			to = binary.AppendUvarint(to, uint64(len(ring)))
			for _, c := range ring {
				corner(c)
			}
		}
	}
	switch g := g.(type) {
	case orb.Point:
		to = append(to, 0)
		corner(g)
	case orb.Polygon:
		to = append(to, 1)
		polygon(g)
	case orb.MultiPolygon:
		to = binary.AppendUvarint(to, uint64(len(g))+1)
		for _, p := range g {
			polygon(p)
		}
	}
	return to
}

// unpacking reads what packShape wrote.
type unpacking struct {
	left []byte
	last [2]int64
}

func (u *unpacking) number() int {
	v, n := binary.Uvarint(u.left)
	u.left = u.left[n:]
	return int(v)
}

func (u *unpacking) corner() (p orb.Point) {
	for i := range p {
		v, n := binary.Varint(u.left)
		u.left = u.left[n:]
		u.last[i] += v
		p[i] = float64(u.last[i]) / precision
	}
	return p
}

func (u *unpacking) polygon() orb.Polygon {
	p := make(orb.Polygon, u.number())
	for i := range p {
		p[i] = make(orb.Ring, u.number())
		for k := range p[i] {
			p[i][k] = u.corner()
		}
	}
	return p
}
