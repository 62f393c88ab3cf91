package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"fangma/registry"
)

type officeCommand struct {
	Add    officeAddCommand    `cmd:"" help:"Open an office."`
	Change officeChangeCommand `cmd:"" help:"Change an office, close it, or open it again."`
	List   officeListCommand   `cmd:"" help:"List the offices."`
}

// officeFlags are what can be said of an office.
type officeFlags struct {
	Phone    *string `placeholder:"NUMBER" help:"The telephone that everybody is told."`
	Address  *string `placeholder:"TEXT" help:"Where it is."`
	Division *int64  `placeholder:"ID" help:"The division whose office it is; 0 for none."`
}

func (f officeFlags) input() registry.OfficeInput {
	in := registry.OfficeInput{Phone: f.Phone, Address: f.Address}
	if f.Division != nil {
		in.Division = registry.Some(*f.Division)
	}
	return in
}

type officeAddCommand struct {
	registryConfig `embed:""`
	officeFlags    `embed:""`
	Name           string `arg:"" help:"Its name."`
}

func (cmd *officeAddCommand) Run(ctx context.Context, c *console) error {
	if cmd.Phone == nil {
		return errors.New("give --phone: it is what people are told who ask who answers for a place")
	}
	return cmd.do(ctx, c, func(o *opened) error {
		in := cmd.input()
		in.Name = &cmd.Name
		office, err := o.OpenOffice(ctx, machine(), in)
		if err != nil {
			return err
		}
		c.printf("office %d, %s, is open\n", office.ID, office.Name)
		return nil
	})
}

type officeChangeCommand struct {
	registryConfig `embed:""`
	officeFlags    `embed:""`
	Office         string  `arg:"" help:"Its name or number."`
	Name           *string `placeholder:"NAME" help:"A new name."`
	Close          bool    `help:"Nobody works there any more."`
	Reopen         bool    `help:"Open a closed one again."`
}

func (cmd *officeChangeCommand) Run(ctx context.Context, c *console) error {
	if cmd.Close && cmd.Reopen {
		return errors.New("give either --close or --reopen")
	}
	return cmd.do(ctx, c, func(o *opened) error {
		id, err := officeID(ctx, o, cmd.Office)
		if err != nil {
			return err
		}
		in := cmd.input()
		in.Name = cmd.Name
		if cmd.Close || cmd.Reopen {
			in.Closed = &cmd.Close
		}
		office, err := o.ChangeOffice(ctx, machine(), id, in)
		if err != nil {
			return err
		}
		c.printf("office %d, %s%s\n", office.ID, office.Name, closed(office))
		return nil
	})
}

func closed(o registry.Office) string {
	if o.ClosedAt != nil {
		return ", closed"
	}
	return ""
}

// officeID finds an office by number, or an open one by name.
func officeID(ctx context.Context, o *opened, text string) (int64, error) {
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return id, nil
	}
	all, err := o.Offices(ctx)
	if err != nil {
		return 0, err
	}
	for _, office := range all {
		if office.Name == text && office.ClosedAt == nil {
			return office.ID, nil
		}
	}
	return 0, fmt.Errorf("there is no open office %q; see: fangma office list", text)
}

type officeListCommand struct {
	registryConfig `embed:""`
}

func (cmd *officeListCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		all, err := o.Offices(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NUMBER\tNAME\tTELEPHONE\tADDRESS\t")
		for _, office := range all {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", office.ID, office.Name, office.Phone, office.Address, closed(office))
		}
		return table.Flush()
	})
}
