package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Assign gives cells to people, or takes them away, as one event; all of it or
// nothing. An operator assigns anywhere and in both roles, an administrator
// officers in the cells they are responsible for. If nobody's hands change
// anything, there is no event and the receipt's is zero.
//
// It returns Invalid with every wrong field, NotFound "account_unknown",
// Forbidden "not_your_cells", Conflict "assigned_meanwhile" if somebody else
// assigned one of the cells at the same moment.
func (s *Store) Assign(ctx context.Context, w Write, wishes []registry.Handing, why registry.Why) (registry.Receipt, error) {
	if err := s.resolveCells(ctx, wishes); err != nil {
		return registry.Receipt{}, err
	}
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		if err := registry.CheckWhy(why); err != nil {
			return registry.Receipt{}, err
		}
		g := &grid{tx: w.tx, reader: w.Reader, actor: w.Actor, now: w.now, lock: true}
		if err := g.wish(ctx, wishes); err != nil {
			return registry.Receipt{}, err
		}
		return w.keepGrid(ctx, g, registry.EventAssign, why)
	})
}

// Handover passes what one person holds from an instant on to another, or to
// nobody, as one event. An administrator's reaches as far as their own cells.
//
// It returns what Assign returns.
func (s *Store) Handover(ctx context.Context, w Write, h registry.Handover, why registry.Why) (registry.Receipt, error) {
	return s.write(ctx, w, func(w *writing) (registry.Receipt, error) {
		if err := registry.CheckWhy(why); err != nil {
			return registry.Receipt{}, err
		}
		g := &grid{tx: w.tx, reader: w.Reader, actor: w.Actor, now: w.now, lock: true}
		if err := g.handover(ctx, h); err != nil {
			return registry.Receipt{}, err
		}
		return w.keepGrid(ctx, g, registry.EventHandover, why)
	})
}

// grid is a change of assignments being worked out: the tenures that it
// touches, as they are and as they are to be.
type grid struct {
	tx     pgx.Tx
	reader *Reader
	actor  registry.Actor
	now    time.Time
	lock   bool // hold what is read until the transaction ends
	from   time.Time
	was    map[post]registry.Tenure
	next   map[post]registry.Tenure
	named  int // cells that were named
	people []string
}

// wish works out what wishes come to.
func (g *grid) wish(ctx context.Context, wishes []registry.Handing) error {
	if err := registry.CheckHandings(wishes, g.reader.resolution, g.now); err != nil {
		return err
	}
	accounts, err := g.accounts(ctx, wishes)
	if err != nil {
		return err
	}
	cells := map[registry.Role][]geo.Cell{}
	for i, h := range wishes {
		if i == 0 || h.From.Before(g.from) {
			g.from = h.From
		}
		cells[h.Role] = append(cells[h.Role], h.Cells...)
	}
	if err := g.load(ctx, cells, g.from); err != nil {
		return err
	}
	var fields []registry.FieldError
	for i, h := range wishes {
		for _, c := range h.Cells {
			p := post{c, h.Role}
			if h.Stands && g.was[p].At(g.now) != accounts[i] {
				fields = append(fields, registry.FieldError{Field: h.Place("from"), Reason: "lies in the past, and it was not so; what was is not changed any more"})
				break
			}
			g.next[p] = g.next[p].Give(accounts[i], h.Term)
		}
	}
	return invalid(fields)
}

// invalid is the answer that tells of faulty fields; nil for none.
func invalid(fields []registry.FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable", Fields: fields}
}

// accounts finds the people of the wishes: they must hold the role when their
// term begins.
func (g *grid) accounts(ctx context.Context, wishes []registry.Handing) ([]int64, error) {
	type who struct {
		name string
		role registry.Role
		from time.Time
	}
	found := map[who]int64{}
	out := make([]int64, len(wishes))
	var fields []registry.FieldError
	for i, h := range wishes {
		if h.Person == "" {
			continue
		}
		asked := who{h.Person, h.Role, h.From}
		if id, there := found[asked]; there {
			out[i] = id
			continue
		}
		id, err := g.holder(ctx, h.Person, h.Role, h.From)
		var refused *registry.Error
		if errors.As(err, &refused) {
			fields = append(fields, registry.FieldError{Field: h.Place("person"), Reason: refused.Detail})
			continue
		}
		if err != nil {
			return nil, err
		}
		out[i], found[asked] = id, id
	}
	return out, invalid(fields)
}

// holder finds an account that holds a role at an instant, and keeps it from
// being changed meanwhile. It returns Invalid otherwise.
func (g *grid) holder(ctx context.Context, name string, role registry.Role, at time.Time) (int64, error) {
	var id int64
	var disabled, holds bool
	sql := `
		select account_id, disabled_at is not null, exists (
			select from account_role r
			where r.account_id = a.account_id and r.role = $2 and r.granted_from <= $3 and $3 < r.granted_to)
		from account a where name = $1`
	if g.lock {
		sql += ` for share of a`
	}
	err := g.tx.QueryRow(ctx, sql, strings.ToLower(strings.TrimSpace(name)), role, at).Scan(&id, &disabled, &holds)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, registry.Errorf(registry.Invalid, "account_unknown", "there is no such account")
	case err != nil:
		return 0, fmt.Errorf("find account: %w", err)
	case disabled:
		return 0, registry.Errorf(registry.Invalid, "account_disabled", "the account is shut")
	case !holds:
		return 0, registry.Errorf(registry.Invalid, "role_missing", "does not hold the role %s at that time", role)
	}
	g.people = append(g.people, name)
	return id, nil
}

