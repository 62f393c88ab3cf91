package postgres

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// PlanAssign says what Assign would do, and does nothing. It returns what
// Assign returns.
func (r *Reader) PlanAssign(ctx context.Context, a registry.Actor, wishes []registry.Handing) (registry.AssignmentPlan, error) {
	if err := r.resolveCells(ctx, wishes); err != nil {
		return registry.AssignmentPlan{}, err
	}
	return r.plan(ctx, a, func(g *grid) error { return g.wish(ctx, wishes) })
}

// PlanHandover says what Handover would do, and does nothing.
func (r *Reader) PlanHandover(ctx context.Context, a registry.Actor, h registry.Handover) (registry.AssignmentPlan, error) {
	return r.plan(ctx, a, func(g *grid) error { return g.handover(ctx, h) })
}

func (r *Reader) plan(ctx context.Context, a registry.Actor, do func(*grid) error) (p registry.AssignmentPlan, err error) {
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		g := &grid{tx: tx, reader: r, actor: a, now: r.now()}
		if err := (scope{actor: a}).enter(ctx, tx); err != nil {
			return err
		}
		if err := do(g); err != nil {
			return err
		}
		p, err = g.plan(ctx)
		return err
	})
	return p, wrap("plan assignments", err)
}

// handed is who a person is in which role.
type handed struct {
	account int64
	role    registry.Role
}

func (g *grid) plan(ctx context.Context) (registry.AssignmentPlan, error) {
	p := registry.AssignmentPlan{At: g.from}
	moves := map[post][2]int64{}
	concerned := map[handed][]geo.Cell{}
	for at, was := range g.was {
		p.Doubles += g.next[at].Doubles()
		c := was.ChangeTo(g.next[at])
		if c.Empty() {
			continue
		}
		first := c.First()
		move := [2]int64{was.At(first), g.next[at].At(first)}
		moves[at] = move
		for _, id := range move {
			if id != 0 {
				concerned[handed{id, at.role}] = nil
			}
		}
	}
	cells, err := g.heldAt(ctx, concerned)
	if err != nil {
		return p, err
	}
	for at := range g.was {
		cells = append(cells, at.cell)
	}
	loads, err := cellLoads(ctx, g.tx, g.reader.dayOf(g.from), slices.Compact(slices.Sorted(slices.Values(cells))), g.mayCount())
	if err != nil {
		return p, err
	}
	people, err := readStaff(ctx, g.tx, g.from, slices.Collect(accountsIn(concerned)))
	if err != nil {
		return p, err
	}
	for at := range g.was {
		if g.next[at].At(g.from) == 0 && loads[at.cell].Houses > 0 {
			p.Gaps++
		}
	}
	p.Changes = changesOf(moves, loads, people)
	p.Loads = loadsOf(concerned, moves, loads, people, g.mayCount())
	return p, nil
}

func accountsIn(concerned map[handed][]geo.Cell) func(func(int64) bool) {
	return func(yield func(int64) bool) {
		for h := range concerned {
			if !yield(h.account) {
				return
			}
		}
	}
}

// mayCount says whether loads may tell of heads: to who may read all
// headcounts, and to an administrator, whose loads hold their own cells alone.
func (g *grid) mayCount() bool {
	return g.actor.May(registry.ReadHeadcounts) || !g.actor.May(registry.Assign)
}

// heldAt fills in the cells that each person holds at g.from, as far as the
// actor may know, and gives them all.
func (g *grid) heldAt(ctx context.Context, concerned map[handed][]geo.Cell) ([]geo.Cell, error) {
	accounts := slices.Compact(slices.Sorted(accountsIn(concerned)))
	var all []geo.Cell
	err := g.eachOwn(ctx, func(part []geo.Cell) error {
		rows, err := g.tx.Query(ctx, `
			select cell, role, account_id from assignment
			where account_id = any ($1) and not withdrawn and held_from <= $2 and $2 < held_to
				and ($3::bigint[] is null or cell = any ($3))`, accounts, g.from, cellsParam(part))
		if err != nil {
			return fmt.Errorf("read cells held: %w", err)
		}
		var c geo.Cell
		var h handed
		_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&c), &h.role, &h.account}, func() error {
			if _, ok := concerned[h]; ok {
				concerned[h] = append(concerned[h], c)
				all = append(all, c)
			}
			return nil
		})
		return wrap("read cells held", err)
	})
	return all, err
}

