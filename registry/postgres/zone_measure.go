package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
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

// maxBoxes is how many disjoint boxes are asked for one by one; more are asked
// for by the one around them.
const maxBoxes = 5000

// hair widens boxes, so that nothing on a border is lost; a point that is none
// of a zone's does no harm.
const hair = 1e-8

// from is what is read: building_version v, where its points lie in the boxes,
// each row once.
func (m Measured) from(args pgx.NamedArgs) string {
	if len(m.Bounds) == 0 {
		return `building_version v`
	}
	padded := make([]orb.Bound, len(m.Bounds))
	for i, b := range m.Bounds {
		padded[i] = b.Pad(hair)
	}
	boxes := geo.Disjoint(padded)
	if len(boxes) > maxBoxes {
		all := boxes[0]
		for _, b := range boxes {
			all = all.Union(b)
		}
		boxes = []orb.Bound{all}
	}
	var west, south, east, north []float64
	for _, b := range boxes {
		west, south = append(west, b.Min[0]), append(south, b.Min[1])
		east, north = append(east, b.Max[0]), append(north, b.Max[1])
	}
	args["west"], args["south"], args["east"], args["north"] = west, south, east, north
	// The box of a house's outline holds its point, and has the index.
	return `unnest(@west::float8[], @south::float8[], @east::float8[], @north::float8[]) b (west, south, east, north)
		join building_version v on v.geom && st_makeenvelope(b.west, b.south, b.east, b.north, 4326)
			and st_x(v.point) >= b.west and st_x(v.point) < b.east and st_y(v.point) >= b.south and st_y(v.point) < b.north`
}

// conditions on building_version v. Rows that hold now and rows superseded since
// have an index each, so that the question of an instant is asked of both.
func (m Measured) conditions(args pgx.NamedArgs) (where string, halves []string) {
	args["from"], args["to"] = m.From.Time(), (m.To + 1).Time()
	where = `v.valid && daterange(@from, @to) and v.state not in ('demolished', 'not_realised') and ` +
		knownAt("v", registry.AsOf{KnownAt: m.KnownAt})
	halves = []string{` and v.recorded_to = 'infinity'`}
	if m.KnownAt != nil {
		args["knownAt"] = *m.KnownAt
		halves = append(halves, ` and v.recorded_to < 'infinity'`)
	}
	return where, halves
}

func eachStanding(ctx context.Context, q querier, m Measured, f func(registry.StandingPeriod)) error {
	args := pgx.NamedArgs{}
	from := m.from(args)
	where, halves := m.conditions(args)
	for _, half := range halves {
		rows, err := q.Query(ctx, `
			select lower(v.valid), upper(v.valid), v.point, v.cell, v.floors, v.geom
			from `+from+`
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
	from := m.from(args)
	where, halves := m.conditions(args)
	for _, half := range halves {
		rows, err := q.Query(ctx, `
			select lower(v.valid * t.valid), upper(v.valid * t.valid), t.dwellings, t.heads, t.permits, t.confirmed_to, v.point, v.cell
			from `+from+` join building_total t on t.building_code = v.building_code and t.valid && v.valid
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
