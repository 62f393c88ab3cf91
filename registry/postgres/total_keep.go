package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// registryRights are those with which the registry itself sums and moves
// protected rows, on whoever's behalf an event is recorded: a house's total
// counts what its writer may not see, and its rows follow it to another cell.
var registryRights = []registry.Right{registry.Count, registry.ReadHeadcounts, registry.Proposals, registry.Visits}

// asRegistry does something with the registry's own rights, and leaves the
// scope as it was.
func (w *writing) asRegistry(ctx context.Context, do func() error) error {
	if !slices.ContainsFunc(registryRights, func(r registry.Right) bool { return !w.Actor.May(r) }) {
		return do()
	}
	if err := setRights(ctx, w.tx, registryRights); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err // the transaction ends with it
	}
	return setRights(ctx, w.tx, w.Actor.Rights())
}

// setRights replaces the scope's rights alone. They come from a closed list.
func setRights(ctx context.Context, tx pgx.Tx, rights []registry.Right) error {
	words := make([]string, len(rights))
	for i, r := range rights {
		words[i] = string(r)
	}
	_, err := tx.Exec(ctx, `set local fangma.rights = '`+strings.Join(words, ",")+`'`)
	return wrap("enter scope", err)
}

// settleHouses does what a recorded outcome asks for beyond its own rows: the
// totals of houses, and that protected rows are where their houses are.
func (w *writing) settleHouses(ctx context.Context, out registry.Outcome, e registry.Event) error {
	if err := w.retotalOutcome(ctx, out, e); err != nil {
		return err
	}
	return w.follow(ctx, out)
}

// retotalOutcome writes the totals of every building that the outcome changes
// them of. A building that has no total and takes no part in a dwelling's
// change has none afterwards either.
func (w *writing) retotalOutcome(ctx context.Context, out registry.Outcome, e registry.Event) error {
	codes := out.Summed()
	if len(codes) == 0 {
		return nil
	}
	if len(out.Dwellings) == 0 {
		var err error
		if codes, err = totalled(ctx, w.tx, codes); err != nil || len(codes) == 0 {
			return err
		}
	}
	return w.retotal(ctx, e, codes)
}

// totalled tells which of the buildings have a total.
func totalled(ctx context.Context, q querier, codes []registry.Code) ([]registry.Code, error) {
	rows, err := q.Query(ctx, `
		select building_code from building_total
		where building_code = any ($1) and part = 0 and recorded_to = 'infinity'
		order by building_code`, codes)
	if err != nil {
		return nil, fmt.Errorf("look for totals: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[registry.Code])
	return found, wrap("look for totals", err)
}

// afterTotals moves the time of recording past that of the buildings' totals,
// so that their versions come in order in the feed. The buildings are locked,
// and the event is not made yet.
func (w *writing) afterTotals(ctx context.Context, codes []registry.Code) error {
	if len(codes) == 0 {
		return nil
	}
	var at *time.Time
	err := w.tx.QueryRow(ctx, `
		select max(recorded_from) from building_total where building_code = any ($1) and recorded_to = 'infinity'`, codes).Scan(&at)
	if err == nil && at != nil {
		w.after(*at)
	}
	return wrap("look for totals", err)
}

// totalBatch is how many buildings are summed up at a time.
const totalBatch = 2000

// retotal sums the buildings up anew and writes the totals that are different,
// as part of an event. Their rows are locked first, in order of code, so that
// two events cannot both count without the other.
func (w *writing) retotal(ctx context.Context, e registry.Event, codes []registry.Code) error {
	codes = slices.Compact(slices.Sorted(slices.Values(codes)))
	return w.asRegistry(ctx, func() error {
		for some := range slices.Chunk(codes, totalBatch) {
			if err := w.lockShelters(ctx, some); err != nil {
				return err
			}
			if err := w.retotalLocked(ctx, e, some); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writing) retotalLocked(ctx context.Context, e registry.Event, codes []registry.Code) error {
	houses, err := loadHouses(ctx, w.tx, codes)
	if err != nil {
		return err
	}
	var rows totalRows
	at := e.RecordedAt
	for _, code := range codes {
		h := houses[code]
		t := h.total()
		if h.stood == nil && t.Zero() || h.stood != nil && t.Equal(h.stood) {
			continue
		}
		t.Version = 1
		if h.stood != nil {
			t.Version = h.stood.Version + 1
			rows.closed = append(rows.closed, code)
			// Of events that waited for each other the later may have begun first.
			if !at.After(h.stoodRecorded) {
				at = h.stoodRecorded.Add(time.Microsecond)
			}
		}
		rows.add(t)
	}
	return rows.send(ctx, w.tx, e, at)
}

// totalRows gathers the rows of totals, column by column.
type totalRows struct {
	closed                    []registry.Code
	codes                     []registry.Code
	versions, parts           []int32
	from                      []time.Time
	to, confirmed             []*time.Time
	dwellings, heads, permits []int32
}

func (r *totalRows) add(t registry.Total) {
	for part, s := range t.Spans {
		r.codes = append(r.codes, t.Building)
		r.versions, r.parts = append(r.versions, int32(t.Version)), append(r.parts, int32(part))
		r.from, r.to = append(r.from, s.From.Time()), append(r.to, validTo(s.To))
		r.dwellings, r.heads, r.permits = append(r.dwellings, int32(s.Dwellings)), append(r.heads, int32(s.Heads)), append(r.permits, int32(s.Permits))
		var confirmed *time.Time
		if s.ConfirmedTo != nil {
			confirmed = validTo(*s.ConfirmedTo)
		}
		r.confirmed = append(r.confirmed, confirmed)
	}
}

func (r *totalRows) send(ctx context.Context, tx pgx.Tx, e registry.Event, at time.Time) error {
	if len(r.codes) == 0 {
		return nil
	}
	var b pgx.Batch
	if len(r.closed) > 0 {
		b.Queue(`update building_total set recorded_to = $2 where building_code = any ($1) and recorded_to = 'infinity'`, r.closed, at)
	}
	b.Queue(`
		insert into building_total (building_code, version, part, valid, recorded_from, event_id, dwellings, heads, permits, confirmed_to)
		select code, version, part, daterange(valid_from, valid_to), $1, $2, dwellings, heads, permits, confirmed
		from unnest($3::bigint[], $4::int[], $5::int[], $6::date[], $7::date[], $8::int[], $9::int[], $10::int[], $11::date[])
			r (code, version, part, valid_from, valid_to, dwellings, heads, permits, confirmed)`,
		at, e.ID, r.codes, r.versions, r.parts, r.from, r.to, r.dwellings, r.heads, r.permits, r.confirmed)
	return wrap("write totals", tx.SendBatch(ctx, &b).Close())
}
