package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fangma/registry"
	"fangma/web"
)

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.account(t, "mei", registry.Clerk, registry.Operator)
	v := s.visitor(t)
	nobody(v)
	for _, c := range []map[string]string{
		{"name": "mei", "password": "wrong"}, {"name": "nobody", "password": password}, {"name": "mei\x00", "password": password},
	} {
		if slug, _ := v.send(http.MethodPost, "/api/v1/session", c).want(http.StatusUnauthorized).problem(); slug != "sign_in_failed" {
			t.Errorf("%v: %s", c, slug)
		}
	}
	in := v.send(http.MethodPost, "/api/v1/session", map[string]string{"name": " Mei ", "password": password}).want(http.StatusOK)
	cookie := in.header.Get("Set-Cookie")
	for _, want := range []string{"fangma=", "Path=/", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie without %s: %s", want, cookie)
		}
	}
	me := v.get("/api/v1/session").want(http.StatusOK)
	if got := me.json()["account"].(map[string]any); got["name"] != "mei" || len(got["roles"].([]any)) != 2 {
		t.Errorf("signed in as %v", got)
	}
	if !strings.Contains(me.header.Get("Cache-Control"), "no-store") {
		t.Errorf("kept by caches: %v", me.header)
	}
	register(v, 0) // by cookie
	v.do(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	nobody(v)
	v.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(1)}).want(http.StatusUnauthorized)
}

// nobody fails if the visitor is signed in.
func nobody(v *visitor) {
	v.t.Helper()
	if who := v.get("/api/v1/session").want(http.StatusOK).json()["account"]; who != nil {
		v.t.Errorf("signed in as %v", who)
	}
}

// TestAPlantedSessionIsWorthNothing: signing in gives a new session and ends
// the one that came along, so that nobody can prepare it.
func TestAPlantedSessionIsWorthNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.account(t, "mei", registry.Clerk)
	attacker, victim := s.visitor(t), s.visitor(t)
	signIn := func(v *visitor) string {
		in := v.send(http.MethodPost, "/api/v1/session", map[string]string{"name": "mei", "password": password}).want(http.StatusOK)
		return strings.Split(in.header.Get("Set-Cookie"), ";")[0]
	}
	planted := signIn(attacker)
	victim.header.Set("Cookie", planted)
	if fresh := signIn(victim); fresh == planted {
		t.Error("the planted session was taken over")
	}
	nobody(attacker)
}

func TestHTTPSCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.PublicURL = "https://codes.example.org" })
	s.account(t, "mei", registry.Clerk)
	in := s.visitor(t).send(http.MethodPost, "/api/v1/session", map[string]string{"name": "mei", "password": password}).want(http.StatusOK)
	if c := in.header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-fangma=") || !strings.Contains(c, "Secure") || strings.Contains(c, "Domain") {
		t.Errorf("cookie %s", c)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.account(t, "mei", registry.Clerk)
	s.account(t, "lan", registry.Clerk)
	v := s.visitor(t)
	try := func(name, pw string) reply {
		return v.send(http.MethodPost, "/api/v1/session", map[string]string{"name": name, "password": pw})
	}
	for range 5 {
		try("mei", "wrong").want(http.StatusUnauthorized)
	}
	late := try("MEI ", password).want(http.StatusTooManyRequests)
	if slug, _ := late.problem(); slug != "too_many_tries" || late.header.Get("Retry-After") == "" {
		t.Errorf("%s %v", slug, late.header)
	}
	try("lan", password).want(http.StatusOK) // not locked out by somebody else's mistakes
	time.Sleep(1100 * time.Millisecond)
	try("mei", password).want(http.StatusOK)
	try("mei", "wrong").want(http.StatusUnauthorized) // a success forgets what was before
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	operator := s.program(t, registry.Operator)
	made := operator.send(http.MethodPost, "/api/v1/accounts", map[string]any{"name": "Mei", "displayName": "小梅", "roles": []string{"clerk", "clerk"}}).want(http.StatusCreated)
	pw := made.json()["password"].(string)
	if made.header.Get("Location") != "/api/v1/accounts/mei" || len(pw) < 20 {
		t.Fatalf("%v %s", made.header, made.body)
	}
	for name, body := range map[string]any{
		"taken":      map[string]any{"name": "mei", "roles": []string{"clerk"}},
		"no roles":   map[string]any{"name": "lan", "roles": []string{}},
		"bad role":   map[string]any{"name": "lan", "roles": []string{"king"}},
		"bad name":   map[string]any{"name": "a b", "roles": []string{"clerk"}},
		"a password": map[string]any{"name": "lan", "roles": []string{"clerk"}, "password": "1234567890"},
	} {
		if got := operator.send(http.MethodPost, "/api/v1/accounts", body); got.status < 400 || got.status > 422 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	mei := s.visitor(t)
	mei.send(http.MethodPost, "/api/v1/session", map[string]string{"name": "mei", "password": pw}).want(http.StatusOK)
	changed := operator.send(http.MethodPatch, "/api/v1/accounts/mei", map[string]any{"roles": []string{"operator"}, "password": "reset"}).want(http.StatusOK).json()
	if changed["password"] == nil || changed["password"] == pw {
		t.Errorf("password %v", changed["password"])
	}
	nobody(mei)
	mei.send(http.MethodPost, "/api/v1/session", map[string]string{"name": "mei", "password": changed["password"].(string)}).want(http.StatusOK)
	mei.get("/api/v1/accounts").want(http.StatusOK)
	operator.send(http.MethodPatch, "/api/v1/accounts/mei", map[string]any{"disabled": true}).want(http.StatusOK)
	mei.get("/api/v1/accounts").want(http.StatusUnauthorized)
	operator.send(http.MethodPatch, "/api/v1/accounts/lan", map[string]any{"disabled": true}).want(http.StatusNotFound)
	operator.send(http.MethodPatch, "/api/v1/accounts/mei", map[string]any{}).want(http.StatusBadRequest)
	for _, body := range []map[string]any{{"disabled": true}, {"roles": []string{"clerk"}}} {
		if slug, _ := operator.send(http.MethodPatch, "/api/v1/accounts/p-operator", body).want(http.StatusConflict).problem(); slug != "own_account" {
			t.Errorf("%v: %s", body, slug)
		}
	}
}

// TestBehindAProxy: pages of the public address may write, whatever Host the
// proxy sends; other origins may not.
func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.PublicURL = "https://codes.example.org" })
	clerk := s.program(t, registry.Clerk)
	body := map[string]any{"geometry": square(0)}
	clerk.send(http.MethodPost, "/api/v1/buildings", body, "Origin", "https://evil.example").want(http.StatusForbidden)
	clerk.send(http.MethodPost, "/api/v1/buildings", body, "Origin", "https://codes.example.org").want(http.StatusCreated)
	for _, bad := range []string{"codes.example.org", "ftp://x", "https://x/path", "https://u:p@x", "https://", "https://x?q"} {
		if _, err := web.New(web.Config{Store: s.store, Live: s.live, PublicURL: bad}); err == nil {
			t.Errorf("%s is taken for an address", bad)
		}
	}
}
