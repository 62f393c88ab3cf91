package postgres

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/registry"
	"fangma/registry/intake"
)

// ImportBasemap makes the scenery of one source what a file says, in one transaction, if asked to: features that the file
// lacks are taken away. It has no history; its event only tells followers to read it anew.
//
// It returns errors as ImportBuildings does.
func (s *Store) ImportBasemap(ctx context.Context, actor registry.Actor, candidates iter.Seq2[intake.Item[intake.BasemapFeature], error],
	opt ImportOptions) (ImportResult, error) {
	im := &basemapImport{importRun: importRun{Store: s, actor: actor, opt: opt}}
	if err := im.begin(); err != nil {
		return ImportResult{}, err
	}
	err := s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		im.conn = conn
		defer im.dropStage(context.WithoutCancel(ctx))
		if err := im.stage(ctx, candidates); err != nil {
			return err
		}
		if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return im.run(ctx, tx) }); err != nil {
			return err
		}
		im.result.Applied = opt.Apply && !im.stopped()
		return im.report(ctx)
	})
	return im.finish("import the base map", err)
}

// basemapImport is one run of ImportBasemap.
type basemapImport struct{ importRun }

func (im *basemapImport) stage(ctx context.Context, candidates iter.Seq2[intake.Item[intake.BasemapFeature], error]) error {
	_, err := im.conn.Exec(ctx, `
		create temporary table import_feature (
			n bigint not null, line bigint not null, id text not null, feature_id bigint, class text not null, kind text not null,
			name text not null, geom geometry, outcome text, field text, reason text, detail text
		)`)
	if err != nil {
		return fmt.Errorf("make staging table: %w", err)
	}
	next, stop := iter.Pull2(candidates)
	defer stop()
	var broken error
	rows := pgx.CopyFromFunc(func() ([]any, error) {
		item, err, ok := next()
		if err != nil {
			broken = err
			return nil, err
		}
		if !ok {
			return nil, nil
		}
		im.result.Rows++
		if im.result.Rows%importBatch == 0 {
			im.progress(ImportReading, im.result.Rows, 0)
		}
		return featureRow(im.result.Rows, item), nil
	})
	_, err = im.conn.CopyFrom(ctx, pgx.Identifier{"import_feature"}, []string{
		"n", "line", "id", "feature_id", "class", "kind", "name", "geom", "outcome", "field", "reason", "detail"}, rows)
	switch {
	case broken != nil:
		return broken
	case err != nil:
		return fmt.Errorf("stage: %w", err)
	}
	_, err = im.conn.Exec(ctx, `analyze import_feature`)
	return wrap("stage", err)
}

func featureRow(n int, item intake.Item[intake.BasemapFeature]) []any {
	refused := func(j intake.Reject) []any {
		return []any{n, j.Row, j.ID, nil, "", "", "", nil, Rejected, j.Field, j.Reason, j.Detail}
	}
	if item.Reject != nil {
		return refused(*item.Reject)
	}
	f := item.Value
	id, ok := featureID(f.ID)
	if !ok {
		return refused(intake.Reject{Row: f.Row, Field: "id", Reason: "value", Detail: "a feature of the base map has an OSM id, w1 or r1"})
	}
	if text := f.Class + f.Kind + f.Name; !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return refused(intake.Reject{Row: f.Row, ID: f.ID, Field: "name", Reason: "text", Detail: "the text holds bytes that are no characters"})
	}
	return []any{n, f.Row, f.ID, id, f.Class, f.Kind, f.Name, geometry{f.Geometry}, nil, nil, nil, nil}
}

// featureID makes one number of an OSM id, which is a letter and a number: ways are even, relations odd.
func featureID(id string) (int64, bool) {
	if len(id) < 2 || id[0] != 'w' && id[0] != 'r' {
		return 0, false
	}
	n, err := strconv.ParseUint(id[1:], 10, 61)
	if err != nil {
		return 0, false
	}
	if id[0] == 'r' {
		return int64(n)<<1 | 1, true
	}
	return int64(n) << 1, true
}

// run plans and, if asked to, writes.
func (im *basemapImport) run(ctx context.Context, tx pgx.Tx) error {
	if im.opt.Apply {
		if err := lockRegistry(ctx, tx); err != nil {
			return err
		}
	}
	for _, sql := range []string{`
		update import_feature f
		set outcome = 'rejected', field = 'id', reason = 'repeated_id', detail = 'the file has this id twice'
		from (select n, row_number() over (partition by feature_id order by n) as turn from import_feature where feature_id is not null) d
		where d.n = f.n and d.turn > 1`, `
		update import_feature f
		set outcome = case when (f.class, f.kind, f.name) = (b.class, b.kind, b.name) and f.geom = b.geom then 'same' else 'changed' end
		from basemap_feature b
		where b.source = $1 and b.feature_id = f.feature_id and f.outcome is null`, `
		update import_feature set outcome = 'new' where outcome is null`,
	} {
		var args []any
		if strings.Contains(sql, "$1") {
			args = append(args, im.opt.Source)
		}
		if _, err := tx.Exec(ctx, sql, args...); err != nil {
			return fmt.Errorf("compare: %w", err)
		}
	}
	r := &im.result
	err := tx.QueryRow(ctx, `
		select count(*) filter (where outcome = 'new'), count(*) filter (where outcome = 'changed'),
			count(*) filter (where outcome = 'same'), count(*) filter (where outcome = 'rejected'),
			(select count(*) from basemap_feature b
				where b.source = $1 and not exists (select from import_feature f where f.feature_id = b.feature_id))
		from import_feature`, im.opt.Source).Scan(&r.New, &r.Changed, &r.Same, &r.Rejected, &r.Gone)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if !im.opt.Apply || im.stopped() || r.New+r.Changed+r.Gone == 0 {
		return nil
	}
	return im.write(ctx, tx)
}

func (im *basemapImport) write(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		delete from basemap_feature b
		where b.source = $1 and not exists (
			select from import_feature f where f.feature_id = b.feature_id and f.outcome = 'same')`, im.opt.Source)
	if err != nil {
		return fmt.Errorf("take the old scenery away: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into basemap_feature (source, feature_id, class, kind, name, geom)
		select $1, feature_id, class, kind, name, geom from import_feature where outcome in ('new', 'changed')`, im.opt.Source)
	if err != nil {
		return fmt.Errorf("write scenery: %w", err)
	}
	im.progress(ImportWriting, im.result.New+im.result.Changed, im.result.New+im.result.Changed)
	w := im.writing(tx)
	e, err := im.event(w, registry.EventImport, 0, im.result)
	if err != nil {
		return err
	}
	im.result.Event = e.ID
	return w.insertEvent(ctx, e)
}

func (im *basemapImport) report(ctx context.Context) error {
	return im.reportRows(ctx, `
		select outcome, line, id, coalesce(field, ''), coalesce(reason, ''), coalesce(detail, '')
		from import_feature
		where outcome = 'rejected'
		order by n`)
}
