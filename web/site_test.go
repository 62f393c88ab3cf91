package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
	"fangma/web"
)

// TestMain teaches the validator the media types that it only needs to let
// through.
func TestMain(m *testing.M) {
	for _, media := range []string{"text/html", "image/svg+xml", "application/vnd.mapbox-vector-tile", "text/event-stream",
		"text/csv", "application/jsonl", "application/geo+json-seq"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	os.Exit(m.Run())
}

// site is a server over a registry of its own.
type site struct {
	db    dbtest.Database
	store *postgres.Store
	live  *web.Live
	web   *web.Server
	url   string
	log   *logBook
}

// logBook keeps what the server logs.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newSite(t testing.TB, change ...func(*web.Config)) *site {
	t.Helper()
	db := dbtest.New(t)
	return openSite(t, db, change...)
}

// openSite starts another server on the same registry.
func openSite(t testing.TB, db dbtest.Database, change ...func(*web.Config)) *site {
	t.Helper()
	return openClockedSite(t, db, postgres.Options{}, change...)
}

// openClockedSite is openSite with a clock of the test's own.
func openClockedSite(t testing.TB, db dbtest.Database, opt postgres.Options, change ...func(*web.Config)) *site {
	t.Helper()
	s := &site{db: db, store: db.Open(t, opt), log: &logBook{}}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	s.live = web.NewLive(web.LiveConfig{Store: s.store, CacheBytes: 8 << 20, Log: log})
	cfg := web.Config{Store: s.store, Live: s.live, Name: "房码 Test", Attribution: []string{"© OpenStreetMap contributors"}, Log: log}
	for _, f := range change {
		f(&cfg)
	}
	s.start(t, cfg)
	return s
}

// start serves until the test ends.
func (s *site) start(t testing.TB, cfg web.Config) {
	t.Helper()
	var err error
	if s.web, err = web.New(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.live.Run(ctx)
	}()
	server := httptest.NewUnstartedServer(s.web)
	server.Config = s.web.HTTP()
	server.Start()
	s.url = server.URL
	t.Cleanup(func() {
		s.live.Stop()
		server.Close()
		cancel()
		<-done
		if strings.Contains(s.log.String(), "panic") || strings.Contains(s.log.String(), "status=500") {
			t.Errorf("the server failed:\n%s", s.log.String())
		}
	})
	select {
	case <-s.live.Ready():
	case <-time.After(30 * time.Second):
		t.Fatalf("not ready: %s\n%s", s.live.NotReady(), s.log.String())
	}
}

// visitor is somebody with a browser or a program.
type visitor struct {
	t      testing.TB
	site   *site
	client *http.Client
	header http.Header
}

// visitor is a browser that nobody has signed in with.
func (s *site) visitor(t testing.TB) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{t: t, site: s, client: client, header: http.Header{}}
}

const password = "correct-horse-battery"

// account makes an account named after its roles.
func (s *site) account(t testing.TB, name string, roles ...registry.Role) {
	t.Helper()
	_, err := s.store.AddAccount(t.Context(), registry.Actor{Name: "test"}, name, "", password, roles)
	if err != nil {
		t.Fatal(err)
	}
}

// program carries an API token of an account with the roles.
func (s *site) program(t testing.TB, roles ...registry.Role) *visitor {
	t.Helper()
	name := "p"
	for _, r := range roles {
		name += "-" + string(r)
	}
	return s.programOf(t, name, roles...)
}

// programOf is program with an account of a name.
func (s *site) programOf(t testing.TB, name string, roles ...registry.Role) *visitor {
	t.Helper()
	v := s.visitor(t)
	s.account(t, name, roles...)
	token, err := s.store.AddToken(t.Context(), registry.Actor{Name: "test"}, name, "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	v.header.Set("Authorization", "Bearer "+string(token))
	return v
}

// reply is an answer that has been read and held against openapi.yaml.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (v *visitor) get(path string, header ...string) reply {
	v.t.Helper()
	return v.do(http.MethodGet, path, nil, header...)
}

// send writes JSON; body is marshalled unless it is a string.
func (v *visitor) send(method, path string, body any, header ...string) reply {
	v.t.Helper()
	text, ok := body.(string)
	if !ok {
		b, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		text = string(b)
	}
	return v.do(method, path, strings.NewReader(text), append([]string{"Content-Type", "application/json"}, header...)...)
}

