package main

import (
	"context"
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"fangma/registry/intake"
	"fangma/registry/postgres/yardstick"
)

type benchImportCommand struct {
	benchConfig `embed:""`
}

func (cmd *benchImportCommand) Run(ctx context.Context, c *console) error {
	return cmd.run(ctx, c, (*bench).imports)
}

// imports measures the import of the city with everything that a registry keeps, beside a plain load of the same file
// into a table with a spatial index. The registry holds the city afterwards.
func (b *bench) imports() error {
	b.c.note("loading plainly")
	base, by, n, err := yardstick.Load(b.ctx, b.registry.cluster.SuperURL, b.buildingsFile(), b.shapes)
	if err != nil {
		return err
	}
	if n != b.Buildings {
		return fmt.Errorf("of %d buildings %s loaded %d", b.Buildings, by, n)
	}
	ours, err := b.load()
	if err != nil {
		return err
	}
	rate := func(d time.Duration) float64 { return float64(b.Buildings) / d.Seconds() }
	return b.add(more("import, everything; beside "+by, rate(ours), rate(base), "buildings/s"))
}

// have imports the city unless the registry holds it already.
func (b *bench) have() error {
	houses, counted, err := yardstick.Holds(b.ctx, b.registry.owner)
	switch {
	case err != nil:
		return err
	case houses == 0:
		_, err = b.load()
		return err
	case houses != b.Buildings:
		return fmt.Errorf("the registry in %s has %d houses, not %d", b.dir, houses, b.Buildings)
	}
	b.inhabited = counted
	return nil
}

// load imports the city and says how long the buildings took.
func (b *bench) load() (time.Duration, error) {
	b.c.note("importing")
	file := b.divisionsFile()
	_, err := b.registry.ImportDivisions(b.ctx, machine(), intake.Divisions(b.ctx, file, intake.Options{}), b.options(file))
	if err != nil {
		return 0, err
	}
	began := time.Now()
	file = b.buildingsFile()
	r, err := b.registry.ImportBuildings(b.ctx, machine(), intake.Buildings(b.ctx, file, intake.Options{}), b.options(file))
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	if r.New != b.Buildings {
		return 0, fmt.Errorf("of %d buildings %d were imported", b.Buildings, r.New)
	}
	return took, yardstick.Analyze(b.ctx, b.registry.owner)
}

// shapes gives the city's footprints alone.
func (b *bench) shapes(yield func(orb.Polygon) bool) {
	for made := range b.city().All() {
		if !yield(made.Footprint) {
			return
		}
	}
}
