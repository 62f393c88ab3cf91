package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// dwellingsIn reads every dwelling that was ever known, over valid time, to be
// in one of the buildings, with everything presently known of it.
func dwellingsIn(ctx context.Context, q querier, buildings []registry.Code) ([]*registry.Dwelling, error) {
	return loadDwellings(ctx, q, `
		(d.building_code, d.dwelling_code) in (
			select i.building_code, i.dwelling_code from dwelling_building i
			where i.in_building = any ($1) and i.recorded_to = 'infinity')`, buildings)
}

// dwellingsByCode reads dwellings, in order of code.
func dwellingsByCode(ctx context.Context, q querier, codes []registry.Code) ([]*registry.Dwelling, error) {
	return loadDwellings(ctx, q, `d.dwelling_code = any ($1)`, codes)
}

func loadDwellings(ctx context.Context, q querier, where string, codes []registry.Code) ([]*registry.Dwelling, error) {
	rows, err := q.Query(ctx, `
		select d.dwelling_code, d.building_code, d.version, c.status, c.status_from, c.status_before, coalesce(c.retired_as, ''),
			(select max(e.recorded_at) from event_code p join event e using (event_id)
				where p.building_code = d.building_code and p.code = d.dwelling_code)
		from dwelling d join code c on c.code = d.dwelling_code
		where `+where+`
		order by d.dwelling_code`, codes)
	if err != nil {
		return nil, fmt.Errorf("read dwellings: %w", err)
	}
	dwellings, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.Dwelling, error) {
		var d registry.Dwelling
		var from time.Time
		err := row.Scan(&d.Code, &d.Home, &d.Version, &d.Status, &from, &d.Before, &d.As, &d.RecordedFrom)
		d.Standing.From = registry.DateOf(from)
		d.RecordedFrom = d.RecordedFrom.UTC()
		return &d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read dwellings: %w", err)
	}
	return dwellings, loadDwellingSpans(ctx, q, dwellings)
}

func loadDwellingSpans(ctx context.Context, q querier, dwellings []*registry.Dwelling) error {
	if len(dwellings) == 0 {
		return nil
	}
	byCode := make(map[registry.Code]*registry.Dwelling, len(dwellings))
	codes, homes := make([]registry.Code, len(dwellings)), make([]registry.Code, len(dwellings))
	for i, d := range dwellings {
		byCode[d.Code], codes[i], homes[i] = d, d.Code, d.Home
	}
	rows, err := q.Query(ctx, `
		select v.dwelling_code, lower(v.valid), upper(v.valid), v.label, v.floor, v.use, v.area,
			array(select i.in_building from dwelling_building i
				where i.building_code = v.building_code and i.dwelling_code = v.dwelling_code
					and i.valid @> v.valid and i.recorded_to = 'infinity'
				order by i.in_building)
		from dwelling_version v
		where (v.building_code, v.dwelling_code) in (select * from unnest($1::bigint[], $2::bigint[])) and v.recorded_to = 'infinity'
		order by v.dwelling_code, lower(v.valid)`, homes, codes)
	if err != nil {
		return fmt.Errorf("read dwellings' versions: %w", err)
	}
	var code registry.Code
	var s registry.DwellingSpan
	targets := []any{&code, (*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.Label, &s.Floor, &s.Use, &s.Area, &s.Buildings}
	_, err = pgx.ForEachRow(rows, targets, func() error {
		s.Buildings = slices.Clone(s.Buildings)
		byCode[code].Timeline = append(byCode[code].Timeline, s)
		return nil
	})
	return wrap("read dwellings' versions", err)
}

// lockDwelling reads a dwelling and holds its row, after those of the
// buildings it is in and of more, the buildings it is to be in. It fails as
// lockBuilding does, and with Stale if it was moved at this very moment.
func (w *writing) lockDwelling(ctx context.Context, code registry.Code, more []registry.Code) (*registry.Dwelling, error) {
	seen, err := dwellingsByCode(ctx, w.tx, []registry.Code{code})
	if err != nil {
		return nil, err
	}
	var shelters []registry.Code
	for _, d := range seen {
		shelters = append(more, d.EverIn()...)
	}
	if err := w.lockShelters(ctx, shelters); err != nil {
		return nil, err
	}
	var version int
	err = w.tx.QueryRow(ctx, `select version from dwelling where dwelling_code = $1 for update`, code).Scan(&version)
	if err != nil {
		return nil, wrap("lock dwelling", notFound(err, "code_unknown", "%s was never issued to a dwelling", code))
	}
	if w.IfMatch != nil && *w.IfMatch != version {
		return nil, staleError(code, version, *w.IfMatch)
	}
	all, err := dwellingsByCode(ctx, w.tx, []registry.Code{code})
	if err != nil {
		return nil, err
	}
	if all[0].Version != seen[0].Version {
		return nil, staleError(code, all[0].Version, seen[0].Version)
	}
	w.after(all[0].RecordedFrom)
	return all[0], nil
}