// eachOwn calls f under the scope of some of the actor's own cells after the
// other, and with nil for who may assign anywhere.
func (g *grid) eachOwn(ctx context.Context, f func(part []geo.Cell) error) error {
	if g.actor.May(registry.Assign) {
		if err := (scope{actor: g.actor}).enter(ctx, g.tx); err != nil {
			return err
		}
		return f(nil)
	}
	s, err := scopeIn(ctx, g.tx, g.actor, g.now, nil)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(s.administered, partCells) {
		if err := (scope{actor: g.actor, administered: part}).enter(ctx, g.tx); err != nil {
			return err
		}
		if err := f(part); err != nil {
			return err
		}
	}
	return nil
}

func changesOf(moves map[post][2]int64, loads map[geo.Cell]registry.Load, people staff) []registry.CellChange {
	named := func(id int64) *registry.Person {
		if id == 0 {
			return nil
		}
		p := people[id].Person
		return &p
	}
	out := make([]registry.CellChange, 0, len(moves))
	for at, move := range moves {
		out = append(out, registry.CellChange{Cell: at.cell, Role: at.role, From: named(move[0]), To: named(move[1]), Houses: loads[at.cell].Houses})
	}
	slices.SortFunc(out, func(a, b registry.CellChange) int {
		return cmp.Or(cmp.Compare(a.Cell, b.Cell), cmp.Compare(a.Role, b.Role))
	})
	return out
}

// loadsOf is what each carries now, and after the moves.
func loadsOf(concerned map[handed][]geo.Cell, moves map[post][2]int64, loads map[geo.Cell]registry.Load, people staff, counted bool) []registry.LoadChange {
	sum := func(cells map[geo.Cell]bool) registry.Load { return sumLoads(loads, maps.Keys(cells), counted) }
	var out []registry.LoadChange
	for who, cells := range concerned {
		held := map[geo.Cell]bool{}
		for _, c := range cells {
			held[c] = true
		}
		change := registry.LoadChange{Person: people[who.account].Person, Role: who.role, Before: sum(held)}
		after := maps.Clone(held)
		for at, move := range moves {
			switch {
			case at.role != who.role:
			case move[1] == who.account:
				after[at.cell] = true
			case move[0] == who.account:
				delete(after, at.cell)
			}
		}
		change.After = sum(after)
		out = append(out, change)
	}
	slices.SortFunc(out, func(a, b registry.LoadChange) int {
		return cmp.Or(cmp.Compare(a.Person.Name, b.Person.Name), cmp.Compare(a.Role, b.Role))
	})
	return out
}

func sumLoads(loads map[geo.Cell]registry.Load, cells iter.Seq[geo.Cell], counted bool) registry.Load {
	var total registry.Load
	if counted {
		total.Heads = new(int)
	}
	for c := range cells {
		total = total.Add(loads[c])
	}
	return total
}

// cellLoads is how much work stands in each cell on a day: standing buildings,
// their dwellings and, if counted, how many live there. Cells without houses
// have a load of one cell.
func cellLoads(ctx context.Context, q querier, day registry.Date, cells []geo.Cell, counted bool) (map[geo.Cell]registry.Load, error) {
	loads := make(map[geo.Cell]registry.Load, len(cells))
	for _, c := range cells {
		l := registry.Load{Cells: 1}
		if counted {
			l.Heads = new(int)
		}
		loads[c] = l
	}
	rows, err := q.Query(ctx, `
		select v.cell, count(*), coalesce(sum(t.dwellings), 0), coalesce(sum(t.heads), 0)
		from building_version v
			left join building_total t on t.building_code = v.building_code and t.recorded_to = 'infinity' and t.valid @> $2::date
		where v.cell = any ($1) and v.recorded_to = 'infinity' and v.valid @> $2::date
			and v.state not in ('demolished', 'not_realised')
		group by v.cell`, cellsParam(cells), day.Time())
	if err != nil {
		return nil, fmt.Errorf("count the houses in cells: %w", err)
	}
	var c geo.Cell
	var l registry.Load
	var heads int
	_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&c), &l.Houses, &l.Dwellings, &heads}, func() error {
		l.Cells, l.Heads = 1, nil
		if counted {
			n := heads
			l.Heads = &n
		}
		loads[c] = l
		return nil
	})
	return loads, wrap("count the houses in cells", err)
}

// dayOf is the date in the registry's zone at an instant.
func (r *Reader) dayOf(at time.Time) registry.Date { return registry.DateOf(at.In(r.zone)) }