func (v *visitor) do(method, path string, body io.Reader, header ...string) reply {
	v.t.Helper()
	req, err := http.NewRequest(method, v.site.url+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for name, values := range v.header {
		req.Header[name] = values
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	r := reply{v.t, res.StatusCode, res.Header, content}
	checkAgainstDocument(v.t, req, r)
	return r
}

// want fails unless the status is the one expected.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d\n%s", r.status, status, r.body)
	}
	return r
}

// json reads the body.
func (r reply) json() map[string]any {
	r.t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil {
		r.t.Fatalf("%v\n%s", err, r.body)
	}
	return v
}

// problem is the kind of problem and the fields it names.
func (r reply) problem() (slug string, fields []string) {
	r.t.Helper()
	var p struct {
		Type   string
		Errors []registry.FieldError
	}
	if err := json.Unmarshal(r.body, &p); err != nil {
		r.t.Fatalf("%v\n%s", err, r.body)
	}
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	return strings.TrimPrefix(p.Type, "/problems/"), fields
}

// document is openapi.yaml, read once.
var document = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// checkAgainstDocument holds every answer against openapi.yaml: its status, its
// media type and its body. What the document does not know may only be a
// problem, or a file of the user interface.
func checkAgainstDocument(t testing.TB, req *http.Request, r reply) {
	t.Helper()
	if r.status >= 500 && r.status != http.StatusServiceUnavailable {
		t.Errorf("%s %s: %d\n%s", req.Method, req.URL, r.status, r.body)
	}
	if r.status >= 400 && !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		checkProblem(t, r)
	}
	router, err := document()
	if err != nil {
		t.Fatal(err)
	}
	documented := req.Clone(context.Background())
	if req.Method == http.MethodHead {
		return // the same headers as GET and no body to look at
	}
	route, vars, err := router.FindRoute(documented)
	if errors.Is(err, routers.ErrPathNotFound) || errors.Is(err, routers.ErrMethodNotAllowed) || req.Method == http.MethodOptions {
		return
	}
	if err != nil {
		t.Fatalf("find %s %s in the document: %v", req.Method, req.URL, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: documented, PathParams: vars, Route: route}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: r.status, Header: r.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}}
	out.SetBodyBytes(r.body)
	if r.status == http.StatusNotModified || r.status == http.StatusNoContent {
		out.Options.ExcludeResponseBody = true
	}
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		t.Errorf("%s %s: %d does not match openapi.yaml: %v\n%.2000s", req.Method, req.URL, r.status, err, r.body)
	}
}

// checkProblem holds what every problem must have, documented or not.
func checkProblem(t testing.TB, r reply) {
	t.Helper()
	if r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a problem of type %q\n%.500s", r.header.Get("Content-Type"), r.body)
		return
	}
	if len(r.body) == 0 {
		return // HEAD
	}
	var p struct {
		Type, Title, Instance string
		Status                int
	}
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Errorf("%v\n%s", err, r.body)
		return
	}
	if p.Status != r.status || p.Title == "" || !strings.HasPrefix(p.Type, "/problems/") ||
		p.Instance != "urn:fangma:request:"+r.header.Get("X-Request-Id") {
		t.Errorf("an incomplete problem: %s", r.body)
	}
	if web.ProblemMeaning(strings.TrimPrefix(p.Type, "/problems/")) == "" {
		t.Errorf("%s has no page that tells what it means", p.Type)
	}
}

// square is a footprint of about 20 by 20 m near Vaduz, n steps of 50 m to the
// east.
func square(n int) map[string]any {
	x, y := 9.5200+float64(n)*0.0007, 47.1400
	return map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{
		{x, y}, {x + 0.00026, y}, {x + 0.00026, y + 0.00018}, {x, y + 0.00018}, {x, y}}}}
}

// register makes a building and returns it.
func register(v *visitor, n int) map[string]any {
	v.t.Helper()
	return v.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(n)}).want(http.StatusCreated).json()
}

func escape(s string) string { return url.QueryEscape(s) }

// serve asks a handler without a connection.
func serve(h http.Handler, path string) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	h.ServeHTTP(out, httptest.NewRequest(http.MethodGet, path, nil))
	return out
}
