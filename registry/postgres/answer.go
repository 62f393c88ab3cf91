package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/geo"
	"fangma/registry"
)

// Answers says for each cell who answers at an instant. Whom the actor may not
// know appears as an office with its telephone.
func (r *Reader) Answers(ctx context.Context, a registry.Actor, cells []geo.Cell, at time.Time) (map[geo.Cell]registry.Answer, error) {
	out := make(map[geo.Cell]registry.Answer, len(cells))
	knowsAll := a.May(registry.ReadAssignments)
	for part := range slices.Chunk(cells, partCells) {
		begin := scope{asked: part}
		if knowsAll {
			begin = scope{actor: a}
		}
		// The scope travels with the beginning: who answers is asked in a hurry.
		err := pgx.BeginTxFunc(ctx, r.pool, pgx.TxOptions{BeginQuery: beginReading + begin.statements()}, func(tx pgx.Tx) error {
			var own map[post]bool
			if !knowsAll {
				var err error
				if own, err = r.ownPosts(ctx, tx, a, part, at); err != nil {
					return err
				}
			}
			if a.Account != 0 && !knowsAll { // the scope is the actor's own by now
				if err := begin.enter(ctx, tx); err != nil {
					return err
				}
			}
			return answersOf(ctx, tx, part, at, own, out)
		})
		if err != nil {
			return nil, wrap("find who answers", err)
		}
	}
	return out, nil
}

// beginReading begins what readOnly says.
const beginReading = "begin isolation level repeatable read read only;\n"

// readOnly is a transaction that sees one state and changes nothing.
var readOnly = pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}

// post is a cell in one role.
type post struct {
	cell geo.Cell
	role registry.Role
}

// ownPosts are those whose people the actor may know by name: what the
// policies show under the actor's own scope. It is never nil.
func (r *Reader) ownPosts(ctx context.Context, tx pgx.Tx, a registry.Actor, cells []geo.Cell, at time.Time) (map[post]bool, error) {
	own := map[post]bool{}
	if a.Account == 0 {
		return own, nil
	}
	if _, err := scopeIn(ctx, tx, a, r.now(), cells); err != nil {
		return nil, err
	}
	posts, err := readPosts(ctx, tx, cells, at)
	for _, p := range posts {
		own[p.post] = true
	}
	return own, err
}

// postRow is an assignment at an instant, with the absence of its officer.
type postRow struct {
	post
	account    int64
	absent     bool
	substitute int64 // 0 for none
	covered    bool  // the substitute is there
}

const postColumns = `
	select a.cell, a.role, a.account_id, b.account_id is not null, coalesce(b.substitute_id, 0), s.account_id is null
	from assignment a
		left join absence b on a.role = 'officer' and b.account_id = a.account_id and not b.withdrawn
			and b.absent_from <= $1 and $1 < b.absent_to
		left join absence s on s.account_id = b.substitute_id and not s.withdrawn
			and s.absent_from <= $1 and $1 < s.absent_to
	where not a.withdrawn and a.held_from <= $1 and $1 < a.held_to`

func scanPost(row pgx.CollectableRow) (p postRow, err error) {
	return p, row.Scan((*cellColumn)(&p.cell), &p.role, &p.account, &p.absent, &p.substitute, &p.covered)
}

// readPosts reads what the transaction's scope shows of some cells, or of all
// if cells is nil.
func readPosts(ctx context.Context, tx pgx.Tx, cells []geo.Cell, at time.Time) ([]postRow, error) {
	sql, args := postColumns, []any{at}
	if cells != nil {
		sql, args = sql+` and a.cell = any ($2)`, append(args, cellsParam(cells))
	}
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read assignments: %w", err)
	}
	posts, err := pgx.CollectRows(rows, scanPost)
	return posts, wrap("read assignments", err)
}

// answersOf decides for every cell, those without assignments too. own are the
// posts whose people may be named; nil for all.
func answersOf(ctx context.Context, tx pgx.Tx, cells []geo.Cell, at time.Time, own map[post]bool, out map[geo.Cell]registry.Answer) error {
	var batch pgx.Batch
	sql := postColumns + ` and a.cell = any ($2)`
	var posts []postRow
	batch.Queue(sql, at, cellsParam(cells)).Query(func(rows pgx.Rows) (err error) {
		posts, err = pgx.CollectRows(rows, scanPost)
		return err
	})
	var people staff
	batch.Queue(`with p (cell, role, account_id, absent, substitute_id, covered) as (`+sql+`)`+memberColumns+`
		where a.account_id in (select account_id from p union select substitute_id from p)`, at, cellsParam(cells)).
		Query(func(rows pgx.Rows) (err error) {
			people, err = scanStaff(rows)
			return err
		})
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("read assignments: %w", err)
	}
	byPost := make(map[post]*registry.Post, len(posts))
	for _, p := range posts {
		byPost[p.post] = people.post(p, own == nil || own[p.post])
	}
	for _, c := range cells {
		at := post{c, registry.Officer}
		a := registry.Answering(byPost[at], byPost[post{c, registry.Administrator}])
		if own != nil && !own[at] { // that somebody is away is nobody's business
			a.StandsInFor, a.Absent = nil, false
		}
		out[c] = a
	}
	return nil
}

