package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// Account is somebody who may sign in.
type Account struct {
	ID          int64
	Name        string
	DisplayName string
	Roles       []registry.Role // held now
	CreatedAt   time.Time
	DisabledAt  *time.Time
}

// minPassword is the least number of characters of a password (NIST SP
// 800-63B asks for length, not for kinds of characters).
const minPassword = 10

var accountName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{Nd}][\p{Ll}\p{Lo}\p{Nd}._-]{0,59}$`)

// NewPassword makes a random password that can be read out: 20 letters and
// digits in fives, about 100 bits.
func NewPassword() string {
	s := strings.ToLower(rand.Text()[:20])
	return s[:5] + "-" + s[5:10] + "-" + s[10:15] + "-" + s[15:]
}

// AddAccount makes an account with roles that hold from now.
//
// It returns Invalid with every wrong field and Conflict "name_taken".
func (s *Store) AddAccount(ctx context.Context, by registry.Actor, name, displayName, password string, roles []registry.Role) (Account, error) {
	if err := checkAccount(strings.ToLower(strings.TrimSpace(name)), displayName, password, roles); err != nil {
		return Account{}, err
	}
	grants := make([]registry.Grant, len(roles))
	for i, role := range roles {
		grants[i].Role = role
	}
	return s.AddPerson(ctx, by, name, displayName, password, 0, grants)
}

func checkAccount(name, displayName, password string, roles []registry.Role) error {
	var f []registry.FieldError
	if !accountName.MatchString(name) {
		f = append(f, registry.FieldError{Field: "name", Reason: "has 1 to 60 letters, digits, dots, hyphens or underscores, and begins with a letter or digit"})
	}
	if utf8.RuneCountInString(displayName) > 100 || registry.LooksPersonal(displayName) || registry.LooksPersonal(name) {
		f = append(f, registry.FieldError{Field: "displayName", Reason: "has up to 100 characters, and no identity or mobile number"})
	}
	if n := utf8.RuneCountInString(password); n < minPassword || n > 200 {
		f = append(f, registry.FieldError{Field: "password", Reason: fmt.Sprintf("has %d to 200 characters", minPassword)})
	}
	for _, r := range roles {
		if !r.Valid() {
			f = append(f, registry.FieldError{Field: "roles", Reason: fmt.Sprintf("%q is no role", r)})
		}
	}
	if len(f) == 0 {
		return nil
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable", Fields: f}
}

// ResetPassword sets a new password and ends every session of the account;
// API tokens stay. It returns NotFound and Invalid.
func (s *Store) ResetPassword(ctx context.Context, by registry.Actor, name, password string) error {
	if err := checkAccount("x", "", password, nil); err != nil {
		return err
	}
	hash := hashPassword(password)
	err := s.administer(ctx, by, "account_reset", map[string]any{"account": name}, func(tx pgx.Tx) error {
		id, err := accountID(ctx, tx, name)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update account set password_hash = $2 where account_id = $1`, id, hash); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update session set ended_at = $2 where account_id = $1 and kind = 'session' and ended_at is null`, id, s.now())
		return err
	})
	return wrap("reset password", err)
}

// SetDisabled shuts an account, ending its sessions and tokens, or opens it
// again. It returns NotFound.
func (s *Store) SetDisabled(ctx context.Context, by registry.Actor, name string, disabled bool) error {
	err := s.administer(ctx, by, "account_disable", map[string]any{"account": name, "disabled": disabled}, func(tx pgx.Tx) error {
		id, err := accountID(ctx, tx, name)
		if err != nil {
			return err
		}
		if !disabled {
			_, err := tx.Exec(ctx, `update account set disabled_at = null where account_id = $1`, id)
			return err
		}
		if _, err := tx.Exec(ctx, `update account set disabled_at = $2 where account_id = $1`, id, s.now()); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update session set ended_at = $2 where account_id = $1 and ended_at is null`, id, s.now())
		return err
	})
	return wrap("disable account", err)
}

// SetRole grants a role from now, or ends it now. Doing what is done already
// changes nothing. It returns NotFound and Invalid.
func (s *Store) SetRole(ctx context.Context, by registry.Actor, name string, role registry.Role, granted bool) error {
	if !role.Valid() {
		return registry.Errorf(registry.Invalid, "role", "%q is no role; the roles are %v", role, registry.Roles())
	}
	err := s.administer(ctx, by, "account_role", map[string]any{"account": name, "role": role, "granted": granted}, func(tx pgx.Tx) error {
		id, err := accountID(ctx, tx, name)
		if err != nil {
			return err
		}
		if granted {
			// One that begins later anyway is joined to.
			_, err = tx.Exec(ctx, `
				insert into account_role (account_id, role, granted_from, granted_to)
				select $1, $2, $3, coalesce(min(granted_from), 'infinity')
				from account_role where account_id = $1 and role = $2 and granted_from > $3
				on conflict do nothing`, id, role, s.now())
			return err
		}
		_, err = tx.Exec(ctx, `
			update account_role set granted_to = greatest($3, granted_from + interval '1 microsecond')
			where account_id = $1 and role = $2 and granted_to > $3`, id, role, s.now())
		return err
	})
	return wrap("set role", err)
}

// accountID finds an account and holds it: changes to one account wait for
// each other.
func accountID(ctx context.Context, tx pgx.Tx, name string) (int64, error) {
	var id int64
	err := tx.QueryRow(ctx, `select account_id from account where name = $1 for update`, strings.ToLower(name)).Scan(&id)
	return id, notFound(err, "account_unknown", "there is no account %q", name)
}

// administer runs a change of accounts or offices and records it, as an event
// of class account and in the access log, in one transaction.
func (s *Store) administer(ctx context.Context, by registry.Actor, kind registry.EventType, detail map[string]any, do func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := (scope{actor: by}).enter(ctx, tx); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		if err := s.logAccess(ctx, tx, by, string(kind), nil, nil, detail); err != nil {
			return err
		}
		w := &writing{Store: s, Write: Write{Actor: by}, tx: tx, now: s.now()}
		e, err := w.event(registry.ClassAccount, kind, registry.Why{}, s.Today())
		if err != nil {
			return err
		}
		if e.Detail, err = json.Marshal(detail); err != nil {
			return err
		}
		return w.insertEvent(ctx, e)
	})
}

// Accounts lists all accounts by name, with the roles they hold now.
func (r *Reader) Accounts(ctx context.Context) ([]Account, error) {
	rows, err := r.pool.Query(ctx, `
		select a.account_id, a.name, a.display_name, a.created_at, a.disabled_at, `+rolesNow+`
		from account a order by a.name`, r.now())
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	accounts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Account, err error) {
		return a, row.Scan(&a.ID, &a.Name, &a.DisplayName, &a.CreatedAt, &a.DisabledAt, &a.Roles)
	})
	return accounts, wrap("list accounts", err)
}

// rolesNow are the roles that account a holds at $1.
const rolesNow = `array(
	select g.role from account_role g
	where g.account_id = a.account_id and g.granted_from <= $1 and $1 < g.granted_to
	order by g.role)`
