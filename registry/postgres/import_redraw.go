package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// run plans and, if asked to, writes. Divisions are few, so the lock may cover both.
func (im *divisionImport) run(ctx context.Context, tx pgx.Tx) error {
	if im.opt.Apply {
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
	}
	w := im.writing(tx)
	if err := im.load(ctx, w); err != nil {
		return err
	}
	im.plan()
	if !im.opt.Apply || im.stopped() || im.result.New+im.result.Changed == 0 {
		return nil
	}
	return im.write(ctx, w)
}

// load reads all divisions that the registry presently knows for the day of the import or later.
func (im *divisionImport) load(ctx context.Context, w *writing) error {
	rows, err := w.tx.Query(ctx, `
		select d.division_id, d.source, d.code, d.level, v.version, lower(v.valid), upper(v.valid), v.name, coalesce(v.parent_id, 0),
			v.boundary, v.recorded_from,
			(select max(o.version) from division_version o where o.division_id = d.division_id)
		from division d join division_version v using (division_id)
		where v.recorded_to = 'infinity' and v.valid && daterange($1, null)
		order by d.division_id, lower(v.valid)`, im.from.Time())
	if err != nil {
		return fmt.Errorf("read divisions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k knownDivision
		var s divisionSpan
		var boundary *geometry
		var recorded time.Time
		err := rows.Scan(&k.id, &k.source, &k.code, &k.level, &s.version, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.name, &s.parent,
			&boundary, &recorded, &k.version)
		if err != nil {
			return fmt.Errorf("read divisions: %w", err)
		}
		if boundary != nil {
			s.boundary, _ = boundary.Geometry.(orb.MultiPolygon)
		}
		w.after(recorded)
		if n := len(im.known); n == 0 || im.known[n-1].id != k.id {
			im.known = append(im.known, &k)
		}
		last := im.known[len(im.known)-1]
		last.spans = append(last.spans, s)
	}
	for _, k := range im.known {
		if b := k.on(im.from).boundary; b != nil {
			k.area = geo.Prepare(b)
		}
	}
	return wrap("read divisions", rows.Err())
}

// write records the redraw: the divisions, and the houses that thereby belong to another community.
func (im *divisionImport) write(ctx context.Context, w *writing) error {
	written := slices.DeleteFunc(slices.Clone(im.rows), func(r *divisionRow) bool { return r.outcome != New && r.outcome != Changed })
	slices.SortStableFunc(written, func(a, b *divisionRow) int { return cmp.Compare(a.Level, b.Level) })
	for _, r := range written {
		if r.outcome != New {
			continue
		}
		err := w.tx.QueryRow(ctx, `insert into division (source, code, level) values ($1, $2, $3) returning division_id`,
			im.opt.Source, r.Code, r.Level).Scan(&r.id)
		if err != nil {
			return fmt.Errorf("write division: %w", err)
		}
	}
	redrawn := im.communities()
	moved, err := im.moved(ctx, w, redrawn)
	if err != nil {
		return err
	}
	e, err := im.event(w, registry.EventRedraw, len(moved), im.result)
	if err != nil {
		return err
	}
	if err := w.insertEvent(ctx, e); err != nil {
		return err
	}
	for _, r := range written {
		if err := im.writeDivision(ctx, w, r, e); err != nil {
			return fmt.Errorf("write division %s: %w", r.Code, err)
		}
	}
	im.result.Event = e.ID
	return im.move(ctx, w, moved, redrawn, e)
}

// writeDivision adds what is known of a division from the import's day on. What was known before it stays, cut short; of
// a known division each row of the table is a version.
func (im *divisionImport) writeDivision(ctx context.Context, w *writing, r *divisionRow, e registry.Event) error {
	id, version, from := r.id, 0, im.from
	is := divisionSpan{}
	var kept *divisionSpan
	if k := r.known; k != nil {
		id, version, is = k.id, k.version, k.on(im.from)
		from = max(from, k.spans[0].From)
		if first := k.spans[0]; first.From < im.from {
			first.To = im.from
			from, kept = im.from, &first
		}
		_, err := w.tx.Exec(ctx, `
			update division_version set recorded_to = $3
			where division_id = $1 and recorded_to = 'infinity' and valid && daterange($2, null)`, id, im.from.Time(), e.RecordedAt)
		if err != nil {
			return err
		}
	}
	is.Period, is.name = registry.Period{From: from, To: registry.Forever}, r.Name
	if parent := r.parent.id(); parent != 0 {
		is.parent = parent
	}
	if r.Boundary != nil {
		is.boundary = r.Boundary
	}
	spans := []divisionSpan{is}
	if kept != nil {
		spans = []divisionSpan{*kept, is}
	}
	for _, s := range spans {
		version++
		if err := insertDivisionSpan(ctx, w.tx, id, version, s, e); err != nil {
			return err
		}
	}
	return nil
}

func insertDivisionSpan(ctx context.Context, tx pgx.Tx, id int64, version int, s divisionSpan, e registry.Event) error {
	var boundary *geometry
	if s.boundary != nil {
		boundary = &geometry{s.boundary}
	}
	_, err := tx.Exec(ctx, `
		insert into division_version (division_id, version, valid, recorded_from, event_id, name, parent_id, boundary)
		values ($1, $2, daterange($3, $4), $5, $6, $7, nullif($8::bigint, 0), $9)`,
		id, version, s.From.Time(), validTo(s.To), e.RecordedAt, e.ID, s.name, s.parent, boundary)
	return err
}

// communities are those that hold from the import's day on, in the order of boundaries.load.
func (im *divisionImport) communities() communities {
	type drawn struct {
		code, source string
		community
	}
	var all []drawn
	for _, k := range im.known {
		shape := k.area
		if k.row != nil && k.row.outcome == Changed && k.row.area != nil {
			shape = k.row.area
		}
		if k.level == int(registry.Community) && shape != nil {
			all = append(all, drawn{k.code, k.source, newCommunity(k.id, shape)})
		}
	}
	for _, r := range im.rows {
		if r.outcome == New && r.Level == int(registry.Community) && r.area != nil {
			all = append(all, drawn{r.Code, im.opt.Source, newCommunity(r.id, r.area)})
		}
	}
	slices.SortFunc(all, func(a, b drawn) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.source, b.source), cmp.Compare(a.id, b.id))
	})
	out := make(communities, len(all))
	for i, d := range all {
		out[i] = d.community
	}
	return out
}

