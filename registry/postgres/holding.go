package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/registry"
)

// detailOf writes an event's detail out of what always can be written.
func detailOf(detail map[string]any) json.RawMessage {
	b, err := json.Marshal(detail)
	if err != nil {
		panic(err) // a value that is no text, number or time: a fault in the program
	}
	return b
}

// AddHolding writes down that a landlord holds a house for a term. A holding
// that began already is ended by stating it again with its end.
//
// It returns NotFound for an unknown house, Invalid with every wrong field, and
// Conflict "held_already" if the landlord holds it at that time.
func (s *Store) AddHolding(ctx context.Context, w Write, code registry.Code, person string, term registry.Term, why registry.Why) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (receipt registry.Receipt, err error) {
		if err := registry.CheckWhy(why); err != nil {
			return receipt, err
		}
		b, err := w.lockBuilding(ctx, code)
		if err != nil {
			return receipt, err
		}
		g := &grid{tx: w.tx, reader: w.Reader, actor: w.Actor, now: w.now, lock: true}
		var ended bool
		if ended, err = w.endHolding(ctx, code, person, term); err != nil {
			return receipt, err
		}
		if !ended {
			if term, err = term.Begin(w.now); err != nil {
				return receipt, err
			}
		}
		e, err := w.event(registry.ClassAccount, registry.EventHolding, why, w.Today())
		if err != nil {
			return receipt, err
		}
		e.Detail = detailOf(map[string]any{"code": code, "person": person, "from": term.From, "to": term.To})
		if err := w.insertEvent(ctx, e); err != nil {
			return receipt, err
		}
		if !ended {
			holder, err := g.holder(ctx, person, registry.Landlord, term.From)
			if err != nil {
				return receipt, within("person", err)
			}
			_, err = w.tx.Exec(ctx, `
				insert into holding (building_code, account_id, held_from, held_to, event_id)
				values ($1, $2, $3, coalesce($4, 'infinity'::timestamptz), $5)`, code, holder, term.From, term.To, e.ID)
			var refused *pgconn.PgError
			if errors.As(err, &refused) && refused.Code == exclusionViolation {
				return receipt, registry.Errorf(registry.Conflict, "held_already", "the landlord holds the house at that time already")
			}
			if err != nil {
				return receipt, fmt.Errorf("write holding: %w", err)
			}
		}
		receipt.Event, receipt.Building = e, b.On(w.Today())
		return receipt, w.logAccess(ctx, w.tx, w.Actor, string(e.Type), []registry.Code{code}, nil, e.Detail)
	})
}

// endHolding ends a holding that has begun, if the term names its beginning.
func (w *writing) endHolding(ctx context.Context, code registry.Code, person string, term registry.Term) (bool, error) {
	if term.From.IsZero() || term.To == nil || !term.From.Before(w.now) || term.To.Before(w.now) {
		return false, nil
	}
	tag, err := w.tx.Exec(ctx, `
		update holding set held_to = $4
		where building_code = $1 and account_id = (select account_id from account where name = $2) and held_from = $3 and held_to > $5`,
		code, person, term.From, *term.To, w.now)
	return tag.RowsAffected() > 0, wrap("end holding", err)
}

// Landlord is who holds a house.
type Landlord struct {
	Person registry.Person
	registry.Term
}

// Landlords lists who holds a house now or later.
func (r *Reader) Landlords(ctx context.Context, code registry.Code) ([]Landlord, error) {
	rows, err := r.pool.Query(ctx, `
		select a.name, a.display_name, h.held_from, nullif(h.held_to, 'infinity')
		from holding h join account a using (account_id)
		where h.building_code = $1 and h.held_to > $2
		order by h.held_from, a.name`, code, r.now())
	if err != nil {
		return nil, fmt.Errorf("list holders: %w", err)
	}
	holders, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (h Landlord, err error) {
		err = row.Scan(&h.Person.Name, &h.Person.DisplayName, &h.From, &h.To)
		h.From = h.From.UTC()
		return h, err
	})
	return holders, wrap("list holders", err)
}
