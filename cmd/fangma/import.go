package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

// importCommand reads files into the registry. Every import is a plan until
// --apply.
type importCommand struct {
	Buildings importBuildingsCommand `cmd:"" help:"Buildings: GeoJSON, GeoJSONSeq, OSM PBF, CSV, zipped Shapefile."`
	Divisions importDivisionsCommand `cmd:"" help:"Divisions: provinces, cities, districts, streets, communities; the same formats."`
	Zones     importZonesCommand     `cmd:"" help:"Planners' zones: GeoJSON, GeoJSONSeq, zipped Shapefile, CSV with WKT, CSV of cells (cell, name, kind)."`
	Basemap   importBasemapCommand   `cmd:"" help:"Roads, rails, water and green under the houses: OSM PBF."`
}

// importConfig is what every import can be told.
type importConfig struct {
	registryConfig `embed:""`

	Files     []string `arg:"" name:"file" help:"The files, taken one after the other. The format is told by content."`
	Apply     bool     `help:"Do it. Without, only the plan is shown and nothing is changed."`
	Strict    bool     `help:"With --apply: do nothing at all if a row is rejected or ambiguous."`
	Source    string   `placeholder:"NAME" help:"Whose ids the rows bear; a later import of the same source knows them again. Default: osm for OSM PBF, else the file's name."`
	ValidFrom dateFlag `placeholder:"DATE" help:"First day on which what the file says holds. Default: today."`
	Rejects   string   `placeholder:"FILE" type:"path" help:"Write the rows that are left out to a CSV file, with the reasons. Default with --apply: FILE.KIND.rejects.csv in the current folder."`
}

// readConfig is what the readers of tables can be told.
type readConfig struct {
	CRS      string            `name:"crs" placeholder:"CRS" help:"Coordinate system: EPSG:n, gcj02 or bd09. Default: what the file says, else WGS 84."`
	Encoding string            `placeholder:"NAME" help:"Text encoding, such as GB18030 or Windows-1252. Default: what the file says, else UTF-8."`
	Map      map[string]string `mapsep:"," placeholder:"FROM=TO" help:"Take a column of the file for one of our fields, as in BLDG_NAME=name. May be given several times."`
}

func (cfg readConfig) options(o *opened, p *progress) (intake.Options, error) {
	crs, err := intake.ParseCRS(cfg.CRS)
	if err != nil {
		return intake.Options{}, fmt.Errorf("--crs: %w", err)
	}
	return intake.Options{
		CRS: crs, Encoding: cfg.Encoding, Map: cfg.Map, Transformer: o.Reader,
		Progress: func(read, total int64) { p.at("reading", read, total, "bytes") },
	}, nil
}

type importBuildingsCommand struct {
	importConfig `embed:""`
	readConfig   `embed:""`
	Explode      bool `help:"Take every part of a MultiPolygon for a building of its own."`
}

func (cmd *importBuildingsCommand) Run(ctx context.Context, c *console) error {
	return cmd.each(ctx, c, "buildings", func(o *opened, path string, p *progress, opt postgres.ImportOptions) (postgres.ImportResult, error) {
		in, err := cmd.options(o, p)
		if err != nil {
			return postgres.ImportResult{}, err
		}
		in.Explode = cmd.Explode
		return o.ImportBuildings(ctx, machine(), intake.Buildings(ctx, path, in), opt)
	})
}

type importDivisionsCommand struct {
	importConfig `embed:""`
	readConfig   `embed:""`
	Level        map[int]string `mapsep:"," placeholder:"N=LEVEL" help:"Which OSM admin_level, or number in a level column, is which level: 4=province,5=city,6=district,8=street,10=community."`
}

func (cmd *importDivisionsCommand) Run(ctx context.Context, c *console) error {
	levels, err := levels(cmd.Level)
	if err != nil {
		return err
	}
	return cmd.each(ctx, c, "divisions", func(o *opened, path string, p *progress, opt postgres.ImportOptions) (postgres.ImportResult, error) {
		in, err := cmd.options(o, p)
		if err != nil {
			return postgres.ImportResult{}, err
		}
		in.Levels = levels
		return o.ImportDivisions(ctx, machine(), intake.Divisions(ctx, path, in), opt)
	})
}

