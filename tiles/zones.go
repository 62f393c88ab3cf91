package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"fangma/geo"
)

// Divisions on the map. An outline shows from the zoom at which its longer side reaches outlineUnits, a label from
// labelUnits on; divisions without a division above them show from zoom 0, as a dot if need be. An
// outline carries its count of buildings while it spans at most countTiles tiles: beyond that nobody sees it
// whole, and every new building would change thousands of tiles. The label carries it always.
const (
	outlineUnits = 32
	labelUnits   = 256
	countTiles   = 8
)

const zoneLabels = "zone_labels" // second MVT layer of the zones tiles

// zoneSet is the divisions of one day, ready to draw.
type zoneSet struct {
	list   []Division // by (level, id)
	index  map[int64]int
	parent []int // index of the division above, -1 = none
	marks  []zoneMark
	sheets sheets // items are indexes of list
}

// zoneMark says where and when a division shows.
type zoneMark struct {
	drawn      bool // has an outline
	box        box
	label      world
	first      int // zooms from which on outline and label show
	firstLabel int
	lastCount  int // zoom up to which the outline carries its count
}

// divisionsTurn reports whether any division begins or ends after day a and not after day b.
func divisionsTurn(d []Division, a, b int32) bool {
	return slices.ContainsFunc(d, func(d Division) bool { return d.From > a && d.From <= b || d.To > a && d.To <= b })
}

func newZoneSet(all []Division, today int32) *zoneSet {
	s := &zoneSet{index: map[int64]int{}}
	for _, d := range all {
		if d.From <= today && today < d.To {
			s.list = append(s.list, d)
		}
	}
	slices.SortFunc(s.list, func(a, b Division) int { return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.ID, b.ID)) })
	outlines := make([]outline, len(s.list))
	for i, d := range s.list {
		s.index[d.ID] = i
		outlines[i] = newOutline(d.Boundary)
	}
	s.parent = make([]int, len(s.list))
	s.marks = make([]zoneMark, len(s.list))
	for i, d := range s.list {
		s.parent[i] = -1
		if p, ok := s.index[d.Parent]; ok && d.Parent != d.ID {
			s.parent[i] = p
		}
		s.marks[i] = newMark(d.Boundary, outlines[i], s.parent[i] < 0)
	}
	s.generalise(outlines)
	return s
}

func newMark(g orb.MultiPolygon, o outline, top bool) zoneMark {
	m := zoneMark{box: noBox()}
	if len(o.lines) == 0 {
		return m
	}
	m.drawn = true
	for _, l := range o.lines {
		for _, c := range l {
			m.box = m.box.withPoint(world{int64(c[0]), int64(c[1])})
		}
	}
	m.label = toWorld(geo.RepresentativePoint(g))
	size := o.size()
	from := func(units float64) int {
		for z := range MaxZoom {
			if top || size >= units*float64(int64(1)<<TileID{Z: z}.shift()) {
				return z
			}
		}
		return MaxZoom
	}
	m.first, m.firstLabel = from(outlineUnits), from(labelUnits)
	for z := range MaxZoom + 1 {
		if size <= countTiles*math.Exp2(float64(worldLog-z)) {
			m.lastCount = z
		}
	}
	return m
}

// generalise makes the sheet of every zoom, from the deepest up.
func (s *zoneSet) generalise(outlines []outline) {
	lines := cutBorders(outlines)
	for z := MaxZoom; z >= 0; z-- {
		var pieces []piece
		for i, m := range s.marks {
			if !m.drawn || z < m.first {
				continue
			}
			var o outline
			lines[i], o = lines[i].simplified(tolerance(z))
			p, ok := o.piece(z, i)
			if !ok {
				p = dotPiece(m.label, z, i)
			}
			pieces = append(pieces, p)
		}
		s.sheets.zoom[z] = newSheet(pieces)
	}
}

// dotPiece stands for a division that encloses nothing at this zoom.
func dotPiece(at world, z, item int) piece {
	shift := TileID{Z: z}.shift()
	x, y := int32(at.x>>shift), int32(at.y>>shift)
	p := piece{item: item, area: true}
	p.pts = []pt{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}
	p.close()
	p.box = p.boxAt(shift)
	return p
}

func (s *zoneSet) bounds() box { return s.sheets.bounds() }

// maxDepth ends walks up a tree that has a loop in it.
const maxDepth = 16

// add counts buildings of a community for it and for what is above it.
func (s *zoneSet) add(totals []int32, id int64, by int32) {
	i, ok := s.index[id]
	if !ok {
		return
	}
	for depth := 0; i >= 0 && depth < maxDepth; depth++ {
		totals[i] += by
		i = s.parent[i]
	}
}

// totals counts the buildings of every division from those of the communities.
func (s *zoneSet) totals(places []int64, direct []int32) []int32 {
	t := make([]int32, len(s.list))
	for i, n := range direct {
		s.add(t, places[i], n)
	}
	return t
}

// count returns the buildings of a division; of one that is not valid today, those that are in it directly.
func (s *zoneSet) count(id int64, v *view) int {
	if i, ok := s.index[id]; ok {
		return int(v.totals[i])
	}
	if p, ok := v.places.find(id); ok {
		return int(v.direct[p])
	}
	return 0
}

// appendRecounted adds what shows a count that has changed.
func (s *zoneSet) appendRecounted(areas []Area, before, after []int32) []Area {
	for i, m := range s.marks {
		if before[i] == after[i] || !m.drawn {
			continue
		}
		if m.first <= m.lastCount {
			areas = append(areas, Area{Layer: Zones, First: m.first, Last: m.lastCount, box: m.box})
		}
		x, y := uint32(m.label.x), uint32(m.label.y)
		areas = append(areas, Area{Layer: Zones, First: m.firstLabel, Last: MaxZoom, box: box{x, y, x, y}, label: true})
	}
	return areas
}

// zones writes a tile of outlines and labels.
func (e *encoder) zones(v *view, id TileID) []byte {
	outlines, labels := &e.layers[0], &e.layers[1]
	outlines.start(string(Zones))
	labels.start(zoneLabels)
	s := v.zones
	if sh := s.sheets.zoom[id.Z]; sh != nil {
		e.hits = sh.search(id.reach(), &e.walker, e.hits[:0])
		for _, h := range e.hits {
			p := &sh.pieces[h]
			kind := e.draw(outlines, p, id)
			if len(outlines.geometry) > 0 {
				s.tags(outlines, p.item, id.Z <= s.marks[p.item].lastCount, v)
				outlines.end(featureID(s.list[p.item].ID), kind)
			}
		}
	}
	g := usual.grid(id)
	for i, m := range s.marks {
		if m.labelled(id) {
			labels.points(g.at(uint32(m.label.x), uint32(m.label.y)))
			s.tags(labels, i, true, v)
			labels.end(featureID(s.list[i].ID), typePoint)
		}
	}
	e.plans(v.plans, outlines, labels, id)
	return e.tileOf(outlines, labels)
}

func (s *zoneSet) tags(l *layerWriter, i int, count bool, v *view) {
	d := &s.list[i]
	l.integer("id", d.ID)
	l.text("name", d.Name)
	l.text("kind", "division")
	l.integer("level", int64(d.Level))
	if count {
		l.integer("buildings", int64(v.totals[i]))
	}
}

// featureID is the id as MVT can hold it: 0, which is left out, if negative.
func featureID(id int64) uint64 { return uint64(max(id, 0)) }
