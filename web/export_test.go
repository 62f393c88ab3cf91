package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"time"

	"fangma/registry"
)

// ProblemMeaning is what the page of a problem type says.
func ProblemMeaning(slug string) string { return problemTypes[slug] }

// Line is a line of the table of routes, as tests see it.
type Line struct {
	Method, Path     string
	Public, SignedIn bool
	Roles            []string // nil for Public and SignedIn
	Query            []string // sorted
	Body             int64
	Writes           bool
	Handler          string // as the compiler calls it
}

// Table is the table of routes.
func Table() []Line {
	s := &Server{reading: &reading{}, writing: &writing{reading: &reading{}}}
	var out []Line
	for _, r := range s.routes() {
		l := Line{Method: r.method, Path: r.path, Public: r.who.anyone, Body: r.body, Writes: r.writes(),
			Handler: runtime.FuncForPC(reflect.ValueOf(r.handle).Pointer()).Name()}
		l.SignedIn = len(r.who.roles) == len(registry.Roles())
		if !l.SignedIn {
			for _, role := range r.who.roles {
				l.Roles = append(l.Roles, string(role))
			}
		}
		slices.Sort(l.Roles)
		l.Query = slices.Clone(r.query)
		slices.Sort(l.Query)
		out = append(out, l)
	}
	return out
}

// StartWithout wires a table whose one line lacks something.
func StartWithout(what string) error {
	line := route{method: http.MethodGet, path: "/x", who: public, handle: func(http.ResponseWriter, *http.Request) error { return nil }}
	switch what {
	case "rule":
		line.who = rule{}
	case "handler":
		line.handle = nil
	}
	_, err := (&Server{}).router([]route{line}, http.NotFoundHandler())
	return err
}

// StatusOf is the status that an error becomes.
func StatusOf(err error) int { return problemOf(err).Status }

// DecodeRegistration reads a body as POST /api/v1/buildings does.
func DecodeRegistration(body []byte) (registry.Registration, error) {
	w, r := jsonRequest(body)
	o, _, err := decodeObject(w, r, largeBody)
	if err != nil {
		return registry.Registration{}, err
	}
	reg := readRegistration(o)
	return reg, o.err()
}

// DecodeEvent reads a body as POST /api/v1/buildings/{code}/events does.
func DecodeEvent(body []byte) (any, error) {
	w, r := jsonRequest(body)
	o, _, err := decodeObject(w, r, largeBody)
	if err != nil {
		return nil, err
	}
	do := (&writing{}).readEvent(o)
	o.unknown()
	return do, o.err()
}

// DecodeLife reads a body as every route does that takes several codes.
func DecodeLife(body []byte) []error {
	read := []func(*object) error{
		func(o *object) error { readReversal(o, time.UTC); return nil },
		func(o *object) error { _, err := readDwellings(o); return err },
		func(o *object) error { (&writing{}).readDwellingEvent(o); return nil },
		func(o *object) error {
			readCodes(o, "parents", maxParts)
			readVersions(o)
			readDispositions(o)
			return nil
		},
		func(o *object) error { lineString(o, "line"); return nil },
	}
	var out []error
	for _, f := range read {
		w, r := jsonRequest(body)
		o, _, err := decodeObject(w, r, largeBody)
		if err == nil {
			err = f(o)
			o.unknown()
		}
		if err == nil {
			err = o.err()
		}
		out = append(out, err)
	}
	_, err := registry.DwellingsFromCSV(body)
	return append(out, err)
}

func jsonRequest(body []byte) (http.ResponseWriter, *http.Request) {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return httptest.NewRecorder(), r
}

// DecodeQuery reads every kind of parameter from a raw query.
func DecodeQuery(raw string) error {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.RawQuery = raw
	known := []string{"bbox", "cell", "community", "state", "q", "validOn", "knownAt", "cursor", "limit", "lon"}
	if _, err := checkQuery(r, known); err != nil {
		return err
	}
	q := queryOf(r)
	q.asOf(time.UTC)
	q.box("bbox")
	q.cell("cell", 10)
	q.id("community")
	q.state("state")
	q.search("q")
	q.limit()
	q.cursor()
	q.number("lon", -180, 180)
	return q.err()
}

// ServeFailing answers one request with a handler that fails, and gives what
// was logged.
func ServeFailing(fails func() error) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	s := &Server{cfg: Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}, metrics: newMetrics(NewLive(LiveConfig{}))}
	s.reading = &reading{cfg: s.cfg}
	line := route{method: http.MethodGet, path: "/", who: public, handle: func(http.ResponseWriter, *http.Request) error { return fails() }}
	router, err := s.router([]route{line}, http.NotFoundHandler())
	if err != nil {
		panic(err)
	}
	handler, err := s.around(router)
	if err != nil {
		panic(err)
	}
	out := httptest.NewRecorder()
	handler.ServeHTTP(out, httptest.NewRequest(http.MethodGet, "/", nil))
	return out, log.String()
}

// Gate slows down guessing.
type Gate struct{ gate *signInGate }

// NewGate is a gate by a clock of the test's own.
func NewGate(clock func() time.Time) Gate {
	g, err := newSignInGate(clock)
	if err != nil {
		panic(err)
	}
	return Gate{g}
}

// Try is one attempt to sign in, with a right password or a wrong one. It is
// an error if it is not heard at all.
func (g Gate) Try(source, name string, right bool) error {
	leave, err := g.gate.enter(context.Background(), source, name)
	if err == nil {
		leave(!right)
	}
	return err
}

// SourceOf is where limits say that a request comes from.
func SourceOf(r *http.Request, proxies ...netip.Prefix) string {
	return (&Server{cfg: Config{Proxies: proxies}}).sourceOf(r)
}

// ReadsAtOnce and WritesAtOnce are how many requests a source or account may
// send after a pause.
var (
	ReadsAtOnce  = readsOfSource.atOnce
	WritesAtOnce = writesOfAccount.atOnce
)

// NameInClaims is the account that a provider's word stands for, "" for none.
func NameInClaims(cfg *OIDC, claims map[string]any) string {
	name, err := (&provider{cfg: cfg}).account(claims)
	if err != nil {
		return ""
	}
	return name
}

// GuardedPanic is a panic on the straight way: whether it was answered, and
// what was logged.
func GuardedPanic() (answered bool, logged string) {
	var log bytes.Buffer
	s := &Server{cfg: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, metrics: newMetrics(NewLive(LiveConfig{}))}
	answered = s.guarded(tilePath, func() bool { panic("the tile is broken") })
	return answered, log.String()
}

// WriteWhole writes an answer as the straight way does.
func WriteWhole(w http.ResponseWriter, r *http.Request, body []byte) int {
	return writeWhole(w, r, body)
}
