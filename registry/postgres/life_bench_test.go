package postgres_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
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
)

// BenchmarkLife times a house's life in a durable private cluster that holds a
// town of FANGMA_BENCH_BUILDINGS houses (20,000 if unset), and reports the
// 95th percentile in milliseconds beside the mean:
//
//	FANGMA_BENCH_BUILDINGS=650000 go test ./registry/postgres -run '^$' -bench Life -benchtime 500x -timeout 1h
func BenchmarkLife(b *testing.B) {
	ctx := context.Background()
	size := 20_000
	if v, err := strconv.Atoi(os.Getenv("FANGMA_BENCH_BUILDINGS")); err == nil {
		size = v
	}
	dir, err := os.MkdirTemp("", "fangma-bench-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // as root the database runs as another user
		b.Fatal(err)
	}
	cluster, err := local.Start(ctx, local.Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		b.Fatal(err)
	}
	defer cluster.Stop(ctx)
	if err := postgres.Migrate(ctx, cluster.OwnerURL(local.DatabaseName), local.AppRole, postgres.Settings{}); err != nil {
		b.Fatal(err)
	}
	s, err := postgres.Open(ctx, cluster.AppURL(local.DatabaseName), postgres.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	from := s.Today() - 1000
	_, err = s.ImportBuildings(ctx, clerk, benchTown(size), postgres.ImportOptions{Source: "bench", Apply: true, ValidFrom: &from})
	if err != nil {
		b.Fatal(err)
	}
	// Autovacuum would see to the statistics within a minute.
	if err := analyze(ctx, cluster.OwnerURL(local.DatabaseName)); err != nil {
		b.Fatal(err)
	}
	var codes []registry.Code
	err = s.EachBuilding(ctx, func(h *registry.Building) error { codes = append(codes, h.Code); return nil })
	if err != nil {
		b.Fatal(err)
	}
	rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	next := 0
	take := func() registry.Code { next++; return codes[next-1] }
	var halves [][]registry.Code
	b.Run("split", func(b *testing.B) {
		percentile(b, func() error {
			r, err := splitInTwo(ctx, s, take())
			if err == nil {
				halves = append(halves, []registry.Code{r.Buildings[0].Code, r.Buildings[1].Code})
			}
			return err
		})
	})
	b.Run("merge", func(b *testing.B) {
		percentile(b, func() error {
			last := halves[len(halves)-1]
			halves = halves[:len(halves)-1]
			_, err := s.Merge(ctx, postgres.Write{Actor: clerk}, registry.Merge{Parents: last})
			return err
		})
	})
	b.Run("history", func(b *testing.B) {
		percentile(b, func() error { _, err := s.History(ctx, codes[rand.IntN(next+1)]); return err })
	})
	b.Run("resolve10000", func(b *testing.B) {
		ask := slices.Clone(codes[:min(len(codes), postgres.MaxResolve)]) // those that were split among them
		start := time.Now()
		for b.Loop() {
			if _, err := s.Resolve(ctx, ask, s.Today()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*len(ask))/time.Since(start).Seconds(), "codes/s")
	})
}

func analyze(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `analyze`)
	return err
}

// percentile runs f b.N times and reports the 95th percentile.
func percentile(b *testing.B, f func() error) {
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func splitInTwo(ctx context.Context, s *postgres.Store, code registry.Code) (registry.Receipt, error) {
	h, err := s.Building(ctx, code, registry.AsOf{})
	if err != nil {
		return registry.Receipt{}, err
	}
	box := h.Shape.Bound()
	x := (box.Min[0] + box.Max[0]) / 2
	parts, err := geo.Cut(h.Shape.Geometry, orb.LineString{{x, box.Min[1] - 1e-4}, {x, box.Max[1] + 1e-4}})
	if err != nil {
		return registry.Receipt{}, err
	}
	r := registry.Split{ExternalIDs: []registry.IDDisposition{{ExternalID: h.ExternalIDs[0]}}}
	yesterday := s.Today() - 1
	r.ValidFrom = &yesterday
	for _, p := range parts {
		r.Children = append(r.Children, registry.Input{Shape: &registry.Shape{Geometry: p}})
	}
	return s.Split(ctx, postgres.Write{Actor: clerk}, code, r)
}

// benchTown is a square of houses of seven corners, 40 m apart.
func benchTown(n int) iter.Seq2[intake.Item[intake.Building], error] {
	return func(yield func(intake.Item[intake.Building], error) bool) {
		side := 1
		for side*side < n {
			side++
		}
		for i := range n {
			x, y := 113.8+float64(i%side)*0.0004, 22.5+float64(i/side)*0.00036
			p := func(dx, dy float64) orb.Point { return geo.Round(orb.Point{x + dx/1e5, y + dy/1e5}) }
			house := orb.Polygon{{p(0, 0), p(20, 0), p(20, 8), p(14, 8), p(14, 14), p(0, 14), p(0, 0)}}
			b := intake.Building{Row: i + 1, ID: fmt.Sprint("h", i), Footprint: geo.Footprint{Geometry: house}}
			if !yield(intake.Item[intake.Building]{Value: b}, nil) {
				return
			}
		}
	}
}
