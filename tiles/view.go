package tiles

import "fangma/geo"

// view is one state of the town. Everything in it is immutable, so whoever has it may read for as long as
// they like.
type view struct {
	seq     uint64
	today   int32
	base    *base
	over    *overlay
	cells   *dictionary[geo.Cell]
	places  *dictionary[int64] // ids of communities, as rows name them
	direct  []int32            // buildings by place
	zones   *zoneSet
	totals  []int32 // buildings by division of zones, those below included
	plans   *planSet
	basemap *sheets
	heat    *heat
	answers *answerSet
	count   int
}

// row finds a building on today's map.
func (v *view) row(code uint64, r *row) bool {
	if e, ok := v.over.find(code); ok {
		if e.row == nil {
			return false
		}
		*r = *e.row
		return true
	}
	i := v.base.find(code)
	if i < 0 {
		return false
	}
	v.base.whole(i, r)
	return true
}

// recount adds to the number of buildings of a place and of the divisions that hold it. The view must own
// its counts.
func (v *view) recount(zones *zoneSet, place uint32, by int32) {
	v.direct[place] += by
	v.count += int(by)
	zones.add(v.totals, v.places.values[place], by)
}

// lapse counts the houses that are no longer confirmed when one day becomes another.
func (v *view) lapse(was, today int32, moved changes) {
	if today <= was {
		return
	}
	count := func(r *row) {
		if to := r.total.confirmedTo; to != 0 && was < to && to <= today {
			moved.add(v.cells.values[r.cell], Sums{Unconfirmed: 1})
		}
	}
	dead := v.over.dead
	var r row
	for i := range v.base.total {
		if len(dead) > 0 && int(dead[0]) == i {
			dead = dead[1:]
			continue
		}
		r.total, r.cell = v.base.total[i], v.base.cell[i]
		count(&r)
	}
	for _, o := range v.over.rows {
		count(o.row)
	}
}

// walker goes over the buildings whose boxes meet a query, in the order of the map: (key, code).
type walker struct {
	v     *view
	q     box
	spans []span    // still to come
	over  []overRow // hits in the overlay, still to come
	dead  []uint32  // still to be met
	i, to int       // rows of the current span
	safe  bool      // the current span lies inside

	spanBuf []span // memory of spans and over
	overBuf []overRow
}

// start begins a walk; the walker's slices are reused.
func (w *walker) start(v *view, q box) {
	w.v, w.q = v, q
	w.spanBuf = v.base.tree.search(q, w.spanBuf[:0])
	w.overBuf = w.overBuf[:0]
	for i := range v.over.rows {
		if o := &v.over.rows[i]; o.box.meets(q) {
			w.overBuf = append(w.overBuf, *o)
		}
	}
	w.spans, w.over = w.spanBuf, w.overBuf
	w.dead = v.over.dead
	w.i, w.to = 0, 0
	w.skipDead()
}

// next fills r. Inside means that its box lies in the query entirely.
func (w *walker) next(r *row) (inside, ok bool) {
	i, over, inside := w.step()
	switch {
	case over != nil:
		*r = *over
	case i >= 0:
		w.v.base.at(i, r)
	default:
		return false, false
	}
	return inside, true
}

// step goes on to a row of the base or one of the overlay; to neither, -1 and nil, at the end.
func (w *walker) step() (i int, over *row, inside bool) {
	for {
		if w.i == w.to && !w.nextSpan() {
			over, inside = w.nextOver()
			return -1, over, inside
		}
		if len(w.dead) > 0 && int(w.dead[0]) == w.i {
			w.dead = w.dead[1:]
			w.i++
			continue
		}
		b := &w.v.base.columns
		inside = w.safe
		if !inside {
			bb := b.box(w.i)
			if !bb.meets(w.q) {
				w.i++
				continue
			}
			inside = w.q.holds(bb)
		}
		if len(w.over) > 0 {
			if key := b.key(w.i); w.over[0].key < key || w.over[0].key == key && w.over[0].row.code < b.face[w.i].code {
				over, inside = w.nextOver()
				return -1, over, inside
			}
		}
		w.i++
		return w.i - 1, nil, inside
	}
}

// release lets go of the view, so that a pooled walker keeps no old base in memory.
func (w *walker) release() {
	clear(w.overBuf[:cap(w.overBuf)])
	w.v, w.dead, w.over = nil, nil, nil
}

func (w *walker) nextSpan() bool {
	if len(w.spans) == 0 {
		return false
	}
	w.i, w.to, w.safe = w.spans[0].from, w.spans[0].to, w.spans[0].inside
	w.spans = w.spans[1:]
	w.skipDead()
	return true
}

func (w *walker) skipDead() {
	lo, hi := 0, len(w.dead)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(w.dead[mid]) < w.i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	w.dead = w.dead[lo:]
}

func (w *walker) nextOver() (over *row, inside bool) {
	if len(w.over) == 0 {
		return nil, false
	}
	o := w.over[0]
	w.over = w.over[1:]
	return o.row, w.q.holds(o.box)
}
