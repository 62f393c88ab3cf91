package tiles

import (
	"maps"
	"slices"

	"fangma/geo"
)

// Responsible is who answers for a cell of the grid. Ordinals are small numbers that stay with a person and give their
// territory its colour.
type Responsible struct {
	Officer, Administrator               string // display names, "" if there is none
	OfficerOrdinal, AdministratorOrdinal int
	Uncovered                            bool // nobody works as officer, so the administrator answers
}

// answerSet is who answers for which cells, ready to draw.
type answerSet struct {
	cellBoxes
	tree tree
	who  map[geo.Cell]Responsible
}

// newAnswerSet is ready to be drawn. Known are boxes that need not be found out.
func newAnswerSet(answers map[geo.Cell]Responsible, known cellBoxes) *answerSet {
	s := &answerSet{who: maps.Clone(answers)}
	cells := slices.DeleteFunc(slices.Sorted(maps.Keys(answers)), func(c geo.Cell) bool { return !known.knows(c) && !c.Valid() })
	s.cellBoxes = known.with(cells)
	s.tree = buildTree(len(s.cells), func(i int) box { return s.boxes[i] })
	return s
}

// SetAnswers replaces who answers for the cells of the grid. Cells that are not in it are drawn without anybody.
func (s *Snapshot) SetAnswers(answers map[geo.Cell]Responsible) Changed {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := *s.view.Load()
	next := newAnswerSet(answers, n.answers.cellBoxes)
	var c Changed
	first, last := Cells.Zooms()
	was := n.answers
	add := func(b box) { c.Areas = append(c.Areas, Area{Layer: Cells, First: first, Last: last, box: b}) }
	for i, cell := range next.cells {
		if old, ok := was.who[cell]; !ok || old != next.who[cell] {
			add(next.boxes[i])
		}
	}
	for i, cell := range was.cells {
		if _, ok := next.who[cell]; !ok {
			add(was.boxes[i])
		}
	}
	n.answers = next
	return s.publish(&n, c)
}

// cells writes a tile of the grid: the cells that have a building today, and those that the reader may know to be
// somebody's.
func (e *encoder) cells(v *view, id TileID, sees Sees) []byte {
	l := &e.layers[0]
	l.start(string(Cells))
	grid := v.heat.grid()
	if grid > DensityResolution(id.Z, grid)+1 {
		return nil // too many
	}
	e.hits, e.found = e.hits[:0], e.found[:0]
	if lv := v.heat.level(grid); lv != nil {
		e.walker.spanBuf = lv.search(id.reach(), e.walker.spanBuf, func(i int) {
			if lv.at(i).Buildings > 0 {
				e.found = append(e.found, i)
			}
		})
	}
	a := v.answers
	e.walker.spanBuf = searchBoxes(&a.tree, a.boxes, id.reach(), e.walker.spanBuf, func(i int) {
		if sees.answers(a.cells[i]) {
			e.hits = append(e.hits, i)
		}
	})
	g := usual.grid(id)
	hits := e.hits
	for _, k := range e.found {
		c := v.heat.levels[grid].cells[k]
		for ; len(hits) > 0 && a.cells[hits[0]] < c; hits = hits[1:] {
			e.cell(l, a.cells[hits[0]], a, true, id, g)
		}
		answered := len(hits) > 0 && a.cells[hits[0]] == c
		if answered {
			hits = hits[1:]
		}
		e.cell(l, c, a, answered, id, g)
	}
	for _, i := range hits {
		e.cell(l, a.cells[i], a, true, id, g)
	}
	return e.tileOf(l)
}

// cell draws one cell of the grid, with who answers for it if that is to be told.
func (e *encoder) cell(l *layerWriter, c geo.Cell, a *answerSet, tell bool, id TileID, g grid) {
	if !e.hexagon.set(c) {
		return
	}
	if e.drawHexagon(l, id, g); len(l.geometry) == 0 {
		return
	}
	l.cell("h", c)
	if tell {
		who := a.who[c]
		l.text("officer", who.Officer)
		if who.Officer != "" {
			l.integer("officerOrdinal", int64(who.OfficerOrdinal))
		}
		l.text("administrator", who.Administrator)
		if who.Administrator != "" {
			l.integer("administratorOrdinal", int64(who.AdministratorOrdinal))
		}
		if who.Uncovered {
			l.yes("uncovered")
		}
	}
	l.end(cellFeature(c), typePolygon)
}

// answers reports whether the reader may know who answers for a cell.
func (s Sees) answers(c geo.Cell) bool {
	if s.Answers {
		return true
	}
	_, own := slices.BinarySearch(s.Cells, c)
	return own
}
