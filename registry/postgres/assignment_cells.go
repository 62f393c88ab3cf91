package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// resolveCells turns communities and areas into cells. Both are public, so
// that this needs no scope.
func (r *Reader) resolveCells(ctx context.Context, wishes []registry.Handing) error {
	communities := map[string][]geo.Cell{}
	var fields []registry.FieldError
	for i := range wishes {
		h := &wishes[i]
		switch {
		case h.Community != "":
			cells, there := communities[h.Community]
			if !there {
				var err error
				var refused *registry.Error
				cells, err = r.CommunityCells(ctx, h.Community, r.Today())
				if errors.As(err, &refused) {
					fields = append(fields, registry.FieldError{Field: h.Place("community"), Reason: refused.Detail})
					continue
				}
				if err != nil {
					return err
				}
				communities[h.Community] = cells
			}
			h.Cells = slices.Clone(cells)
		case h.Area != nil:
			area, err := h.Shape()
			if err != nil {
				return err
			}
			if h.Cells, err = geo.CellsWithin(geo.Prepare(area), r.resolution); err != nil {
				fields = append(fields, registry.FieldError{Field: h.Place("polygon"), Reason: "covers more cells than one request takes"})
			}
		}
	}
	return invalid(fields)
}

// CommunityCells are the cells of the grid that belong to a community on a
// day: those whose houses are mostly its own, and those without houses whose
// middle lies in its boundary. So each cell belongs to one community at most,
// and no house is left out. id is the division's, or its code, or its name
// where only one bears it.
//
// It returns NotFound "division_unknown".
func (r *Reader) CommunityCells(ctx context.Context, id string, day registry.Date) ([]geo.Cell, error) {
	d, err := r.oneCommunity(ctx, id, day)
	if err != nil {
		return nil, err
	}
	rows, err := r.pool.Query(ctx, `
		select distinct v.cell from building_version v
		where v.community_id = $1 and v.recorded_to = 'infinity' and v.valid @> $2::date and v.state not in ('demolished', 'not_realised')`,
		d.ID, day.Time())
	if err != nil {
		return nil, fmt.Errorf("read cells of a community: %w", err)
	}
	cells, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c geo.Cell, err error) {
		return c, row.Scan((*cellColumn)(&c))
	})
	if err != nil {
		return nil, fmt.Errorf("read cells of a community: %w", err)
	}
	inside := map[geo.Cell]bool{}
	if len(d.Boundary) > 0 {
		within, err := geo.CellsWithin(geo.Prepare(d.Boundary), r.resolution)
		if err != nil {
			return nil, registry.Errorf(registry.TooLarge, "too_many_cells", "%s covers more cells than one request takes", d.Name)
		}
		for _, c := range within {
			inside[c] = true
		}
		cells = append(cells, within...)
	}
	slices.Sort(cells)
	cells = slices.Compact(cells)
	counts, err := communityCounts(ctx, r.pool, day, cells)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(cells, func(c geo.Cell) bool {
		most := registry.Most(counts[c])
		return most != d.ID && (most != 0 || !inside[c])
	}), nil
}

func (r *Reader) oneCommunity(ctx context.Context, id string, day registry.Date) (registry.Division, error) {
	all, err := r.Divisions(ctx, DivisionFilter{AsOf: registry.AsOf{ValidOn: &day}, Level: registry.Community, Boundaries: true})
	if err != nil {
		return registry.Division{}, err
	}
	id = strings.TrimSpace(id)
	for _, is := range []func(registry.Division) bool{
		func(d registry.Division) bool { return fmt.Sprint(d.ID) == id },
		func(d registry.Division) bool { return d.Code == id },
		func(d registry.Division) bool { return d.Name == id },
	} {
		var found []registry.Division
		for _, d := range all {
			if is(d) {
				found = append(found, d)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return registry.Division{}, registry.Errorf(registry.NotFound, "division_unknown", "there is no community of that id, code or name, or more than one")
}
