package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/territory"
)

// Ground is what a fair division needs to know of an area.
type Ground struct {
	Cells []territory.Cell
	// Holders are the officers of today, by the index that cells name them by.
	Holders  []Holder
	Barriers *territory.Barriers
	// Load is the sum of the measure.
	Load int64
}

// Holder is an officer who has cells of an area today.
type Holder struct {
	Account           int64
	Name, DisplayName string
}

// Ground reads the cells of an area that have standing houses today, how much
// of a measure each holds, and who is their officer. Who may not assign
// everywhere gets the cells that they administer.
//
// It returns Forbidden if the measure is heads and the actor may not read
// headcounts there, NotFound for an unknown division.
func (r *Reader) Ground(ctx context.Context, a registry.Actor, area registry.Area, by registry.Measure) (Ground, error) {
	var g Ground
	err := pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		now := r.now()
		s, err := scopeIn(ctx, tx, a, now, nil)
		if err != nil {
			return err
		}
		if by == registry.ByHeads && !a.May(registry.ReadHeadcounts) && a.May(registry.Assign) {
			return registry.Errorf(registry.Forbidden, "forbidden", "this needs the right to read headcounts: share houses or dwellings")
		}
		if err := g.readCells(ctx, tx, area, by, r.Today()); err != nil {
			return err
		}
		if !a.May(registry.Assign) {
			g.keep(s.administered)
		}
		for _, c := range g.Cells {
			g.Load += c.Load
		}
		if err := g.readHolders(ctx, tx, a, now); err != nil {
			return err
		}
		return g.readBarriers(ctx, tx)
	})
	return g, wrap("read area", err)
}

// keep leaves only the given cells.
func (g *Ground) keep(cells []geo.Cell) {
	slices.Sort(cells)
	g.Cells = slices.DeleteFunc(g.Cells, func(c territory.Cell) bool {
		_, ok := slices.BinarySearch(cells, c.Cell)
		return !ok
	})
}

// readCells finds the cells with houses. Of a division they are those most of
// whose houses are in it; of a polygon those whose middle is.
func (g *Ground) readCells(ctx context.Context, tx pgx.Tx, area registry.Area, by registry.Measure, today registry.Date) error {
	var communities []int64
	if area.Division != 0 {
		var err error
		if communities, err = divisionsBelow(ctx, tx, area.Division); err != nil {
			return err
		}
	}
	rows, err := tx.Query(ctx, `
		select v.cell, count(*), coalesce(sum(t.dwellings), 0), coalesce(sum(t.heads), 0)
		from building_version v
			left join building_total t on t.building_code = v.building_code and t.recorded_to = 'infinity' and t.valid @> $1::date
		where v.recorded_to = 'infinity' and v.valid @> $1::date and v.state not in ('demolished', 'not_realised')
		group by v.cell
		having $2::bigint[] is null or 2 * count(*) filter (where v.community_id = any ($2)) >= count(*)
		order by v.cell`, today.Time(), communities)
	if err != nil {
		return fmt.Errorf("read cells: %w", err)
	}
	var inside *geo.Prepared
	if area.Polygon != nil {
		inside = geo.Prepare(area.Polygon)
	}
	var cell, houses, dwellings, heads int64
	_, err = pgx.ForEachRow(rows, []any{&cell, &houses, &dwellings, &heads}, func() error {
		c := territory.Cell{Cell: geo.Cell(cell), Houses: houses, Holder: territory.Nobody}
		if inside != nil && !inside.Contains(c.Cell.Center()) {
			return nil
		}
		switch by {
		case registry.ByDwellings:
			c.Load = dwellings
		case registry.ByHeads:
			c.Load = heads
		default:
			c.Load = houses
		}
		g.Cells = append(g.Cells, c)
		return nil
	})
	return wrap("read cells", err)
}

