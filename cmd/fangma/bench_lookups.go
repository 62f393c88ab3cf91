package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry"
	"fangma/web"
)

const (
	lookupClients = 4
	// lookedUp is how many different buildings are asked for, all over the city; fewer where it has fewer.
	lookedUp = 50_000
	// lookupRounds are by turns, since a machine has its moods.
	lookupRounds = 5
	lookupRound  = time.Second
)

// requests measures look-ups through the API: the whole card, which comes from PostGIS, and what comes from memory, that
// beside a bare server with one answer of the same size.
func (b *bench) requests(ctx context.Context, s *servers) error {
	b.c.note("lookups over HTTP")
	codes, points, err := b.spread(lookedUp)
	if err != nil {
		return err
	}
	byCode, byPoint := make([]string, len(codes)), make([]string, len(points))
	for i, code := range codes {
		byCode[i] = "code=" + code.String()
	}
	for i, at := range points {
		byPoint[i] = fmt.Sprintf("lon=%.7f&lat=%.7f", at[0], at[1])
	}
	card, _, err := throughput(s.cached, lookupClients, under("/api/v1/lookup?", byPoint), lookupRound)
	if err != nil {
		return err
	}
	if err := b.add(alone("lookups of a point with the card over HTTP, 4 clients", card, "requests/s")); err != nil {
		return err
	}
	if err := b.brief(ctx, s, "code", byCode); err != nil {
		return err
	}
	return b.brief(ctx, s, "point", byPoint)
}

// brief measures one kind of brief look-up.
func (b *bench) brief(ctx context.Context, s *servers, what string, queries []string) error {
	paths := under("/api/v1/lookup/brief?", queries)
	r, err := dial(s.cached)
	if err != nil {
		return err
	}
	defer r.close()
	a, err := r.get(paths[0])
	if err != nil {
		return err
	}
	bare, err := serveOne(ctx, len(a.body))
	if err != nil {
		return err
	}
	ours, base, err := inTurns(s.cached, bare, lookupClients, paths)
	if err != nil {
		return err
	}
	return b.add(more(fmt.Sprintf("brief lookups of a %s over HTTP, 4 clients, beside bare net/http", what), ours, base, "requests/s"))
}

// inTurns lets two servers answer by turns and gives the median of each.
func inTurns(one, other string, clients int, paths []string) (float64, float64, error) {
	var rates [2][]float64
	for range lookupRounds {
		for i, address := range []string{one, other} {
			rate, _, err := throughput(address, clients, paths, lookupRound)
			if err != nil {
				return 0, 0, err
			}
			rates[i] = append(rates[i], rate)
		}
	}
	return median(rates[0]), median(rates[1]), nil
}

// spread takes buildings all over the city, by code and by a point in each, in an order that follows no row of it.
func (b *bench) spread(n int) (codes []registry.Code, points []orb.Point, err error) {
	i, step := 0, max(1, b.Buildings/n)
	err = b.registry.EachBuilding(b.ctx, func(one *registry.Building) error {
		if i++; i%step == 0 && len(one.Timeline) > 0 {
			codes, points = append(codes, one.Code), append(points, one.Timeline[0].Point)
		}
		return nil
	})
	scatter(codes)
	scatter(points)
	return codes, points, err
}

func under(path string, queries []string) []string {
	out := make([]string, len(queries))
	for i, q := range queries {
		out[i] = path + q
	}
	return out
}

// serveAsServed serves on a free port of this machine until the context ends, with the http.Server and the listener of
// `fangma serve`.
func serveAsServed(ctx context.Context, h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("serve: %w", err)
	}
	server := web.NewHTTPServer(h)
	go func() { _ = server.Serve(web.Whole(l)) }() // until closed
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return l.Addr().String(), nil
}

// serveOne starts a bare server that gives everybody the same bytes.
func serveOne(ctx context.Context, size int) (string, error) {
	body := make([]byte, size)
	return serveLocally(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
