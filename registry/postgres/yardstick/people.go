package yardstick

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// Count is what is known of who lives in a building.
type Count struct {
	ID               string // at its source
	Dwellings, Heads int
}

// FillTotals writes the totals of buildings that a source has brought, as if each had been stated on the day it was
// recorded: a third of the heads hold a permit, and two houses of three are confirmed beyond today. url is the owner's,
// today a date as ISO 8601 writes it.
func FillTotals(ctx context.Context, url, source, today string, counts iter.Seq[Count]) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("fill totals: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `create temp table counted (id text, dwellings integer, heads integer)`); err != nil {
		return fmt.Errorf("fill totals: %w", err)
	}
	next, stop := iter.Pull(counts)
	defer stop()
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"counted"}, []string{"id", "dwellings", "heads"}, pgx.CopyFromFunc(func() ([]any, error) {
		c, ok := next()
		if !ok {
			return nil, nil
		}
		return []any{c.ID, c.Dwellings, c.Heads}, nil
	}))
	if err != nil {
		return fmt.Errorf("fill totals: %w", err)
	}
	_, err = conn.Exec(ctx, `
		insert into building_total (building_code, version, part, valid, recorded_from, event_id, dwellings, heads, permits, confirmed_to)
		select v.building_code, 1, 0, daterange(lower(v.valid), null), v.recorded_from, v.event_id, c.dwellings, c.heads, c.heads / 3,
			case when v.building_code % 3 > 0 then $2::text::date + 1 + (v.building_code % 180)::integer end
		from counted c
		join external_id x on x.source = $1 and x.external_id = c.id and x.recorded_to = 'infinity'
		join building_version v on v.building_code = x.building_code and v.recorded_to = 'infinity'`, source, today)
	if err != nil {
		return fmt.Errorf("fill totals: %w", err)
	}
	if _, err := conn.Exec(ctx, `vacuum analyze building_total`); err != nil {
		return fmt.Errorf("fill totals: %w", err)
	}
	return nil
}

// People are the buildings of a registry with their numbers in one narrow table, as somebody would lay them out who had
// nothing in mind but densities and zones: the point stored and indexed, and the H3 cell of every resolution asked for
// stored beside it.
type People struct{ conn *pgx.Conn }

// Sums is what buildings come to.
type Sums struct {
	Buildings, Dwellings, Heads, Permits, Unconfirmed, Inhabited, FloorArea int64
}

// Floor is the floor area of a building, which no column of the registry has.
type Floor struct{ Code, Area int64 }

// NewPeople copies what stands today, a date as ISO 8601 writes it, into the table. url is the owner's. Close drops the
// table.
func NewPeople(ctx context.Context, url, today string, floors iter.Seq[Floor]) (*People, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("plain people: %w", err)
	}
	p := &People{conn}
	if err := p.fill(ctx, today, floors); err != nil {
		return nil, errors.Join(fmt.Errorf("plain people: %w", err), conn.Close(context.WithoutCancel(ctx)))
	}
	return p, nil
}

