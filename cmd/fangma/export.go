package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"fangma/registry"
	"fangma/registry/export"
	"fangma/tiles"
)

// exportCommand writes what the registry holds to files.
type exportCommand struct {
	Buildings exportBuildingsCommand `cmd:"" help:"All buildings that stand on a day, as known at an instant."`
	Zones     exportTilesCommand     `cmd:"" help:"The divisions' tiles."`
	Basemap   exportTilesCommand     `cmd:"" help:"The base map's tiles."`
}

type exportBuildingsCommand struct {
	registryConfig `embed:""`
	Format         string      `enum:"csv,geojsonseq,pmtiles" default:"geojsonseq" help:"csv for spreadsheets, geojsonseq, or pmtiles: all tiles in one archive. Default: ${default}."`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day. Default: today."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day. Default: now."`
	Output         string      `short:"o" type:"path" placeholder:"FILE" help:"Write here, once it is complete. Default: standard output."`
}

func (cmd *exportBuildingsCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		moment := registry.AsOf{ValidOn: cmd.ValidOn.day, KnownAt: at}
		if cmd.Format == "pmtiles" {
			return exportTiles(ctx, c, o, tiles.Buildings, moment, cmd.Output)
		}
		if cmd.Output == "" {
			_, err := cmd.write(ctx, o, c.Out, moment)
			return err
		}
		n, err := cmd.save(ctx, o, moment)
		if err == nil {
			fmt.Fprintf(c.Err, "%d buildings in %s\n", n, cmd.Output)
		}
		return err
	})
}

// save writes beside the file and renames, so that a file is never half.
func (cmd *exportBuildingsCommand) save(ctx context.Context, o *opened, at registry.AsOf) (n int, err error) {
	file, err := os.Create(cmd.Output + ".part")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	n, err = cmd.write(ctx, o, file, at)
	if err := errors.Join(err, file.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(file.Name(), cmd.Output)
}

func (cmd *exportBuildingsCommand) write(ctx context.Context, o *opened, w io.Writer, at registry.AsOf) (int, error) {
	rows := export.GeoJSONSeq(w)
	if cmd.Format == "csv" {
		var err error
		if rows, err = export.CSV(w); err != nil {
			return 0, err
		}
	}
	n := 0
	err := o.EachRecord(ctx, at, func(rec registry.Record) error {
		n++
		return rows.Write(rec)
	})
	if err != nil {
		return n, err
	}
	return n, rows.Flush()
}
