package web_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
	"fangma/registry/postgres/local"
	"fangma/web"
)

// BenchmarkMyGrid times GET /api/v1/officers/me/grid over HTTP, against a
// durable private cluster with a town of FANGMA_BENCH_BUILDINGS houses (20,000
// if unset), an officer for every 46 of them, and for every house a headcount,
// a visit and a total. It reports the 95th percentile in milliseconds:
//
//	FANGMA_BENCH_BUILDINGS=650000 go test ./web -run '^$' -bench MyGrid -benchtime 2000x -timeout 1h
func BenchmarkMyGrid(b *testing.B) {
	size := 20_000
	if v, err := strconv.Atoi(os.Getenv("FANGMA_BENCH_BUILDINGS")); err == nil {
		size = v
	}
	ctx := context.Background()
	cluster := benchCluster(b)
	store, err := postgres.Open(ctx, cluster.AppURL(local.DatabaseName), postgres.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	officers := size / 46
	fillBenchTown(b, store, cluster, size, officers)
	server := benchServer(b, store)
	tokens := make([]postgres.Secret, min(officers, 200))
	for i := range tokens {
		name := fmt.Sprintf("o%d", 1+rand.IntN(officers))
		if tokens[i], err = store.AddToken(ctx, registry.Actor{Name: "bench"}, name, "bench", time.Hour); err != nil {
			b.Fatal(err)
		}
	}
	ask := func(i int, etag string) (*http.Response, []byte) {
		req, _ := http.NewRequest(http.MethodGet, server.URL+"/api/v1/officers/me/grid", nil)
		req.Header.Set("Authorization", "Bearer "+string(tokens[i%len(tokens)]))
		req.Header.Set("Accept-Encoding", "gzip")
		if etag != "" {
			req.Header.Set("If-None-Match", etag)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		return res, body
	}
	var took []time.Duration
	var bytes int64
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		res, body := ask(i, "")
		took = append(took, time.Since(start))
		if bytes += int64(len(body)); res.StatusCode != http.StatusOK {
			b.Fatalf("%d %s", res.StatusCode, body)
		}
		if i%50 == 0 {
			if again, _ := ask(i, res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
				b.Fatalf("asked again: %d", again.StatusCode)
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(bytes)/float64(len(took)), "bytes")
}

func benchCluster(b *testing.B) *local.Cluster {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "fangma-bench-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // as root the database runs as another user
		b.Fatal(err)
	}
	cluster, err := local.Start(ctx, local.Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cluster.Stop(ctx) })
	if err := postgres.Migrate(ctx, cluster.OwnerURL(local.DatabaseName), local.AppRole, postgres.Settings{}); err != nil {
		b.Fatal(err)
	}
	return cluster
}

// fillBenchTown writes houses as an import does, and the rest as the owner.
func fillBenchTown(b *testing.B, store *postgres.Store, cluster *local.Cluster, size, officers int) {
	ctx := context.Background()
	from := store.Today() - 1000
	by := registry.Actor{Name: "bench", Roles: []registry.Role{registry.Clerk}}
	_, err := store.ImportBuildings(ctx, by, gridTown(size), postgres.ImportOptions{Source: "bench", Apply: true, ValidFrom: &from})
	if err != nil {
		b.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, cluster.OwnerURL(local.DatabaseName))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{
		fmt.Sprintf(`insert into account (name, display_name, created_at) select 'o' || i, 'Officer ' || i, now() from generate_series(1, %d) i`, officers),
		`insert into account_role (account_id, role, granted_from) select account_id, 'officer', now() - interval '1 hour' from account`,
		fmt.Sprintf(`insert into assignment (cell, role, account_id, held_from, event_id)
			select c.cell, 'officer', a.account_id, now() - interval '1 hour', (select event_id from event limit 1)
			from (select cell, row_number() over (order by cell) - 1 as n, count(*) over () as cells
				from (select distinct cell from building_version) d) c
				join account a on a.name = 'o' || (1 + c.n * %d / c.cells)`, officers),
		`insert into headcount (building_code, code, version, part, in_building, cell, valid, recorded_from, event_id, heads, permits, evidence, declarer, stated_on)
			select building_code, building_code, 1, 0, building_code, cell, daterange(current_date - 100, null), now(), event_id, 3, 1, 'observed', 'officer', current_date - 100
			from building_version`,
		`insert into building_total (building_code, version, part, valid, recorded_from, event_id, dwellings, heads, permits, confirmed_to)
			select building_code, 1, 0, valid, now(), event_id, 0, 3, 1, current_date + 80 from building_version`,
		`insert into visit (building_code, visit_id, cell, account_id, visited_at, visited_on, result, note, event_id)
			select v.building_code, gen_random_uuid(), v.cell, a.account_id, now() - interval '3 days', current_date - 3, 'no_change', '', v.event_id
			from building_version v join assignment a on a.cell = v.cell`,
		`vacuum analyze`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			b.Fatalf("%v\n%s", err, sql)
		}
	}
}

func benchServer(b *testing.B, store *postgres.Store) *httptest.Server {
	log := slog.New(slog.DiscardHandler)
	live := web.NewLive(web.LiveConfig{Store: store, Log: log})
	handler, err := web.New(web.Config{Store: store, Live: live, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _ = live.Run(ctx) }()
	server := httptest.NewServer(handler)
	b.Cleanup(func() { live.Stop(); server.Close(); cancel() })
	<-live.Ready()
	return server
}

// gridTown is a square of houses of seven corners, 40 m apart.
func gridTown(n int) iter.Seq2[intake.Item[intake.Building], error] {
	return func(yield func(intake.Item[intake.Building], error) bool) {
		side := 1
		for side*side < n {
			side++
		}
		for i := range n {
			x, y := 113.8+float64(i%side)*0.0004, 22.5+float64(i/side)*0.00036
			p := func(dx, dy float64) orb.Point { return geo.Round(orb.Point{x + dx/1e5, y + dy/1e5}) }
			house := orb.Polygon{{p(0, 0), p(20, 0), p(20, 8), p(14, 8), p(14, 14), p(0, 14), p(0, 0)}}
			item := intake.Building{Row: i + 1, ID: fmt.Sprint("h", i), Footprint: geo.Footprint{Geometry: house}}
			if !yield(intake.Item[intake.Building]{Value: item}, nil) {
				return
			}
		}
	}
}
