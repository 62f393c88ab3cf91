package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"fangma/registry/postgres"
	"fangma/web"
)

type serveCommand struct {
	registryConfig `embed:""`
	serveConfig    `embed:""`
	readOnlyConfig `embed:""`
}

// Run serves until the context ends. It starts from the outside in, so that a
// port in use is told before a cluster is made, and stops the other way round:
// requests, follower, cluster.
func (cmd *serveCommand) Run(ctx context.Context, c *console) (err error) {
	c.Note = c.note
	s, err := cmd.listen(cmp.Or(cmd.Log, "info"), c)
	if err != nil {
		return err
	}
	defer s.close()
	o, err := cmd.enter(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if o.Store != nil {
		if err := hintFirstOperator(ctx, c, o); err != nil {
			return err
		}
	}
	s.primary = cmd.PrimaryURL
	return s.run(ctx, o, func() {
		c.printf("Fangma serves on %s\n", s.address())
	})
}

// enter opens the registry to serve it, or only to read it.
func (cmd *serveCommand) enter(ctx context.Context, c *console) (*opened, error) {
	if err := cmd.readOnlyConfig.check(cmd.registryConfig); err != nil {
		return nil, err
	}
	if !cmd.ReadOnly {
		return cmd.serve(ctx, c)
	}
	reader, err := postgres.OpenReader(ctx, cmd.DatabaseURL, postgres.Options{})
	if err != nil {
		return nil, err
	}
	return &opened{reader: reader}, nil
}

// hintFirstOperator says how the first account is made: there is none by
// default, and nobody can make it over the network.
func hintFirstOperator(ctx context.Context, c *console, o *opened) error {
	accounts, err := o.Accounts(ctx)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		c.printf("There is no account yet. Make the first operator in another terminal:\n  %s\n", o.command("user add NAME --role operator"))
	}
	return nil
}

// server is the two listeners of a Fangma that serves.
type server struct {
	serveConfig
	console *console
	log     *slog.Logger
	public  net.Listener
	admin   net.Listener // nil if there is none

	primary  string // address of the server that writes, if this one only reads
	trusted  []netip.Prefix
	provider *web.OIDC // nil if there is none
}

// listen takes the ports, before anything expensive is begun.
func (cfg serveConfig) listen(level string, c *console) (*server, error) {
	s := &server{serveConfig: cfg, console: c}
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log: %w", err)
	}
	s.log = slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: least}))
	var err error
	if s.trusted, err = cfg.proxies(); err != nil {
		return nil, err
	}
	if s.provider, err = cfg.OIDC.provider(); err != nil {
		return nil, err
	}
	if s.public, err = listen("listen", cfg.Listen); err != nil {
		return nil, err
	}
	if cfg.AdminListen == "" {
		return s, nil
	}
	if s.admin, err = listen("admin-listen", cfg.AdminListen); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *server) close() {
	_ = s.public.Close() // closed already after an orderly end
	if s.admin != nil {
		_ = s.admin.Close()
	}
}

// address is where a browser on this machine finds the server.
func (s *server) address() string {
	host, port, err := net.SplitHostPort(s.public.Addr().String())
	if err != nil {
		return s.public.Addr().String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// drainPatience is how long requests under way may take to end.
const drainPatience = 10 * time.Second

// run serves the registry until the context ends, and calls ready once the map
// is built. It returns early if its database is lost.
func (s *server) run(ctx context.Context, o *opened, ready func()) error {
	live := web.NewLive(web.LiveConfig{Store: o.Store, Reader: o.reader, CacheBytes: uint64(s.TileCache) << 20, Warm: true, Log: s.log})
	handler, err := web.New(web.Config{
		Store: o.Store, Reader: o.reader, PrimaryURL: s.primary, Live: live, Log: s.log,
		PublicURL: s.PublicURL, Name: s.Name, Attribution: s.Attribution,
		Proxies: s.trusted, OIDC: s.provider,
	})
	if err != nil {
		return err
	}
	// The map follows the registry until the last request has been answered.
	following, endFollowing := context.WithCancel(context.WithoutCancel(ctx))
	defer endFollowing()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = live.Run(following) // ends with its context, never otherwise
	}()
	if o.Store != nil {
		go s.sweep(following, o)
	}
	if s.ProfileLocks {
		profileLocks()
	}
	public := s.httpServer(handler)
	failed := make(chan error, 2)
	go func() { failed <- public.Serve(web.Whole(s.public)) }()
	admin := s.httpServer(handler.Admin())
	if s.admin != nil {
		go func() { failed <- admin.Serve(s.admin) }()
	}
	select {
	case <-live.Ready():
		ready()
	case <-ctx.Done():
	}
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.console.Err, "fangma: stopping; once more to stop at once")
	case err = <-failed:
	case <-o.lost():
		err = fmt.Errorf("the database has ended by itself; it said last:\n%s", o.cluster.Log())
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainPatience)
	defer cancel()
	live.Stop() // open maps would never let go by themselves
	if late := public.Shutdown(draining); late != nil {
		err = errors.Join(err, public.Close())
	}
	err = errors.Join(err, admin.Close())
	endFollowing()
	<-ended
	return err
}

// profileLocks turns on the two profiles that are not free: one wait for a
// mutex in a hundred is recorded, and of other waits one for each 100 µs.
func profileLocks() {
	runtime.SetMutexProfileFraction(100)
	runtime.SetBlockProfileRate(int(100 * time.Microsecond))
}

func (s *server) httpServer(h http.Handler) *http.Server {
	server := web.NewHTTPServer(h)
	server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelDebug) // of clients that break off: no fault of ours
	return server
}

// sweepPause is how often what is kept only for a while is thrown away.
const sweepPause = time.Hour

func (s *server) sweep(ctx context.Context, o *opened) {
	tick := time.NewTicker(sweepPause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := o.Sweep(ctx); err != nil {
				s.log.WarnContext(ctx, "sweeping failed; it is tried again", "err", err)
			}
		case <-ctx.Done():
			return
		}
	}
}
