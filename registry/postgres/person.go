package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"fangma/geo"
	"fangma/registry"
)

// Person is an account as those see it who lead people.
type Person struct {
	ID          int64
	Name        string
	DisplayName string
	OfficeID    int64 // 0 for none
	OfficeName  string
	Grants      []registry.Grant // that hold now or later
	CreatedAt   time.Time
	DisabledAt  *time.Time
	Load        registry.Load // as officer, now
}

// PeopleFilter says which people a list holds. Zero fields do not filter.
type PeopleFilter struct {
	Role   registry.Role // held now or later
	Office int64
	Query  string // part of a name
	Cursor string // the last name of the page before
	Limit  int    // 100 if 0
}

// People lists accounts by name with the work they have, and the cursor of the
// next page. Who leads officers alone sees no others, and of their work that
// in the cells they are responsible for.
func (r *Reader) People(ctx context.Context, a registry.Actor, f PeopleFilter) (people []Person, next string, err error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	officers := ""
	if !a.Has(registry.Operator, registry.Clerk) {
		officers = string(registry.Officer)
	}
	err = pgx.BeginTxFunc(ctx, r.pool, readOnly, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select a.account_id, a.name, a.display_name, coalesce(o.office_id, 0), coalesce(o.name, ''), a.created_at, a.disabled_at
			from account a
				left join account_office m on m.account_id = a.account_id and m.member_from <= $1 and $1 < m.member_to
				left join office o using (office_id)
			where a.name > $2 and ($3 = '' or a.name ilike $4 or a.display_name ilike $4) and ($5::bigint = 0 or o.office_id = $5)
				and ($6 = '' or exists (select from account_role r where r.account_id = a.account_id and r.role = $6 and r.granted_to > $1))
				and ($7 = '' or exists (select from account_role r where r.account_id = a.account_id and r.role = $7 and r.granted_to > $1))
			order by a.name limit $8`,
			r.now(), f.Cursor, f.Query, "%"+likeEscaper().Replace(f.Query)+"%", f.Office, string(f.Role), officers, f.Limit+1)
		if err != nil {
			return err
		}
		people, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Person, err error) {
			return p, row.Scan(&p.ID, &p.Name, &p.DisplayName, &p.OfficeID, &p.OfficeName, &p.CreatedAt, &p.DisabledAt)
		})
		if err != nil {
			return err
		}
		if len(people) > f.Limit {
			people = people[:f.Limit]
			next = people[f.Limit-1].Name
		}
		if err := addGrants(ctx, tx, r.now(), people); err != nil {
			return err
		}
		return r.addLoads(ctx, tx, a, people)
	})
	return people, next, wrap("list people", err)
}

func addGrants(ctx context.Context, q querier, now time.Time, people []Person) error {
	byID := map[int64]*Person{}
	ids := make([]int64, len(people))
	for i := range people {
		ids[i], byID[people[i].ID] = people[i].ID, &people[i]
	}
	rows, err := q.Query(ctx, `
		select account_id, role, granted_from, nullif(granted_to, 'infinity')
		from account_role where account_id = any ($1) and granted_to > $2
		order by account_id, role, granted_from`, ids, now)
	if err != nil {
		return err
	}
	var id int64
	var g registry.Grant
	_, err = pgx.ForEachRow(rows, []any{&id, &g.Role, &g.From, &g.To}, func() error {
		held := g
		held.From = g.From.UTC()
		if g.To != nil {
			to := g.To.UTC()
			held.To = &to
		}
		byID[id].Grants = append(byID[id].Grants, held)
		return nil
	})
	return err
}

// addLoads adds what each works on as officer now, or is responsible for who
// is no officer.
func (r *Reader) addLoads(ctx context.Context, tx pgx.Tx, a registry.Actor, people []Person) error {
	ids := make([]int64, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	held := map[handed][]geo.Cell{}
	var cells []geo.Cell
	counted := true
	now := r.now()
	err := r.eachView(ctx, tx, a, func(v view) error {
		if v.accounts != nil {
			return nil
		}
		counted = counted && v.counted
		rows, err := tx.Query(ctx, `
			select cell, role, account_id from assignment
			where account_id = any ($1) and not withdrawn and held_from <= $2 and $2 < held_to and ($3::bigint[] is null or cell = any ($3))`,
			ids, now, cellsParam(v.cells))
		if err != nil {
			return err
		}
		var c geo.Cell
		var h handed
		_, err = pgx.ForEachRow(rows, []any{(*cellColumn)(&c), &h.role, &h.account}, func() error {
			held[h] = append(held[h], c)
			cells = append(cells, c)
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	loads, err := cellLoads(ctx, tx, r.Today(), slices.Compact(slices.Sorted(slices.Values(cells))), counted)
	if err != nil {
		return err
	}
	for i := range people {
		mine := held[handed{people[i].ID, registry.Officer}]
		if len(mine) == 0 {
			mine = held[handed{people[i].ID, registry.Administrator}]
		}
		people[i].Load = sumLoads(loads, slices.Values(mine), counted)
	}
	return nil
}

// Person finds one by name. It returns NotFound.
func (r *Reader) Person(ctx context.Context, a registry.Actor, name string) (Person, error) {
	people, _, err := r.People(ctx, a, PeopleFilter{Query: name, Limit: 1 << 20})
	if err != nil {
		return Person{}, err
	}
	for _, p := range people {
		if p.Name == strings.ToLower(name) {
			return p, nil
		}
	}
	return Person{}, registry.Errorf(registry.NotFound, "account_unknown", "there is no account of that name")
}

// PersonInput is what a writer states about a person. A nil field is left as
// it is.
type PersonInput struct {
	DisplayName *string
	Office      registry.Optional[int64] // null for none
	// Grants are all roles that hold now or later; a zero From is now.
	Grants *[]registry.Grant
}

// ChangePerson changes a person's name, office and roles in one transaction.
//
// It returns NotFound, Invalid with every wrong field, and Conflict
// "own_account" for operators who would take their own role.
func (s *Store) ChangePerson(ctx context.Context, by registry.Actor, name string, in PersonInput) error {
	detail := map[string]any{"account": strings.ToLower(name)}
	err := s.administer(ctx, by, registry.EventPerson, detail, func(tx pgx.Tx) error {
		id, err := accountID(ctx, tx, name)
		if err != nil {
			return err
		}
		if in.DisplayName != nil {
			if err := checkDisplayName(*in.DisplayName); err != nil {
				return err
			}
			detail["displayName"] = *in.DisplayName
			if _, err := tx.Exec(ctx, `update account set display_name = $2 where account_id = $1`, id, *in.DisplayName); err != nil {
				return err
			}
		}
		if in.Office.Set {
			detail["office"] = in.Office.Value
			if err := s.moveToOffice(ctx, tx, id, in.Office.Value); err != nil {
				return err
			}
		}
		if in.Grants == nil {
			return nil
		}
		return s.regrant(ctx, tx, by, id, *in.Grants, detail)
	})
	return wrap("change person", err)
}

func checkDisplayName(name string) error {
	if n := utf8.RuneCountInString(name); n >= 1 && n <= 100 && !registry.LooksPersonal(name) && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return nil
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
		Fields: []registry.FieldError{{Field: "displayName", Reason: "has 1 to 100 characters, and no identity or mobile number"}}}
}

// moveToOffice ends where the account works, and begins at another office.
func (s *Store) moveToOffice(ctx context.Context, tx pgx.Tx, id int64, office *int64) error {
	var to int64
	if office != nil {
		to = *office
		// Held, so that it is not closed meanwhile.
		var closed bool
		err := tx.QueryRow(ctx, `select closed_at is not null from office where office_id = $1 for share`, to).Scan(&closed)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && closed {
			return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
				Fields: []registry.FieldError{{Field: "office", Reason: "there is no such open office"}}}
		}
		if err != nil {
			return err
		}
	}
	now := s.now()
	tag, err := tx.Exec(ctx, `
		update account_office set member_to = greatest($2, member_from + interval '1 microsecond')
		where account_id = $1 and member_to > $2 and office_id <> $3`, id, now, to)
	if err != nil || to == 0 {
		return err
	}
	from := now
	if tag.RowsAffected() > 0 {
		from = now.Add(time.Microsecond)
	}
	_, err = tx.Exec(ctx, `
		insert into account_office (account_id, office_id, member_from)
		select $1, $2, $3 where not exists (select from account_office where account_id = $1 and office_id = $2 and member_to > $3)`,
		id, to, from)
	return err
}

func (s *Store) regrant(ctx context.Context, tx pgx.Tx, by registry.Actor, id int64, want []registry.Grant, detail map[string]any) error {
	now := s.now()
	person := []Person{{ID: id}}
	if err := addGrants(ctx, tx, now, person); err != nil {
		return err
	}
	change, err := registry.Regrant(person[0].Grants, want, now)
	if err != nil {
		return err
	}
	if id == by.Account && !slices.ContainsFunc(want, func(g registry.Grant) bool {
		return g.Role == registry.Operator && g.To == nil && !g.From.After(now)
	}) {
		return registry.Errorf(registry.Conflict, "own_account",
			"you cannot take the operator's role from your own account; another operator can")
	}
	var told []string
	for _, g := range change.Ended {
		told = append(told, "end "+string(g.Role))
		_, err := tx.Exec(ctx, `
			update account_role set granted_to = coalesce($4, 'infinity'::timestamptz)
			where account_id = $1 and role = $2 and granted_from = $3`, id, g.Role, g.From, g.To)
		if err != nil {
			return err
		}
	}
	for _, g := range change.Begun {
		told = append(told, "begin "+string(g.Role))
		_, err := tx.Exec(ctx, `
			insert into account_role (account_id, role, granted_from, granted_to) values ($1, $2, $3, coalesce($4, 'infinity'::timestamptz))`,
			id, g.Role, g.From, g.To)
		if err != nil {
			return roleTwice(err)
		}
	}
	detail["roles"] = told
	return nil
}

// roleTwice turns the exclusion constraint's word into an answer.
func roleTwice(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == exclusionViolation {
		return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
			Fields: []registry.FieldError{{Field: "roles", Reason: "a role is held twice for the same time"}}}
	}
	return err
}

func uniqueViolation(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "23505"
}

// AddPerson makes an account with roles for terms and an office, in one
// transaction. A zero From is now. It returns Invalid with every wrong field
// and Conflict "name_taken".
func (s *Store) AddPerson(ctx context.Context, by registry.Actor, name, displayName, password string, office int64, grants []registry.Grant) (Account, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if displayName == "" {
		displayName = name
	}
	now := s.now()
	change, err := registry.Regrant(nil, grants, now)
	if err != nil {
		return Account{}, err
	}
	if err := checkAccount(name, displayName, password, nil); err != nil {
		return Account{}, err
	}
	hash := hashPassword(password)
	a := Account{Name: name, DisplayName: displayName, CreatedAt: now}
	var roles []registry.Role
	for _, g := range change.Begun {
		roles = append(roles, g.Role)
		if g.Holds(now) {
			a.Roles = append(a.Roles, g.Role)
		}
	}
	err = s.administer(ctx, by, "account_add", map[string]any{"account": name, "roles": roles, "office": office}, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			insert into account (name, display_name, password_hash, created_at) values ($1, $2, $3, $4)
			on conflict do nothing returning account_id`, name, displayName, hash, now).Scan(&a.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return &registry.Error{Kind: registry.Conflict, Slug: "name_taken", Detail: "there is an account of that name",
				Fields: []registry.FieldError{{Field: "name", Reason: "is taken"}}}
		}
		if err != nil {
			return err
		}
		if office != 0 {
			if err := s.moveToOffice(ctx, tx, a.ID, &office); err != nil {
				return err
			}
		}
		for _, g := range change.Begun {
			_, err := tx.Exec(ctx, `
				insert into account_role (account_id, role, granted_from, granted_to) values ($1, $2, $3, coalesce($4, 'infinity'::timestamptz))`,
				a.ID, g.Role, g.From, g.To)
			if err != nil {
				return roleTwice(err)
			}
		}
		return nil
	})
	return a, wrap("add account", err)
}
