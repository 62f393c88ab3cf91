package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
)

type buildingCommand struct {
	Show       buildingShowCommand       `cmd:"" help:"Show a building and its history."`
	Correct    buildingCorrectCommand    `cmd:"" help:"Say that what is recorded of a building was wrong."`
	Transition buildingTransitionCommand `cmd:"" help:"Record another physical state from a day on."`
	Retire     buildingRetireCommand     `cmd:"" help:"Record the end of a building."`
	Void       buildingVoidCommand       `cmd:"" help:"Declare that a code was registered in error."`
	Split      buildingSplitCommand      `cmd:"" help:"Divide a building into new ones."`
	Merge      buildingMergeCommand      `cmd:"" help:"Make one building out of several that touch."`
	CarveOut   buildingCarveOutCommand   `cmd:"" help:"Let a small part become a building of its own; the rest keeps its code."`
	Absorb     buildingAbsorbCommand     `cmd:"" help:"Let a large building take small ones in; it keeps its code."`
	Register   buildingRegisterCommand   `cmd:"" help:"Register a new building."`
	Revive     buildingReviveCommand     `cmd:"" help:"Take back a demolition that was recorded by mistake."`
}

// codeArgument is the house that a command is about.
type codeArgument struct {
	Words []string `arg:"" name:"code" help:"The code, in any spelling."`
}

func (a codeArgument) code() (registry.Code, error) {
	text := strings.Join(a.Words, " ")
	code, err := registry.ParseCode(text)
	if err != nil {
		return 0, fmt.Errorf("%v%s", err, slipHint(text))
	}
	return code, nil
}

// whyConfig is what a change comes with.
type whyConfig struct {
	Reason   string `help:"Why, in words."`
	Document string `help:"The document it rests on."`
}

func (w whyConfig) why() registry.Why { return registry.Why{Reason: w.Reason, Document: w.Document} }

type buildingShowCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	ValidOn        dateFlag    `placeholder:"DATE" help:"As it was on a day."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day."`
}

func (cmd *buildingShowCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		known, err := cmd.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		rec, err := o.Building(ctx, code, registry.AsOf{ValidOn: cmd.ValidOn.day, KnownAt: known})
		if err != nil {
			return err
		}
		history, err := o.History(ctx, code)
		if err != nil {
			return err
		}
		return showBuilding(c, o, rec, history)
	})
}

func showBuilding(c *console, o *opened, rec registry.Record, history registry.History) error {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); text != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, text)
		}
	}
	line("code", "%s", rec.Code.Spoken())
	status := string(rec.StatusOn)
	if rec.As != "" && rec.StatusOn == registry.Retired {
		status += " (" + string(rec.As) + ")"
	}
	line("status", "%s since %s", status, rec.Standing.From)
	if rec.Shape.Geometry != nil {
		line("state", "%s, %s", rec.State, rec.Evidence)
		line("name", "%s", rec.Name)
		line("address", "%s", rec.Address)
		line("community", "%s", rec.CommunityName)
		line("place", "%.6f, %.6f (lon, lat), cell %s", rec.Point[0], rec.Point[1], rec.Cell)
		line("area", "%.0f m²", geo.Area(rec.Shape.Geometry))
		line("valid", "from %s%s", rec.Span.From, until(rec.Span.To))
	}
	for _, id := range rec.ExternalIDs {
		line("known as", "%s %s", id.Source, id.ID)
	}
	for _, edge := range rec.Successors {
		line("led to", "%s (%s)", edge.Child.Spoken(), edge.Relation)
	}
	line("version", "%d", rec.Version)
	if err := table.Flush(); err != nil {
		return err
	}
	c.printf("\n")
	for _, e := range history.Events {
		fmt.Fprintf(table, "%s\t%s\tvalid from %s\t%s\t%s\n",
			e.RecordedAt.In(o.Zone()).Format("2006-01-02 15:04"), e.Type, e.ValidFrom, e.ActorName, e.Reason)
	}
	return table.Flush()
}

func until(d registry.Date) string {
	if d == registry.Forever {
		return ""
	}
	return " until before " + d.String()
}

type buildingCorrectCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	whyConfig      `embed:""`
	ValidFrom      dateFlag `placeholder:"DATE" help:"Day from which the stated facts hold. Default: the building's first day."`
	Since          dateFlag `placeholder:"DATE" help:"Move the building's first day."`
	Name           *string  `help:"Its name."`
	Address        *string  `help:"Its address."`
	Floors         *int     `help:"Storeys above ground; 0 for not known."`
	Height         *float64 `help:"Metres above ground; 0 for not known."`
	State          *string  `help:"Physical state: ${states}."`
	Evidence       *string  `help:"How well it is known: ${evidences}."`
	Legality       *string  `help:"Whether it was permitted: ${legalities}."`
	InQuestion     *bool    `help:"Whether somebody doubts what is recorded." negatable:""`
}

