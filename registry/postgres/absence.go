package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/geo"
	"fangma/registry"
)

// Absences lists those that are not over, in order of beginning: all to an
// operator, an administrator those of the officers in their cells, an officer
// their own and those in which they stand in.
func (r *Reader) Absences(ctx context.Context, a registry.Actor) (list []registry.Absence, err error) {
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		now := r.now()
		mine, err := r.ownOfficers(ctx, tx, a, now)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select absence_id, account_id, coalesce(substitute_id, 0), absent_from, absent_to from absence
			where not withdrawn and absent_to > $1 and ($2::bigint[] is null or account_id = any ($2) or substitute_id = $3)
			order by absent_from, absence_id`, now, mine, a.Account)
		if err != nil {
			return fmt.Errorf("list absences: %w", err)
		}
		type ids struct{ who, instead int64 }
		var both []ids
		var to time.Time
		var one registry.Absence
		var i ids
		_, err = pgx.ForEachRow(rows, []any{&one.ID, &i.who, &i.instead, &one.From, &to}, func() error {
			end := to.UTC()
			list = append(list, registry.Absence{ID: one.ID, Term: registry.Term{From: one.From.UTC(), To: &end}})
			both = append(both, i)
			return nil
		})
		if err != nil {
			return fmt.Errorf("list absences: %w", err)
		}
		var all []int64
		for _, i := range both {
			all = append(all, i.who, i.instead)
		}
		people, err := readStaff(ctx, tx, now, all)
		for n, i := range both {
			list[n].Person = people[i.who].Person
			if i.instead != 0 {
				p := people[i.instead].Person
				list[n].Substitute = &p
			}
		}
		return err
	})
	return list, wrap("list absences", err)
}

// ownOfficers are the accounts whose absences are the actor's business: nil
// for all; an administrator's officers, those that hold a cell of theirs now
// or later; and the actor's own.
func (r *Reader) ownOfficers(ctx context.Context, tx pgx.Tx, a registry.Actor, now time.Time) ([]int64, error) {
	if a.May(registry.ReadAssignments) {
		return nil, scope{actor: a}.enter(ctx, tx)
	}
	accounts := map[int64]bool{a.Account: true}
	g := &grid{tx: tx, reader: r, actor: a, now: now}
	err := g.eachOwn(ctx, func(part []geo.Cell) error {
		rows, err := tx.Query(ctx, `
			select distinct account_id from assignment
			where cell = any ($1) and role = 'officer' and not withdrawn and held_to > $2`, cellsParam(part), now)
		if err != nil {
			return fmt.Errorf("find own officers: %w", err)
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		for _, id := range ids {
			accounts[id] = true
		}
		return wrap("find own officers", err)
	})
	return slices.Sorted(maps.Keys(accounts)), err
}

// AddAbsence records that an officer will be away. An operator may for
// everybody, an administrator for the officers in their cells.
//
// It returns Invalid with every wrong field, Forbidden "not_your_officer", and
// Conflict "absent_already".
func (s *Store) AddAbsence(ctx context.Context, w Write, wish registry.AbsenceWish, why registry.Why) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (receipt registry.Receipt, err error) {
		if err := registry.CheckWhy(why); err != nil {
			return receipt, err
		}
		if wish, err = wish.Check(w.now); err != nil {
			return receipt, err
		}
		g := &grid{tx: w.tx, reader: w.Reader, actor: w.Actor, now: w.now, lock: true}
		who, err := g.holder(ctx, wish.Person, registry.Officer, wish.From)
		if err != nil {
			return receipt, within("person", err)
		}
		var substitute *int64
		if wish.Substitute != "" {
			id, err := g.holder(ctx, wish.Substitute, registry.Officer, wish.From)
			if err != nil {
				return receipt, within("substitute", err)
			}
			substitute = &id
		}
		if err := w.mineToLead(ctx, who); err != nil {
			return receipt, err
		}
		e, err := w.event(registry.ClassGrid, registry.EventAbsence, why, w.dayOf(wish.From))
		if err != nil {
			return receipt, err
		}
		e.Detail = detailOf(map[string]any{"person": wish.Person, "substitute": wish.Substitute, "from": wish.From, "to": wish.To, "absence": e.ID})
		if err := w.insertEvent(ctx, e); err != nil {
			return receipt, err
		}
		_, err = w.tx.Exec(ctx, `
			insert into absence (absence_id, account_id, substitute_id, absent_from, absent_to, event_id)
			values ($1, $2, $3, $4, $5, $1)`, e.ID, who, substitute, wish.From, *wish.To)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == exclusionViolation {
			return receipt, registry.Errorf(registry.Conflict, "absent_already", "an absence at that time is recorded already")
		}
		if err != nil {
			return receipt, fmt.Errorf("record absence: %w", err)
		}
		receipt.Event = e
		return receipt, w.logAccess(ctx, w.tx, w.Actor, string(e.Type), nil, nil, e.Detail)
	})
}

// mineToLead returns Forbidden unless the actor leads the officer, and leaves
// the transaction in the actor's plain scope.
func (w *writing) mineToLead(ctx context.Context, officer int64) error {
	if !w.Actor.May(registry.Assign) {
		own, err := w.ownOfficers(ctx, w.tx, w.Actor, w.now)
		if err != nil {
			return err
		}
		if officer == w.Actor.Account || !slices.Contains(own, officer) {
			return registry.Errorf(registry.Forbidden, "not_your_officer", "the officer works in none of the cells you are responsible for")
		}
	}
	return scope{actor: w.Actor}.enter(ctx, w.tx)
}

// EndAbsence withdraws an absence to come, and ends one that has begun.
//
// It returns NotFound, Forbidden "not_your_officer", and Conflict "over".
func (s *Store) EndAbsence(ctx context.Context, w Write, id uuid.UUID, why registry.Why) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (receipt registry.Receipt, err error) {
		var who int64
		var from, to time.Time
		err = w.tx.QueryRow(ctx, `
			select account_id, absent_from, absent_to from absence where absence_id = $1 and not withdrawn for update`, id).Scan(&who, &from, &to)
		if err != nil {
			return receipt, wrap("find absence", notFound(err, "absence_unknown", "there is no such absence"))
		}
		if err := w.mineToLead(ctx, who); err != nil {
			return receipt, err
		}
		if !w.now.Before(to) {
			return receipt, registry.Errorf(registry.Conflict, "over", "the absence is over")
		}
		e, err := w.event(registry.ClassGrid, registry.EventAbsenceOver, why, w.Today())
		if err != nil {
			return receipt, err
		}
		e.Detail = detailOf(map[string]any{"absence": id})
		if err := w.insertEvent(ctx, e); err != nil {
			return receipt, err
		}
		_, err = w.tx.Exec(ctx, `
			update absence set withdrawn = absent_from >= $2, absent_to = case when absent_from >= $2 then absent_to else $2 end
			where absence_id = $1`, id, w.now)
		if err != nil {
			return receipt, fmt.Errorf("end absence: %w", err)
		}
		receipt.Event = e
		return receipt, w.logAccess(ctx, w.tx, w.Actor, string(e.Type), nil, nil, e.Detail)
	})
}
