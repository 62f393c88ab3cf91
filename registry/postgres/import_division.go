package postgres

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/intake"
)

// ImportDivisions compares the divisions of one file with those known from its source and, if asked to, adds and redraws
// them in one transaction under one event. Houses whose community thereby changes get a new version in the same event;
// no code changes.
//
// A row is the division that bears its code in the same source. A parent that the file does not name is the division of
// the next higher level whose boundary holds the row's. What the file does not say of a known division, its boundary too,
// stays as it is; divisions that the file lacks stay.
//
// Divisions are few and are held in memory. It returns errors as ImportBuildings does.
func (s *Store) ImportDivisions(ctx context.Context, actor registry.Actor, candidates iter.Seq2[intake.Item[intake.Division], error],
	opt ImportOptions) (ImportResult, error) {
	im := &divisionImport{importRun: importRun{Store: s, actor: actor, opt: opt}}
	if err := im.begin(); err != nil {
		return ImportResult{}, err
	}
	if err := im.read(candidates); err != nil {
		return im.finish("import divisions", err)
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return im.run(ctx, tx) })
	if err == nil {
		im.result.Applied = opt.Apply && !im.stopped()
		err = im.report()
	}
	return im.finish("import divisions", err)
}

// divisionImport is one run of ImportDivisions.
type divisionImport struct {
	importRun
	rows  []*divisionRow // in the file's order
	left  []LeftOut      // what the reader of the file left out
	known []*knownDivision
}

// divisionRow is a row of the file with what was decided about it.
type divisionRow struct {
	intake.Division
	known   *knownDivision // nil for a new one
	id      int64          // 0 until a new one is written
	parent  divisionRef
	area    *geo.Prepared // of the boundary, if there is one
	outcome Outcome
	reject  intake.Reject
	fields  []string
}

// divisionRef points to a division, of the registry or of the file; nil and nil for none.
type divisionRef struct {
	known *knownDivision
	row   *divisionRow
}

func (r divisionRef) id() int64 {
	switch {
	case r.row != nil && r.row.known == nil:
		return r.row.id
	case r.row != nil:
		return r.row.known.id
	case r.known != nil:
		return r.known.id
	}
	return 0
}

// knownDivision is a division with everything presently known of it from the day of the import on.
type knownDivision struct {
	id      int64
	source  string
	code    string
	level   int
	version int            // the highest used
	spans   []divisionSpan // in order of date
	row     *divisionRow   // what the file says of it
	area    *geo.Prepared
}

type divisionSpan struct {
	registry.Period
	version  int
	name     string
	parent   int64
	boundary orb.MultiPolygon
}

// on gives the span that holds on a day, or else the one closest to it.
func (k *knownDivision) on(day registry.Date) divisionSpan {
	best := k.spans[0]
	for _, s := range k.spans {
		if s.From <= day {
			best = s
		}
	}
	return best
}

func (im *divisionImport) read(candidates iter.Seq2[intake.Item[intake.Division], error]) error {
	for item, err := range candidates {
		if err != nil {
			return err
		}
		im.result.Rows++
		if item.Reject != nil {
			im.left = append(im.left, LeftOut{Reject: *item.Reject, Outcome: Rejected})
			continue
		}
		row := &divisionRow{Division: item.Value}
		if row.Boundary != nil {
			row.area = geo.Prepare(row.Boundary)
		}
		im.rows = append(im.rows, row)
		im.progress(ImportReading, im.result.Rows, 0)
	}
	return nil
}

// plan decides about every row, higher levels first, so that a parent is decided before its children.
func (im *divisionImport) plan() {
	byCode := map[string]*divisionRow{}
	for _, row := range im.rows {
		if first := byCode[row.Code]; first != nil {
			row.refuse("code", "repeated_id", fmt.Sprintf("row %d has the same code", first.Row))
			continue
		}
		byCode[row.Code] = row
	}
	for _, k := range im.known {
		if k.source == im.opt.Source {
			if row := byCode[k.code]; row != nil {
				row.known, k.row = k, row
			}
		}
	}
	ordered := slices.Clone(im.rows)
	slices.SortStableFunc(ordered, func(a, b *divisionRow) int { return cmp.Compare(a.Level, b.Level) })
	for i, row := range ordered {
		if row.outcome == "" {
			im.decide(row, byCode)
		}
		im.progress(ImportComparing, i+1, len(ordered))
	}
	im.count()
}

func (r *divisionRow) refuse(field, reason, detail string) {
	r.outcome = Rejected
	r.reject = intake.Reject{Row: r.Row, ID: r.Code, Field: field, Reason: reason, Detail: detail}
}