func (cmd *buildingCorrectCommand) Run(ctx context.Context, c *console) error {
	in := registry.Input{
		Name: cmd.Name, Address: cmd.Address, InQuestion: cmd.InQuestion,
		State: (*registry.State)(cmd.State), Evidence: (*registry.Evidence)(cmd.Evidence), Legality: (*registry.Legality)(cmd.Legality),
		Floors: known(cmd.Floors), Height: known(cmd.Height),
	}
	correction := registry.Correction{Input: in, Why: cmd.why(), ValidFrom: cmd.ValidFrom.day, Since: cmd.Since.day}
	return cmd.change(ctx, c, cmd.codeArgument, func(s *postgres.Store, w postgres.Write, code registry.Code) (registry.Receipt, error) {
		return s.Correct(ctx, w, code, correction)
	})
}

// known is a number that a flag stated; 0 takes it away.
func known[T int | float64](v *T) registry.Optional[T] {
	switch {
	case v == nil:
		return registry.Optional[T]{}
	case *v == 0:
		return registry.Optional[T]{Set: true}
	}
	return registry.Some(*v)
}

type buildingTransitionCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	Code           string   `arg:"" help:"The code; in quotes if it has spaces."`
	State          string   `arg:"" help:"The state from then on: planned, under_construction, in_use, unusable."`
	ValidFrom      dateFlag `placeholder:"DATE" help:"Day of the change. Default: today."`
}

func (cmd *buildingTransitionCommand) Run(ctx context.Context, c *console) error {
	transition := registry.Transition{Why: cmd.why(), State: registry.State(cmd.State), ValidFrom: cmd.ValidFrom.day}
	argument := codeArgument{Words: []string{cmd.Code}}
	return cmd.change(ctx, c, argument, func(s *postgres.Store, w postgres.Write, code registry.Code) (registry.Receipt, error) {
		return s.Transition(ctx, w, code, transition)
	})
}

type buildingRetireCommand struct {
	registryConfig    `embed:""`
	codeArgument      `embed:""`
	whyConfig         `embed:""`
	dispositionConfig `embed:""`
	EndDwellings      bool     `help:"End every dwelling that --dwelling does not name."`
	As                string   `enum:"demolished,not_realised" default:"demolished" help:"demolished, or not_realised for one that was never built. Default: ${default}."`
	ValidFrom         dateFlag `placeholder:"DATE" help:"First day on which it is no more. Default: today."`
}

func (cmd *buildingRetireCommand) Run(ctx context.Context, c *console) error {
	dwellings, err := cmd.dispositions()
	if err != nil {
		return err
	}
	retirement := registry.Retirement{Why: cmd.why(), As: registry.RetiredAs(cmd.As), ValidFrom: cmd.ValidFrom.day,
		Dwellings: dwellings, EndDwellings: cmd.EndDwellings}
	return cmd.change(ctx, c, cmd.codeArgument, func(s *postgres.Store, w postgres.Write, code registry.Code) (registry.Receipt, error) {
		return s.Retire(ctx, w, code, retirement)
	})
}

type buildingVoidCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	whyConfig      `embed:""`
}

func (cmd *buildingVoidCommand) Run(ctx context.Context, c *console) error {
	return cmd.change(ctx, c, cmd.codeArgument, func(s *postgres.Store, w postgres.Write, code registry.Code) (registry.Receipt, error) {
		return s.Void(ctx, w, code, cmd.why())
	})
}

// change runs one event over one building and says what it has become. The
// command line acts on what is there: it names no version.
func (cfg registryConfig) change(ctx context.Context, c *console, argument codeArgument,
	do func(*postgres.Store, postgres.Write, registry.Code) (registry.Receipt, error)) error {
	code, err := argument.code()
	if err != nil {
		return err
	}
	return cfg.do(ctx, c, func(o *opened) error {
		receipt, err := do(o.Store, postgres.Write{Actor: machine()}, code)
		if err != nil {
			return err
		}
		b := receipt.Building
		c.printf("%s: %s from %s, now %s, version %d\n", code, receipt.Event.Type, receipt.Event.ValidFrom, b.StatusOn, b.Version)
		return nil
	})
}

// dateFlag is a day that may be absent.
type dateFlag struct{ day *registry.Date }

func (f *dateFlag) UnmarshalText(text []byte) error {
	day, err := registry.ParseDate(string(text))
	if err != nil {
		return err
	}
	f.day = &day
	return nil
}

// instantFlag is an instant, or a day that means its end in the registry's
// zone.
type instantFlag struct{ text string }

func (f *instantFlag) UnmarshalText(text []byte) error {
	f.text = string(text)
	_, err := f.in(time.UTC)
	return err
}

func (f instantFlag) in(zone *time.Location) (*time.Time, error) {
	if f.text == "" {
		return nil, nil
	}
	if day, err := registry.ParseDate(f.text); err == nil {
		end := (day + 1).Start(zone).Add(-time.Microsecond)
		return &end, nil
	}
	t, err := time.Parse(time.RFC3339, f.text)
	if err != nil {
		return nil, errors.New("give a day such as 2026-11-23 or an instant such as 2026-11-23T05:00:00Z")
	}
	return &t, nil
}
