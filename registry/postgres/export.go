package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// EachRecord calls f with every standing building as of a moment, in order of
// code, as lists show them. It holds one row at a time.
func (r *Reader) EachRecord(ctx context.Context, at registry.AsOf, f func(registry.Record) error) error {
	day := r.Today()
	if at.ValidOn != nil {
		day = *at.ValidOn
	}
	args := pgx.NamedArgs{}
	rows, err := r.pool.Query(ctx, `
		select v.building_code, v.version, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''), v.recorded_from,
			`+spanColumns+`,
			(select coalesce(json_agg(json_build_object('source', x.source, 'id', x.external_id) order by x.source, x.external_id), '[]')
				from external_id x where x.building_code = v.building_code and `+knownAt("x", at)+`),
			coalesce(d.code, ''), coalesce(d.name, '')
		from building_version v
			join code c on c.code = v.building_code
			left join lateral (
				select d.code, n.name from division d join division_version n using (division_id)
				where d.division_id = v.community_id and n.recorded_to = 'infinity'
				order by n.valid desc limit 1) d on true
		where `+r.asOf(at, args)+` and v.state not in ('demolished', 'not_realised')
		order by v.building_code`, args)
	if err != nil {
		return fmt.Errorf("export buildings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		rec, err := scanExport(rows)
		if err != nil {
			return fmt.Errorf("export buildings: %w", err)
		}
		rec.StatusOn = registry.Active // it stands on the day, whatever became of it later
		if rec.Standing.On(day) == registry.Reserved {
			rec.StatusOn = registry.Reserved
		}
		if err := f(rec); err != nil {
			return err
		}
	}
	return wrap("export buildings", rows.Err())
}

func scanExport(row pgx.CollectableRow) (registry.Record, error) {
	var rec registry.Record
	var s spanRow
	var ids []byte
	err := row.Scan(append(append([]any{
		&rec.Code, &rec.Version, &rec.Status, (*dateColumn)(&rec.Standing.From), &rec.Before, &rec.As, &rec.RecordedFrom},
		s.targets()...), &ids, &rec.CommunityCode, &rec.CommunityName)...)
	if err != nil {
		return rec, err
	}
	rec.Span = s.Span
	rec.RecordedFrom = rec.RecordedFrom.UTC()
	return rec, json.Unmarshal(ids, &rec.ExternalIDs)
}

// knownAt is the condition on recorded time alone, for the table alias.
func knownAt(alias string, at registry.AsOf) string {
	if at.KnownAt == nil {
		return alias + `.recorded_to = 'infinity'`
	}
	return alias + `.recorded_from <= @knownAt and @knownAt < ` + alias + `.recorded_to`
}