func levels(words map[int]string) (map[int]int, error) {
	if len(words) == 0 {
		return nil, nil
	}
	out := map[int]int{}
	for n, word := range words {
		level, ok := registry.ParseLevel(strings.ToLower(strings.TrimSpace(word)))
		if !ok {
			return nil, fmt.Errorf("--level %d=%s: the levels are province, city, district, street, community", n, word)
		}
		out[n] = int(level)
	}
	return out, nil
}

type importBasemapCommand struct {
	importConfig `embed:""`
}

func (cmd *importBasemapCommand) Run(ctx context.Context, c *console) error {
	return cmd.each(ctx, c, "basemap", func(o *opened, path string, p *progress, opt postgres.ImportOptions) (postgres.ImportResult, error) {
		in, err := readConfig{}.options(o, p)
		if err != nil {
			return postgres.ImportResult{}, err
		}
		return o.ImportBasemap(ctx, machine(), intake.Basemap(ctx, path, in), opt)
	})
}

// importOne imports one file as the options say.
type importOne func(o *opened, path string, p *progress, opt postgres.ImportOptions) (postgres.ImportResult, error)

// each imports the files in their order, each in a transaction of its own. A
// file that fails ends the run; those before it are in.
func (cfg *importConfig) each(ctx context.Context, c *console, kind string, one importOne) error {
	if cfg.Strict && !cfg.Apply {
		return errors.New("--strict says what --apply does; give both")
	}
	if cfg.Rejects != "" && len(cfg.Files) > 1 {
		return errors.New("--rejects takes the rows of one file; import several files one by one, or leave the name to Fangma")
	}
	leftOut, nothing := 0, true // nothing: not one row of any file can be taken
	err := cfg.doMaking(ctx, c, func(o *opened) error {
		for _, path := range cfg.Files {
			result, err := cfg.file(ctx, c, o, kind, path, one)
			if err != nil {
				return err
			}
			leftOut += result.LeftOut()
			nothing = nothing && result.LeftOut() == result.Rows
		}
		return nil
	})
	if err == nil && leftOut > 0 && (cfg.Apply || nothing) {
		return exit(exitRejects)
	}
	return err
}

// file imports one file and says what came of it.
func (cfg *importConfig) file(ctx context.Context, c *console, o *opened, kind, path string, one importOne) (postgres.ImportResult, error) {
	left := &leftOut{path: cfg.rejects(kind, path)}
	defer left.close()
	bar := newProgress(c.Err)
	defer bar.end()
	opt := postgres.ImportOptions{
		Source: cfg.source(path), Document: filepath.Base(path), ValidFrom: cfg.ValidFrom.day,
		Apply: cfg.Apply, Strict: cfg.Strict, OwnerURL: o.owner, Left: left.add,
		Progress: func(step postgres.ImportStep, done, total int) {
			if step != postgres.ImportReading { // the reader itself tells that in bytes
				bar.at(string(step), int64(done), int64(total), "rows")
			}
		},
	}
	result, err := one(o, path, bar, opt)
	bar.end()
	var answer *registry.Error
	if err != nil && !errors.As(err, &answer) {
		return result, fmt.Errorf("%s: %w", path, err)
	}
	if result.Rows > 0 || err == nil {
		summary{result: result, left: left, path: path, apply: cfg.Apply}.print(c)
	}
	if err != nil {
		return result, err
	}
	return result, left.close()
}

func (cfg *importConfig) source(path string) string {
	base := filepath.Base(path)
	if strings.HasSuffix(base, ".pbf") {
		return cmp.Or(cfg.Source, "osm")
	}
	name, _, _ := strings.Cut(base, ".")
	return cmp.Or(cfg.Source, name, base)
}

// rejects names the file for the rows that are left out, "" for none.
func (cfg *importConfig) rejects(kind, path string) string {
	if cfg.Rejects == "" && cfg.Apply {
		return filepath.Base(path) + "." + kind + ".rejects.csv"
	}
	return cfg.Rejects
}
