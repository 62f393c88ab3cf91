package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
)

type benchZonesCommand struct {
	benchConfig `embed:""`
}

func (cmd *benchZonesCommand) Run(ctx context.Context, c *console) error {
	return cmd.run(ctx, c, func(b *bench) error {
		if err := b.have(); err != nil {
			return err
		}
		return b.zones()
	})
}

// zones measures the sums of zones beside PostGIS summing the same points.
func (b *bench) zones() (err error) {
	p, err := b.people()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close(b.ctx)) }()
	b.c.note("summing zones")
	const zones, rounds = 50, 3
	var ours, prepared, base []time.Duration
	var whole [3]time.Duration // of a round
	same, heads := 0, int64(0)
	for round := range rounds {
		for _, zone := range b.madeZones(zones) {
			began := time.Now()
			shape := geo.Prepare(zone)
			got := p.town.SumIn(shape)
			ours = append(ours, time.Since(began))
			began = time.Now()
			p.town.SumIn(shape)
			prepared = append(prepared, time.Since(began))
			began = time.Now()
			want, err := p.plain.Zone(b.ctx, zone)
			if err != nil {
				return err
			}
			base = append(base, time.Since(began))
			for i, took := range [...][]time.Duration{ours, prepared, base} {
				whole[i] += took[len(took)-1]
			}
			if round == 0 {
				heads += got.Heads
				if asPlain(got) == want {
					same++
				}
			}
		}
	}
	total := func(i int) float64 { return milliseconds(whole[i]) / rounds }
	return b.add(
		more("zones with the very same sums", float64(same), zones, "zones"),
		alone("heads in them, a zone", float64(heads)/zones, ""),
		faster("sum of a zone, p50", quantile(ours, 0.5), quantile(base, 0.5), "ms"),
		faster("sum of a zone, p95", quantile(ours, 0.95), quantile(base, 0.95), "ms"),
		faster(fmt.Sprintf("sums of %d zones", zones), total(0), total(2), "ms"),
		faster(fmt.Sprintf("sums of %d zones that are prepared", zones), total(1), total(2), "ms"))
}

// madeZones makes up zones of 100 to 2,000 vertices and 1 to 150 km², with bays and notches, around buildings.
func (b *bench) madeZones(n int) []orb.MultiPolygon {
	rnd := rand.New(rand.NewPCG(b.Seed, 50))
	var zones []orb.MultiPolygon
	for _, at := range b.places(n) {
		vertices := int(100 * math.Pow(20, rnd.Float64()))
		area := math.Pow(150, rnd.Float64()) // km²
		var ring orb.Ring
		bays, turn := 2+rnd.IntN(6), 2*math.Pi*rnd.Float64()
		for i := range vertices {
			a := 2 * math.Pi * float64(i) / float64(vertices)
			r := 1 + 0.3*math.Sin(float64(bays)*a+turn) + 0.02*rnd.Float64()
			ring = append(ring, orb.Point{at[0] + r*math.Cos(a)*0.009, at[1] + r*math.Sin(a)*0.009})
		}
		ring = append(ring, ring[0])
		zone := orb.Polygon{ring}
		scale := math.Sqrt(area * 1e6 / geo.Area(zone))
		for i, p := range ring {
			ring[i] = orb.Point{at[0] + (p[0]-at[0])*scale, at[1] + (p[1]-at[1])*scale}
		}
		zones = append(zones, orb.MultiPolygon{zone})
	}
	return zones
}
