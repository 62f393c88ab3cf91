package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// samePoint is the distance, in metres, below which two buildings without a
// footprint are held to be one.
const samePoint = 1.0

// guard refuses a building that would take the place of another: one covers
// the other by more than registry.GuardShare, whichever way. Before it looks it
// locks the cells that the footprint's box touches, in order, so that of two
// writers at one place the second sees what the first wrote.
//
// It returns Conflict "overlap" with the other's code; an override passes.
func (w *writing) guard(ctx context.Context, was *registry.Building, b registry.Building, o *registry.Override) error {
	return w.guardOutcome(ctx, registry.Outcome{Buildings: []registry.BuildingChange{{Was: was, Is: &b}}}, o)
}

func (w *writing) lockCells(ctx context.Context, spans []registry.Span) error {
	var cells []int64
	for _, s := range spans {
		touched, err := geo.CellsOf(s.Shape.Bound(), w.resolution)
		if err != nil {
			return fmt.Errorf("cells of the footprint: %w", err)
		}
		for _, c := range touched {
			cells = append(cells, int64(c))
		}
	}
	slices.Sort(cells)
	cells = slices.Compact(cells)
	_, err := w.tx.Exec(ctx, `
		insert into cell_lock (cell) select c from unnest($1::bigint[]) c order by c
		on conflict do nothing`, cells)
	if err != nil {
		return fmt.Errorf("make cell locks: %w", err)
	}
	_, err = w.tx.Exec(ctx, `select from cell_lock where cell = any ($1) order by cell for update`, cells)
	return wrap("lock cells", err)
}

func (w *writing) guardSpan(ctx context.Context, own []registry.Code, s registry.Span) error {
	var other registry.Code
	var share float64
	err := w.tx.QueryRow(ctx, `
		select v.building_code, o.share
		from building_version v, lateral (select `+overlapShare+` as share) o
		where v.recorded_to = 'infinity' and v.geom && st_expand($1::geometry, $2, $3) and v.valid && daterange($4, $5)
			and v.state not in ('demolished', 'not_realised') and (v.state = 'planned') = $6 and v.building_code <> all ($7)
			and o.share > $8
		order by o.share desc, v.building_code
		limit 1`,
		geometry{s.Shape.Geometry}, degreesEast(s.Point), degreesNorth(), s.From.Time(), validTo(s.To),
		s.State == registry.Planned, own, registry.GuardShare).Scan(&other, &share)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("guard against overlap: %w", err)
	}
	return overlapError(other, share)
}

// overlapShare is SQL for the share, 0 to 1, by which v.geom and $1 cover each
// other, whichever is larger; a point is covered as a whole or not at all.
// Ratios of areas in degrees are those of areas in metres, since both shapes
// are at the same place.
const overlapShare = `case
	when st_dimension(v.geom) = 2 and st_dimension($1) = 2
		then st_area(st_intersection(v.geom, $1)) / least(st_area(v.geom), st_area($1))
	when st_dimension(v.geom) = 0 and st_dimension($1) = 0
		then (st_dwithin(v.geom::geography, $1::geography, 1.0))::int
	else st_intersects(v.geom, $1)::int
	end`

func overlapError(other registry.Code, share float64) error {
	return &registry.Error{Kind: registry.Conflict, Slug: "overlap", Codes: []registry.Code{other},
		Detail: fmt.Sprintf("the place is taken: %.0f %% of the smaller of the two footprints is shared with %s", share*100, other),
		Fields: []registry.FieldError{{Field: "geometry", Reason: "overlaps another building"}}}
}

// degreesNorth and degreesEast are samePoint in degrees, a little more, so
// that the box finds points nearby.
func degreesNorth() float64 { return samePoint / 110_000 }

func degreesEast(p orb.Point) float64 {
	d := geo.Distance(p, orb.Point{p[0] + 0.001, p[1]})
	if d < 1 {
		return 360 // at a pole every longitude is near
	}
	return samePoint * 1.01 * 0.001 / d
}
