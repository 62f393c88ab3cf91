package main

import (
	"context"

	"fangma/registry"
	"fangma/registry/postgres"
)

type buildingRegisterCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	From           string   `required:"" type:"existingfile" placeholder:"FILE" help:"The building, a file of one in any format that import reads."`
	Replaces       []string `placeholder:"CODE" help:"A demolished building in whose place it is built; may be given more than once."`
	ValidFrom      dateFlag `placeholder:"DATE" help:"First day of the building. Default: today."`
	Override       string   `placeholder:"REASON" help:"Why it may stand where something else stands."`
}

func (cmd *buildingRegisterCommand) Run(ctx context.Context, c *console) error {
	r := registry.Registration{Why: cmd.why(), ValidFrom: cmd.ValidFrom.day, Override: overriding(cmd.Override)}
	for _, text := range cmd.Replaces {
		code, err := registry.ParseCode(text)
		if err != nil {
			return err
		}
		r.Replaces = append(r.Replaces, code)
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (receipt registry.Receipt, err error) {
		if r.Input, err = oneInputFrom(ctx, o, cmd.From); err != nil {
			return receipt, err
		}
		return o.Register(ctx, w, r)
	})
}
