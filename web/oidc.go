package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"fangma/registry"
	"fangma/registry/postgres"
)

// OIDC lets people sign in at an OpenID Connect provider. It opens accounts
// that exist already and never makes one.
type OIDC struct {
	// Issuer is the provider's address; it must serve the discovery document.
	Issuer       string
	ClientID     string
	ClientSecret string
	// Name is what the button says; the issuer's host if empty.
	Name string
	// Claim of the ID token holds the account's name: preferred_username if
	// empty. It must be one that people cannot choose for themselves. An email
	// counts only if the provider says that it is verified.
	Claim string
	// Domain, if given, must follow the name in the claim after an @.
	Domain string
}

// name is what the button says.
func (c *OIDC) name() string {
	if u, err := url.Parse(c.Issuer); err == nil && c.Name == "" {
		return u.Host
	}
	return c.Name
}

// check says what is missing.
func (c *OIDC) check() error {
	u, err := url.Parse(c.Issuer)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || c.ClientID == "" {
		return errors.New("web: signing in by OpenID Connect needs the issuer's address and a client id")
	}
	return nil
}

// provider is an OIDC whose discovery document has been read. That is done
// when somebody first signs in, so that the server starts without it.
type provider struct {
	cfg    *OIDC // nil if there is none
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

const providerTime = 10 * time.Second

func newProvider(cfg *OIDC) (*provider, error) {
	if cfg == nil {
		return &provider{}, nil
	}
	return &provider{cfg: cfg, client: &http.Client{Timeout: providerTime}}, cfg.check()
}

// discover returns Unavailable while the provider cannot be reached.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	if p.cfg == nil {
		return nil, notFound("not_found", "signing in by OpenID Connect is not set up here")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// The provider keeps this context for fetching its keys later.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.cfg.Issuer)
		if err != nil {
			return nil, registry.Errorf(registry.Unavailable, "provider_away", "the sign-in provider cannot be reached")
		}
		p.found = found
	}
	return p.found, nil
}

func (p *provider) flow(found *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// identity trades the code of an answer for an ID token, checks that, and gives
// the account's name that it states.
func (p *provider) identity(ctx context.Context, redirect, code string, a attempt) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.flow(found, redirect).Exchange(ctx, code, oauth2.VerifierOption(a.verifier))
	if err != nil {
		return "", fmt.Errorf("trade the code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID}).Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("verify the ID token: %w", err)
	}
	if !same(id.Nonce, a.nonce) {
		return "", errors.New("the ID token is for another attempt")
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", fmt.Errorf("read the ID token: %w", err)
	}
	if info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token)); claims[p.claim()] == nil && err == nil && info.Subject == id.Subject {
		_ = info.Claims(&claims) // some providers put the profile there alone
	}
	return p.account(claims)
}

func (p *provider) claim() string { return cmp.Or(p.cfg.Claim, "preferred_username") }

// account is the account's name in the claims.
func (p *provider) account(claims map[string]any) (string, error) {
	name, _ := claims[p.claim()].(string)
	if verified, _ := claims["email_verified"].(bool); p.claim() == "email" && !verified {
		return "", errors.New("the address is not verified")
	}
	if p.cfg.Domain != "" {
		local, domain, _ := strings.Cut(name, "@")
		if !strings.EqualFold(domain, p.cfg.Domain) {
			return "", errors.New("the name is of another domain")
		}
		name = local
	}
	if name == "" {
		return "", fmt.Errorf("there is no claim %s", p.claim())
	}
	return name, nil
}

// attempt is one try to sign in at the provider, kept by the browser until it
// comes back.
type attempt struct{ state, nonce, verifier, next string }

func newAttempt(next string) attempt {
	if !localPath(next) {
		next = "/"
	}
	return attempt{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), next}
}

