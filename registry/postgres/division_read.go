package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry"
)

// DivisionFilter says which divisions a list holds. Zero fields do not filter.
type DivisionFilter struct {
	registry.AsOf
	Level      registry.Level
	Parent     int64
	Query      string // words of the name, or the code
	ID         int64
	Boundaries bool // also read the boundaries, which may be large
}

// Divisions lists divisions, larger ones first, then by code.
func (r *Reader) Divisions(ctx context.Context, f DivisionFilter) ([]registry.Division, error) {
	args := pgx.NamedArgs{
		"level": f.Level, "parent": f.Parent, "code": f.Query, "id": f.ID, "boundaries": f.Boundaries,
		"words": "%" + likeEscaper().Replace(f.Query) + "%",
	}
	rows, err := r.pool.Query(ctx, `
		select d.division_id, d.source, d.code, v.name, d.level, coalesce(v.parent_id, 0), lower(v.valid), upper(v.valid),
			v.recorded_from, case when @boundaries::boolean then v.boundary end
		from division d join division_version v using (division_id)
		where `+r.asOf(f.AsOf, args)+`
			and (@level::int = 0 or d.level = @level) and (@parent::bigint = 0 or v.parent_id = @parent)
			and (@id::bigint = 0 or d.division_id = @id)
			and (@code::text = '' or d.code = @code or v.name ilike @words)
		order by d.level, d.code, d.source`, args)
	if err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	divisions, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.Division, error) {
		var d registry.Division
		var boundary *geometry
		err := row.Scan(&d.ID, &d.Source, &d.Code, &d.Name, &d.Level, &d.Parent,
			(*dateColumn)(&d.Valid.From), (*dateColumn)(&d.Valid.To), &d.RecordedFrom, &boundary)
		d.RecordedFrom = d.RecordedFrom.UTC()
		if boundary != nil {
			d.Boundary, _ = boundary.Geometry.(orb.MultiPolygon)
		}
		return d, err
	})
	return divisions, wrap("list divisions", err)
}
