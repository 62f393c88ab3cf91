package postgres

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry/intake"
)

// importBatch is how many rows are decided or written together.
const importBatch = 1000

// createStage makes the table that holds the file's rows while they are compared: as many as there are, so that memory
// does not grow with the file. n counts candidates in the file's order; line is the row as a person counts it, several
// candidates of one exploded shape share it. box reaches nearPoint beyond the shape; stored and indexed, it lets a join with
// the registry's shapes begin at whichever side is smaller. The columns from outcome on are the plan; pages are half
// filled so that writing it touches no index.
const createStage = `
	create temporary table import_row (
		n         bigint not null,
		line      bigint not null,
		id        text   not null,
		geom      geometry,
		box       geometry,
		state     text   not null,
		floors    integer,
		height    double precision,
		name      text   not null,
		address   text   not null,
		outcome   text,
		code      bigint,
		exact     boolean,
		contested boolean,
		planned   boolean,
		fields    text[],
		field     text,
		reason    text,
		detail    text
	) with (fillfactor = 50)`

// stage streams the candidates into the table.
func (im *buildingImport) stage(ctx context.Context, candidates iter.Seq2[intake.Item[intake.Building], error]) error {
	if _, err := im.conn.Exec(ctx, createStage); err != nil {
		return fmt.Errorf("make staging table: %w", err)
	}
	next, stop := iter.Pull2(candidates)
	defer stop()
	rows := &stageRows{im: im, next: next}
	_, err := im.conn.CopyFrom(ctx, pgx.Identifier{"import_row"}, []string{
		"n", "line", "id", "geom", "box", "state", "floors", "height", "name", "address", "outcome", "field", "reason", "detail",
	}, rows)
	switch {
	case rows.err != nil:
		return rows.err
	case err != nil:
		return fmt.Errorf("stage: %w", err)
	}
	im.result.Rows = rows.candidates
	im.result.Notes = rows.notes
	im.progress(ImportReading, rows.n, rows.n)
	for _, sql := range []string{
		`alter table import_row add primary key (n)`,
		`create index on import_row using gist (box)`,
		`create index on import_row (code)`,
		`analyze import_row`,
	} {
		if _, err := im.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("index staging table: %w", err)
		}
	}
	return nil
}

// stageRows feeds COPY from the candidates. Notes wait in their own rows until the report.
type stageRows struct {
	im         *buildingImport
	next       func() (intake.Item[intake.Building], error, bool)
	n          int // rows given to COPY
	candidates int
	notes      int
	waiting    [][]any
	values     []any
	err        error
}

// Next is called by pgx.
func (r *stageRows) Next() bool {
	if len(r.waiting) == 0 {
		item, err, ok := r.next()
		if err != nil {
			r.err = err
		}
		if !ok || err != nil {
			return false
		}
		r.candidates++
		r.take(item)
	}
	r.values, r.waiting = r.waiting[0], r.waiting[1:]
	r.n++
	r.values[0] = r.n
	if r.n%importBatch == 0 {
		r.im.progress(ImportReading, r.n, 0)
	}
	return true
}

func (r *stageRows) take(item intake.Item[intake.Building]) {
	if j := item.Reject; j != nil {
		r.waiting = append(r.waiting[:0], leftOutRow(*j, Rejected))
		return
	}
	b := item.Value
	if j := unstorable(b); j != nil {
		r.waiting = append(r.waiting[:0], leftOutRow(*j, Rejected))
		return
	}
	r.im.reach(b.Footprint.Geometry.Bound())
	r.waiting = append(r.waiting[:0], []any{
		0, b.Row, b.ID, geometry{b.Footprint.Geometry}, geometry{nearBox(b.Footprint.Geometry)}, b.State, b.Floors, b.Height, b.Name, b.Address,
		nil, nil, nil, nil,
	})
	for _, note := range b.Notes {
		r.notes++
		r.waiting = append(r.waiting, leftOutRow(
			intake.Reject{Row: b.Row, ID: b.ID, Field: note.Field, Reason: note.Reason, Detail: note.Detail}, Noted))
	}
}

// reach widens the bounds of the file.
func (im *buildingImport) reach(b orb.Bound) {
	if im.result.Bounds != nil {
		b = im.result.Bounds.Union(b)
	}
	im.result.Bounds = &b
}

func leftOutRow(j intake.Reject, outcome Outcome) []any {
	return []any{0, j.Row, j.ID, nil, nil, "", nil, nil, "", "", outcome, j.Field, j.Reason, j.Detail}
}

// unstorable rejects a row with text that PostgreSQL cannot hold. One such row would end the whole COPY.
func unstorable(b intake.Building) *intake.Reject {
	for _, f := range [...]struct{ name, text string }{{"id", b.ID}, {"name", b.Name}, {"address", b.Address}, {"state", b.State}} {
		if !utf8.ValidString(f.text) || strings.IndexByte(f.text, 0) >= 0 {
			return &intake.Reject{Row: b.Row, Field: f.name, Reason: "text", Detail: "the text holds bytes that are no characters"}
		}
	}
	return nil
}

// nearBox is the box of a shape, nearPoint wider on every side.
func nearBox(g orb.Geometry) orb.Polygon {
	box := g.Bound()
	east, north := degreesEast(box.Center())*nearPoint/samePoint, degreesNorth()*nearPoint/samePoint
	box.Min = orb.Point{max(-180, box.Min[0]-east), max(-90, box.Min[1]-north)}
	box.Max = orb.Point{min(180, box.Max[0]+east), min(90, box.Max[1]+north)}
	return box.ToPolygon()
}

// Values is called by pgx.
func (r *stageRows) Values() ([]any, error) { return r.values, nil }

// Err is called by pgx; an error makes it give up the COPY.
func (r *stageRows) Err() error { return r.err }
