package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// DwellingsAt reads the dwellings that were ever in a building, with their
// whole timelines, as the registry knows them or knew them at an instant.
func (r *Reader) DwellingsAt(ctx context.Context, building registry.Code, knownAt *time.Time) ([]*registry.Dwelling, error) {
	if knownAt == nil {
		return r.Dwellings(ctx, building)
	}
	return r.dwellingsKnownAt(ctx, `
		(d.building_code, d.dwelling_code) in (
			select i.building_code, i.dwelling_code from dwelling_building i
			where i.in_building = $1 and i.recorded_from <= $2 and $2 < i.recorded_to)`, building, *knownAt)
}

// DwellingAt reads one dwelling, as the registry knows it or knew it at an
// instant.
// It returns NotFound for a code that was never issued to a dwelling, or not
// known then.
func (r *Reader) DwellingAt(ctx context.Context, code registry.Code, knownAt *time.Time) (*registry.Dwelling, error) {
	if knownAt == nil {
		return r.Dwelling(ctx, code)
	}
	all, err := r.dwellingsKnownAt(ctx, `d.dwelling_code = $1`, code, *knownAt)
	if err == nil && len(all) == 0 {
		err = registry.Errorf(registry.NotFound, "code_unknown", "%s was not known to the registry then", code)
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// dwellingsKnownAt reads after-images: each dwelling as its last event by then
// left it.
func (r *Reader) dwellingsKnownAt(ctx context.Context, where string, code registry.Code, knownAt time.Time) ([]*registry.Dwelling, error) {
	rows, err := r.pool.Query(ctx, `
		select p.after
		from dwelling d cross join lateral (
			select p.after from event_code p join event e using (event_id)
			where p.building_code = d.building_code and p.code = d.dwelling_code and e.recorded_at <= $2
			order by p.version desc limit 1) p
		where `+where+`
		order by d.dwelling_code`, code, knownAt)
	if err != nil {
		return nil, fmt.Errorf("read dwellings of a date: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.Dwelling, error) {
		var after []byte
		if err := row.Scan(&after); err != nil {
			return nil, err
		}
		d := new(registry.Dwelling)
		return d, json.Unmarshal(after, d)
	})
	return all, wrap("read dwellings of a date", err)
}

// StandingAt reads what the ledger says of any code ever issued, or said at an
// instant.
// It returns NotFound for a code that was never issued, or not known then.
func (r *Reader) StandingAt(ctx context.Context, code registry.Code, knownAt *time.Time) (registry.Standing, error) {
	if knownAt == nil {
		return r.CodeStatus(ctx, code)
	}
	var after []byte
	var s registry.Standing
	err := r.pool.QueryRow(ctx, `
		select p.after
		from code c join event_code p on p.building_code = c.building_code and p.code = c.code join event e using (event_id)
		where c.code = $1 and e.recorded_at <= $2
		order by p.version desc limit 1`, code, *knownAt).Scan(&after)
	if err != nil {
		return s, wrap("read code of a date", notFound(err, "code_unknown", "%s was not known to the registry then", code))
	}
	return s, wrap("read code of a date", json.Unmarshal(after, &s))
}

// addSuccessors tells where a code led that was retired on the day.
func (r *Reader) addSuccessors(ctx context.Context, rec *registry.Record, at registry.AsOf) error {
	if rec.StatusOn != registry.Retired {
		return nil
	}
	args := pgx.NamedArgs{"code": rec.Code, "knownAt": at.KnownAt, "day": r.day(at).Time()}
	var err error
	rec.Successors, err = lineageOf(ctx, r.pool,
		`building_code = @code and parent = @code and valid_from <= @day and `+knownAt("lineage", at), args)
	return err
}

// day is the day in the world that is asked for.
func (r *Reader) day(at registry.AsOf) registry.Date {
	if at.ValidOn != nil {
		return *at.ValidOn
	}
	return r.Today()
}

// HistoryAt is History as it was told at an instant; of its versions those
// that say something of the day asked for.
// It returns NotFound for a code that was not known then.
func (r *Reader) HistoryAt(ctx context.Context, code registry.Code, at registry.AsOf) (registry.History, error) {
	h, err := r.History(ctx, code)
	if err != nil {
		return h, err
	}
	if at.ValidOn != nil {
		h.Versions = slices.DeleteFunc(h.Versions, func(k registry.Known) bool { return !k.Span.Contains(*at.ValidOn) })
	}
	if at.KnownAt == nil {
		return h, nil
	}
	h.Events = slices.DeleteFunc(h.Events, func(e registry.HistoryEvent) bool { return e.RecordedAt.After(*at.KnownAt) })
	if len(h.Events) == 0 {
		return h, registry.Errorf(registry.NotFound, "code_unknown", "%s was not known to the registry then", code)
	}
	h.Versions = slices.DeleteFunc(h.Versions, func(k registry.Known) bool { return k.RecordedFrom.After(*at.KnownAt) })
	for i := range h.Versions {
		if to := h.Versions[i].RecordedTo; to != nil && to.After(*at.KnownAt) {
			h.Versions[i].RecordedTo = nil
		}
	}
	h.Lineage, err = lineageOf(ctx, r.pool, `(building_code = @code or child = @code) and `+knownAt("lineage", at),
		pgx.NamedArgs{"code": code, "knownAt": at.KnownAt})
	return h, err
}

// CommunityCounts counts the buildings that stood in each community at a
// moment; those in none are under 0.
func (r *Reader) CommunityCounts(ctx context.Context, at registry.AsOf) (map[int64]int, error) {
	args := pgx.NamedArgs{}
	rows, err := r.pool.Query(ctx, `
		select coalesce(v.community_id, 0), count(*)
		from building_version v
		where `+r.asOf(at, args)+` and v.state not in ('demolished', 'not_realised')
		group by 1`, args)
	if err != nil {
		return nil, fmt.Errorf("count buildings of a date: %w", err)
	}
	counts := map[int64]int{}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		counts[id] = n
		return nil
	})
	return counts, wrap("count buildings of a date", err)
}

// CountInCell counts the buildings whose point lay in a cell, of the grid's
// resolution or coarser, at a moment.
func (r *Reader) CountInCell(ctx context.Context, at registry.AsOf, cell geo.Cell) (int, error) {
	if cell.Resolution() > r.resolution {
		return 0, errors.New("count in cell: finer than the grid")
	}
	first, last := cell.Range(r.resolution)
	args := pgx.NamedArgs{"first": int64(first), "last": int64(last)}
	var n int
	err := r.pool.QueryRow(ctx, `
		select count(*)
		from building_version v
		where v.cell between @first and @last and `+r.asOf(at, args)+` and v.state not in ('demolished', 'not_realised')`, args).Scan(&n)
	return n, wrap("count buildings of a cell", err)
}
