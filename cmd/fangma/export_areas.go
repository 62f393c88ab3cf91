package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/export"
	"fangma/registry/postgres"
	"fangma/tiles"
	"fangma/web"
)

// areasConfig is what exports of zones and cells have in common.
type areasConfig struct {
	registryConfig `embed:""`
	Format         string      `enum:"csv,geojsonseq,pmtiles" default:"geojsonseq" help:"csv for spreadsheets, geojsonseq, or pmtiles: all tiles in one archive, as everybody may see them. Default: ${default}."`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day. Default: today."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day. Default: now."`
	Output         string      `short:"o" type:"path" placeholder:"FILE" help:"Write here, once it is complete. Default: standard output; for pmtiles the layer's name with .pmtiles, in the current folder. An archive that would come out the same is left alone."`
}

// area is one feature of an export, with its columns in order.
type area struct {
	id    string
	shape orb.Geometry
	cells []any // string, number or nil
}

// run writes the areas that list gives, or the tiles of a layer.
func (cfg *areasConfig) run(ctx context.Context, c *console, layer tiles.Layer, columns []string,
	list func(o *opened, at registry.AsOf, write func(area) error) error) error {
	return cfg.do(ctx, c, func(o *opened) error {
		known, err := cfg.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		at := registry.AsOf{ValidOn: cfg.ValidOn.day, KnownAt: known}
		if cfg.Format == "pmtiles" {
			return exportTiles(ctx, c, o, layer, at, cfg.Output)
		}
		write := func(w io.Writer) (n int, err error) {
			out, flush, err := areaWriter(w, cfg.Format, columns)
			if err != nil {
				return 0, err
			}
			err = list(o, at, func(a area) error { n++; return out(a) })
			return n, errors.Join(err, flush())
		}
		if cfg.Output == "" {
			_, err := write(c.Out)
			return err
		}
		n, err := saveWhole(cfg.Output, write)
		if err == nil {
			fmt.Fprintf(c.Err, "%d rows in %s\n", n, cfg.Output)
		}
		return err
	})
}

// saveWhole writes beside the file and renames, so that a file is never half.
func saveWhole(path string, write func(io.Writer) (int, error)) (n int, err error) {
	file, err := os.Create(path + ".part")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	n, err = write(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(file.Name(), path)
}

// areaWriter writes tables with a byte order mark, and GeoJSON text sequences.
func areaWriter(w io.Writer, format string, columns []string) (write func(area) error, flush func() error, err error) {
	if format == "csv" {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, nil, err
		}
		out := csv.NewWriter(w)
		out.UseCRLF = true // RFC 4180
		write = func(a area) error {
			row := []string{a.id}
			for _, cell := range a.cells {
				row = append(row, cellText(cell))
			}
			return out.Write(append(row, wkt.MarshalString(a.shape)))
		}
		flush = func() error { out.Flush(); return out.Error() }
		return write, flush, out.Write(append(append([]string{"id"}, columns...), "geometry"))
	}
	out := bufio.NewWriterSize(w, 64<<10)
	write = func(a area) error {
		properties := map[string]any{}
		for i, name := range columns {
			properties[name] = a.cells[i]
		}
		line, err := json.Marshal(map[string]any{"type": "Feature", "id": a.id, "geometry": registry.Shape{Geometry: a.shape}, "properties": properties})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "\x1e%s\n", line)
		return err
	}
	return write, out.Flush, nil
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return export.Plain(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

type exportZonesCommand struct {
	areasConfig `embed:""`
}

func (cmd *exportZonesCommand) Run(ctx context.Context, c *console) error {
	columns := []string{"name", "kind", "note", "source", "area_m2", "valid_from", "valid_to", "version"}
	return cmd.run(ctx, c, tiles.Zones, columns, func(o *opened, at registry.AsOf, write func(area) error) error {
		zones, err := o.Zones(ctx, postgres.ZoneFilter{AsOf: at})
		if err != nil {
			return err
		}
		for _, z := range zones {
			var to any
			if z.To != registry.Forever {
				to = z.To.String()
			}
			err := write(area{z.ID.String(), z.Boundary, []any{z.Name, string(z.Kind), z.Note, z.Source, z.Area(), z.From.String(), to, int64(z.Version)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

type exportCellsCommand struct {
	areasConfig `embed:""`
	Res         int  `placeholder:"N" help:"H3 resolution, up to the grid's. Default: the grid's."`
	Exact       bool `help:"Also give the population of cells with fewer than 5 inhabited houses, which is otherwise left out."`
}

func (cmd *exportCellsCommand) Run(ctx context.Context, c *console) error {
	columns := []string{"buildings", "dwellings", "population", "few", "permits", "floor_area_m2", "unconfirmed", "area_km2"}
	return cmd.run(ctx, c, tiles.Density, columns, func(o *opened, at registry.AsOf, write func(area) error) error {
		res := o.GridResolution()
		if cmd.Res != 0 {
			if cmd.Res < 0 || cmd.Res > res {
				return fmt.Errorf("--res must be from 1 to the grid's resolution, %d", res)
			}
			res = cmd.Res
		}
		town, err := web.ReadDensity(ctx, o.Reader, at)
		if err != nil {
			return err
		}
		sees := tiles.Sees{Houses: true, All: true, Exact: cmd.Exact}
		for _, s := range town.Density(orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, res) {
			var people, permits, few any
			switch numbers, onlyFew := town.Shows(sees, s); {
			case numbers:
				people, permits = s.Heads, s.Permits
			case onlyFew:
				few = "< 5 houses"
			}
			outline := s.Cell.Boundary()
			err := write(area{s.Cell.String(), outline, []any{s.Buildings, s.Dwellings, people, few, permits, s.FloorArea, s.Unconfirmed,
				math.Round(geo.Area(outline)) / 1e6}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
