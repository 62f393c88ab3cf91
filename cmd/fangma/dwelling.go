package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"fangma/registry"
	"fangma/registry/postgres"
)

type dwellingCommand struct {
	Add  dwellingAddCommand  `cmd:"" help:"Register dwellings in a building: one, a pattern of floors and rooms, or a CSV table."`
	List dwellingListCommand `cmd:"" help:"List the dwellings in a building."`
	End  dwellingEndCommand  `cmd:"" help:"Record the end of a dwelling."`
}

type dwellingAddCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	whyConfig      `embed:""`
	Label          string   `placeholder:"LABEL" help:"Room label of one dwelling; or, with --floors, how labels are made. Default: {floor}{room}."`
	Floor          *int     `help:"Storey of one dwelling."`
	Floors         string   `placeholder:"LIST" help:"Floors of a pattern, such as 1-6,8."`
	Rooms          string   `placeholder:"LIST" help:"Rooms on each floor, such as 01-04 or A-D."`
	CSV            string   `name:"csv" type:"existingfile" placeholder:"FILE" help:"A table in UTF-8 with the columns label, floor, use, area, validFrom."`
	Use            *string  `help:"residential, commercial, mixed, other. Default: residential."`
	Area           *float64 `help:"Square metres."`
	ValidFrom      dateFlag `placeholder:"DATE" help:"First day. Default: today."`
}

func (cmd *dwellingAddCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	rs, err := cmd.registrations()
	if err != nil {
		return err
	}
	for i := range rs {
		rs[i].Why = cmd.why()
		if rs[i].ValidFrom == nil {
			rs[i].ValidFrom = cmd.ValidFrom.day
		}
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		return o.RegisterDwellings(ctx, w, code, rs)
	})
}

func (cmd *dwellingAddCommand) registrations() ([]registry.DwellingRegistration, error) {
	use, area := (*registry.Use)(cmd.Use), registry.Optional[float64]{}
	if cmd.Area != nil {
		area = registry.Some(*cmd.Area)
	}
	switch {
	case cmd.CSV != "":
		table, err := os.ReadFile(cmd.CSV)
		if err != nil {
			return nil, err
		}
		return registry.DwellingsFromCSV(table)
	case cmd.Floors != "" || cmd.Rooms != "":
		return registry.DwellingPattern{Floors: cmd.Floors, Rooms: cmd.Rooms, Label: cmd.Label, Use: use, Area: area}.Expand()
	case cmd.Label == "":
		return nil, errors.New("give --label for one dwelling, --floors and --rooms for many, or --csv")
	}
	one := registry.DwellingRegistration{DwellingInput: registry.DwellingInput{Label: &cmd.Label, Use: use, Area: area}}
	if cmd.Floor != nil {
		one.Floor = registry.Some(*cmd.Floor)
	}
	return []registry.DwellingRegistration{one}, nil
}

type dwellingListCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day."`
}

func (cmd *dwellingListCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		day := o.Today()
		if cmd.ValidOn.day != nil {
			day = *cmd.ValidOn.day
		}
		if _, err := o.Building(ctx, code, registry.AsOf{ValidOn: &day, KnownAt: at}); err != nil {
			return err
		}
		all, err := o.DwellingsAt(ctx, code, at)
		if err != nil {
			return err
		}
		return listDwellings(c, code, day, all)
	})
}

func listDwellings(c *console, building registry.Code, day registry.Date, all []*registry.Dwelling) error {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	all = slices.DeleteFunc(all, func(d *registry.Dwelling) bool { return !d.In(building, day) })
	slices.SortFunc(all, func(a, b *registry.Dwelling) int { return strings.Compare(label(a, day), label(b, day)) })
	for _, d := range all {
		s, _ := d.Timeline.At(day)
		floor, area := "", ""
		if s.Floor != nil {
			floor = "floor " + strconv.Itoa(*s.Floor)
		}
		if s.Area != nil {
			area = fmt.Sprintf("%g m²", *s.Area)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\tfrom %s%s\n", d.Code, s.Label, floor, s.Use, area, s.From, until(s.To))
	}
	return table.Flush()
}

func label(d *registry.Dwelling, day registry.Date) string {
	s, _ := d.Timeline.At(day)
	return s.Label
}

type dwellingEndCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	whyConfig      `embed:""`
	ValidFrom      dateFlag `placeholder:"DATE" help:"First day on which it is no more. Default: today."`
}

func (cmd *dwellingEndCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		return o.EndDwelling(ctx, w, code, registry.DwellingEnd{Why: cmd.why(), ValidFrom: cmd.ValidFrom.day})
	})
}
