package main

import (
	"context"
	"fmt"
	"io"

	"fangma/registry"
	"fangma/registry/export"
	"fangma/tiles"
)

// exportCommand writes what the registry holds to files.
type exportCommand struct {
	Buildings exportBuildingsCommand `cmd:"" help:"All buildings that stand on a day, as known at an instant."`
	Cells     exportCellsCommand     `cmd:"" help:"What stands and lives in each cell of the grid, or a coarser one, on a day."`
	Zones     exportZonesCommand     `cmd:"" help:"Planners' zones of a day; as pmtiles the divisions too."`
	Basemap   exportTilesCommand     `cmd:"" help:"The base map's tiles."`
}

type exportBuildingsCommand struct {
	registryConfig `embed:""`
	Format         string      `enum:"csv,geojsonseq,pmtiles" default:"geojsonseq" help:"csv for spreadsheets, geojsonseq, or pmtiles: all tiles in one archive. Default: ${default}."`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day. Default: today."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day. Default: now."`
	Output         string      `short:"o" type:"path" placeholder:"FILE" help:"Write here, once it is complete. Default: standard output; for pmtiles buildings.pmtiles in the current folder. An archive that would come out the same is left alone."`
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
		n, err := saveWhole(cmd.Output, func(w io.Writer) (int, error) { return cmd.write(ctx, o, w, moment) })
		if err == nil {
			fmt.Fprintf(c.Err, "%d buildings in %s\n", n, cmd.Output)
		}
		return err
	})
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
