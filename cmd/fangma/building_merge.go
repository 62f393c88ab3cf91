package main

import (
	"context"
	"errors"

	"fangma/registry"
	"fangma/registry/postgres"
)

type buildingMergeCommand struct {
	registryConfig    `embed:""`
	whyConfig         `embed:""`
	dispositionConfig `embed:""`
	Codes             []string `arg:"" name:"code" sep:"none" help:"The buildings that become one."`
	Outline           string   `type:"existingfile" placeholder:"FILE" help:"The outline and facts of the new one, a file of one building. Default: the outlines melted together, the rest from the largest."`
	Name              *string  `help:"Its name."`
	ValidFrom         dateFlag `placeholder:"DATE" help:"First day of the new building. Default: today."`
	Override          string   `placeholder:"REASON" help:"Why it may overlap another building."`
}

func (cmd *buildingMergeCommand) Run(ctx context.Context, c *console) error {
	codes, err := codesFrom(cmd.Codes)
	if err != nil {
		return err
	}
	merge := registry.Merge{Why: cmd.why(), Parents: codes, ValidFrom: cmd.ValidFrom.day, Override: overriding(cmd.Override)}
	if merge.Dwellings, err = cmd.dispositions(); err != nil {
		return err
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		if cmd.Outline != "" {
			if merge.Child, err = oneInputFrom(ctx, o, cmd.Outline); err != nil {
				return registry.Receipt{}, err
			}
		}
		if cmd.Name != nil {
			merge.Child.Name = cmd.Name
		}
		return o.Merge(ctx, w, merge)
	})
}

type buildingAbsorbCommand struct {
	registryConfig    `embed:""`
	whyConfig         `embed:""`
	dispositionConfig `embed:""`
	Codes             []string `arg:"" name:"code" sep:"none" help:"The large building, which keeps its code, then the small ones that it takes in."`
	Outline           string   `type:"existingfile" placeholder:"FILE" help:"The outline afterwards, a file of one building. Default: the outlines melted together."`
	ValidFrom         dateFlag `placeholder:"DATE" help:"First day of the new outline. Default: today."`
}

func (cmd *buildingAbsorbCommand) Run(ctx context.Context, c *console) error {
	codes, err := codesFrom(cmd.Codes)
	if err != nil {
		return err
	}
	if len(codes) < 2 {
		return errors.New("name the building that stays, then at least one that it takes in")
	}
	absorption := registry.Absorption{Why: cmd.why(), Into: codes[0], From: codes[1:], ValidFrom: cmd.ValidFrom.day}
	if absorption.Dwellings, err = cmd.dispositions(); err != nil {
		return err
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		if absorption.Shape, err = shapeFrom(ctx, o, cmd.Outline); err != nil {
			return registry.Receipt{}, err
		}
		return o.Absorb(ctx, w, absorption)
	})
}