// moved lists the standing houses that are to belong to another community, in order of code.
func (im *divisionImport) moved(ctx context.Context, w *writing, redrawn communities) ([]registry.Code, error) {
	rows, err := w.tx.Query(ctx, `
		select building_code, point, coalesce(community_id, 0), recorded_from
		from building_version
		where recorded_to = 'infinity' and valid && daterange($1, null) and state not in ('demolished', 'not_realised')
		order by building_code`, im.from.Time())
	if err != nil {
		return nil, fmt.Errorf("look for moved houses: %w", err)
	}
	var moved []registry.Code
	var code registry.Code
	var point orb.Point
	var belongs int64
	var recorded time.Time
	_, err = pgx.ForEachRow(rows, []any{&code, (*pointColumn)(&point), &belongs, &recorded}, func() error {
		if redrawn.At(point) == belongs {
			return nil
		}
		w.after(recorded)
		if n := len(moved); n == 0 || moved[n-1] != code {
			moved = append(moved, code)
		}
		return nil
	})
	return moved, wrap("look for moved houses", err)
}

// move writes the houses' new versions.
func (im *divisionImport) move(ctx context.Context, w *writing, moved []registry.Code, redrawn communities, e registry.Event) error {
	done := 0
	for codes := range slices.Chunk(moved, importBatch) {
		known, err := loadBuildings(ctx, w.tx, codes)
		if err != nil {
			return err
		}
		changed := entry{event: e}
		for _, code := range codes {
			was := known[code]
			b, err := was.Redraw(im.from, redrawn.At)
			if err != nil {
				return fmt.Errorf("move %s to its community: %w", code, err)
			}
			b.RecordedFrom = e.RecordedAt
			if err := changed.changed(was, &b); err != nil {
				return err
			}
		}
		if err := changed.send(ctx, w.tx); err != nil {
			return err
		}
		done += len(codes)
		im.progress(ImportWriting, done, len(moved))
	}
	return nil
}
