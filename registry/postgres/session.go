package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// SessionLife is how long a signed-in browser stays signed in.
const SessionLife = 12 * time.Hour

// tokenPrefix marks API tokens, so that a leaked one is recognised.
const tokenPrefix = "fm_"

// Secret is a session's or API token's bearer text. The database keeps only
// its hash.
type Secret string

func newSecret(prefix string) Secret {
	b := make([]byte, 32)
	rand.Read(b)
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b))
}

func (s Secret) hash() []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// SignIn checks name and password and opens a session.
// It returns Unauthenticated, the same for an unknown name, a wrong password
// and a disabled account, after the same time.
func (s *Store) SignIn(ctx context.Context, name, password string) (Secret, Account, error) {
	var a Account
	var hash string
	err := s.pool.QueryRow(ctx, `
		select a.account_id, a.name, a.display_name, a.created_at, coalesce(a.password_hash, ''), `+rolesNow+`
		from account a where a.name = $2 and a.disabled_at is null`, s.now(), strings.ToLower(strings.TrimSpace(name))).
		Scan(&a.ID, &a.Name, &a.DisplayName, &a.CreatedAt, &hash, &a.Roles)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", Account{}, fmt.Errorf("sign in: %w", err)
	}
	if !checkPassword(hash, password) {
		return "", Account{}, registry.Errorf(registry.Unauthenticated, "sign_in_failed", "name or password is wrong")
	}
	secret, err := s.openSession(ctx, a)
	return secret, a, err
}

// SignInAs opens a session for somebody whom another party has identified.
// It returns Unauthenticated for an unknown name and a disabled account.
func (s *Store) SignInAs(ctx context.Context, name string) (Secret, Account, error) {
	var a Account
	err := s.pool.QueryRow(ctx, `
		select a.account_id, a.name, a.display_name, a.created_at, `+rolesNow+`
		from account a where a.name = $2 and a.disabled_at is null`, s.now(), strings.ToLower(strings.TrimSpace(name))).
		Scan(&a.ID, &a.Name, &a.DisplayName, &a.CreatedAt, &a.Roles)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", Account{}, registry.Errorf(registry.Unauthenticated, "sign_in_failed", "there is no account of that name, or it is disabled")
	}
	if err != nil {
		return "", Account{}, fmt.Errorf("sign in: %w", err)
	}
	secret, err := s.openSession(ctx, a)
	return secret, a, err
}

func (s *Store) openSession(ctx context.Context, a Account) (Secret, error) {
	secret := newSecret("")
	// The condition is asked again: the account may have been disabled since.
	tag, err := s.pool.Exec(ctx, `
		insert into session (token_hash, account_id, kind, label, created_at, expires_at)
		select $1, account_id, 'session', '', $3, $4 from account where account_id = $2 and disabled_at is null`,
		secret.hash(), a.ID, s.now(), s.now().Add(SessionLife))
	if err != nil {
		return "", fmt.Errorf("open session: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return "", registry.Errorf(registry.Unauthenticated, "sign_in_failed", "name or password is wrong")
	}
	return secret, nil
}

// AddToken makes an API token for an account. It is shown once.
// It returns NotFound.
func (s *Store) AddToken(ctx context.Context, by registry.Actor, name, label string, life time.Duration) (Secret, error) {
	secret := newSecret(tokenPrefix)
	err := s.administer(ctx, by, "account_token", map[string]any{"account": name, "label": label}, func(tx pgx.Tx) error {
		id, err := accountID(ctx, tx, name)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into session (token_hash, account_id, kind, label, created_at, expires_at)
			values ($1, $2, 'token', $3, $4, $5)`, secret.hash(), id, label, s.now(), s.now().Add(life))
		return err
	})
	return secret, wrap("add token", err)
}

// SignedIn tells whose session or token it is.
// It returns Unauthenticated for one that is unknown, over, or of a disabled
// account.
func (r *Reader) SignedIn(ctx context.Context, secret Secret) (Account, error) {
	var a Account
	err := r.pool.QueryRow(ctx, `
		select a.account_id, a.name, a.display_name, a.created_at, `+rolesNow+`
		from session s join account a using (account_id)
		where s.token_hash = $2 and s.expires_at > $1 and s.ended_at is null and a.disabled_at is null`,
		r.now(), secret.hash()).Scan(&a.ID, &a.Name, &a.DisplayName, &a.CreatedAt, &a.Roles)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, registry.Errorf(registry.Unauthenticated, "session_over", "the session or token is not valid, or not any more")
	}
	return a, wrap("read session", err)
}

// SignOut ends a session. Ending one that is over is no error.
func (s *Store) SignOut(ctx context.Context, secret Secret) error {
	_, err := s.pool.Exec(ctx, `update session set ended_at = $2 where token_hash = $1 and ended_at is null`, secret.hash(), s.now())
	return wrap("sign out", err)
}

// Actor is the account as the one who acts.
func (a Account) Actor() registry.Actor {
	return registry.Actor{Account: a.ID, Name: a.Name, Roles: a.Roles}
}

// Sweep throws away what is kept only for a while: answers for retries after a
// week, sessions a month after their end. History is never swept.
func (s *Store) Sweep(ctx context.Context) error {
	if _, err := s.pool.Exec(ctx, `delete from idempotency where created_at < $1`, s.now().AddDate(0, 0, -7)); err != nil {
		return fmt.Errorf("sweep retries: %w", err)
	}
	_, err := s.pool.Exec(ctx, `delete from session where least(expires_at, ended_at) < $1`, s.now().AddDate(0, -1, 0))
	return wrap("sweep sessions", err)
}
