package postgres

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// totalColumns are what a span of a total is read from, of the table alias t.
const totalColumns = `lower(t.valid), upper(t.valid), t.dwellings, t.heads, t.permits, t.confirmed_to`

// totalSpanRow scans totalColumns.
type totalSpanRow struct {
	registry.TotalSpan
	confirmed *time.Time
}

func (s *totalSpanRow) targets() []any {
	return []any{(*dateColumn)(&s.From), (*dateColumn)(&s.To), &s.Dwellings, &s.Heads, &s.Permits, &s.confirmed}
}

func (s *totalSpanRow) span() registry.TotalSpan {
	if s.confirmed == nil {
		return s.TotalSpan
	}
	day := registry.DateOf(*s.confirmed)
	s.ConfirmedTo = &day
	return s.TotalSpan
}

// EachTotal calls f with every building's total over the whole of valid time,
// in no particular order, as the registry knows it or knew it at an instant; the day
// asked for plays no part. Buildings without a total have nothing to sum. The
// total is f's for the time of the call.
func (r *Reader) EachTotal(ctx context.Context, at registry.AsOf, f func(*registry.Total) error) error {
	args := pgx.NamedArgs{}
	if at.KnownAt != nil {
		args["knownAt"] = *at.KnownAt
	}
	return eachTotal(ctx, r.pool, `where `+knownAt("t", at), args, f)
}

// totalsOf reads the present totals of buildings; those without have none.
func totalsOf(ctx context.Context, q querier, codes []registry.Code, at registry.AsOf) (map[registry.Code]*registry.Total, error) {
	args := pgx.NamedArgs{"codes": codes}
	if at.KnownAt != nil {
		args["knownAt"] = *at.KnownAt
	}
	out := map[registry.Code]*registry.Total{}
	err := eachTotal(ctx, q, `where t.building_code = any (@codes) and `+knownAt("t", at), args, func(t *registry.Total) error {
		own := *t
		own.Spans = slices.Clone(t.Spans)
		out[t.Building] = &own
		return nil
	})
	return out, err
}

// Total reads one building's total as of a moment; that of a building which
// has none is empty.
func (r *Reader) Total(ctx context.Context, code registry.Code, at registry.AsOf) (registry.Total, error) {
	all, err := totalsOf(ctx, r.pool, []registry.Code{code}, at)
	if err != nil || all[code] == nil {
		return registry.Total{Building: code}, err
	}
	return *all[code], nil
}

// totalMapColumns are totalColumns and the part as mapRow reads them, for the alias t.
const totalMapColumns = `t.building_code, t.version, t.part, t.valid, t.dwellings, t.heads, t.permits, t.confirmed_to`

// totalPart is a row of totalMapColumns.
type totalPart struct {
	code    registry.Code
	version int
	part    int16
	registry.TotalSpan
}

func (m *mapRow) totalPart() totalPart {
	p := totalPart{code: registry.Code(m.int8()), version: int(m.int4()), part: m.int2()}
	p.Period = m.period()
	p.Dwellings, p.Heads, p.Permits = int(m.int4()), int(m.int4()), int(m.int4())
	if day := m.date(); day != registry.Forever {
		if len(m.days) == cap(m.days) {
			m.days = make([]registry.Date, 0, 512) // the days before are somebody's
		}
		m.days = append(m.days, day)
		p.ConfirmedTo = &m.days[len(m.days)-1]
	}
	return p
}

// eachTotal reads totals as they lie. Nearly all consist of one part that has no end; the parts of the others are put
// aside and put together at the end. An order would take the database longer than all the rest: it cannot know that they
// are few, and would go through the whole table by its index.
func eachTotal(ctx context.Context, q querier, where string, args pgx.NamedArgs, f func(*registry.Total) error) error {
	rows, err := q.Query(ctx, `select `+totalMapColumns+` from building_total t `+where, args)
	if err != nil {
		return fmt.Errorf("read totals: %w", err)
	}
	defer rows.Close()
	var aside []totalPart
	var m mapRow
	whole := registry.Total{Spans: make([]registry.TotalSpan, 1)}
	for rows.Next() {
		m.values = rows.RawValues()
		p := m.totalPart()
		if m.err != nil {
			return fmt.Errorf("read totals: %w", m.err)
		}
		if p.part > 0 || p.To != registry.Forever {
			aside = append(aside, p)
			continue
		}
		whole.Building, whole.Version, whole.Spans[0] = p.code, p.version, p.TotalSpan
		if err := f(&whole); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read totals: %w", err)
	}
	return eachOfParts(aside, f)
}

// eachOfParts puts totals together.
func eachOfParts(parts []totalPart, f func(*registry.Total) error) error {
	slices.SortFunc(parts, func(a, b totalPart) int { return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.part, b.part)) })
	var whole registry.Total
	for i, p := range parts {
		whole.Building, whole.Version, whole.Spans = p.code, p.version, append(whole.Spans, p.TotalSpan)
		if i+1 < len(parts) && parts[i+1].code == p.code {
			continue
		}
		if err := f(&whole); err != nil {
			return err
		}
		whole.Spans = whole.Spans[:0]
	}
	return nil
}

