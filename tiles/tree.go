package tiles

const fanOut = 16

// tree is an R-tree without pointers: level 0 has the box of every 16 rows, the next of every 16 boxes
// below, up to a single one. Rows must lie near their neighbours for it to be of use.
type tree struct {
	levels [][]box
	rows   int
}

// span is a run of rows. Inside means that their boxes lie in the query entirely.
type span struct {
	from, to int
	inside   bool
}

func buildTree(rows int, boxOf func(int) box) tree {
	t := tree{rows: rows}
	n := rows
	at := boxOf
	for n > 0 {
		level := make([]box, (n+fanOut-1)/fanOut)
		for i := range level {
			b := noBox()
			for j := i * fanOut; j < min((i+1)*fanOut, n); j++ {
				b = b.with(at(j))
			}
			level[i] = b
		}
		t.levels = append(t.levels, level)
		if len(level) == 1 {
			break
		}
		n = len(level)
		at = func(i int) box { return level[i] }
	}
	return t
}

// bounds encloses all rows.
func (t *tree) bounds() box {
	if len(t.levels) == 0 {
		return noBox()
	}
	return t.levels[len(t.levels)-1][0]
}

// search appends the runs of rows that can meet q, in order, neighbours joined.
func (t *tree) search(q box, out []span) []span {
	if len(t.levels) > 0 {
		out = t.descend(len(t.levels)-1, 0, q, out)
	}
	return out
}

func (t *tree) descend(level, node int, q box, out []span) []span {
	b := t.levels[level][node]
	if !b.meets(q) {
		return out
	}
	inside := q.holds(b)
	if inside || level == 0 {
		per := fanOut
		for range level {
			per *= fanOut
		}
		from, to := node*per, min((node+1)*per, t.rows)
		if k := len(out) - 1; k >= 0 && out[k].to == from && out[k].inside == inside {
			out[k].to = to
			return out
		}
		return append(out, span{from, to, inside})
	}
	for i := node * fanOut; i < min((node+1)*fanOut, len(t.levels[level-1])); i++ {
		out = t.descend(level-1, i, q, out)
	}
	return out
}

func (t *tree) bytes() int {
	n := 0
	for _, l := range t.levels {
		n += 16 * cap(l)
	}
	return n
}
