package web

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// requestTime bounds what one request may take, the database included.
const requestTime = 15 * time.Second

// state is what is known of a request while it runs.
type state struct {
	id      string
	route   string // the template, never the address: that may hold what somebody searched for
	limit   int64  // of the body
	source  string // where it comes from, as limits go; never logged
	actor   registry.Actor
	account account
	session postgres.Secret // of a browser, which signing in or out ends
	live    bool            // an event stream: it lasts, and its time says nothing
	log     *slog.Logger
}

type stateKey struct{}

// stateOf is the request's state. Outside a server, as in a test of a single
// handler, it is an empty one.
func stateOf(r *http.Request) *state {
	if s, ok := r.Context().Value(stateKey{}).(*state); ok {
		return s
	}
	return &state{log: slog.Default()}
}

func requestID(r *http.Request) string { return stateOf(r).id }

// around is what every request goes through, from the outside in.
func (s *Server) around(next http.Handler) (http.Handler, error) {
	cross := http.NewCrossOriginProtection()
	if s.cfg.PublicURL != "" { // a proxy may tell us another Host
		if err := cross.AddTrustedOrigin(s.cfg.PublicURL); err != nil {
			return nil, fmt.Errorf("web: --public-url: %w", err)
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail(w, r, &registry.Error{Kind: registry.Forbidden, Slug: "cross_origin",
			Detail: "changes are taken from this server's own pages and from programs, not from other sites"})
	}))
	protected := cross.Handler(s.recovering(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.straight(w, r) {
			return
		}
		start := s.cfg.Clock()
		st := &state{id: newRequestID(), route: "other", source: s.sourceOf(r), log: s.cfg.Log}
		r = r.WithContext(context.WithValue(r.Context(), stateKey{}, st))
		out := &recorder{ResponseWriter: w}
		secureHeaders(out.Header())
		out.Header().Set("X-Request-Id", st.id)
		protected.ServeHTTP(out, r)
		s.account(r, st, out, s.cfg.Clock().Sub(start))
	}), nil
}

// account counts and logs the request: one line, without the address and
// without anything that somebody typed.
func (s *Server) account(r *http.Request, st *state, out *recorder, took time.Duration) {
	status := out.status
	if status == 0 {
		status = http.StatusOK
	}
	s.metrics.observe(r.Method, st, status, took)
	level := slog.LevelInfo
	if status >= 500 && status != http.StatusServiceUnavailable {
		level = slog.LevelError
	}
	s.logLine(r, level, st, status, out.bytes, took)
}

func (s *Server) logLine(r *http.Request, level slog.Level, st *state, status int, sent int64, took time.Duration) {
	s.cfg.Log.LogAttrs(r.Context(), level, "request",
		slog.String("request", st.id), slog.String("method", shownMethod(r.Method)), slog.String("route", st.route),
		slog.Int("status", status), slog.Int64("bytes", sent), slog.Duration("took", took),
		slog.String("account", st.actor.Name))
}

// shownMethod keeps made-up methods out of logs and labels.
func shownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodPut, http.MethodOptions:
		return m
	}
	return "other"
}

// recovering turns a panic into a logged stack and a plain 500.
func (s *Server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.metrics.panics.Inc()
			s.cfg.Log.Error("panic", "request", requestID(r), "route", stateOf(r).route, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if out, ok := w.(*recorder); ok && out.status != 0 {
				panic(http.ErrAbortHandler) // an answer has begun: break it off rather than end it well
			}
			writeProblem(w, problem{Type: "/problems/internal", Status: http.StatusInternalServerError, Instance: "urn:fangma:request:" + requestID(r)})
		}()
		next.ServeHTTP(w, r)
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// secureHeaders are on every answer. Nothing is loaded from another host, no
// script or style stands in a page, and nobody frames us. MapLibre's worker is
// a file of ours; pictures that it draws are blobs.
func secureHeaders(h http.Header) {
	h["Content-Security-Policy"], h["X-Content-Type-Options"] = contentPolicy, noSniff
	h["Referrer-Policy"], h["Cross-Origin-Opener-Policy"] = sameOrigin, sameOrigin
	h["Permissions-Policy"] = permissions
}

// The values of headers that are the same in many answers, under their names as
// Set would write them. All answers share them: a header is given another
// value, never another content.
var (
	contentPolicy = []string{"default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; " +
		"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"}
	noSniff     = []string{"nosniff"}
	sameOrigin  = []string{"same-origin"}
	permissions = []string{"camera=(), microphone=(), payment=(), geolocation=(self)"}

	noCache      = []string{"no-cache"}
	varyCoding   = []string{"Accept-Encoding"}
	tileType     = []string{tileMedia}
	codingValues = map[tiles.Encoding][]string{tiles.Gzip: {tiles.Gzip.String()}, tiles.Zstd: {tiles.Zstd.String()}}
)

// newRequestID names a request: twelve letters and digits that nobody can guess
// from those of others.
func newRequestID() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // as crypto/rand.Text has
	var id [12]byte
	n := rand.Uint64() // ChaCha8, keyed by the system
	for i := range id {
		id[i] = alphabet[n>>(5*i)&31]
	}
	return string(id[:])
}
