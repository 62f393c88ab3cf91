package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// Assigned is one assignment as it is read.
type Assigned struct {
	Cell   geo.Cell
	Role   registry.Role
	Person registry.Person
	registry.Term
	account int64
}

// AssignmentFilter says which assignments a list holds: those that hold at an
// instant. Zero fields do not filter.
type AssignmentFilter struct {
	At     time.Time // zero is now
	Role   registry.Role
	Person string // the account's name
	Bound  *orb.Bound
	Cell   geo.Cell // of any resolution up to the grid's
	Cursor string
	Limit  int // all if 0
}

// Assignments lists the assignments that the actor may know, in order of cell
// and role, and the cursor of the next page, empty at the end.
//
// It returns Malformed for a cursor that was not given out.
func (r *Reader) Assignments(ctx context.Context, a registry.Actor, f AssignmentFilter) (list []Assigned, next string, err error) {
	if f.At.IsZero() {
		f.At = r.now()
	}
	after, err := parsePostCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		seen := map[post]bool{}
		err := r.eachView(ctx, tx, a, func(v view) error {
			rows, err := f.read(ctx, tx, r.resolution, v, after)
			for _, row := range rows {
				at := post{row.Cell, row.Role}
				if !seen[at] && (f.Bound == nil || f.Bound.Contains(row.Cell.Center())) {
					seen[at] = true
					list = append(list, row)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b Assigned) int { return cmp.Or(cmp.Compare(a.Cell, b.Cell), cmp.Compare(a.Role, b.Role)) })
		if f.Limit > 0 && len(list) > f.Limit {
			list = list[:f.Limit]
			last := list[f.Limit-1]
			next = last.Cell.String() + "." + string(last.Role)
		}
		return nameAssigned(ctx, tx, f.At, list)
	})
	return list, next, wrap("list assignments", err)
}

// view is one of the ways in which an actor may know assignments: everywhere,
// their own wherever they are, or those in some cells of theirs.
type view struct {
	all      bool
	accounts []int64
	cells    []geo.Cell
	counted  bool // headcounts may be told
}

// eachView calls f for every way, with the transaction in its scope.
func (r *Reader) eachView(ctx context.Context, tx pgx.Tx, a registry.Actor, f func(view) error) error {
	if a.May(registry.ReadAssignments) {
		if err := (scope{actor: a}).enter(ctx, tx); err != nil {
			return err
		}
		return f(view{all: true, counted: a.May(registry.ReadHeadcounts) || a.Has(registry.Dispatcher)})
	}
	s, err := scopeIn(ctx, tx, a, r.now(), nil)
	if err != nil {
		return err
	}
	own := scope{actor: a, accounts: s.accounts}
	if err := own.enter(ctx, tx); err != nil {
		return err
	}
	if err := f(view{accounts: s.accounts}); err != nil {
		return err
	}
	cells := slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.worked, s.administered))))
	for part := range slices.Chunk(cells, partCells) {
		own.worked, own.administered = among(part, s.worked), among(part, s.administered)
		if err := own.enter(ctx, tx); err != nil {
			return err
		}
		if err := f(view{cells: part, counted: true}); err != nil {
			return err
		}
	}
	return nil
}

// among are those of part that are in all, which is in order.
func among(part, all []geo.Cell) (out []geo.Cell) {
	for _, c := range part {
		if _, ok := slices.BinarySearch(all, c); ok {
			out = append(out, c)
		}
	}
	return out
}

func (f AssignmentFilter) read(ctx context.Context, tx pgx.Tx, resolution int, v view, after post) ([]Assigned, error) {
	where := []string{`not a.withdrawn`, `a.held_from <= @at`, `@at < a.held_to`}
	args := pgx.NamedArgs{"at": f.At}
	add := func(sql, name string, value any) {
		where = append(where, sql)
		args[name] = value
	}
	if v.cells != nil {
		add(`a.cell = any (@own)`, "own", cellsParam(v.cells))
	}
	if v.accounts != nil {
		add(`a.account_id = any (@accounts)`, "accounts", v.accounts)
	}
	if f.Role != "" {
		add(`a.role = @role`, "role", f.Role)
	}
	if f.Person != "" {
		add(`a.account_id = (select account_id from account where name = @person)`, "person", strings.ToLower(f.Person))
	}
	if f.Cell != 0 {
		first, last := f.Cell.Range(resolution)
		add(`a.cell between @cellFirst and @cellLast`, "cellFirst", int64(first))
		args["cellLast"] = int64(last)
	}
	if f.Bound != nil {
		if cells, err := geo.CellsOf(*f.Bound, resolution); err == nil { // a larger box is looked through
			add(`a.cell = any (@bound)`, "bound", cellsParam(cells))
		}
	}
	if after.cell != 0 {
		add(`(a.cell, a.role) > (@cell, @cellRole)`, "cell", int64(after.cell))
		args["cellRole"] = after.role
	}
	sql := `
		select a.cell, a.role, a.account_id, a.held_from, nullif(a.held_to, 'infinity')
		from assignment a
		where ` + strings.Join(where, ` and `) + `
		order by a.cell, a.role`
	if f.Limit > 0 && f.Bound == nil {
		sql += ` limit ` + strconv.Itoa(f.Limit+1)
	}
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("read assignments: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Assigned, err error) {
		err = row.Scan((*cellColumn)(&a.Cell), &a.Role, &a.account, &a.From, &a.To)
		a.From = a.From.UTC()
		if a.To != nil {
			to := a.To.UTC()
			a.To = &to
		}
		return a, err
	})
	return list, wrap("read assignments", err)
}

