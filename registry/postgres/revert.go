package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Reversal says which events to take back: those named, or all events of class
// registry that one actor recorded in a period.
type Reversal struct {
	registry.Why
	Events []uuid.UUID
	Actor  string
	From   time.Time // of recording, inclusive
	To     time.Time // exclusive
	// DryRun shows the outcome and changes nothing.
	DryRun bool
}

// errDryRun rolls a transaction back whose outcome was only to be seen.
var errDryRun = errors.New("dry run")

// touchedCode is a code that the events to be reverted touched.
type touchedCode struct {
	home, code  registry.Code
	first, last int // versions that the events made
}

// Revert takes events back, as one event: what they touched is again what it
// was before, what they made is void.
//
// It returns Invalid without a reason or when there is nothing to revert, and
// Conflict "blocked" with the later events that depend on them.
func (s *Store) Revert(ctx context.Context, w Write, r Reversal) (registry.Receipt, error) {
	if r.Reason == "" {
		return registry.Receipt{}, &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
			Fields: []registry.FieldError{{Field: "reason", Reason: "is required to revert an event"}}}
	}
	var shown registry.Receipt
	receipt, err := s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		events, err := w.eventsToRevert(ctx, r)
		if err != nil {
			return registry.Receipt{}, err
		}
		out, err := w.revertOutcome(ctx, events)
		if err != nil {
			return registry.Receipt{}, err
		}
		detail := map[string]any{"reverts": events}
		shown, err = w.keepOutcome(ctx, out, several{kind: registry.EventRevert, why: r.Why, detail: detail})
		if err == nil && r.DryRun {
			err = errDryRun
		}
		return shown, err
	})
	if errors.Is(err, errDryRun) {
		return shown, nil
	}
	return receipt, err
}

