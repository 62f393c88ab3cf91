package web

import (
	"errors"
	"net/http"
	"strings"

	"fangma/registry"
	"fangma/registry/postgres"
)

const sessionPath = "/api/v1/session"

// account is who is signed in.
type account = postgres.Account

type accountName struct {
	Name        string          `json:"name"`
	DisplayName string          `json:"displayName"`
	Roles       []registry.Role `json:"roles"`
}

type sessionView struct {
	Account *accountName `json:"account"`
}

func viewSession(a account) sessionView {
	roles := a.Roles
	if roles == nil {
		roles = []registry.Role{}
	}
	return sessionView{&accountName{a.Name, a.DisplayName, roles}}
}

// identify finds out who is asking, by Authorization or by cookie. A token
// that is not valid is refused; a cookie that is over counts as nobody, so
// that a browser can sign in again.
func (s *Server) identify(r *http.Request) error {
	st := stateOf(r)
	secret, bearer, err := s.secretOf(r)
	if err != nil || secret == "" {
		return err
	}
	a, err := s.reading.store.SignedIn(r.Context(), secret)
	var known *registry.Error
	if errors.As(err, &known) && !bearer {
		return nil
	}
	if err != nil {
		return err
	}
	st.account, st.actor = a, a.Actor()
	if !bearer {
		st.session = secret
	}
	return nil
}

// maxSecret bounds what is hashed as a token.
const maxSecret = 200

func (s *Server) secretOf(r *http.Request) (secret postgres.Secret, bearer bool, err error) {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		token = strings.TrimSpace(token)
		if !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > maxSecret {
			return "", true, &registry.Error{Kind: registry.Unauthenticated, Slug: "bad_authorization",
				Detail: "send Authorization: Bearer and a token"}
		}
		return postgres.Secret(token), true, nil
	}
	c, err := r.Cookie(s.reading.cookieName(r))
	if err != nil || c.Value == "" || len(c.Value) > maxSecret {
		return "", false, nil // no cookie, or not one of ours
	}
	return postgres.Secret(c.Value), false, nil
}

// https says whether the browser reaches us over https.
func (in *reading) https(r *http.Request) bool { return in.secure || r.TLS != nil }

// cookieName has the prefix that makes browsers refuse the cookie from
// anywhere but this host over https, wherever that can be had.
func (in *reading) cookieName(r *http.Request) string {
	if in.https(r) {
		return "__Host-fangma"
	}
	return "fangma"
}

func (in *reading) setCookie(w http.ResponseWriter, r *http.Request, value postgres.Secret, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: in.cookieName(r), Value: string(value), Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: in.https(r), SameSite: http.SameSiteLaxMode,
	})
}

// getSession answers GET /api/v1/session. That nobody is signed in is an answer
// and no error: every page asks, and most who look at the map are the public.
func (in *reading) getSession(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "private, no-store")
	if stateOf(r).actor.Account == 0 {
		return writeJSON(w, r, sessionView{})
	}
	return writeJSON(w, r, viewSession(stateOf(r).account))
}

// signIn answers POST /api/v1/session. The session is always a new one, and
// the one that came along ends: a planted cookie is worth nothing.
func (out *writing) signIn(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("name", "password")
	name, password := plain(o, "name"), plain(o, "password")
	o.unknown()
	if len(name) > 256 || len(password) > 1024 {
		o.fault("password", "name or password is too long")
	}
	if err := o.err(); err != nil {
		return err
	}
	if strings.ContainsRune(name, 0) {
		return registry.Errorf(registry.Unauthenticated, "sign_in_failed", "name or password is wrong")
	}
	leave, err := out.gate.enter(r.Context(), stateOf(r).source, strings.ToLower(strings.TrimSpace(name)))
	if err != nil {
		return err
	}
	secret, a, err := out.store.SignIn(r.Context(), name, password)
	var known *registry.Error
	leave(errors.As(err, &known))
	if err != nil {
		return err
	}
	if err := out.enterAs(w, r, secret); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, viewSession(a))
}

// enterAs hands the browser a new session in place of the one it came with.
func (out *writing) enterAs(w http.ResponseWriter, r *http.Request, secret postgres.Secret) error {
	if old := stateOf(r).session; old != "" {
		if err := out.store.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	out.setCookie(w, r, secret, int(postgres.SessionLife.Seconds()))
	return nil
}

// signOut answers DELETE /api/v1/session. It ends browsers' sessions; an API
// token lives until its day, or until the account is disabled.
func (out *writing) signOut(w http.ResponseWriter, r *http.Request) error {
	if secret := stateOf(r).session; secret != "" {
		if err := out.store.SignOut(r.Context(), secret); err != nil {
			return err
		}
	}
	out.setCookie(w, r, "", -1)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
