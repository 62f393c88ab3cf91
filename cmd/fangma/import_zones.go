package main

import (
	"context"
	"strings"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

type importZonesCommand struct {
	importConfig `embed:""`
	readConfig   `embed:""`
	Kind         string `enum:"optimised,priority,restricted,prohibited,custom" default:"custom" help:"Of zones whose row names none: ${enum}. Default: ${default}."`
}

func (cmd *importZonesCommand) Run(ctx context.Context, c *console) error {
	return cmd.each(ctx, c, "zones", func(o *opened, path string, p *progress, opt postgres.ImportOptions) (postgres.ImportResult, error) {
		in, err := cmd.options(o, p)
		if err != nil {
			return postgres.ImportResult{}, err
		}
		kind := registry.ZoneKind(strings.TrimSpace(cmd.Kind))
		return o.ImportZones(ctx, postgres.Write{Actor: machine()}, intake.Zones(ctx, path, in),
			postgres.ZoneImportOptions{ImportOptions: opt, Kind: kind})
	})
}
