package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"fangma/registry"
	"fangma/registry/export"
	"fangma/registry/postgres"
)

type assignmentCommand struct {
	Import   assignmentImportCommand   `cmd:"" help:"Give cells to people by a table. Plans; --apply does it, all of it or nothing."`
	Export   assignmentExportCommand   `cmd:"" help:"Write who holds which cells to a table, which import takes back."`
	Handover assignmentHandoverCommand `cmd:"" help:"Pass all that one person holds to another, or to nobody. Plans; --apply does it."`
	Gaps     assignmentGapsCommand     `cmd:"" help:"List the cells with houses in which nobody works."`
}

type assignmentImportCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	File           string `arg:"" help:"CSV with the columns cell or community or wkt, person, role, from, to; - for standard input."`
	Apply          bool   `help:"Do it."`
}

func (cmd *assignmentImportCommand) Run(ctx context.Context, c *console) error {
	var table []byte
	var err error
	if cmd.File == "-" {
		table, err = io.ReadAll(c.In)
	} else {
		table, err = os.ReadFile(cmd.File)
	}
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		wishes, err := registry.HandingsFromCSV(table, o.Today(), o.Zone())
		if err != nil {
			return err
		}
		plan, err := o.PlanAssign(ctx, machine(), wishes)
		if err != nil {
			return err
		}
		if err := showAssignments(c, plan); err != nil {
			return err
		}
		if len(plan.Changes) == 0 {
			return nil
		}
		if !cmd.Apply {
			c.printf("Add --apply to do it.\n")
			return nil
		}
		receipt, err := o.Assign(ctx, postgres.Write{Actor: machine()}, wishes, cmd.why())
		if err != nil {
			return err
		}
		c.printf("done: %s cells, event %s\n", grouped(receipt.Assigned.Changed), receipt.Event.ID)
		return nil
	})
}

// showAssignments says what a plan would change.
func showAssignments(c *console, p registry.AssignmentPlan) error {
	c.printf("%s cells change hands, %d gaps, %d doubles\n", grouped(len(p.Changes)), p.Gaps, p.Doubles)
	if len(p.Loads) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PERSON\tROLE\tCELLS\tHOUSES\tDWELLINGS\tHEADS")
	for _, l := range p.Loads {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Person.Name, l.Role, step(l.Before.Cells, l.After.Cells),
			step(l.Before.Houses, l.After.Houses), step(l.Before.Dwellings, l.After.Dwellings), stepKnown(l.Before.Heads, l.After.Heads))
	}
	return table.Flush()
}

func step(before, after int) string {
	if before == after {
		return strconv.Itoa(after)
	}
	return fmt.Sprintf("%d → %d", before, after)
}

func stepKnown(before, after *int) string {
	if before == nil || after == nil {
		return ""
	}
	return step(*before, *after)
}

// roleFlag is officer or administrator.
type roleFlag string

func (f *roleFlag) UnmarshalText(text []byte) error {
	*f = roleFlag(strings.ToLower(string(text)))
	if r := registry.Role(*f); r != registry.Officer && r != registry.Administrator {
		return errors.New("officer or administrator")
	}
	return nil
}

type assignmentExportCommand struct {
	registryConfig `embed:""`
	Role           roleFlag    `placeholder:"ROLE" help:"Only officer, or only administrator."`
	At             instantFlag `placeholder:"TIME" help:"Who holds them at an instant, or at the end of a day. Default: now."`
	Output         string      `short:"o" type:"path" placeholder:"FILE" help:"Write here. Default: standard output."`
}

func (cmd *assignmentExportCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.At.in(o.Zone())
		if err != nil {
			return err
		}
		f := postgres.AssignmentFilter{Role: registry.Role(cmd.Role)}
		if at != nil {
			f.At = *at
		}
		list, _, err := o.Assignments(ctx, machine(), f)
		if err != nil {
			return err
		}
		if cmd.Output == "" {
			return export.Assignments(c.Out, rowsOf(list))
		}
		file, err := os.Create(cmd.Output + ".part")
		if err != nil {
			return err
		}
		if err := errors.Join(export.Assignments(file, rowsOf(list)), file.Close()); err != nil {
			return errors.Join(err, os.Remove(file.Name()))
		}
		fmt.Fprintf(c.Err, "%s assignments in %s\n", grouped(len(list)), cmd.Output)
		return os.Rename(file.Name(), cmd.Output)
	})
}

type assignmentHandoverCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	From           string      `arg:"" help:"The account that hands over."`
	To             string      `arg:"" optional:"" help:"The account that takes over. Nobody, if it is left out: the administrator answers."`
	Role           roleFlag    `default:"officer" help:"officer or administrator. Default: ${default}."`
	At             instantFlag `placeholder:"TIME" help:"From an instant on, or from the beginning of a day. Default: now."`
	Apply          bool        `help:"Do it."`
}

func (cmd *assignmentHandoverCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		h := registry.Handover{Role: registry.Role(cmd.Role), From: cmd.From, To: cmd.To}
		if cmd.At.text != "" && cmd.At.text != o.Today().String() {
			var err error
			if h.At, err = cmd.At.begin(o.Zone()); err != nil {
				return err
			}
		}
		plan, err := o.PlanHandover(ctx, machine(), h)
		if err != nil {
			return err
		}
		if err := showAssignments(c, plan); err != nil || len(plan.Changes) == 0 {
			return err
		}
		if !cmd.Apply {
			c.printf("Add --apply to do it.\n")
			return nil
		}
		receipt, err := o.Handover(ctx, postgres.Write{Actor: machine()}, h, cmd.why())
		if err != nil {
			return err
		}
		c.printf("done: %s cells, event %s\n", grouped(receipt.Assigned.Changed), receipt.Event.ID)
		return nil
	})
}

type assignmentGapsCommand struct {
	registryConfig `embed:""`
	Role           roleFlag    `placeholder:"ROLE" help:"Only those without officer, or without administrator."`
	At             instantFlag `placeholder:"TIME" help:"At an instant, or at the end of a day. Default: now."`
	CSV            bool        `name:"csv" help:"Write a table for a program."`
}

// Run exits with 3 if there are gaps, so that a script can tell.
func (cmd *assignmentGapsCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.At.in(o.Zone())
		if err != nil {
			return err
		}
		f := postgres.GapFilter{Role: registry.Role(cmd.Role), At: time.Time{}}
		if at != nil {
			f.At = *at
		}
		gaps, total, _, err := o.Gaps(ctx, machine(), f)
		if err != nil {
			return err
		}
		if err := cmd.list(c, gaps); err != nil {
			return err
		}
		if total > 0 {
			fmt.Fprintf(c.Err, "%s cells with houses lack somebody\n", grouped(total))
			return exit(exitRejects)
		}
		fmt.Fprintf(c.Err, "every cell with houses has somebody\n")
		return nil
	})
}

func (cmd *assignmentGapsCommand) list(c *console, gaps []postgres.Gap) error {
	if cmd.CSV {
		out := csv.NewWriter(c.Out)
		_ = out.Write([]string{"cell", "houses", "missing", "community"}) // the error is the writer's to tell, at the end
		for _, g := range gaps {
			_ = out.Write([]string{g.Cell.String(), strconv.Itoa(g.Buildings), strings.ReplaceAll(words(g.Missing), ", ", " "), export.Plain(g.Community.Name)})
		}
		out.Flush()
		return out.Error()
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, g := range gaps {
		away := ""
		if g.Absent {
			away = "away without a substitute"
		}
		fmt.Fprintf(table, "%s\t%d houses\tno %s\t%s\t%s\n", g.Cell, g.Buildings, words(g.Missing), g.Community.Name, away)
	}
	return table.Flush()
}

func rowsOf(list []postgres.Assigned) []export.Assignment {
	out := make([]export.Assignment, len(list))
	for i, a := range list {
		out[i] = export.Assignment{Cell: a.Cell, Role: a.Role, Person: a.Person, Term: a.Term}
	}
	return out
}
