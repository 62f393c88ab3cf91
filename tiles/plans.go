package tiles

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Zone is an area that planners measure, as it is from the day From until before the day To. One that changes comes
// once for each period.
type Zone struct {
	ID       int64
	Name     string
	Kind     string // optimised, priority, restricted, prohibited or custom
	Boundary orb.MultiPolygon
	From, To int32
}

// ZoneFeature is added to the id of a zone to make its feature id, since divisions, in the same layers, number theirs
// from 1 too.
const ZoneFeature = 1 << 40

// planSet is the zones of one day, ready to draw. Unlike divisions they may overlap.
type planSet struct {
	list   []Zone // by id
	marks  []zoneMark
	sheets sheets // items are indexes of list
}

func plansTurn(all []Zone, was, today int32) bool {
	return slices.ContainsFunc(all, func(z Zone) bool {
		return z.From > was && z.From <= today || z.To > was && z.To <= today
	})
}

func newPlanSet(all []Zone, today int32) *planSet {
	s := &planSet{}
	for _, z := range all {
		if z.From <= today && today < z.To {
			s.list = append(s.list, z)
		}
	}
	slices.SortStableFunc(s.list, func(a, b Zone) int { return cmp.Compare(a.ID, b.ID) })
	outlines := make([]outline, len(s.list))
	for i, z := range s.list {
		outlines[i] = newOutline(z.Boundary)
		s.marks = append(s.marks, newMark(z.Boundary, outlines[i], false))
	}
	for z := MaxZoom; z >= 0; z-- {
		var pieces []piece
		for i, m := range s.marks {
			if !m.drawn || z < m.first {
				continue
			}
			outlines[i] = outlines[i].simplified(tolerance(z))
			if p, ok := outlines[i].piece(z, i); ok {
				pieces = append(pieces, p)
			}
		}
		s.sheets.zoom[z] = newSheet(pieces)
	}
	return s
}

// plans adds the zones of planners to the layers of a tile of zones.
func (e *encoder) plans(s *planSet, outlines, labels *layerWriter, id TileID) {
	tags := func(l *layerWriter, i int) uint64 {
		z := &s.list[i]
		l.integer("id", z.ID)
		l.text("name", z.Name)
		l.text("kind", z.Kind)
		return ZoneFeature + featureID(z.ID)
	}
	if sh := s.sheets.zoom[id.Z]; sh != nil {
		e.hits = sh.search(id.reach(), &e.walker, e.hits[:0])
		for _, h := range e.hits {
			p := &sh.pieces[h]
			if kind := e.draw(outlines, p, id); len(outlines.geometry) > 0 {
				outlines.end(tags(outlines, p.item), kind)
			}
		}
	}
	g := usual.grid(id)
	for i, m := range s.marks {
		if m.labelled(id) {
			labels.points(g.at(uint32(m.label.x), uint32(m.label.y)))
			labels.end(tags(labels, i), typePoint)
		}
	}
}

// labelled reports whether the tile is the one that holds the label.
func (m *zoneMark) labelled(id TileID) bool {
	s := worldLog - id.Z
	return m.drawn && id.Z >= m.firstLabel && m.label.x>>s == int64(id.X) && m.label.y>>s == int64(id.Y)
}
