package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"fangma/registry"
	"fangma/registry/postgres"
)

type eventCommand struct {
	Revert eventRevertCommand `cmd:"" help:"Take events back: codes are again what they were, and codes that they made are void."`
}

type eventRevertCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	Events         []string    `arg:"" optional:"" name:"event" help:"Ids of events, as building show and the history give them."`
	Actor          string      `placeholder:"NAME" help:"Instead: all that one account recorded from --from and before --to."`
	From           instantFlag `placeholder:"TIME" help:"An instant, or a day: its beginning."`
	To             instantFlag `placeholder:"TIME" help:"An instant, or a day: its end."`
	DryRun         bool        `help:"Show what would come of it and change nothing."`
}

func (cmd *eventRevertCommand) Run(ctx context.Context, c *console) error {
	if (len(cmd.Events) > 0) == (cmd.Actor != "") {
		return errors.New("name either events, or --actor with --from and --to")
	}
	if cmd.Actor != "" && (cmd.From.text == "" || cmd.To.text == "") {
		return errors.New("--actor needs --from and --to")
	}
	reversal := postgres.Reversal{Why: cmd.why(), Actor: cmd.Actor, DryRun: cmd.DryRun}
	for _, text := range cmd.Events {
		id, err := uuid.Parse(text)
		if err != nil {
			return fmt.Errorf("%q is not the id of an event", text)
		}
		reversal.Events = append(reversal.Events, id)
	}
	return cmd.outcome(ctx, c, func(o *opened, w postgres.Write) (registry.Receipt, error) {
		if cmd.Actor != "" {
			var err error
			if reversal.From, err = cmd.From.begin(o.Zone()); err != nil {
				return registry.Receipt{}, err
			}
			end, err := cmd.To.in(o.Zone())
			if err != nil {
				return registry.Receipt{}, err
			}
			reversal.To = end.Add(time.Microsecond) // the day's last instant belongs to it
		}
		if cmd.DryRun {
			c.printf("dry run: nothing is changed\n")
		}
		return o.Revert(ctx, w, reversal)
	})
}

// begin is the instant, or the beginning of the day.
func (f instantFlag) begin(zone *time.Location) (time.Time, error) {
	if day, err := registry.ParseDate(f.text); err == nil {
		return day.Start(zone), nil
	}
	t, err := f.in(zone)
	if err != nil {
		return time.Time{}, err
	}
	return *t, nil
}
