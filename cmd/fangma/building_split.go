package main

import (
	"context"
	"fmt"
	"strings"

	"fangma/registry"
	"fangma/registry/postgres"
)

type buildingSplitCommand struct {
	registryConfig    `embed:""`
	codeArgument      `embed:""`
	whyConfig         `embed:""`
	dispositionConfig `embed:""`
	Into              string   `required:"" type:"existingfile" placeholder:"FILE" help:"The new buildings, in any format that import reads; what a row does not say comes from the old building."`
	ExternalID        []string `name:"external-id" sep:"none" placeholder:"SOURCE=ID:TO" help:"Where an external id goes: the place of a new building, from 0, or stay. Every id must be named."`
	ValidFrom         dateFlag `placeholder:"DATE" help:"First day of the new buildings. Default: today."`
	Override          string   `placeholder:"REASON" help:"Why the new outlines may leave the old one, or overlap."`
}

func (cmd *buildingSplitCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	split := registry.Split{Why: cmd.why(), ValidFrom: cmd.ValidFrom.day, Override: overriding(cmd.Override)}
	if split.Dwellings, err = cmd.dispositions(); err != nil {
		return err
	}
	if split.ExternalIDs, err = idDispositions(cmd.ExternalID); err != nil {
		return err
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		if split.Children, err = inputsFrom(ctx, o, cmd.Into); err != nil {
			return registry.Receipt{}, err
		}
		return o.Split(ctx, w, code, split)
	})
}

type buildingCarveOutCommand struct {
	registryConfig    `embed:""`
	codeArgument      `embed:""`
	whyConfig         `embed:""`
	dispositionConfig `embed:""`
	Part              string   `required:"" type:"existingfile" placeholder:"FILE" help:"The part that leaves, a file of one building."`
	Rest              string   `type:"existingfile" placeholder:"FILE" help:"The outline that stays. Default: what the part leaves over."`
	ExternalID        []string `name:"external-id" sep:"none" placeholder:"SOURCE=ID" help:"An external id that goes to the part; the others stay."`
	ValidFrom         dateFlag `placeholder:"DATE" help:"First day of the part. Default: today."`
	Override          string   `placeholder:"REASON" help:"Why the outlines may leave the old one."`
}

func (cmd *buildingCarveOutCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	carve := registry.CarveOut{Why: cmd.why(), ValidFrom: cmd.ValidFrom.day, Override: overriding(cmd.Override)}
	if carve.Dwellings, err = cmd.dispositions(); err != nil {
		return err
	}
	for _, text := range cmd.ExternalID {
		source, id, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("--external-id %s: give SOURCE=ID", text)
		}
		carve.ExternalIDs = append(carve.ExternalIDs, registry.ExternalID{Source: source, ID: id})
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		if carve.Part, err = oneInputFrom(ctx, o, cmd.Part); err != nil {
			return registry.Receipt{}, err
		}
		if carve.Rest, err = shapeFrom(ctx, o, cmd.Rest); err != nil {
			return registry.Receipt{}, err
		}
		return o.CarveOut(ctx, w, code, carve)
	})
}

type buildingReviveCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	whyConfig      `embed:""`
	Override       string `placeholder:"REASON" help:"Why it may stand where something else stands."`
}

func (cmd *buildingReviveCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		return o.Revive(ctx, w, code, registry.Revival{Why: cmd.why(), Override: overriding(cmd.Override)})
	})
}

// idDispositions reads SOURCE=ID:TO.
func idDispositions(texts []string) ([]registry.IDDisposition, error) {
	var out []registry.IDDisposition
	for _, text := range texts {
		source, rest, ok := strings.Cut(text, "=")
		i := strings.LastIndexByte(rest, ':')
		if !ok || i < 0 {
			return nil, fmt.Errorf("--external-id %s: give SOURCE=ID:0 or SOURCE=ID:stay", text)
		}
		d := registry.IDDisposition{ExternalID: registry.ExternalID{Source: source, ID: rest[:i]}}
		if to := rest[i+1:]; to != "stay" {
			var err error
			if d.To, err = destination(to); err != nil {
				return nil, fmt.Errorf("--external-id %s: %w", text, err)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

func overriding(reason string) *registry.Override {
	if reason == "" {
		return nil
	}
	return &registry.Override{Reason: reason}
}

// outcome runs one event over several codes and says what became of each.
func (cfg registryConfig) outcome(ctx context.Context, c *console, do func(*opened, postgres.Write) (registry.Receipt, error)) error {
	return cfg.do(ctx, c, func(o *opened) error {
		receipt, err := do(o, postgres.Write{Actor: machine()})
		if err != nil {
			return err
		}
		showOutcome(c, receipt, o.Today())
		return nil
	})
}