// localPath says whether an address leads to a page of ours and nowhere else.
func localPath(s string) bool {
	u, err := url.Parse(s)
	return err == nil && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.Contains(s, `\`) &&
		u.Scheme == "" && u.Host == "" && len(s) <= 500
}

func (a attempt) String() string {
	return url.Values{"s": {a.state}, "n": {a.nonce}, "v": {a.verifier}, "to": {a.next}}.Encode()
}

// readAttempt reads what String wrote.
func readAttempt(s string) (attempt, bool) {
	v, err := url.ParseQuery(s)
	a := attempt{v.Get("s"), v.Get("n"), v.Get("v"), v.Get("to")}
	return a, err == nil && a.state != "" && a.nonce != "" && a.verifier != "" && localPath(a.next)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

const (
	oidcPath     = sessionPath + "/oidc"
	callbackPath = oidcPath + "/callback"
	// attemptTime is how long somebody may take at the provider.
	attemptTime = 10 * time.Minute
)

// oidcRoutes are the routes of signing in elsewhere.
func (s *Server) oidcRoutes() []route {
	get := http.MethodGet
	// What providers send back beside code and state is known and not used.
	back := []string{"code", "state", "error", "error_description", "error_uri", "iss", "session_state", "scope",
		"authuser", "hd", "prompt", "client_info"}
	return []route{
		{get, sessionPath + "/ways", public, nil, noBody, s.reading.getWays},
		{get, oidcPath, public.noting(), []string{"next"}, noBody, s.writing.startOIDC},
		{get, callbackPath, publicly.noting(), back, noBody, s.writing.endOIDC},
	}
}

type waysView struct {
	Password bool     `json:"password"`
	OIDC     *wayView `json:"oidc"`
}

type wayView struct {
	Name string `json:"name"`
}

// getWays answers GET /api/v1/session/ways.
func (in *reading) getWays(w http.ResponseWriter, r *http.Request) error {
	writes := in.cfg.Store != nil // a session is written down
	v := waysView{Password: writes}
	if cfg := in.cfg.OIDC; cfg != nil && writes {
		v.OIDC = &wayView{cfg.name()}
	}
	return writeJSON(w, r, v)
}

// startOIDC answers GET /api/v1/session/oidc: it sends the browser to the
// provider with what only this browser can come back with.
func (out *writing) startOIDC(w http.ResponseWriter, r *http.Request) error {
	found, err := out.provider.discover(r.Context())
	if err != nil {
		return err
	}
	a := newAttempt(queryOf(r).text("next"))
	out.setAttempt(w, r, a.String(), int(attemptTime.Seconds()))
	to := out.provider.flow(found, out.base(r)+callbackPath).
		AuthCodeURL(a.state, oidc.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier))
	redirect(w, to)
	return nil
}

// endOIDC answers GET /api/v1/session/oidc/callback. Whatever went wrong, the
// answer is the same page, and the log knows why.
func (out *writing) endOIDC(w http.ResponseWriter, r *http.Request) error {
	if out.provider.cfg == nil {
		_, err := out.provider.discover(r.Context())
		return err
	}
	a, err := out.comeBack(r)
	out.setAttempt(w, r, "", -1)
	var secret postgres.Secret
	if err == nil {
		var name string
		if name, err = out.provider.identity(r.Context(), out.base(r)+callbackPath, queryOf(r).text("code"), a); err == nil {
			secret, _, err = out.store.SignInAs(r.Context(), name)
		}
	}
	if err != nil {
		stateOf(r).log.WarnContext(r.Context(), "signing in at the provider failed", "request", requestID(r), "err", err)
		w.Header().Set("Cache-Control", "private, no-store")
		return writePage(w, r, http.StatusForbidden, "problem.html",
			map[string]string{"Lang": "en", "Slug": "provider_refused", "Meaning": problemTypes["provider_refused"]})
	}
	if err := out.enterAs(w, r, secret); err != nil {
		return err
	}
	redirect(w, a.next)
	return nil
}

// comeBack is the attempt that the browser comes back from.
func (out *writing) comeBack(r *http.Request) (attempt, error) {
	q := queryOf(r)
	c, err := r.Cookie(out.attemptCookie(r))
	if err != nil {
		return attempt{}, errors.New("the browser did not begin here, or took too long")
	}
	a, ok := readAttempt(c.Value)
	if !ok || !same(a.state, q.text("state")) {
		return attempt{}, errors.New("the browser comes back from another attempt")
	}
	if q.text("code") == "" {
		return attempt{}, fmt.Errorf("the provider refused: %.40q", q.text("error"))
	}
	return a, nil
}

func (in *reading) attemptCookie(r *http.Request) string { return in.cookieName(r) + "-oidc" }

func (in *reading) setAttempt(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: in.attemptCookie(r), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: in.https(r), SameSite: http.SameSiteLaxMode,
	})
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}