func accountsOf(posts []postRow) []int64 {
	var ids []int64
	for _, p := range posts {
		ids = append(ids, p.account, p.substitute)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// member is a person with the roles held at an instant; none if the account is
// shut by then.
type member struct {
	registry.Person
	roles []registry.Role
}

type staff map[int64]member

// memberColumns read people as they are at $1.
const memberColumns = `
	select a.account_id, a.name, a.display_name, coalesce(o.name, ''), coalesce(o.phone, ''),
		case when a.disabled_at <= $1 then '{}' else ` + rolesNow + ` end
	from account a
		left join account_office m on m.account_id = a.account_id and m.member_from <= $1 and $1 < m.member_to
		left join office o using (office_id)`

// readStaff reads people as they are at an instant.
func readStaff(ctx context.Context, q querier, at time.Time, ids []int64) (staff, error) {
	if len(ids) == 0 {
		return staff{}, nil
	}
	rows, err := q.Query(ctx, memberColumns+` where a.account_id = any ($2)`, at, ids)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	all, err := scanStaff(rows)
	return all, wrap("read people", err)
}

func scanStaff(rows pgx.Rows) (staff, error) {
	all := staff{}
	var m member
	_, err := pgx.ForEachRow(rows, []any{&m.Account, &m.Name, &m.DisplayName, &m.Office, &m.Phone, &m.roles}, func() error {
		kept := m
		kept.roles = slices.Clone(m.roles)
		all[m.Account] = kept
		return nil
	})
	return all, err
}

func (s staff) works(id int64, role registry.Role) bool { return slices.Contains(s[id].roles, role) }

func (s staff) person(id int64, named bool) registry.Person {
	if named {
		return s[id].Person
	}
	return s[id].Person.Unnamed()
}

func (s staff) post(p postRow, named bool) *registry.Post {
	out := &registry.Post{Person: s.person(p.account, named), Works: s.works(p.account, p.role), Absent: p.absent}
	if p.substitute != 0 {
		substitute := s.person(p.substitute, named)
		out.Substitute, out.SubstituteWorks = &substitute, p.covered && s.works(p.substitute, registry.Officer)
	}
	return out
}

// EachAnswer calls f for every cell that anybody is assigned to at an instant,
// in order of cell, by name. It is for the server's own map, which decides by
// reader what it shows, and not for answers.
func (r *Reader) EachAnswer(ctx context.Context, at time.Time, f func(geo.Cell, registry.Answer) error) error {
	return pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		if err := (scope{actor: registry.Actor{Roles: []registry.Role{registry.Dispatcher}}}).enter(ctx, tx); err != nil {
			return err
		}
		posts, err := readPosts(ctx, tx, nil, at)
		if err != nil {
			return err
		}
		all, err := readStaff(ctx, tx, at, accountsOf(posts))
		if err != nil {
			return err
		}
		slices.SortFunc(posts, func(a, b postRow) int { return cmp.Compare(a.cell, b.cell) })
		for len(posts) > 0 {
			n := 1
			for n < len(posts) && posts[n].cell == posts[0].cell {
				n++
			}
			held := map[registry.Role]*registry.Post{}
			for _, p := range posts[:n] {
				held[p.role] = all.post(p, true)
			}
			if err := f(posts[0].cell, registry.Answering(held[registry.Officer], held[registry.Administrator])); err != nil {
				return err
			}
			posts = posts[n:]
		}
		return nil
	})
}

// NextTurn is the next instant after one at which somebody else may answer
// somewhere without anything being recorded then: a handover that was planned,
// an absence, the end of a role. False if there is none.
func (r *Reader) NextTurn(ctx context.Context, after time.Time) (time.Time, bool, error) {
	var next *time.Time
	err := pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		if err := (scope{actor: registry.Actor{Roles: []registry.Role{registry.Dispatcher}}}).enter(ctx, tx); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `
			select min(t) from (
				select min(held_from) t from assignment where not withdrawn and held_from > $1
				union all select min(held_to) from assignment where not withdrawn and held_to > $1 and held_to < 'infinity'
				union all select min(absent_from) from absence where not withdrawn and absent_from > $1
				union all select min(absent_to) from absence where not withdrawn and absent_to > $1
				union all select min(granted_from) from account_role where granted_from > $1
				union all select min(granted_to) from account_role where granted_to > $1 and granted_to < 'infinity'
				union all select min(member_to) from account_office where member_to > $1 and member_to < 'infinity') turns`, after).Scan(&next)
	})
	if err != nil || next == nil {
		return time.Time{}, false, wrap("find the next turn", err)
	}
	return next.UTC(), true, nil
}
