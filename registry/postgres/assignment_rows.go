package postgres

import (
	"context"
	"encoding/json"
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

// keepGrid writes the change and its event.
func (w *writing) keepGrid(ctx context.Context, g *grid, kind registry.EventType, why registry.Why) (registry.Receipt, error) {
	receipt := registry.Receipt{Assigned: &registry.Assigned{Cells: g.named}}
	e, err := w.event(registry.ClassGrid, kind, why, w.dayOf(g.from))
	if err != nil {
		return receipt, err
	}
	byRole := map[registry.Role]*rowChanges{}
	cells := map[geo.Cell]bool{}
	for p, was := range g.was {
		c := was.ChangeTo(g.next[p])
		if c.Empty() {
			continue
		}
		if byRole[p.role] == nil {
			byRole[p.role] = &rowChanges{}
		}
		byRole[p.role].add(p.cell, c)
		cells[p.cell] = true
		receipt.Assigned.Changed++
	}
	if receipt.Assigned.Changed == 0 {
		return receipt, nil
	}
	slices.Sort(g.people)
	e.Detail, err = json.Marshal(map[string]any{"people": slices.Compact(g.people), "from": g.from,
		"cells": receipt.Assigned.Cells, "changed": receipt.Assigned.Changed})
	if err != nil {
		return receipt, fmt.Errorf("write event detail: %w", err)
	}
	if err := w.insertEvent(ctx, e); err != nil {
		return receipt, err
	}
	for _, role := range slices.Sorted(maps.Keys(byRole)) {
		if err := byRole[role].write(ctx, g, role, e.ID); err != nil {
			return receipt, err
		}
	}
	receipt.Event = e
	touched := slices.Sorted(maps.Keys(cells))
	return receipt, w.logAccess(ctx, w.tx, w.Actor, string(kind), nil, touched, e.Detail)
}

// rowChanges are what becomes of the rows of one role.
type rowChanges struct {
	ends   []rowChange
	begins []rowChange
}

type rowChange struct {
	cell      geo.Cell
	held      registry.Held
	withdrawn bool
}

func (r *rowChanges) add(cell geo.Cell, c registry.TenureChange) {
	for _, h := range c.Withdrawn {
		r.ends = append(r.ends, rowChange{cell, h, true})
	}
	for _, h := range c.Ended {
		r.ends = append(r.ends, rowChange{cell, h, false})
	}
	for _, h := range c.Begun {
		r.begins = append(r.begins, rowChange{cell, h, false})
	}
}

// write ends and withdraws, then adds; cells in order, some at a time where
// the scope is bound to them.
func (r *rowChanges) write(ctx context.Context, g *grid, role registry.Role, event uuid.UUID) error {
	var cells []geo.Cell
	for _, c := range slices.Concat(r.ends, r.begins) {
		cells = append(cells, c.cell)
	}
	slices.Sort(cells)
	for _, part := range g.parts(slices.Compact(cells)) {
		if err := g.enter(ctx, part); err != nil {
			return err
		}
		last := part[len(part)-1]
		in := func(c rowChange) bool { return part[0] <= c.cell && c.cell <= last }
		if err := endRows(ctx, g.tx, role, event, chosen(r.ends, in)); err != nil {
			return err
		}
		if err := beginRows(ctx, g.tx, role, event, chosen(r.begins, in)); err != nil {
			return err
		}
	}
	return nil
}

func chosen(all []rowChange, in func(rowChange) bool) (out []rowChange) {
	for _, c := range all {
		if in(c) {
			out = append(out, c)
		}
	}
	return out
}

// endRows ends or withdraws rows: one statement for all that began together
// and end together, which most of a territory did. One statement for all rows
// would be joined with their list by going through it for each row.
func endRows(ctx context.Context, tx pgx.Tx, role registry.Role, event uuid.UUID, changes []rowChange) error {
	type alike struct {
		from, to  time.Time // to is zero for infinity
		event     uuid.UUID
		withdrawn bool
	}
	groups := map[alike][]geo.Cell{}
	for _, c := range changes {
		key := alike{from: c.held.From, event: c.held.Event, withdrawn: c.withdrawn}
		if c.held.To != nil {
			key.to = *c.held.To
		}
		groups[key] = append(groups[key], c.cell)
	}
	var batch pgx.Batch
	var ended int64
	for key, cells := range groups {
		var to *time.Time
		if !key.to.IsZero() {
			to = &key.to
		}
		batch.Queue(`
			update assignment set held_to = coalesce($5, 'infinity'::timestamptz), withdrawn = $6, ended_by = $7
			where cell = any ($1) and role = $2 and held_from = $3 and event_id = $4`,
			cellsParam(cells), role, key.from, key.event, to, key.withdrawn, event).
			Exec(func(tag pgconn.CommandTag) error {
				ended += tag.RowsAffected()
				return nil
			})
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("end assignments: %w", err)
	}
	if ended != int64(len(changes)) {
		return fmt.Errorf("end assignments: %d rows of %d", ended, len(changes))
	}
	return nil
}

func beginRows(ctx context.Context, tx pgx.Tx, role registry.Role, event uuid.UUID, changes []rowChange) error {
	if len(changes) == 0 {
		return nil
	}
	slices.SortFunc(changes, func(a, b rowChange) int {
		if a.cell != b.cell {
			if a.cell < b.cell {
				return -1
			}
			return 1
		}
		return a.held.From.Compare(b.held.From)
	})
	var cells, accounts []int64
	var froms []time.Time
	var tos []*time.Time
	for _, c := range changes {
		cells, accounts = append(cells, int64(c.cell)), append(accounts, c.held.Account)
		froms, tos = append(froms, c.held.From), append(tos, c.held.To)
	}
	// The constraint decides, also between two writers at once. It is asked by
	// "on conflict", with which of two who meet one waits for the other; a plain
	// insert would let both wait.
	tag, err := tx.Exec(ctx, `
		insert into assignment (cell, role, account_id, held_from, held_to, event_id)
		select cell, $2, account_id, held_from, coalesce(held_to, 'infinity'), $1
		from unnest($3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[]) with ordinality u (cell, account_id, held_from, held_to, n)
		order by n
		on conflict do nothing`, event, role, cells, accounts, froms, tos)
	if err == nil && tag.RowsAffected() != int64(len(changes)) {
		return registry.Errorf(registry.Conflict, "assigned_meanwhile",
			"somebody else assigned one of these cells at the same moment; look at the grid again")
	}
	return wrap("assign cells", err)
}