func (im *divisionImport) decide(row *divisionRow, byCode map[string]*divisionRow) {
	if row.known != nil && row.known.level != row.Level {
		row.refuse("level", "level", fmt.Sprintf("the registry has it as a %s; a division does not change its level",
			registry.Level(row.known.level)))
		return
	}
	stated := row.ParentCode != ""
	if stated {
		row.parent = im.named(row.ParentCode, byCode)
		if row.parent == (divisionRef{}) {
			row.refuse("parent", "unknown_parent", fmt.Sprintf("neither the file nor the registry has a division %q to be its parent", row.ParentCode))
			return
		}
		if row.parent.level() >= row.Level {
			row.refuse("parent", "level", fmt.Sprintf("a %s cannot be the parent of a %s",
				registry.Level(row.parent.level()), registry.Level(row.Level)))
			return
		}
	} else if row.Boundary != nil {
		row.parent = im.around(row)
	}
	if row.known == nil {
		row.outcome = New
		return
	}
	is := row.known.on(im.from)
	if row.Name != is.name {
		row.fields = append(row.fields, "name")
	}
	if row.parent != (divisionRef{}) && (row.parent.id() == 0 || row.parent.id() != is.parent) {
		row.fields = append(row.fields, "parent")
	}
	if row.Boundary != nil && (is.boundary == nil || saysMore(row.Boundary, is.boundary)) {
		row.fields = append(row.fields, "boundary")
	}
	row.outcome = Same
	if row.fields != nil {
		row.outcome = Changed
	}
}

func (r divisionRef) level() int {
	if r.row != nil {
		return r.row.Level
	}
	return r.known.level
}

// named finds a division by its code: in the file, else known from the same source, else known from one other source.
func (im *divisionImport) named(code string, byCode map[string]*divisionRow) divisionRef {
	if row := byCode[code]; row != nil && row.outcome != Rejected {
		return divisionRef{row: row}
	}
	var others []*knownDivision
	for _, k := range im.known {
		switch {
		case k.code != code:
		case k.source == im.opt.Source:
			return divisionRef{known: k}
		default:
			others = append(others, k)
		}
	}
	if len(others) == 1 {
		return divisionRef{known: others[0]}
	}
	return divisionRef{}
}

// around finds the division of the next higher level whose boundary holds a row's: the lowest code on ties.
func (im *divisionImport) around(row *divisionRow) divisionRef {
	inside := geo.RepresentativePoint(row.Boundary)
	var best divisionRef
	var bestLevel int
	var bestCode string
	better := func(ref divisionRef, level int, code string, area *geo.Prepared) {
		if area == nil || level >= row.Level || level < bestLevel || level == bestLevel && code >= bestCode {
			return
		}
		if area.Bound().Contains(inside) && area.Contains(inside) {
			best, bestLevel, bestCode = ref, level, code
		}
	}
	for _, r := range im.rows {
		if r != row && r.outcome != Rejected {
			better(divisionRef{row: r}, r.Level, r.Code, r.area)
		}
	}
	for _, k := range im.known {
		if k.row == nil || k.row.area == nil { // otherwise the file has redrawn it
			better(divisionRef{known: k}, k.level, k.code, k.area)
		}
	}
	return best
}

func (im *divisionImport) count() {
	r := &im.result
	r.New, r.Changed, r.Same, r.Rejected, r.Notes, r.Gone = 0, 0, 0, len(im.left), 0, 0
	clear(r.Fields)
	for _, row := range im.rows {
		switch row.outcome {
		case New:
			r.New++
		case Changed:
			r.Changed++
		case Same:
			r.Same++
		case Rejected:
			r.Rejected++
		}
		for _, f := range row.fields {
			r.Fields[f]++
		}
		r.Notes += len(row.Notes)
	}
	for _, k := range im.known {
		if k.source == im.opt.Source && k.row == nil {
			r.Gone++
		}
	}
}

func (im *divisionImport) report() error {
	if im.opt.Left == nil {
		return nil
	}
	left := im.left
	for _, row := range im.rows {
		if row.outcome == Rejected {
			left = append(left, LeftOut{Reject: row.reject, Outcome: Rejected})
		}
		for _, n := range row.Notes {
			left = append(left, LeftOut{Outcome: Noted,
				Reject: intake.Reject{Row: row.Row, ID: row.Code, Field: n.Field, Reason: n.Reason, Detail: n.Detail}})
		}
	}
	slices.SortStableFunc(left, func(a, b LeftOut) int { return cmp.Compare(a.Row, b.Row) })
	for _, l := range left {
		if err := im.opt.Left(l); err != nil {
			return err
		}
	}
	return nil
}
