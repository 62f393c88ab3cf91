package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/registry"
)

// Measured says what is to be summed up: over which days, as known when, and
// where.
type Measured struct {
	From, To registry.Date // both belong to it
	KnownAt  *time.Time    // nil for now
	Bounds   []orb.Bound   // houses whose points lie in one of them; none for all
}

// EachPeriod reads what the houses of a place were on some days, from one state
// of the database: stands is called for every period in which one stands, lives
// for every period of its total meanwhile, both cut to no more than the days
// asked for. Whoever adds these up by place and day has exact sums of all days
// after one reading, in memory that does not grow with the town.
func (r *Reader) EachPeriod(ctx context.Context, m Measured, stands func(registry.StandingPeriod), lives func(registry.LivingPeriod)) error {
	opt := pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}
	return pgx.BeginTxFunc(ctx, r.pool, opt, func(tx pgx.Tx) error {
		if err := eachStanding(ctx, tx, m, stands); err != nil {
			return fmt.Errorf("measure houses: %w", err)
		}
		return wrap("measure who lives where", eachLiving(ctx, tx, m, lives))
	})
}

// candidates is the condition on building_version v, and its arguments. Rows
// that hold now and rows superseded since have an index each, so that the
// question of an instant is asked of both.
func (m Measured) candidates(args pgx.NamedArgs) (where string, halves []string) {
	args["from"], args["to"] = m.From.Time(), (m.To + 1).Time()
	where = `v.valid && daterange(@from, @to) and v.state not in ('demolished', 'not_realised') and ` +
		knownAt("v", registry.AsOf{KnownAt: m.KnownAt})
	if len(m.Bounds) > 0 {
		// The box around all of them has the index: the box of a house's outline
		// holds its point.
		all := m.Bounds[0]
		var west, south, east, north []float64
		for _, b := range m.Bounds {
			all = all.Union(b)
			west, south = append(west, b.Min[0]), append(south, b.Min[1])
			east, north = append(east, b.Max[0]), append(north, b.Max[1])
		}
		where += ` and v.geom && st_makeenvelope(@allWest, @allSouth, @allEast, @allNorth, 4326) and exists (
			select from unnest(@west::float8[], @south::float8[], @east::float8[], @north::float8[]) b(west, south, east, north)
			where st_x(v.point) between b.west and b.east and st_y(v.point) between b.south and b.north)`
		args["west"], args["south"], args["east"], args["north"] = west, south, east, north
		args["allWest"], args["allSouth"], args["allEast"], args["allNorth"] = all.Min[0], all.Min[1], all.Max[0], all.Max[1]
	}
	halves = []string{` and v.recorded_to = 'infinity'`}
	if m.KnownAt != nil {
		args["knownAt"] = *m.KnownAt
		halves = append(halves, ` and v.recorded_to < 'infinity'`)
	}
	return where, halves
}

func eachStanding(ctx context.Context, q querier, m Measured, f func(registry.StandingPeriod)) error {
	args := pgx.NamedArgs{}
	where, halves := m.candidates(args)
	for _, half := range halves {
		rows, err := q.Query(ctx, `
			select lower(v.valid), upper(v.valid), v.point, v.cell, v.floors, v.geom
			from building_version v
			where `+where+half, args)
		if err != nil {
			return err
		}
		var p registry.StandingPeriod
		var floors *int
		var shape registry.Shape
		targets := []any{(*dateColumn)(&p.From), (*dateColumn)(&p.To), (*pointColumn)(&p.Point), (*cellColumn)(&p.Cell), &floors, (*shapeColumn)(&shape)}
		_, err = pgx.ForEachRow(rows, targets, func() error {
			p.FloorArea = registry.FloorArea(shape.Geometry, floors)
			p.Period = m.cut(p.Period)
			f(p)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func eachLiving(ctx context.Context, q querier, m Measured, f func(registry.LivingPeriod)) error {
	args := pgx.NamedArgs{}
	where, halves := m.candidates(args)
	for _, half := range halves {
		rows, err := q.Query(ctx, `
			select lower(v.valid * t.valid), upper(v.valid * t.valid), t.dwellings, t.heads, t.permits, t.confirmed_to, v.point, v.cell
			from building_version v join building_total t on t.building_code = v.building_code and t.valid && v.valid
			where `+where+half+` and t.valid && daterange(@from, @to) and `+knownAt("t", registry.AsOf{KnownAt: m.KnownAt}), args)
		if err != nil {
			return err
		}
		var s totalSpanRow
		var p registry.LivingPeriod
		_, err = pgx.ForEachRow(rows, append(s.targets(), (*pointColumn)(&p.Point), (*cellColumn)(&p.Cell)), func() error {
			s.ConfirmedTo = nil // of the row before
			p.TotalSpan = s.span()
			if p.Period = m.cut(p.Period); p.From < p.To {
				f(p)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cut is the part of a period that lies in the days asked for.
func (m Measured) cut(p registry.Period) registry.Period {
	return registry.Period{From: max(p.From, m.From), To: min(p.To, m.To+1)}
}
