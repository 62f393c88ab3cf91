package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// planAlone makes the plan in a transaction of its own, so that nobody waits for it.
func (im *buildingImport) planAlone(ctx context.Context) error {
	return pgx.BeginTxFunc(ctx, im.conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select pg_current_snapshot()::text`).Scan(&im.snapshot); err != nil {
			return fmt.Errorf("note what the plan was made on: %w", err)
		}
		return im.plan(ctx, tx)
	})
}

// plan decides what becomes of every row.
func (im *buildingImport) plan(ctx context.Context, tx pgx.Tx) error {
	if err := im.match(ctx, tx); err != nil {
		return err
	}
	if err := im.decideAll(ctx, tx); err != nil {
		return err
	}
	// Every row has changed since the planner last looked.
	if _, err := tx.Exec(ctx, `analyze import_row`); err != nil {
		return fmt.Errorf("keep statistics: %w", err)
	}
	if err := im.guard(ctx, tx); err != nil {
		return err
	}
	return im.count(ctx, tx)
}

// overtaken tells whether somebody changed the registry after the plan was made.
func (im *buildingImport) overtaken(ctx context.Context, tx pgx.Tx) (yes bool, err error) {
	err = tx.QueryRow(ctx, `
		select exists (
			select from event
			where xid >= pg_snapshot_xmin($1::text::pg_snapshot) and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot))`,
		im.snapshot).Scan(&yes)
	return yes, wrap("look for later changes", err)
}

// guard rejects rows that would take the place of a building of the registry, or of an earlier row. A row that is rejected
// leaves its building where it stands and makes room in the file, so the guard looks again until it finds nothing.
func (im *buildingImport) guard(ctx context.Context, tx pgx.Tx) error {
	args := pgx.NamedArgs{"from": im.from.Time(), "guard": registry.GuardShare}
	for {
		tag, err := tx.Exec(ctx, guardRegistry, args)
		if err != nil {
			return fmt.Errorf("guard against overlap: %w", err)
		}
		n, err := im.guardFile(ctx, tx)
		if err != nil {
			return fmt.Errorf("guard against overlap in the file: %w", err)
		}
		if tag.RowsAffected()+n == 0 {
			return nil
		}
	}
}

// guardRegistry is the guard of single writes over all rows at once. Buildings that the file moves are looked for at their
// new place, by guardFile.
var guardRegistry = `
	update import_row r
	set outcome = 'rejected', field = 'geometry', reason = 'overlap',
		detail = format('%s %% of the smaller of the two footprints is shared with %s', round(100 * d.share), d.code)
	from (
		select distinct on (r.n) r.n, v.building_code as code, o.share
		from import_row r
			join building_version v on v.geom && r.box
			cross join lateral (select ` + overlapOf("v.geom", "r.geom") + ` as share) o
		where r.contested and r.outcome in ('new', 'changed')
			and v.recorded_to = 'infinity' and v.valid && daterange(@from, null) and v.state not in ('demolished', 'not_realised')
			and (v.state = 'planned') = r.planned and v.building_code is distinct from r.code and o.share > @guard
			and not exists (
				select from import_row o where o.code = v.building_code and o.contested and o.outcome = 'changed')
		order by r.n, o.share desc, v.building_code
	) d
	where d.n = r.n`

// guardFile rejects rows whose place an earlier row has, unless that one is itself rejected.
func (im *buildingImport) guardFile(ctx context.Context, tx pgx.Tx) (int64, error) {
	var g fileGuard
	var rejected []int64
	var details []string
	for after := int64(0); ; {
		rows, err := tx.Query(ctx, `
			select n, line, geom, planned
			from import_row
			where n > $1 and contested and outcome in ('new', 'changed')
			order by n
			limit $2`, after, importBatch)
		if err != nil {
			return 0, err
		}
		var numbers []int64
		claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c claim, err error) {
			var shape registry.Shape
			err = row.Scan(&after, &c.line, (*shapeColumn)(&shape), &c.planned)
			c.shape, c.box = shape.Geometry, shape.Bound()
			numbers = append(numbers, after)
			return c, err
		})
		if err != nil {
			return 0, err
		}
		if err := g.decide(ctx, tx, claims); err != nil {
			return 0, err
		}
		for i, c := range claims {
			if c.taken != "" {
				rejected, details = append(rejected, numbers[i]), append(details, c.taken)
			}
		}
		if len(claims) < importBatch {
			break
		}
	}
	if len(rejected) == 0 {
		return 0, nil
	}
	tag, err := tx.Exec(ctx, `
		update import_row r
		set outcome = 'rejected', field = 'geometry', reason = 'overlap', detail = d.detail
		from unnest($1::bigint[], $2::text[]) as d (n, detail)
		where d.n = r.n`, rejected, details)
	return tag.RowsAffected(), err
}

// count sums the plan up.
func (im *buildingImport) count(ctx context.Context, tx pgx.Tx) error {
	by := map[Outcome]int{}
	rows, err := tx.Query(ctx, `select outcome, count(*) from import_row group by outcome`)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	var outcome Outcome
	var n int
	_, err = pgx.ForEachRow(rows, []any{&outcome, &n}, func() error {
		by[outcome] = n
		return nil
	})
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	r := &im.result
	r.New, r.Changed, r.Same, r.Ambiguous, r.Rejected = by[New], by[Changed], by[Same], by[Ambiguous], by[Rejected]
	rows, err = tx.Query(ctx, `select f, count(*) from import_row, unnest(fields) f where outcome = 'changed' group by f`)
	if err != nil {
		return fmt.Errorf("count fields: %w", err)
	}
	clear(r.Fields)
	var field string
	_, err = pgx.ForEachRow(rows, []any{&field, &n}, func() error {
		r.Fields[field] = n
		return nil
	})
	if err != nil {
		return fmt.Errorf("count fields: %w", err)
	}
	return wrap("count what is gone", tx.QueryRow(ctx, countGone, im.opt.Source, im.from.Time()).Scan(&r.Gone))
}

// countGone counts the standing houses that have an id of the source, or came with an earlier import of it, and are no row
// of the file, nor perhaps one.
const countGone = `
	select count(*)
	from (
		select building_code from external_id where source = $1 and recorded_to = 'infinity'
		union
		select p.building_code
		from event e join event_code p using (event_id)
		where e.type = 'import' and e.detail ->> 'source' = $1
	) known
	where exists (
			select from building_version v
			where v.building_code = known.building_code and v.recorded_to = 'infinity' and v.valid @> $2::date
				and v.state not in ('demolished', 'not_realised'))
		and not exists (select from import_row r where r.code = known.building_code)
		and not exists ( -- a row that is rejected is in the file all the same
			select from external_id x join import_row r on r.id = x.external_id
			where x.building_code = known.building_code and x.source = $1 and x.recorded_to = 'infinity')
		and not exists (
			select from import_near near join import_row r using (n)
			where near.code = known.building_code and r.outcome = 'ambiguous')`

// report tells the caller which rows are left out, in the file's order.
func (im *buildingImport) report(ctx context.Context) error {
	return im.reportRows(ctx, `
		select outcome, line, id, coalesce(field, ''), coalesce(reason, ''), coalesce(detail, '')
		from import_row
		where outcome in ('rejected', 'ambiguous', 'noted')
		order by n`)
}

// reportLeft is report of a first import.
func (im *buildingImport) reportLeft() error {
	for _, l := range im.left {
		if err := im.opt.Left(l); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}