func (p *People) fill(ctx context.Context, today string, floors iter.Seq[Floor]) error {
	if _, err := p.conn.Exec(ctx, `create temp table floor (code bigint, area bigint)`); err != nil {
		return err
	}
	next, stop := iter.Pull(floors)
	defer stop()
	_, err := p.conn.CopyFrom(ctx, pgx.Identifier{"floor"}, []string{"code", "area"}, pgx.CopyFromFunc(func() ([]any, error) {
		f, ok := next()
		if !ok {
			return nil, nil
		}
		return []any{f.Code, f.Area}, nil
	}))
	if err != nil {
		return err
	}
	// The parent of a cell by its bits: the resolution in four, and ones in the digits that are not used.
	parent := func(res int) string {
		return fmt.Sprintf(`(v.cell & ~(15::bigint << 52)) | (%d::bigint << 52) | ((1::bigint << %d) - 1)`, res, 3*(15-res))
	}
	err = p.each(ctx, `drop table if exists plain_people`,
		`create table plain_people (code bigint, point geometry(Point, 4326), h7 bigint, h8 bigint, h9 bigint, h10 bigint,
			dwellings integer, heads integer, permits integer, unconfirmed boolean, floor_area bigint)`)
	if err != nil {
		return err
	}
	_, err = p.conn.Exec(ctx, `
		insert into plain_people
		select v.building_code, v.point, `+parent(7)+`, `+parent(8)+`, `+parent(9)+`, `+parent(10)+`, coalesce(t.dwellings, 0),
			coalesce(t.heads, 0), coalesce(t.permits, 0), coalesce(t.confirmed_to <= today, true), f.area
		from (select $1::text::date as today) d, building_version v
		join floor f on f.code = v.building_code
		left join building_total t on t.building_code = v.building_code and t.recorded_to = 'infinity'
		where v.recorded_to = 'infinity' and v.valid @> today and v.state not in ('demolished', 'not_realised')
			and (t.valid is null or t.valid @> today)`, today)
	if err != nil {
		return err
	}
	return p.each(ctx, `alter table plain_people add primary key (code)`,
		`create index on plain_people using gist (point)`,
		`create index on plain_people (h7)`,
		`create index on plain_people (h8)`,
		`create index on plain_people (h9)`,
		`create index on plain_people (h10)`,
		`vacuum analyze plain_people`)
}

func (p *People) each(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := p.conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

const sums = `count(*), coalesce(sum(dwellings), 0), coalesce(sum(heads), 0), coalesce(sum(permits), 0),
	count(*) filter (where unconfirmed), count(*) filter (where heads > 0), coalesce(sum(floor_area), 0)::bigint`

func (s *Sums) targets() []any {
	return []any{&s.Buildings, &s.Dwellings, &s.Heads, &s.Permits, &s.Unconfirmed, &s.Inhabited, &s.FloorArea}
}

// Density groups the buildings in a box by the cell of a resolution, 7 to 10.
func (p *People) Density(ctx context.Context, b orb.Bound, res int) (map[int64]Sums, error) {
	rows, err := p.conn.Query(ctx, fmt.Sprintf(`
		select h%d, %s from plain_people where point && st_makeenvelope($1, $2, $3, $4, 4326) group by 1`, res, sums),
		b.Min[0], b.Min[1], b.Max[0], b.Max[1])
	if err != nil {
		return nil, fmt.Errorf("plain density: %w", err)
	}
	out := map[int64]Sums{}
	var cell int64
	var s Sums
	_, err = pgx.ForEachRow(rows, append([]any{&cell}, s.targets()...), func() error {
		out[cell] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("plain density: %w", err)
	}
	return out, nil
}

// Zone sums the buildings whose point lies in a zone.
func (p *People) Zone(ctx context.Context, zone orb.MultiPolygon) (s Sums, err error) {
	shape, err := wkb.Marshal(zone)
	if err != nil {
		return s, fmt.Errorf("plain zone: %w", err)
	}
	err = p.conn.QueryRow(ctx, `select `+sums+` from plain_people where st_intersects(st_geomfromwkb($1, 4326), point)`, shape).
		Scan(s.targets()...)
	if err != nil {
		return s, fmt.Errorf("plain zone: %w", err)
	}
	return s, nil
}

// Recount changes the heads of a building and sums its cell again.
func (p *People) Recount(ctx context.Context, code int64, heads int) error {
	batch := &pgx.Batch{}
	batch.Queue(`update plain_people set heads = $2 where code = $1`, code, heads)
	for res := 7; res <= 10; res++ {
		batch.Queue(fmt.Sprintf(`select %s from plain_people where h%d = (select h%d from plain_people where code = $1)`, sums, res, res), code)
	}
	if err := p.conn.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("plain recount: %w", err)
	}
	return nil
}

// Close drops the table and the connection.
func (p *People) Close(ctx context.Context) error {
	_, err := p.conn.Exec(ctx, `drop table plain_people`)
	if err = errors.Join(err, p.conn.Close(ctx)); err != nil {
		return fmt.Errorf("plain people: %w", err)
	}
	return nil
}
