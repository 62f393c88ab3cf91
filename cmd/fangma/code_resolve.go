package main

import (
	"context"

	"fangma/registry/postgres"
)

// codeResolveCommand alone of the commands about codes asks the ledger.
type codeResolveCommand struct {
	registryConfig `embed:""`
	Codes          []string `arg:"" name:"code" sep:"none" help:"Codes in any spelling."`
	At             dateFlag `placeholder:"DATE" help:"The day asked for. Default: today."`
}

func (cmd *codeResolveCommand) Run(ctx context.Context, c *console) error {
	codes, err := codesFrom(cmd.Codes)
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		day := o.Today()
		if cmd.At.day != nil {
			day = *cmd.At.day
		}
		all, err := o.Resolve(ctx, codes, day)
		if err != nil {
			return err
		}
		missing := false
		for _, r := range all {
			missing = showResolution(c, r) || missing
		}
		if missing {
			return exit(exitFailed)
		}
		return nil
	})
}

// showResolution says where a code leads, and reports one that was never
// issued.
func showResolution(c *console, r postgres.Resolution) (missing bool) {
	if !r.Known {
		c.printf("%s was never issued\n", r.Code)
		return true
	}
	c.printf("%s %s%s\n", r.Code, r.StatusOn, ending(r.Standing, r.StatusOn))
	for _, s := range r.Successors {
		if s.Code == r.Code {
			continue
		}
		c.printf("  → %s %s, %s", s.Code, s.Relation, s.Status)
		if s.Share != nil {
			c.printf(", %.1f %%", *s.Share*100)
		}
		c.printf("\n")
	}
	return false
}
