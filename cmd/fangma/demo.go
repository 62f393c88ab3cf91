package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/seeds"
)

// demoCommand is serve on a registry of its own that holds the bundled sample
// and one account a role.
type demoCommand struct {
	registryConfig `embed:""`
	serveConfig    `embed:""`
}

func (cmd *demoCommand) Run(ctx context.Context, c *console) (err error) {
	c.Note = c.note
	if err := cmd.ownFolder(); err != nil {
		return err
	}
	cmd.TimeZone = cmp.Or(cmd.TimeZone, seeds.Timezone)
	s, err := cmd.listen(cmp.Or(cmd.Log, "warn"), c)
	if err != nil {
		return err
	}
	defer s.close()
	o, err := cmd.serve(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if err := refuseRealRegistry(ctx, o); err != nil {
		return err
	}
	if err := seeds.Load(ctx, o.Store, c.note); err != nil {
		return fmt.Errorf("load the sample: %w", err)
	}
	made, err := demoAccounts(ctx, o)
	if err != nil {
		return err
	}
	if err := seeds.Staff(ctx, o.Store, c.note); err != nil {
		return fmt.Errorf("put people to work in the sample: %w", err)
	}
	// Passwords are told before anything else can go wrong: they are told once.
	c.printf("\n%s\n", welcome(o, made))
	return s.run(ctx, o, func() {
		c.printf("Fangma 房码 is at %s\nCtrl-C stops it and its database.\n", s.address())
	})
}

// ownFolder keeps the demo out of the folder of a real registry.
func (cmd *demoCommand) ownFolder() error {
	if cmd.Data != "" || cmd.DatabaseURL != "" {
		return nil
	}
	dir, err := dataFolder()
	if err != nil {
		return err
	}
	cmd.Data = filepath.Join(dir, "demo")
	return nil
}

// refuseRealRegistry fails for a registry that somebody works with: the demo
// adds accounts and houses to an empty one or to its own only.
func refuseRealRegistry(ctx context.Context, o *opened) error {
	ours, err := seeds.Began(ctx, o.Store)
	if err != nil {
		return err
	}
	if ours {
		return nil
	}
	accounts, err := o.Accounts(ctx)
	if err != nil {
		return err
	}
	events, _, err := o.Feed(ctx, postgres.Cursor{Class: registry.ClassRegistry}, 1)
	if err != nil {
		return err
	}
	if len(accounts) > 0 || len(events) > 0 {
		return errors.New("this registry is not a demo and stays as it is: choose another folder with --data, or serve it with: " + o.command("serve"))
	}
	return nil
}

// demoAccount is one that was made just now.
type demoAccount struct{ name, password string }

// demoAccounts makes the accounts that are missing, one a role.
func demoAccounts(ctx context.Context, o *opened) ([]demoAccount, error) {
	there, err := o.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, a := range there {
		has[a.Name] = true
	}
	var made []demoAccount
	for _, role := range registry.Roles() {
		if has[string(role)] {
			continue
		}
		a := demoAccount{name: string(role), password: postgres.NewPassword()}
		if _, err := o.AddAccount(ctx, machine(), a.name, "", a.password, []registry.Role{role}); err != nil {
			return nil, fmt.Errorf("make the account %s: %w", a.name, err)
		}
		made = append(made, a)
	}
	return made, nil
}

// welcome is what somebody who sees the demo for the first, or for the second
// time needs to know.
func welcome(o *opened, made []demoAccount) string {
	var text strings.Builder
	if len(made) > 0 {
		fmt.Fprintf(&text, "Accounts, one a role; the passwords are shown this once:\n")
		table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		for _, a := range made {
			fmt.Fprintf(table, "  %s\t%s\n", a.name, a.password)
		}
		_ = table.Flush() // a strings.Builder takes everything
	} else {
		fmt.Fprintf(&text, "The accounts are named after their roles: %s.\n", roleNames())
	}
	if len(made) < len(registry.Roles()) {
		fmt.Fprintf(&text, "Passwords were shown when an account was made, at an earlier start. For a new one:\n  %s\n", o.command("user reset clerk"))
	}
	return text.String()
}
