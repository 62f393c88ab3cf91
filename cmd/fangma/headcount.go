package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"fangma/registry"
	"fangma/registry/intake"
	"fangma/registry/postgres"
)

type headcountCommand struct {
	Import   headcountImportCommand   `cmd:"" help:"Read headcounts by code from a CSV table, all of it or nothing. Plans; --apply does it."`
	Estimate headcountEstimateCommand `cmd:"" help:"Spread known totals of divisions over residential floor area, where nothing was declared or observed. Plans; --apply does it."`
	List     headcountListCommand     `cmd:"" help:"List what is stated about a building and its dwellings. The access log keeps that you looked."`
}

type headcountImportCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	File           string   `arg:"" type:"existingfile" help:"A table with the columns code, heads, permits, evidence, declarer, from (房屋编码,居住人数,居住证人数,依据,申报人,日期) in any order."`
	Apply          bool     `help:"Do it. Without, only the plan is shown and nothing is changed."`
	Encoding       string   `placeholder:"NAME" help:"Text encoding, such as GB18030. Default: UTF-8."`
	Evidence       *string  `help:"Of rows that have none: declared, observed, estimated."`
	Declarer       *string  `help:"Of rows that have none: landlord, employer, occupant, officer, clerk, statistics. Default: who usually gives such evidence."`
	From           dateFlag `placeholder:"DATE" help:"Of rows that have no day. Default: today."`
	Rejects        string   `placeholder:"FILE" type:"path" help:"Write what is wrong with rows to a CSV file."`
}

func (cmd *headcountImportCommand) Run(ctx context.Context, c *console) error {
	file, err := os.Open(cmd.File)
	if err != nil {
		return err
	}
	defer file.Close()
	table, err := intake.Text(file, cmd.Encoding)
	if err != nil {
		return fmt.Errorf("--encoding: %w", err)
	}
	return cmd.do(ctx, c, func(o *opened) error {
		left := &leftOut{path: cmd.Rejects}
		defer left.close()
		var failed error
		bar := newProgress(c.Err)
		defer bar.end()
		why := cmd.why()
		if why.Document == "" {
			why.Document = filepath.Base(cmd.File)
		}
		result, err := o.ImportHeadcounts(ctx, postgres.Write{Actor: machine()},
			registry.HeadcountsFromCSV(table, cmd.defaults(), o.Today()), postgres.HeadcountImport{
				Why: why, Apply: cmd.Apply,
				Wrong: func(line int, e registry.FieldError) {
					row := postgres.LeftOut{Reject: intake.Reject{Row: line, Field: e.Field, Reason: e.Reason}, Outcome: postgres.Rejected}
					failed = errors.Join(failed, left.add(row))
				},
				Progress: func(step postgres.ImportStep, done, total int) {
					bar.at(string(step), int64(done), int64(total), "rows")
				},
			})
		bar.end()
		cmd.show(c, result, left)
		if err := errors.Join(err, failed, left.close()); err != nil {
			return err
		}
		if result.Wrong > 0 {
			return exit(exitRejects)
		}
		return nil
	})
}

func (cmd *headcountImportCommand) defaults() registry.HeadcountInput {
	return registry.HeadcountInput{Evidence: (*registry.Evidence)(cmd.Evidence), Declarer: (*registry.Declarer)(cmd.Declarer), From: cmd.From.day}
}

func (cmd *headcountImportCommand) show(c *console, r postgres.HeadcountResult, left *leftOut) {
	if r.Rows == 0 {
		return
	}
	switch {
	case r.Applied:
		c.printf("%s: done, event %s\n", cmd.File, r.Event.ID)
	case cmd.Apply:
		c.printf("%s: nothing was changed\n", cmd.File)
	default:
		c.printf("%s: the plan; nothing is changed yet\n", cmd.File)
	}
	c.printf("  %s rows, %s new, %s stated already, %s wrong\n", grouped(r.Rows), grouped(r.Stated), grouped(r.Same), grouped(r.Wrong))
	if r.Applied {
		c.printf("  %s houses summed up\n", grouped(r.Houses))
	}
	for _, l := range left.first {
		c.printf("  %s\n", strings.Replace(l, "row ", "line ", 1))
	}
	if left.written() {
		c.printf("All that is wrong is in %s\n", left.path)
	}
	if !cmd.Apply && r.Stated > 0 && r.Wrong == 0 {
		c.printf("Add --apply to do it.\n")
	}
}

