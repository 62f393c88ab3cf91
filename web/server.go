package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"fangma/registry/postgres"
)

// Config is what a server needs. Store, or else Reader, and Live are required,
// the rest has working zero values.
type Config struct {
	Store *postgres.Store
	// Reader without a Store makes a server that only reads: what would write
	// is refused with the address of the one that does.
	Reader *postgres.Reader
	// PrimaryURL is that address, as in "https://codes.example.org"; not told
	// if empty.
	PrimaryURL string
	// Live keeps the map; the caller runs it.
	Live *Live
	// PublicURL is the address under which people reach the server, as in
	// "https://codes.example.org"; door plates carry it. If empty, the address
	// of the request is used.
	PublicURL string
	// Name of the registry, on plates and pages; "房码 Fangma" if empty.
	Name string
	// Attribution names the sources of the data, shown on the map.
	Attribution []string
	// App is the built user interface; the embedded one if nil.
	App fs.FS
	// Log takes one line a request; slog.Default if nil.
	Log *slog.Logger
	// Proxies are those whose X-Forwarded-For is believed; none if empty.
	Proxies []netip.Prefix
	// OIDC lets people sign in at a provider; nobody can if nil.
	OIDC *OIDC
	// Clock is time.Now if nil.
	Clock func() time.Time
}

// Server answers the public listener. Admin answers the private one.
type Server struct {
	cfg     Config
	secure  bool // reached over https
	reading *reading
	writing *writing
	metrics *metrics
	rates   *rates
	handler http.Handler
}

// reading is what handlers that change nothing have. It holds the read-only
// half of the store, so that they cannot.
type reading struct {
	store   *postgres.Reader
	live    *Live
	past    *past
	exports chan struct{} // holds one token for each that runs
	// dividing lets one area be divided fairly at a time.
	dividing chan struct{}
	cfg      Config
	secure   bool
	document func() (documented, error)
	started  time.Time
}

// writing is what handlers that change something have.
type writing struct {
	*reading
	store    *postgres.Store
	gate     *signInGate
	provider *provider
}

// New wires the server. It fails if a route has no rule, or if the public
// address is not one.
func New(cfg Config) (*Server, error) {
	if cfg.Store != nil {
		cfg.Reader = cfg.Store.Reader
	}
	if cfg.Reader == nil || cfg.Live == nil {
		return nil, errors.New("web: a store and a live map are needed")
	}
	cfg.Name = orElse(cfg.Name, "房码 Fangma")
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.App == nil {
		cfg.App = embeddedApp()
	}
	cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	if err := checkPublicURL("--public-url", cfg.PublicURL); err != nil {
		return nil, err
	}
	cfg.PrimaryURL = strings.TrimSuffix(cfg.PrimaryURL, "/")
	if err := checkPublicURL("--primary-url", cfg.PrimaryURL); err != nil {
		return nil, err
	}
	gate, err := newSignInGate(cfg.Clock)
	if err != nil {
		return nil, err
	}
	counts, err := newRates(cfg.Clock)
	if err != nil {
		return nil, err
	}
	app, err := newApp(cfg.App)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, secure: strings.HasPrefix(cfg.PublicURL, "https:"), metrics: newMetrics(cfg.Live), rates: counts}
	s.reading = &reading{store: cfg.Reader, live: cfg.Live, cfg: cfg, secure: s.secure, started: cfg.Clock(),
		exports: make(chan struct{}, exportsAtOnce), dividing: make(chan struct{}, 1), document: documentOnce()}
	if s.reading.past, err = newPast(cfg.Reader, cfg.Live, cfg.Clock); err != nil {
		return nil, err
	}
	s.writing = &writing{reading: s.reading, store: cfg.Store, gate: gate}
	if s.writing.provider, err = newProvider(cfg.OIDC); err != nil {
		return nil, err
	}
	table := s.routes()
	if err := straightLines(table); err != nil {
		return nil, err
	}
	router, err := s.router(table, app)
	if err != nil {
		return nil, err
	}
	if s.handler, err = s.around(router); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// router turns the table into a mux: one entry a path, its methods inside, so
// that a wrong method is told which ones there are.
func (s *Server) router(table []route, app http.Handler) (http.Handler, error) {
	m := mux.NewRouter().SkipClean(true)
	var order []string
	methods := map[string]map[string]route{}
	for _, line := range table {
		switch {
		case line.who.missing():
			return nil, fmt.Errorf("web: %s %s has no rule", line.method, line.path)
		case line.handle == nil:
			return nil, fmt.Errorf("web: %s %s has no handler", line.method, line.path)
		}
		if methods[line.path] == nil {
			methods[line.path] = map[string]route{}
			order = append(order, line.path)
		}
		methods[line.path][line.method] = line
	}
	for _, path := range order {
		m.Handle(path, s.path(path, methods[path]))
	}
	m.PathPrefix("/").Handler(app)
	return m, nil
}

// path answers one path: it finds the method, decides who may, checks the
// query, and lets the handler speak.
func (s *Server) path(path string, lines map[string]route) http.Handler {
	allow := []string{http.MethodOptions}
	for method := range lines {
		allow = append(allow, method)
		if method == http.MethodGet {
			allow = append(allow, http.MethodHead)
		}
	}
	slices.Sort(allow)
	allowed := strings.Join(allow, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stateOf(r).route = path
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		line, ok := lines[method]
		switch {
		case ok:
			if err := s.serve(w, r, line); err != nil {
				fail(w, r, err)
			}
		case r.Method == http.MethodOptions:
			w.Header().Set("Allow", allowed)
			w.WriteHeader(http.StatusNoContent)
		default:
			fail(w, r, &httpError{status: http.StatusMethodNotAllowed, slug: "method_not_allowed",
				detail: "this address takes " + allowed, allow: allowed})
		}
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, line route) error {
	if s.cfg.Store == nil && line.writes() { // before anything else: whoever asks must go elsewhere anyway
		return s.refuseWrite(r)
	}
	if !line.who.anyone || line.who.identify {
		if err := s.identify(r); err != nil {
			return err
		}
	}
	if err := s.rates.take(r); err != nil {
		return err
	}
	if err := line.who.allows(stateOf(r).actor); err != nil {
		return err
	}
	if _, err := checkQuery(r, line.query); err != nil {
		return err
	}
	if line.body == noBody && r.ContentLength > 0 {
		return malformedBody()
	}
	stateOf(r).limit = line.body
	r = r.WithContext(postgres.WithRequest(r.Context(), requestID(r)))
	if line.path != streamPath && line.path != exportPath && line.path != fairPath {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		r = r.WithContext(ctx)
	}
	return line.handle(w, r)
}

func malformedBody() error {
	return &httpError{status: http.StatusBadRequest, slug: "malformed", detail: "this request takes no body"}
}

func checkPublicURL(flag, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return fmt.Errorf("%s must be like https://codes.example.org, without a path", flag)
	}
	return nil
}

// base is the address under which the caller reaches the server.
func (in *reading) base(r *http.Request) string {
	if in.cfg.PublicURL != "" {
		return in.cfg.PublicURL
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// HTTP is an http.Server for the public listener. Shutting it down ends the
// event streams, which would last for ever.
func (s *Server) HTTP() *http.Server {
	h := NewHTTPServer(s)
	h.RegisterOnShutdown(s.cfg.Live.Stop)
	return h
}

// NewHTTPServer is an http.Server with time-outs that slow clients cannot
// stretch. Event streams set their own.
func NewHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ConnContext:       withWhole,
	}
}