// TotalsCursor is a place in the feed of totals, which goes over events of
// every class: after the total of Building in the event at Position; Building
// 0 is after the whole event. The zero TotalsCursor is the beginning.
type TotalsCursor struct {
	Position int64
	Building registry.Code
}

// String writes the cursor for a caller to hand back.
func (c TotalsCursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "t.%d.%d", c.Position, c.Building))
}

// ParseTotalsCursor reads what String wrote. Empty is the beginning.
func ParseTotalsCursor(text string) (c TotalsCursor, err error) {
	if text == "" {
		return c, nil
	}
	bad := registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this feed gave out")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, bad
	}
	parts := strings.Split(string(b), ".")
	if len(parts) != 3 || parts[0] != "t" {
		return c, bad
	}
	position, err1 := strconv.ParseInt(parts[1], 10, 64)
	code, err2 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil || position < 0 || code < 0 {
		return c, bad
	}
	return TotalsCursor{position, registry.Code(code)}, nil
}

// TotalsEnd gives the cursor after everything that has a position now.
func (r *Reader) TotalsEnd(ctx context.Context) (TotalsCursor, error) {
	var c TotalsCursor
	err := r.pool.QueryRow(ctx, `select coalesce(max(position), 0) from feed`).Scan(&c.Position)
	return c, wrap("read end of feed", err)
}

// TotalsFeed gives up to limit totals that events after the cursor made, in
// the feed's order and each with its whole timeline, and the cursor to go on
// from. Nothing is ever inserted before a given position. A total that was
// replaced since still comes, under its own version.
func (r *Reader) TotalsFeed(ctx context.Context, after TotalsCursor, limit int) ([]registry.Total, TotalsCursor, error) {
	events, err := r.totalsEvents(ctx, after, limit)
	if err != nil || len(events) == 0 {
		return nil, after, wrap("read feed of totals", err)
	}
	if after.Building > 0 { // an event of which some is read already comes alone
		events = events[:1]
	}
	totals, at, err := r.totalsOfEvents(ctx, events, after.Building, limit)
	switch {
	case err != nil:
		return nil, after, wrap("read feed of totals", err)
	case len(totals) == limit:
		return totals, TotalsCursor{events[at].position, totals[limit-1].Building}, nil
	}
	return totals, TotalsCursor{Position: events[len(events)-1].position}, nil
}

type placedEvent struct {
	position int64
	id       uuid.UUID
}

// totalsEvents lists events whose totals come after the cursor.
func (r *Reader) totalsEvents(ctx context.Context, after TotalsCursor, limit int) ([]placedEvent, error) {
	first := after.Position + 1
	if after.Building > 0 {
		first--
	}
	rows, err := r.pool.Query(ctx, `select position, event_id from feed where position >= $1 order by position limit $2`, first, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e placedEvent, err error) {
		return e, row.Scan(&e.position, &e.id)
	})
}

// totalsOfEvents reads the totals of some events, in their order, of the first only those of buildings after a code. It
// also says which event the last is of.
//
// The statement is planned anew each time, with the events known: one event may have made nearly all totals that there
// are, and a plan that is right for an event in the mean would read all of them for every other.
func (r *Reader) totalsOfEvents(ctx context.Context, events []placedEvent, after registry.Code, limit int) (totals []registry.Total, at int, err error) {
	ids := make([]uuid.UUID, len(events))
	for i, e := range events {
		ids[i] = e.id
	}
	of, args := `t.event_id = any (@ids::uuid[])`, pgx.NamedArgs{"ids": ids, "after": after, "limit": limit}
	if len(ids) == 1 {
		of, args["id"] = `t.event_id = @id and t.building_code > @after`, ids[0]
	}
	rows, err := r.pool.Query(ctx, `
		select array_position(@ids::uuid[], t.event_id), t.building_code, t.version, array_agg(lower(t.valid) order by t.part),
			array_agg(t.dwellings order by t.part), array_agg(t.heads order by t.part), array_agg(t.permits order by t.part),
			array_agg(t.confirmed_to order by t.part)
		from building_total t
		where `+of+`
		group by t.event_id, t.building_code, t.version
		order by 1, t.building_code
		limit @limit`, pgx.QueryExecModeDescribeExec, args)
	if err != nil {
		return nil, 0, err
	}
	totals, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t registry.Total, err error) {
		var from []time.Time
		var dwellings, heads, permits []int
		var confirmed []*time.Time
		if err := row.Scan(&at, &t.Building, &t.Version, &from, &dwellings, &heads, &permits, &confirmed); err != nil {
			return t, err
		}
		for i, day := range from {
			s := totalSpanRow{confirmed: confirmed[i]}
			s.Dwellings, s.Heads, s.Permits = dwellings[i], heads[i], permits[i]
			s.From, s.To = registry.DateOf(day), registry.Forever
			if i+1 < len(from) {
				s.To = registry.DateOf(from[i+1])
			}
			t.Spans = append(t.Spans, s.span())
		}
		return t, nil
	})
	return totals, at - 1, err
}