func nameAssigned(ctx context.Context, tx pgx.Tx, at time.Time, list []Assigned) error {
	ids := map[int64]bool{}
	for _, a := range list {
		ids[a.account] = true
	}
	people, err := readStaff(ctx, tx, at, slices.Collect(maps.Keys(ids)))
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Person = people[list[i].account].Person
	}
	return nil
}

func parsePostCursor(text string) (post, error) {
	if text == "" {
		return post{}, nil
	}
	cell, role, _ := strings.Cut(text, ".")
	c, err := geo.ParseCell(cell)
	if err != nil {
		return post{}, registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this list gave out")
	}
	return post{c, registry.Role(role)}, nil
}

// Territory is what one person holds in one role at an instant.
type Territory struct {
	Person registry.Person
	// Ordinal tells territories apart on a map: the place of the person among
	// all who were ever given the role, so that it stays.
	Ordinal int
	Cells   []geo.Cell // ascending
	Load    registry.Load
}

// fewHouses is how many inhabited houses a number of people must be spread
// over to be told to who may not read headcounts.
const fewHouses = 5

// Territories lists who holds which cells in a role at an instant, as far as
// the actor may know, by name; with a box, the cells whose middle lies in it.
func (r *Reader) Territories(ctx context.Context, a registry.Actor, role registry.Role, at time.Time, bound *orb.Bound) (out []Territory, err error) {
	if at.IsZero() {
		at = r.now()
	}
	f := AssignmentFilter{At: at, Role: role, Bound: bound}
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		byPerson := map[int64]*Territory{}
		var cells []geo.Cell
		counted := true
		err := r.eachView(ctx, tx, a, func(v view) error {
			if v.accounts != nil { // what somebody held or will hold elsewhere is none of this map
				return nil
			}
			counted = counted && v.counted
			rows, err := f.read(ctx, tx, r.resolution, v, post{})
			for _, row := range rows {
				if bound != nil && !bound.Contains(row.Cell.Center()) {
					continue
				}
				t := byPerson[row.account]
				if t == nil {
					t = &Territory{}
					byPerson[row.account] = t
				}
				if i, there := slices.BinarySearch(t.Cells, row.Cell); !there {
					t.Cells = slices.Insert(t.Cells, i, row.Cell)
					cells = append(cells, row.Cell)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		loads, inhabited, err := r.countCells(ctx, tx, r.dayOf(at), cells, counted)
		if err != nil {
			return err
		}
		return r.describe(ctx, tx, a, role, at, byPerson, loads, inhabited, &out)
	})
	return out, wrap("list territories", err)
}

func (r *Reader) countCells(ctx context.Context, tx pgx.Tx, day registry.Date, cells []geo.Cell, counted bool) (map[geo.Cell]registry.Load, map[geo.Cell]int, error) {
	loads, err := cellLoads(ctx, tx, day, cells, counted)
	if err != nil || !counted {
		return loads, nil, err
	}
	rows, err := tx.Query(ctx, `
		select v.cell, count(*)
		from building_version v join building_total t on t.building_code = v.building_code
		where v.cell = any ($1) and v.recorded_to = 'infinity' and v.valid @> $2::date and v.state not in ('demolished', 'not_realised')
			and t.recorded_to = 'infinity' and t.valid @> $2::date and t.heads > 0
		group by v.cell`, cellsParam(cells), day.Time())
	if err != nil {
		return nil, nil, fmt.Errorf("count inhabited houses: %w", err)
	}
	inhabited := map[geo.Cell]int{}
	var c geo.Cell
	var n int
	_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&c), &n}, func() error {
		inhabited[c] = n
		return nil
	})
	return loads, inhabited, wrap("count inhabited houses", err)
}

func (r *Reader) describe(ctx context.Context, tx pgx.Tx, a registry.Actor, role registry.Role, at time.Time, byPerson map[int64]*Territory,
	loads map[geo.Cell]registry.Load, inhabited map[geo.Cell]int, out *[]Territory) error {
	people, err := readStaff(ctx, tx, at, slices.Collect(maps.Keys(byPerson)))
	if err != nil {
		return err
	}
	ordinals, err := ordinalsOf(ctx, tx, role)
	if err != nil {
		return err
	}
	for id, t := range byPerson {
		t.Person, t.Ordinal = people[id].Person, ordinals[id]
		t.Load = sumLoads(loads, slices.Values(t.Cells), inhabited != nil)
		few := 0
		for _, c := range t.Cells {
			few += inhabited[c]
		}
		if a.Has(registry.Dispatcher) && !a.May(registry.ReadHeadcounts) && few > 0 && few < fewHouses {
			t.Load.Heads = nil
		}
		*out = append(*out, *t)
	}
	slices.SortFunc(*out, func(a, b Territory) int { return cmp.Compare(a.Person.Name, b.Person.Name) })
	return nil
}

// ordinalsOf numbers all who were ever given a role, from 0.
func ordinalsOf(ctx context.Context, tx pgx.Tx, role registry.Role) (map[int64]int, error) {
	rows, err := tx.Query(ctx, `
		select account_id, row_number() over (order by min(granted_from), account_id) - 1
		from account_role where role = $1 group by account_id`, role)
	if err != nil {
		return nil, fmt.Errorf("number people: %w", err)
	}
	ordinals := map[int64]int{}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		ordinals[id] = n
		return nil
	})
	return ordinals, wrap("number people", err)
}
