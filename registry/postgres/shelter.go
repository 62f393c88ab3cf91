package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// sheltered checks, after an event is written and while its buildings are
// locked, that no dwelling is in a building on a day on which that does not
// stand. Most decisions see to it themselves; a reversal, or a correction of a
// building's first day, can meet dwellings that came later.
//
// It returns Conflict "dwelling_without_building" with the dwellings.
func (w *writing) sheltered(ctx context.Context, out registry.Outcome) error {
	buildings := out.Shelters()
	if len(buildings) == 0 {
		return nil
	}
	rows, err := w.tx.Query(ctx, `
		select distinct i.dwelling_code from dwelling_building i
		where i.in_building = any ($1) and i.recorded_to = 'infinity' and (
			select range_agg(v.valid) @> i.valid from building_version v
			where v.building_code = i.in_building and v.recorded_to = 'infinity'
				and v.state not in ('demolished', 'not_realised')) is not true
		order by i.dwelling_code
		limit 20`, buildings)
	if err != nil {
		return fmt.Errorf("check dwellings: %w", err)
	}
	stray, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	if err != nil {
		return fmt.Errorf("check dwellings: %w", err)
	}
	if len(stray) == 0 {
		return nil
	}
	return &registry.Error{Kind: registry.Conflict, Slug: "dwelling_without_building", Codes: stray,
		Detail: "dwellings would be in a building on days on which it does not stand; end, move or correct them first"}
}

// lockShelters holds the buildings that dwellings are in or go into, so that
// none ends meanwhile, in order of code and before the dwellings' own rows.
func (w *writing) lockShelters(ctx context.Context, buildings []registry.Code) error {
	slices.Sort(buildings)
	_, err := w.tx.Exec(ctx, `select from building where building_code = any ($1) order by building_code for update`,
		slices.Compact(buildings))
	return wrap("lock buildings", err)
}

// lockNeighbours holds, with the buildings, all others in which their dwellings
// are too: what becomes of those dwellings changes the totals there as well. In
// order of code, so that two events cannot wait for each other in a circle.
func (w *writing) lockNeighbours(ctx context.Context, buildings []registry.Code) error {
	_, err := w.tx.Exec(ctx, `
		select from building where building_code in (
			select unnest($1::bigint[])
			union
			select j.in_building from dwelling_building i join dwelling_building j using (building_code, dwelling_code)
			where i.in_building = any ($1) and i.recorded_to = 'infinity' and j.recorded_to = 'infinity')
		order by building_code for update`, buildings)
	return wrap("lock buildings", err)
}
