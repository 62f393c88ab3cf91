package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Visit records an officer's look at a house in one of the officer's cells. A
// house that was found as recorded counts as confirmed.
//
// It returns Invalid with every wrong field, NotFound for a code that was
// never issued, Forbidden "not_your_cell", and Conflict "retired" or "void".
func (s *Store) Visit(ctx context.Context, w Write, code registry.Code, report registry.VisitReport) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		b, err := w.ownHouse(ctx, code)
		if err != nil {
			return registry.Receipt{}, err
		}
		v, err := b.Visit(report, w.now, w.zone)
		if err != nil {
			return registry.Receipt{}, err
		}
		v.Officer = w.Actor.Account
		if v.ID, err = uuid.NewV7(); err != nil {
			return registry.Receipt{}, fmt.Errorf("make visit id: %w", err)
		}
		e, err := w.workEvent(registry.EventVisit, v.On, map[string]any{"visit": v.ID, "building": code})
		if err != nil {
			return registry.Receipt{}, err
		}
		r := entry{event: e}
		r.header()
		r.add(nil, `
			insert into visit (building_code, visit_id, cell, account_id, visited_at, visited_on, result, note, event_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			v.Building, v.ID, int64(v.Cell), v.Officer, v.At, v.On.Time(), v.Result, v.Note, e.ID)
		if err := r.send(ctx, w.tx); err != nil {
			return registry.Receipt{}, err
		}
		return registry.Receipt{Event: e, Visit: &v}, w.retotalVisited(ctx, e, v)
	})
}

// WithdrawVisit takes back a visit of the officer's own.
//
// It returns NotFound for one that is not there, not the officer's own, or
// taken back already, and Conflict "too_late" after the day on which it was
// recorded.
func (s *Store) WithdrawVisit(ctx context.Context, w Write, id uuid.UUID) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		if _, err := scopeIn(ctx, w.tx, w.Actor, w.now, nil); err != nil {
			return registry.Receipt{}, err
		}
		was, recorded, err := w.ownVisit(ctx, id)
		if err != nil {
			return registry.Receipt{}, err
		}
		if _, err := w.lockBuilding(ctx, was.Building); err != nil {
			return registry.Receipt{}, err
		}
		if err := w.afterTotals(ctx, []registry.Code{was.Building}); err != nil {
			return registry.Receipt{}, err
		}
		v, err := was.Withdraw(recorded, w.now, w.zone)
		if err != nil {
			return registry.Receipt{}, err
		}
		e, err := w.workEvent(registry.EventVisitWithdraw, v.On, map[string]any{"visit": v.ID, "building": v.Building})
		if err != nil {
			return registry.Receipt{}, err
		}
		if err := w.insertEvent(ctx, e); err != nil {
			return registry.Receipt{}, err
		}
		tag, err := w.tx.Exec(ctx, `
			update visit set withdrawn_at = $3 where building_code = $1 and visit_id = $2 and withdrawn_at is null`,
			v.Building, v.ID, w.now)
		if err != nil {
			return registry.Receipt{}, fmt.Errorf("withdraw visit: %w", err)
		}
		if tag.RowsAffected() == 0 { // by another request, a moment ago
			return registry.Receipt{}, visitUnknown()
		}
		return registry.Receipt{Event: e, Visit: &v}, w.retotalVisited(ctx, e, was)
	})
}

// ownHouse locks a house and enters the scope of its cell. It returns
// Forbidden "not_your_cell" unless the actor is the officer there now.
func (w *writing) ownHouse(ctx context.Context, code registry.Code) (*registry.Building, error) {
	b, err := w.lockBuilding(ctx, code)
	if err != nil {
		return nil, err
	}
	if err := w.afterTotals(ctx, []registry.Code{code}); err != nil {
		return nil, err
	}
	here, _ := b.Timeline.Nearest(w.Today())
	return b, w.workIn(ctx, here.Cell, code)
}

// workIn enters the scope of one cell as its officer, or returns Forbidden
// "not_your_cell".
func (w *writing) workIn(ctx context.Context, cell geo.Cell, code registry.Code) error {
	s, err := scopeIn(ctx, w.tx, w.Actor, w.now, []geo.Cell{cell})
	if err != nil {
		return err
	}
	if !slices.Contains(s.worked, cell) {
		return registry.NotYours(code)
	}
	return nil
}

// workEvent begins an event about what officers do. It says nothing of what
// they saw: the protected rows do.
func (w *writing) workEvent(kind registry.EventType, on registry.Date, detail map[string]any) (registry.Event, error) {
	e, err := w.event(registry.ClassPeople, kind, registry.Why{}, on)
	if err != nil {
		return e, err
	}
	e.Detail, err = json.Marshal(detail)
	return e, wrap("write event detail", err)
}

// ownVisit reads a visit of the actor's own, and when it was recorded.
func (w *writing) ownVisit(ctx context.Context, id uuid.UUID) (v registry.Visit, recorded time.Time, err error) {
	err = w.tx.QueryRow(ctx, `
		select v.building_code, v.visit_id, v.cell, v.account_id, v.visited_at, v.visited_on, v.result, v.note, e.recorded_at
		from visit v join event e using (event_id)
		where v.visit_id = $1 and v.account_id = $2 and v.withdrawn_at is null`, id, w.Actor.Account).
		Scan(&v.Building, &v.ID, (*cellColumn)(&v.Cell), &v.Officer, &v.At, (*dateColumn)(&v.On), &v.Result, &v.Note, &recorded)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, recorded, visitUnknown()
	}
	v.At = v.At.UTC()
	return v, recorded, wrap("read visit", err)
}

func visitUnknown() error {
	return registry.Errorf(registry.NotFound, "visit_unknown", "there is no such visit of yours")
}

// retotalVisited writes anew what is known of a house that a visit confirms.
func (w *writing) retotalVisited(ctx context.Context, e registry.Event, v registry.Visit) error {
	if !v.Result.Confirms() {
		return nil
	}
	return w.retotal(ctx, e, []registry.Code{v.Building})
}