func (w *writing) eventsToRevert(ctx context.Context, r Reversal) ([]uuid.UUID, error) {
	where, args := `event_id = any ($1)`, []any{r.Events}
	if r.Actor != "" {
		where, args = `actor_name = $1 and recorded_at >= $2 and recorded_at < $3`, []any{r.Actor, r.From, r.To}
	}
	rows, err := w.tx.Query(ctx, `
		select event_id from event where class = 'registry' and parts > 0 and type <> 'redraw' and `+where+`
		order by recorded_at, event_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	if len(events) == 0 || len(events) < len(r.Events) {
		return nil, registry.Errorf(registry.NotFound, "event_unknown", "there is no such registry event to revert")
	}
	return events, nil
}

// revertOutcome locks everything the events touched, looks for later events
// that depend on them, and decides.
func (w *writing) revertOutcome(ctx context.Context, events []uuid.UUID) (registry.Outcome, error) {
	touched, err := w.touchedBy(ctx, events)
	if err != nil {
		return registry.Outcome{}, err
	}
	if err := w.lockTouched(ctx, touched); err != nil {
		return registry.Outcome{}, err
	}
	if err := w.blockers(ctx, events, touched); err != nil {
		return registry.Outcome{}, err
	}
	pairs := make([]registry.Touched, len(touched))
	for i, t := range touched {
		if pairs[i], err = w.beforeAndNow(ctx, t); err != nil {
			return registry.Outcome{}, err
		}
	}
	out := registry.Revert(pairs)
	if out.Ended, err = lineageOf(ctx, w.tx, `event_id = any ($1) and recorded_to = 'infinity'`, events); err != nil {
		return out, err
	}
	// Reverting a reversal draws again the edges that it ended.
	out.Lineage, err = lineageOf(ctx, w.tx, `
		(parent, recorded_to) in (
			select p.code, e.recorded_at from event e join event_code p using (event_id)
			where e.event_id = any ($1) and e.type = 'revert')`, events)
	return out, err
}

func (w *writing) touchedBy(ctx context.Context, events []uuid.UUID) ([]touchedCode, error) {
	rows, err := w.tx.Query(ctx, `
		select building_code, code, min(version), max(version)
		from event_code where event_id = any ($1)
		group by building_code, code
		order by code`, events)
	if err != nil {
		return nil, fmt.Errorf("find touched codes: %w", err)
	}
	touched, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t touchedCode, err error) {
		return t, row.Scan(&t.home, &t.code, &t.first, &t.last)
	})
	return touched, wrap("find touched codes", err)
}

// lockTouched holds the buildings' rows, then the dwellings', in order of code.
func (w *writing) lockTouched(ctx context.Context, touched []touchedCode) error {
	var codes, shelters []registry.Code
	for _, t := range touched {
		codes = append(codes, t.code)
		shelters = append(shelters, t.code)
	}
	now, err := dwellingsByCode(ctx, w.tx, codes)
	if err != nil {
		return err
	}
	for _, d := range now {
		shelters = append(shelters, d.EverIn()...)
	}
	for _, t := range touched {
		if t.code.Kind() != registry.KindDwelling || t.first == 1 {
			continue
		}
		var before registry.Dwelling // what was recorded does not change: it can be read before the locks
		if err := w.imageAt(ctx, t, &before); err != nil {
			return err
		}
		shelters = append(shelters, before.EverIn()...)
	}
	if err := w.lockShelters(ctx, shelters); err != nil {
		return err
	}
	_, err = w.tx.Exec(ctx, `select from dwelling where dwelling_code = any ($1) order by dwelling_code for update`, codes)
	return wrap("lock dwellings", err)
}

// blockers returns Conflict "blocked" with later events over the touched
// codes that are not reverted too, newest first. Later events that left a code
// as it was, such as one and its own reversal, stand in nobody's way.
func (w *writing) blockers(ctx context.Context, events []uuid.UUID, touched []touchedCode) error {
	homes, codes := make([]registry.Code, len(touched)), make([]registry.Code, len(touched))
	firsts, lasts := make([]int, len(touched)), make([]int, len(touched))
	for i, t := range touched {
		homes[i], codes[i], firsts[i], lasts[i] = t.home, t.code, t.first, t.last
	}
	rows, err := w.tx.Query(ctx, `
		select p.code, e.type, e.event_id::text
		from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[]) t (home, code, first, last)
			join event_code made on made.building_code = t.home and made.code = t.code and made.version = t.last
			join lateral (
				select n.after from event_code n
				where n.building_code = t.home and n.code = t.code
				order by n.version desc limit 1) present on true
			join event_code p on p.building_code = t.home and p.code = t.code and p.version > t.first
			join event e on e.event_id = p.event_id
		where e.event_id <> all ($5)
			and (p.version < t.last
				or present.after::jsonb - 'version' - 'recordedFrom' <> made.after::jsonb - 'version' - 'recordedFrom')
		order by e.recorded_at desc, p.code
		limit 100`, homes, codes, firsts, lasts, events)
	if err != nil {
		return fmt.Errorf("look for later events: %w", err)
	}
	blocked := &registry.Error{Kind: registry.Conflict, Slug: "blocked"}
	var list []string
	var code registry.Code
	var kind, id string
	_, err = pgx.ForEachRow(rows, []any{&code, &kind, &id}, func() error {
		blocked.Codes = append(blocked.Codes, code)
		blocked.Fields = append(blocked.Fields, registry.FieldError{Field: "event " + id, Reason: fmt.Sprintf("%s of %s came later", kind, code)})
		list = append(list, fmt.Sprintf("%s of %s", kind, code))
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for later events: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	blocked.Detail = "later events depend on it; revert them first: " + strings.Join(list[:min(len(list), 5)], ", ")
	blocked.Codes = slices.Compact(slices.Sorted(slices.Values(blocked.Codes)))
	return blocked
}

// beforeAndNow reads a code as it is and as it was before the events.
func (w *writing) beforeAndNow(ctx context.Context, t touchedCode) (registry.Touched, error) {
	var out registry.Touched
	if t.code.Kind() == registry.KindDwelling {
		now, err := dwellingsByCode(ctx, w.tx, []registry.Code{t.code})
		if err != nil {
			return out, err
		}
		out.NowUnit = now[0]
		w.after(now[0].RecordedFrom)
		if t.first > 1 {
			out.BeforeUnit = &registry.Dwelling{}
			err = w.imageAt(ctx, t, out.BeforeUnit)
		}
		return out, err
	}
	now, err := loadBuilding(ctx, w.tx, t.code)
	if err != nil {
		return out, err
	}
	out.Now = now
	w.after(now.RecordedFrom)
	if t.first > 1 {
		out.Before = &registry.Building{}
		err = w.imageAt(ctx, t, out.Before)
	}
	return out, err
}

// imageAt reads the after-image of the version before the events.
func (w *writing) imageAt(ctx context.Context, t touchedCode, into any) error {
	var after []byte
	err := w.tx.QueryRow(ctx, `
		select after from event_code where building_code = $1 and code = $2 and version = $3`, t.home, t.code, t.first-1).Scan(&after)
	if err != nil {
		return fmt.Errorf("read after-image: %w", err)
	}
	return wrap("read after-image", json.Unmarshal(after, into))
}
