package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"fangma/registry/postgres"
	"fangma/registry/postgres/yardstick"
	"fangma/seeds"
)

// benchCommand measures Fangma beside plain PostGIS on a made-up city. Nothing in the tests asserts a time: this is
// where times are looked at.
type benchCommand struct {
	City    benchCityCommand    `cmd:"" help:"Make up a city: buildings as GeoJSONSeq, divisions as GeoJSON."`
	Import  benchImportCommand  `cmd:"" help:"Import the city into an empty registry, beside ogr2ogr loading the same file."`
	Tiles   benchTilesCommand   `cmd:"" help:"Serve the city's tiles over HTTP, beside PostGIS encoding the same tiles."`
	Density benchDensityCommand `cmd:"" help:"Sum where people are by cell, beside GROUP BY over the same buildings."`
	Zones   benchZonesCommand   `cmd:"" help:"Sum who lives in zones, beside PostGIS summing the same points."`
	All     benchAllCommand     `cmd:"" help:"All of it with one city, in one table."`
}

// benchConfig is the city that is measured, and how the figures are told.
type benchConfig struct {
	Buildings int    `default:"650000" placeholder:"N" help:"How many buildings the city has. Default: ${default}."`
	Seed      uint64 `default:"1" placeholder:"N" help:"The same seed makes the same city. Default: ${default}."`
	JSON      bool   `name:"json" help:"Print one JSON object a line instead of a table."`
	Keep      string `placeholder:"FOLDER" type:"path" help:"Keep the city's files and registry in this folder, and begin with them if they are there: the next run need not import. Default: a temporary folder."`
}

func (cfg benchConfig) city() seeds.City { return seeds.City{Seed: cfg.Seed, Buildings: cfg.Buildings} }

// Validate is called by kong.
func (cfg benchConfig) Validate() error {
	if cfg.Buildings < 1 || cfg.Buildings > 10_000_000 {
		return errors.New("--buildings must be between 1 and 10000000")
	}
	return nil
}

// benchAllCommand measures everything with one city.
type benchAllCommand struct {
	benchConfig `embed:""`
}

func (cmd *benchAllCommand) Run(ctx context.Context, c *console) error {
	return cmd.run(ctx, c, func(b *bench) error { return errors.Join(b.imports(), b.tiles(), b.density(), b.zones()) })
}

// figure is one line of what was measured. Base and ratio are 0 where there is nothing to hold ours against; the ratio
// is above 1 where ours is the better one.
type figure struct {
	What  string  `json:"what"`
	Ours  float64 `json:"ours"`
	Base  float64 `json:"base,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	Unit  string  `json:"unit"`
}

// faster holds times, sizes and the like against each other: less is better.
func faster(what string, ours, base float64, unit string) figure {
	return figure{what, ours, base, quotient(base, ours), unit}
}

// more holds rates against each other: more is better.
func more(what string, ours, base float64, unit string) figure {
	return figure{what, ours, base, quotient(ours, base), unit}
}

// alone is a figure that stands for itself.
func alone(what string, ours float64, unit string) figure {
	return figure{What: what, Ours: ours, Unit: unit}
}

func quotient(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// figures prints what is measured: JSON at once, the table when all is in.
type figures struct {
	c    *console
	json bool
	all  []figure
}

func (f *figures) add(some ...figure) error {
	f.all = append(f.all, some...)
	for _, one := range some {
		if !f.json {
			continue
		}
		if err := json.NewEncoder(f.c.Out).Encode(one); err != nil {
			return fmt.Errorf("write a figure: %w", err)
		}
	}
	return nil
}

func (f *figures) print() error {
	if f.json {
		return nil
	}
	t := tabwriter.NewWriter(f.c.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "what\tours\tPostGIS\tratio\tunit\t")
	for _, one := range f.all {
		base, ratio := "", ""
		if one.Base != 0 {
			base, ratio = digits(one.Base), digits(one.Ratio)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", one.What, digits(one.Ours), base, ratio, one.Unit)
	}
	return t.Flush()
}

// digits writes a number as precisely as a measurement deserves.
func digits(v float64) string {
	switch {
	case v >= 1000:
		return grouped(int(v + 0.5))
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.4f", v)
}

// bench is one run: a folder of its own with the city's files and an empty registry.
type bench struct {
	benchConfig
	figures
	ctx      context.Context
	dir      string
	registry *opened
	// inhabited says that the registry knows who lives where.
	inhabited bool
}

// run makes the files and the registry, measures, tells, and takes everything away again.
func (cfg benchConfig) run(ctx context.Context, c *console, measure func(*bench) error) (err error) {
	dir, tidy, err := cfg.folder()
	if err != nil {
		return fmt.Errorf("make a folder to measure in: %w", err)
	}
	defer tidy()
	b := &bench{benchConfig: cfg, figures: figures{c: c, json: cfg.JSON}, ctx: ctx, dir: dir}
	if _, err := os.Stat(b.divisionsFile()); err != nil { // written last
		c.note("making up a city of %s buildings", grouped(cfg.Buildings))
		if _, err := writeCity(cfg.city(), dir); err != nil {
			return err
		}
	}
	b.registry, err = registryConfig{Data: filepath.Join(dir, "registry")}.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.registry.close()) }()
	if err := b.describe(); err != nil {
		return err
	}
	if err := measure(b); err != nil {
		return err
	}
	return b.print()
}

// folder is where the city and its registry are, and what takes it away again. PostgreSQL may run as another user.
func (cfg benchConfig) folder() (dir string, tidy func(), err error) {
	if cfg.Keep != "" {
		return cfg.Keep, func() {}, os.MkdirAll(cfg.Keep, 0o755)
	}
	if dir, err = os.MkdirTemp("", "fangma-bench-"); err != nil {
		return "", nil, err
	}
	return dir, func() { _ = os.RemoveAll(dir) }, os.Chmod(dir, 0o755)
}

func (b *bench) buildingsFile() string { return filepath.Join(b.dir, cityBuildings) }

func (b *bench) divisionsFile() string { return filepath.Join(b.dir, cityDivisions) }

// options are those of a person who imports a file with --apply --strict.
func (b *bench) options(file string) postgres.ImportOptions {
	return postgres.ImportOptions{Source: "city", Document: filepath.Base(file), Apply: true, Strict: true, OwnerURL: b.registry.owner}
}

// describe says on what and when the figures were taken.
func (b *bench) describe() error {
	database, err := yardstick.Describe(b.ctx, b.registry.owner)
	if err != nil {
		return err
	}
	b.c.note("%s, %s %s/%s, %d processors, %s, %s, city of %s buildings, seed %d", time.Now().UTC().Format("2006-01-02"),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), processor(), database, grouped(b.Buildings), b.Seed)
	return nil
}

// processor names the machine's, as far as the system tells.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "processor unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "processor unknown"
}