type headcountEstimateCommand struct {
	registryConfig `embed:""`
	whyConfig      `embed:""`
	File           string         `arg:"" optional:"" type:"existingfile" help:"A table with the columns division and heads (行政区划,人口); a division is told by its code, id or name."`
	Total          map[string]int `mapsep:"," placeholder:"DIVISION=HEADS" help:"A total. May be given several times."`
	On             dateFlag       `placeholder:"DATE" help:"Day for which the totals hold, and from which the estimate does. Default: today."`
	Apply          bool           `help:"Do it. Without, only the outcome is shown and nothing is changed."`
}

func (cmd *headcountEstimateCommand) Run(ctx context.Context, c *console) error {
	named, err := cmd.totals()
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		e := registry.Estimate{Why: cmd.why(), On: o.Today(), Apply: cmd.Apply}
		if cmd.On.day != nil {
			e.On = *cmd.On.day
		}
		divisions, err := o.Divisions(ctx, postgres.DivisionFilter{AsOf: registry.AsOf{ValidOn: &e.On}})
		if err != nil {
			return err
		}
		if e.Totals, err = registry.NameTotals(named, divisions); err != nil {
			return err
		}
		bar := newProgress(c.Err)
		defer bar.end()
		r, err := o.EstimateHeadcounts(ctx, postgres.Write{Actor: machine()}, e, func(step postgres.ImportStep, done, total int) {
			bar.at(string(step), int64(done), int64(total), "divisions")
		})
		bar.end()
		if err != nil {
			return err
		}
		return showEstimate(c, r, divisions, cmd.Apply)
	})
}

func (cmd *headcountEstimateCommand) totals() (named []registry.NamedTotal, err error) {
	if cmd.File != "" {
		file, err := os.Open(cmd.File)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if named, err = registry.TotalsFromCSV(file); err != nil {
			return nil, fmt.Errorf("%s: %w", cmd.File, plain(err))
		}
	}
	for name, heads := range cmd.Total {
		named = append(named, registry.NamedTotal{Division: name, Heads: heads})
	}
	if named == nil {
		return nil, errors.New("give a table of totals, or --total DIVISION=HEADS")
	}
	return named, nil
}

func showEstimate(c *console, r postgres.EstimateResult, divisions []registry.Division, apply bool) error {
	names := map[int64]string{}
	for _, d := range divisions {
		names[d.ID] = d.Name
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "division\ttotal\tknown\tspread\tover\n")
	for _, d := range r.Divisions {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s places\n", names[d.Division], grouped(d.Heads), grouped(d.Known), grouped(d.Heads-d.Known), grouped(d.Places))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	switch {
	case r.Applied:
		c.printf("done: %s estimated headcounts, %s houses summed up, event %s\n", grouped(r.Stated), grouped(r.Houses), r.Event.ID)
	case r.Stated == 0:
		c.printf("all of it is stated already\n")
	case !apply:
		c.printf("the plan: %s headcounts would be stated as estimated; nothing is changed yet\nAdd --apply to do it.\n", grouped(r.Stated))
	}
	return nil
}

type headcountListCommand struct {
	registryConfig `embed:""`
	codeArgument   `embed:""`
	ValidOn        dateFlag    `placeholder:"DATE" help:"Only what holds on a day. Default: all that stands."`
	KnownAt        instantFlag `placeholder:"TIME" help:"As the registry knew it at an instant, or at the end of a day."`
}

func (cmd *headcountListCommand) Run(ctx context.Context, c *console) error {
	code, err := cmd.code()
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		at, err := cmd.KnownAt.in(o.Zone())
		if err != nil {
			return err
		}
		asOf := registry.AsOf{ValidOn: cmd.ValidOn.day, KnownAt: at}
		if code.Kind() == registry.KindDwelling {
			all, err := o.Watched(machine()).DwellingHeadcounts(ctx, code, asOf)
			if err != nil {
				return err
			}
			return listHeadcounts(c, all)
		}
		h, err := o.Watched(machine()).Headcounts(ctx, code, asOf)
		if err != nil {
			return err
		}
		confirmed := "never confirmed"
		if h.Total.ConfirmedTo != nil {
			confirmed = "confirmed until " + h.Total.ConfirmedTo.String()
		}
		c.printf("%s: %s heads, %s with a residence permit, %s dwellings, %s\n", code, grouped(h.Total.Heads), grouped(h.Total.Permits),
			grouped(h.Total.Dwellings), confirmed)
		return listHeadcounts(c, h.Statements)
	})
}

func listHeadcounts(c *console, all []postgres.StatedHeadcount) error {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, s := range all {
		permits := ""
		if s.Permits != nil {
			permits = fmt.Sprintf("%d with a permit", *s.Permits)
		}
		fmt.Fprintf(table, "%s\t%s\t%d heads\t%s\t%s\tby %s\tfrom %s%s\n", s.Code, s.Label, s.Heads, permits, s.Evidence, s.Declarer, s.From, until(s.To))
	}
	return table.Flush()
}