// divisionsBelow are a division and all beneath it. It returns NotFound.
func divisionsBelow(ctx context.Context, tx pgx.Tx, division int64) ([]int64, error) {
	rows, err := tx.Query(ctx, `
		with recursive below (division_id) as (
			select division_id from division where division_id = $1
			union
			select v.division_id from division_version v join below b on v.parent_id = b.division_id
			where v.recorded_to = 'infinity')
		select division_id from below`, division)
	if err != nil {
		return nil, fmt.Errorf("read divisions: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err == nil && len(ids) == 0 {
		return nil, registry.Errorf(registry.NotFound, "division_unknown", "there is no division %d", division)
	}
	return ids, wrap("read divisions", err)
}

// readHolders finds today's officers of the cells, a part of the cells at a
// time, as far as the actor may see them.
func (g *Ground) readHolders(ctx context.Context, tx pgx.Tx, a registry.Actor, at any) error {
	index, place := map[int64]int{}, map[geo.Cell]int{}
	for i, c := range g.Cells {
		place[c.Cell] = i
	}
	step := scopeCells
	if a.May(registry.ReadAssignments) {
		step = max(1, len(g.Cells))
	}
	for from := 0; from < len(g.Cells); from += step {
		part := g.Cells[from:min(from+step, len(g.Cells))]
		cells := make([]geo.Cell, len(part))
		for i, c := range part {
			cells[i] = c.Cell
		}
		if !a.May(registry.ReadAssignments) {
			s := scope{actor: a, administered: cells}
			if err := s.enter(ctx, tx); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, `
			select a.cell, a.account_id, p.name, p.display_name from assignment a join account p using (account_id)
			where a.cell = any ($1) and a.role = 'officer' and not a.withdrawn and a.held_from <= $2 and $2 < a.held_to
			order by a.cell`, cellsParam(cells), at)
		if err != nil {
			return fmt.Errorf("read officers: %w", err)
		}
		var cell int64
		var h Holder
		_, err = pgx.ForEachRow(rows, []any{&cell, &h.Account, &h.Name, &h.DisplayName}, func() error {
			i, ok := index[h.Account]
			if !ok {
				i = len(g.Holders)
				index[h.Account] = i
				g.Holders = append(g.Holders, h)
			}
			g.Cells[place[geo.Cell(cell)]].Holder = i
			return nil
		})
		if err != nil {
			return fmt.Errorf("read officers: %w", err)
		}
	}
	return nil
}

// readBarriers reads the rivers, railways and main roads around the cells.
func (g *Ground) readBarriers(ctx context.Context, tx pgx.Tx) error {
	bound := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	for _, c := range g.Cells {
		bound = bound.Extend(c.Cell.Center())
	}
	g.Barriers = territory.NewBarriers(nil)
	if len(g.Cells) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
		select geom from basemap_feature
		where (class in ('water', 'rail') or class = 'road' and kind in ('motorway', 'trunk', 'primary', 'secondary'))
			and geom && st_makeenvelope($1, $2, $3, $4, 4326)
		order by source, feature_id`, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
	if err != nil {
		return fmt.Errorf("read rivers and roads: %w", err)
	}
	var lines []orb.LineString
	var shape geometry
	_, err = pgx.ForEachRow(rows, []any{&shape}, func() error {
		lines = append(lines, outlines(shape.Geometry)...)
		return nil
	})
	g.Barriers = territory.NewBarriers(lines)
	return wrap("read rivers and roads", err)
}

// outlines are the lines of a shape.
func outlines(g orb.Geometry) (out []orb.LineString) {
	switch g := g.(type) {
	case orb.LineString:
		out = append(out, g)
	case orb.MultiLineString:
		out = append(out, g...)
	case orb.Polygon:
		for _, ring := range g {
			out = append(out, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, p := range g {
			out = append(out, outlines(p)...)
		}
	}
	return out
}

// DivideFairly proposes how to divide an area among officers. It changes
// nothing. It returns what Ground and territory.Propose return, and Invalid
// with every wrong field of the task.
func (r *Reader) DivideFairly(ctx context.Context, a registry.Actor, t registry.DivisionTask) (Ground, territory.Plan, error) {
	if err := t.Check(); err != nil {
		return Ground{}, territory.Plan{}, err
	}
	g, err := r.Ground(ctx, a, t.Area, t.Measure)
	if err != nil {
		return g, territory.Plan{}, err
	}
	officers := t.Officers
	if officers == 0 {
		officers = territory.Officers(g.Load, t.Per)
	}
	plan, err := territory.Propose(ctx, territory.Task{
		Cells: g.Cells, Officers: officers, MaxChange: t.MaxChange, Barriers: g.Barriers.Between, Seed: t.Seed,
	})
	return g, plan, err
}