// handover works out what a handover comes to.
func (g *grid) handover(ctx context.Context, h registry.Handover) error {
	term, err := registry.Term{From: h.At}.Begin(g.now)
	if err != nil {
		return err
	}
	g.from = term.From
	if h.Role != registry.Officer && h.Role != registry.Administrator {
		return registry.Errorf(registry.Invalid, "role", "the role must be officer or administrator")
	}
	from, err := g.anyone(ctx, h.From)
	if err != nil {
		return err
	}
	var to int64
	if h.To != "" {
		if to, err = g.holder(ctx, h.To, h.Role, g.from); err != nil {
			return within("toPerson", err)
		}
	}
	if from == to {
		return registry.Errorf(registry.Invalid, "no_change", "a person cannot hand over to themselves")
	}
	cells := slices.Compact(slices.Sorted(slices.Values(h.Cells)))
	if h.Cells == nil {
		if cells, err = g.heldBy(ctx, from, h.Role); err != nil {
			return err
		}
	}
	if err := g.load(ctx, map[registry.Role][]geo.Cell{h.Role: cells}, g.from); err != nil {
		return err
	}
	for p, t := range g.next {
		g.next[p] = t.Hand(from, to, g.from)
	}
	return nil
}

func within(field string, err error) error {
	var refused *registry.Error
	if !errors.As(err, &refused) || refused.Kind != registry.Invalid {
		return err
	}
	return invalid([]registry.FieldError{{Field: field, Reason: refused.Detail}})
}

// anyone finds an account, be it shut.
func (g *grid) anyone(ctx context.Context, name string) (id int64, err error) {
	err = g.tx.QueryRow(ctx, `select account_id from account where name = $1`, strings.ToLower(strings.TrimSpace(name))).Scan(&id)
	return id, wrap("find account", notFound(err, "account_unknown", "there is no account %q", name))
}

// heldBy are the cells that an account holds from g.from on, as far as the
// actor may assign there.
func (g *grid) heldBy(ctx context.Context, account int64, role registry.Role) ([]geo.Cell, error) {
	var out []geo.Cell
	err := g.eachOwn(ctx, func(part []geo.Cell) error {
		rows, err := g.tx.Query(ctx, `
			select distinct cell from assignment
			where account_id = $1 and role = $2 and not withdrawn and held_to > $3 and ($4::bigint[] is null or cell = any ($4))`,
			account, role, g.from, cellsParam(part))
		if err != nil {
			return fmt.Errorf("read cells held: %w", err)
		}
		cells, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c geo.Cell, err error) {
			return c, row.Scan((*cellColumn)(&c))
		})
		out = append(out, cells...)
		return wrap("read cells held", err)
	})
	slices.Sort(out)
	return out, err
}

// enter tells the transaction in which cells the actor assigns: an operator
// anywhere, an administrator where they are responsible now.
func (g *grid) enter(ctx context.Context, cells []geo.Cell) error {
	if g.actor.May(registry.Assign) {
		return scope{actor: g.actor}.enter(ctx, g.tx)
	}
	s, err := scopeIn(ctx, g.tx, g.actor, g.now, cells)
	if err != nil {
		return err
	}
	foreign := 0
	for _, c := range cells {
		if _, ok := slices.BinarySearch(s.administered, c); !ok {
			foreign++
		}
	}
	if foreign > 0 {
		return registry.Errorf(registry.Forbidden, "not_your_cells",
			"%d of the cells are not among those you are responsible for", foreign)
	}
	return nil
}

// partCells is how many cells a scope carries in which assignments are read and
// written: policies compare each row with the list, which is parsed each time.
const partCells = 60

// parts are cells as many at a time as one scope carries.
func (g *grid) parts(cells []geo.Cell) [][]geo.Cell {
	if g.actor.May(registry.Assign) {
		return [][]geo.Cell{cells}
	}
	return slices.Collect(slices.Chunk(cells, partCells))
}

// load reads the tenures of cells from an instant on. Rows are held in order
// of role and cell, so that two who assign the same cells do not wait for each
// other in a circle; what neither has yet is for the exclusion constraint.
func (g *grid) load(ctx context.Context, cells map[registry.Role][]geo.Cell, from time.Time) error {
	g.was, g.next = map[post]registry.Tenure{}, map[post]registry.Tenure{}
	for _, role := range slices.Sorted(maps.Keys(cells)) {
		if role != registry.Officer && !g.actor.May(registry.Assign) {
			return registry.Errorf(registry.Forbidden, "forbidden", "only an operator makes somebody responsible for cells")
		}
		list := slices.Compact(slices.Sorted(slices.Values(cells[role])))
		g.named += len(list)
		for _, part := range g.parts(list) {
			if err := g.enter(ctx, part); err != nil {
				return err
			}
			if err := g.tenures(ctx, role, part, from); err != nil {
				return err
			}
		}
	}
	maps.Copy(g.next, g.was)
	return nil
}

func (g *grid) tenures(ctx context.Context, role registry.Role, cells []geo.Cell, from time.Time) error {
	for _, c := range cells {
		g.was[post{c, role}] = nil
	}
	sql := `
		select cell, held_from, nullif(held_to, 'infinity'), account_id, event_id
		from assignment
		where cell = any ($1) and role = $2 and not withdrawn and held_to > $3
		order by cell, held_from`
	if g.lock {
		sql += ` for update`
	}
	rows, err := g.tx.Query(ctx, sql, cellsParam(cells), role, from)
	if err != nil {
		return fmt.Errorf("read assignments: %w", err)
	}
	var cell geo.Cell
	var h registry.Held
	_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&cell), &h.From, &h.To, &h.Account, &h.Event}, func() error {
		p := post{cell, role}
		held := h
		held.From = h.From.UTC()
		if h.To != nil {
			to := h.To.UTC()
			held.To = &to
		}
		g.was[p] = append(g.was[p], held)
		return nil
	})
	return wrap("read assignments", err)
}
