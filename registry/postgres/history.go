package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// afterImage reads a building as the registry knew it at an instant.
// It returns NotFound if it knew none.
func afterImage(ctx context.Context, q querier, code registry.Code, knownAt time.Time) (*registry.Building, error) {
	var after []byte
	err := q.QueryRow(ctx, `
		select p.after
		from event_code p join event e using (event_id)
		where p.building_code = $1 and p.code = $1 and e.recorded_at <= $2
		order by p.version desc
		limit 1`, code, knownAt).Scan(&after)
	if err != nil {
		return nil, wrap("read after-image", notFound(err, "code_unknown", "%s was not known to the registry then", code))
	}
	var b registry.Building
	if err := json.Unmarshal(after, &b); err != nil {
		return nil, fmt.Errorf("read after-image: %w", err)
	}
	return &b, nil
}

// History reads everything the registry ever held about a building.
// It returns NotFound for a code that was never issued to a building.
func (r *Reader) History(ctx context.Context, code registry.Code) (registry.History, error) {
	h := registry.History{Code: code}
	var err error
	if h.Events, err = r.historyEvents(ctx, code); err != nil {
		return h, err
	}
	if len(h.Events) == 0 {
		return h, registry.Errorf(registry.NotFound, "code_unknown", "%s was never issued to a building", code)
	}
	if h.Versions, err = r.historyVersions(ctx, code); err != nil {
		return h, err
	}
	h.Lineage, err = lineageOf(ctx, r.pool, `(building_code = $1 or child = $1) and recorded_to = 'infinity'`, code)
	return h, err
}

func (r *Reader) historyEvents(ctx context.Context, code registry.Code) ([]registry.HistoryEvent, error) {
	rows, err := r.pool.Query(ctx, `
		select e.event_id, e.class, e.type, coalesce(e.actor_id, 0), e.actor_name, e.reason, e.document,
			e.valid_from, e.recorded_at, e.parts, p.version, p.after
		from event_code p join event e using (event_id)
		where p.building_code = $1 and p.code = $1
		order by p.version`, code)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	var before *registry.Building
	events, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.HistoryEvent, error) {
		var h registry.HistoryEvent
		var from time.Time
		var after []byte
		err := row.Scan(&h.ID, &h.Class, &h.Type, &h.Actor, &h.ActorName, &h.Reason, &h.Document,
			&from, &h.RecordedAt, &h.Parts, &h.Version, &after)
		if err != nil {
			return h, err
		}
		h.ValidFrom = registry.DateOf(from)
		h.RecordedAt = h.RecordedAt.UTC()
		var b registry.Building
		if err := json.Unmarshal(after, &b); err != nil {
			return h, err
		}
		h.Changes = registry.Changes(before, &b)
		before = &b
		return h, nil
	})
	slices.Reverse(events)
	return events, wrap("read events", err)
}

func (r *Reader) historyVersions(ctx context.Context, code registry.Code) ([]registry.Known, error) {
	rows, err := r.pool.Query(ctx, `
		select v.version, v.recorded_from, nullif(v.recorded_to, 'infinity'), `+spanColumns+`
		from building_version v
		where v.building_code = $1
		order by v.version, v.part`, code)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	known, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.Known, error) {
		var k registry.Known
		var s spanRow
		err := row.Scan(append([]any{&k.Version, &k.RecordedFrom, &k.RecordedTo}, s.targets()...)...)
		k.Span = s.Span
		k.RecordedFrom = k.RecordedFrom.UTC()
		return k, err
	})
	return known, wrap("read versions", err)
}

// CodeStatus reads what the ledger says of any code ever issued.
// It returns NotFound for one that was not.
func (r *Reader) CodeStatus(ctx context.Context, code registry.Code) (registry.Standing, error) {
	var s registry.Standing
	var from time.Time
	err := r.pool.QueryRow(ctx, `
		select status, status_from, status_before, coalesce(retired_as, '') from code where code = $1`, code).
		Scan(&s.Status, &from, &s.Before, &s.As)
	s.From = registry.DateOf(from)
	return s, wrap("read code", notFound(err, "code_unknown", "%s was never issued", code))
}

// Issued tells which of the given codes were ever issued, at most limit, in
// the order given. It turns slips of the pen into suggestions.
func (r *Reader) Issued(ctx context.Context, codes []registry.Code, limit int) ([]registry.Code, error) {
	rows, err := r.pool.Query(ctx, `
		select c.code from unnest($1::bigint[]) with ordinality g (code, n) join code c using (code)
		order by g.n limit $2`, codes, limit)
	if err != nil {
		return nil, fmt.Errorf("look up codes: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	return found, wrap("look up codes", err)
}
