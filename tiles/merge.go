package tiles

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// overlayLimit is how large the overlay may grow before it is merged into the base. A larger one makes each
// tile and each change dearer, a smaller one copies the town more often.
func overlayLimit(rows int) int { return min(max(rows/256, 2048), 16384) }

// pace keeps long work in the background out of the way of readers, who may have no other processor: after each half a
// millisecond it rests for twice as long, so it takes three times as long in all. Nil never rests.
type pace struct{ since time.Time }

const (
	paceWork = 500 * time.Microsecond
	paceRest = 2 * paceWork
	// paceRows is how many rows are gone through between two looks at the clock.
	paceRows = 1 << 11
)

func (p *pace) rest() {
	if p == nil {
		return
	}
	if time.Since(p.since) > paceWork {
		time.Sleep(paceRest)
		p.since = time.Now()
	}
}

// after rests when so many rows have been gone through that it is time to look.
func (p *pace) after(row int) {
	if row%paceRows == 0 {
		p.rest()
	}
}

// merged is the base with the overlay worked in. It copies long runs and sorts nothing.
func merged(old *base, over *overlay, p *pace) *base {
	numbers := len(old.xy)
	for _, o := range over.rows {
		numbers += len(o.row.xy)
	}
	cols := newColumns(old.len()-len(over.dead)+len(over.rows), numbers)
	cols.total = make([]total, 0, cap(cols.face))
	cols.looks = old.looks
	maps.Copy(cols.odd, old.odd)
	moved := make([]uint32, old.len())         // new place of each old row
	fresh := make([]uint32, 0, len(over.rows)) // places of new rows
	dead := over.dead
	i := 0
	copyTo := func(end int) {
		for i < end {
			stop := end
			if len(dead) > 0 && int(dead[0]) < end {
				stop = int(dead[0])
			}
			stop = min(stop, i+paceRows)
			for j := i; j < stop; j++ {
				moved[j] = uint32(cols.len() + j - i)
			}
			cols.addRange(&old.columns, i, stop)
			p.rest()
			if i = stop; len(dead) > 0 && int(dead[0]) == stop && stop < end {
				moved[i] = goneRow
				dead = dead[1:]
				i++
			}
		}
	}
	for _, o := range over.rows {
		copyTo(old.position(o.key, o.row.code))
		fresh = append(fresh, uint32(cols.len()))
		cols.add(o.row)
	}
	copyTo(old.len())
	slices.SortFunc(fresh, func(a, b uint32) int { return cmp.Compare(cols.face[a].code, cols.face[b].code) })
	b := &base{columns: cols, byCode: mergeCodes(old, &cols, moved, fresh, p)}
	b.index(p)
	return b
}

const goneRow = 1<<32 - 1

// mergeCodes makes the index by code of the new rows from that of the old ones and the places of the fresh rows, by code.
func mergeCodes(old *base, rows *columns, moved, fresh []uint32, p *pace) []uint32 {
	out := make([]uint32, 0, len(old.byCode)+len(fresh))
	for i, r := range old.byCode {
		p.after(i)
		if moved[r] == goneRow {
			continue
		}
		for len(fresh) > 0 && rows.face[fresh[0]].code < old.face[r].code {
			out = append(out, fresh[0])
			fresh = fresh[1:]
		}
		out = append(out, moved[r])
	}
	return append(out, fresh...)
}

// since returns the entries of o that were not yet so in an earlier overlay, placed over a new base.
func (o *overlay) since(earlier *overlay, b *base) *overlay {
	var rest []entry
	for _, e := range o.entries {
		if was, ok := earlier.find(e.code); ok && was.row == e.row {
			continue
		}
		e.base = int32(b.find(e.code))
		rest = append(rest, e)
	}
	return (&overlay{}).with(rest)
}
