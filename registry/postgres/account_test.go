package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := dbtest.New(t)
	s := db.Open(t, postgres.Options{})
	by := registry.Actor{Name: "test"}
	password := postgres.NewPassword()
	if _, err := s.AddAccount(ctx, by, "Wang", "王芳", password, []registry.Role{registry.Clerk}); err != nil {
		t.Fatal(err)
	}
	_, err := s.AddAccount(ctx, by, "wang", "", password, nil)
	wantError(t, err, registry.Conflict, "name_taken")
	_, err = s.AddAccount(ctx, by, "a b", "", "short", []registry.Role{"king"})
	if e := wantError(t, err, registry.Invalid, "invalid_fields"); len(e.Fields) != 3 {
		t.Errorf("fields: %v", e.Fields)
	}
	for _, wrong := range [][2]string{{"wang", "wrong password"}, {"nobody", password}, {"wang", ""}} {
		_, _, err := s.SignIn(ctx, wrong[0], wrong[1])
		wantError(t, err, registry.Unauthenticated, "sign_in_failed")
	}
	secret, a, err := s.SignIn(ctx, "WANG", password)
	if err != nil || !a.Actor().Has(registry.Clerk) {
		t.Fatalf("sign in: %v, %+v", err, a)
	}
	token, err := s.AddToken(ctx, by, "wang", "script", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetRole(ctx, by, "wang", registry.Clerk, false); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRole(ctx, by, "wang", registry.Operator, true); err != nil {
		t.Fatal(err)
	}
	for _, sec := range []postgres.Secret{secret, token} {
		got, err := s.SignedIn(ctx, sec)
		if err != nil || got.Actor().Has(registry.Clerk) || !got.Actor().Has(registry.Operator) {
			t.Errorf("signed in as %+v, %v", got, err)
		}
	}
	if err := s.ResetPassword(ctx, by, "wang", postgres.NewPassword()); err != nil {
		t.Fatal(err)
	}
	_, err = s.SignedIn(ctx, secret)
	wantError(t, err, registry.Unauthenticated, "session_over")
	if err := s.SetDisabled(ctx, by, "wang", true); err != nil {
		t.Fatal(err)
	}
	_, err = s.SignedIn(ctx, token)
	wantError(t, err, registry.Unauthenticated, "session_over")
	noSecretsStored(t, db, string(secret), string(token), password)
}

// noSecretsStored looks at the rows as text.
func noSecretsStored(t *testing.T, db dbtest.Database, secrets ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, secret := range secrets {
		var n int
		err := conn.QueryRow(ctx, `
			select (select count(*) from session s where strpos(s::text, $1) > 0)
				+ (select count(*) from account a where strpos(a::text, $1) > 0)
				+ (select count(*) from event e where strpos(e::text, $1) > 0)`, secret).Scan(&n)
		if err != nil || n != 0 {
			t.Errorf("a secret is stored in the clear: %d rows, %v", n, err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Now()
	s := dbtest.Store(t, postgres.Options{Clock: func() time.Time { return now }})
	if _, err := s.AddAccount(ctx, registry.Actor{}, "li", "", "a long password", nil); err != nil {
		t.Fatal(err)
	}
	secret, _, err := s.SignIn(ctx, "li", "a long password")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(postgres.SessionLife - time.Minute)
	if _, err := s.SignedIn(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if err := s.SignOut(ctx, secret); err != nil {
		t.Fatal(err)
	}
	_, err = s.SignedIn(ctx, secret)
	wantError(t, err, registry.Unauthenticated, "session_over")
	second, _, err := s.SignIn(ctx, "li", "a long password")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(postgres.SessionLife)
	_, err = s.SignedIn(ctx, second)
	wantError(t, err, registry.Unauthenticated, "session_over")
	now = now.AddDate(0, 2, 0)
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
}

// Roles are held for terms; one that begins later does not stand in the way of
// giving it now.
func TestRolesForTerms(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s := dbtest.Store(t, postgres.Options{Clock: func() time.Time { return now }})
	by := registry.Actor{Name: "test", Roles: []registry.Role{registry.Operator}}
	later := registry.Term{From: now.AddDate(0, 1, 0)}
	a, err := s.AddPerson(ctx, by, "wu", "", "a long password", 0, []registry.Grant{{Role: registry.Officer, Term: later}, {Role: registry.Planner}})
	if err != nil || len(a.Roles) != 1 || a.Roles[0] != registry.Planner {
		t.Fatal(a.Roles, err)
	}
	roles := func() (text string) {
		_, a, err := s.SignIn(ctx, "wu", "a long password")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range a.Roles {
			text += string(r) + " "
		}
		return text
	}
	now = now.AddDate(0, 2, 0)
	if got := roles(); got != "officer planner " {
		t.Errorf("in two months: %s", got)
	}
	now = now.AddDate(0, -2, 0)
	if err := s.SetRole(ctx, by, "wu", registry.Officer, true); err != nil {
		t.Fatal(err)
	}
	if got := roles(); got != "officer planner " {
		t.Errorf("given now: %s", got)
	}
	now = now.Add(time.Second)
	until := now.AddDate(0, 0, 3)
	err = s.ChangePerson(ctx, by, "wu", postgres.PersonInput{Grants: &[]registry.Grant{{Role: registry.Planner, Term: registry.Term{To: &until}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := roles(); got != "planner " {
		t.Errorf("an officer no more: %s", got)
	}
	now = now.AddDate(0, 3, 0)
	if got := roles(); got != "" {
		t.Errorf("after all terms: %s", got)
	}
}
