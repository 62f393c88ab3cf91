package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
)

type userCommand struct {
	Add     userAddCommand     `cmd:"" help:"Make an account and print its password."`
	Role    userRoleCommand    `cmd:"" help:"Give an account roles, or take them away."`
	Reset   userResetCommand   `cmd:"" help:"Give an account a new password and print it. Ends its sessions."`
	Change  userChangeCommand  `cmd:"" help:"Change a person's name or office."`
	Disable userDisableCommand `cmd:"" help:"Shut an account, or open it again."`
	Token   userTokenCommand   `cmd:"" help:"Make an API token for an account and print it."`
	List    userListCommand    `cmd:"" help:"List the accounts."`
}

// passwordConfig says where a password comes from.
type passwordConfig struct {
	PasswordStdin bool `help:"Read the password from standard input instead of making one up."`
}

// password gives the password and whether the command has to print it.
func (cfg passwordConfig) password(c *console) (password string, made bool, err error) {
	if !cfg.PasswordStdin {
		return postgres.NewPassword(), true, nil
	}
	line, err := bufio.NewReader(c.In).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", false, errors.Join(errors.New("--password-stdin: standard input holds no password"), err)
	}
	return line, false, nil
}

type userAddCommand struct {
	registryConfig `embed:""`
	passwordConfig `embed:""`
	Name           string   `arg:"" help:"Name to sign in with."`
	Role           []string `placeholder:"ROLE" help:"A role of the account; may be given several times: ${roles}."`
	DisplayName    string   `placeholder:"NAME" help:"Name to show. Default: the name to sign in with."`
	Office         string   `placeholder:"OFFICE" help:"Name or number of the office where the person works."`
	termFlags      `embed:""`
}

// termFlags say for how long a role is held.
type termFlags struct {
	From instantFlag `placeholder:"TIME" help:"From an instant on, or from the beginning of a day. Default: now."`
	To   instantFlag `placeholder:"TIME" help:"Until an instant, or until the beginning of a day. Default: for good."`
}

func (f termFlags) term(today registry.Date, zone *time.Location) (t registry.Term, err error) {
	if f.From.text != "" && f.From.text != today.String() {
		if t.From, err = f.From.begin(zone); err != nil {
			return t, err
		}
	}
	if f.To.text != "" {
		to, err := f.To.begin(zone)
		t.To = &to
		return t, err
	}
	return t, nil
}

func (cmd *userAddCommand) Run(ctx context.Context, c *console) error {
	if len(cmd.Role) == 0 {
		return fmt.Errorf("an account without a role can do nothing: give --role, one of %s", roleNames())
	}
	password, made, err := cmd.password(c)
	if err != nil {
		return err
	}
	return cmd.doMaking(ctx, c, func(o *opened) error {
		term, err := cmd.term(o.Today(), o.Zone())
		if err != nil {
			return err
		}
		var grants []registry.Grant
		for _, role := range roles(cmd.Role) {
			if !role.Valid() {
				return fmt.Errorf("%q is no role; the roles are %s", role, roleNames())
			}
			grants = append(grants, registry.Grant{Role: role, Term: term})
		}
		var office int64
		if cmd.Office != "" {
			if office, err = officeID(ctx, o, cmd.Office); err != nil {
				return err
			}
		}
		a, err := o.AddPerson(ctx, machine(), cmd.Name, cmd.DisplayName, password, office, grants)
		if err != nil {
			return err
		}
		a.Roles = roles(cmd.Role)
		c.printf("%s may sign in as %s\n", a.Name, words(a.Roles))
		if made {
			c.printf("password: %s\n", password)
		}
		return nil
	})
}

type userRoleCommand struct {
	registryConfig `embed:""`
	Name           string   `arg:"" help:"The account."`
	Roles          []string `arg:"" name:"role" help:"Roles to give: ${roles}."`
	End            bool     `help:"Take the roles away instead."`
	termFlags      `embed:""`
}

func (cmd *userRoleCommand) Run(ctx context.Context, c *console) error {
	dated := cmd.From.text != "" || cmd.To.text != ""
	if dated && cmd.End {
		return errors.New("--end ends roles now; to end one later, give it again with the --from it has and a --to")
	}
	return cmd.do(ctx, c, func(o *opened) error {
		if dated {
			return cmd.grant(ctx, c, o)
		}
		for _, role := range roles(cmd.Roles) {
			if err := o.SetRole(ctx, machine(), cmd.Name, role, !cmd.End); err != nil {
				return err
			}
			if cmd.End {
				c.printf("%s is no longer %s\n", cmd.Name, role)
			} else {
				c.printf("%s is %s\n", cmd.Name, role)
			}
		}
		return nil
	})
}

// grant gives roles for a term, beside those that are there.
func (cmd *userRoleCommand) grant(ctx context.Context, c *console, o *opened) error {
	term, err := cmd.term(o.Today(), o.Zone())
	if err != nil {
		return err
	}
	p, err := o.Person(ctx, machine(), cmd.Name)
	if err != nil {
		return err
	}
	grants := p.Grants
	for _, role := range roles(cmd.Roles) {
		kept := grants[:0:0]
		for _, g := range grants {
			if g.Role != role || !g.Overlaps(term) && !g.From.Equal(term.From) {
				kept = append(kept, g)
			}
		}
		grants = append(kept, registry.Grant{Role: role, Term: term})
	}
	if err := o.ChangePerson(ctx, machine(), cmd.Name, postgres.PersonInput{Grants: &grants}); err != nil {
		return err
	}
	if p, err = o.Person(ctx, machine(), cmd.Name); err != nil {
		return err
	}
	c.printf("%s is %s\n", p.Name, grantsOf(p, o.Zone()))
	return nil
}

// grantsOf lists roles with the days that bound them.
func grantsOf(p postgres.Person, zone *time.Location) string {
	var out []string
	for _, g := range p.Grants {
		text := string(g.Role)
		if g.From.After(time.Now()) {
			text += " from " + g.From.In(zone).Format(time.DateOnly)
		}
		if g.To != nil {
			text += " until " + g.To.In(zone).Format(time.DateOnly)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

type userChangeCommand struct {
	registryConfig `embed:""`
	Name           string  `arg:"" help:"The account."`
	DisplayName    *string `placeholder:"NAME" help:"Name to show."`
	Office         *string `placeholder:"OFFICE" help:"Name or number of the office where the person works; empty for none."`
}

func (cmd *userChangeCommand) Run(ctx context.Context, c *console) error {
	if cmd.DisplayName == nil && cmd.Office == nil {
		return errors.New("give --display-name or --office")
	}
	return cmd.do(ctx, c, func(o *opened) error {
		in := postgres.PersonInput{DisplayName: cmd.DisplayName}
		if cmd.Office != nil {
			in.Office.Set = true
			if *cmd.Office != "" {
				id, err := officeID(ctx, o, *cmd.Office)
				if err != nil {
					return err
				}
				in.Office.Value = &id
			}
		}
		if err := o.ChangePerson(ctx, machine(), cmd.Name, in); err != nil {
			return err
		}
		c.printf("%s is changed\n", cmd.Name)
		return nil
	})
}

type userResetCommand struct {
	registryConfig `embed:""`
	passwordConfig `embed:""`
	Name           string `arg:"" help:"The account."`
}

func (cmd *userResetCommand) Run(ctx context.Context, c *console) error {
	password, made, err := cmd.password(c)
	if err != nil {
		return err
	}
	return cmd.do(ctx, c, func(o *opened) error {
		if err := o.ResetPassword(ctx, machine(), cmd.Name, password); err != nil {
			return err
		}
		c.printf("%s has a new password; open sessions are ended\n", cmd.Name)
		if made {
			c.printf("password: %s\n", password)
		}
		return nil
	})
}

type userDisableCommand struct {
	registryConfig `embed:""`
	Name           string `arg:"" help:"The account."`
	Undo           bool   `help:"Open the account again."`
}

func (cmd *userDisableCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		if err := o.SetDisabled(ctx, machine(), cmd.Name, !cmd.Undo); err != nil {
			return err
		}
		if cmd.Undo {
			c.printf("%s may sign in again\n", cmd.Name)
		} else {
			c.printf("%s may not sign in any more; sessions and tokens are ended\n", cmd.Name)
		}
		return nil
	})
}

type userTokenCommand struct {
	registryConfig `embed:""`
	Name           string `arg:"" help:"The account that the token acts for."`
	Label          string `help:"What the token is for, for those who read the list later."`
	Days           int    `default:"365" help:"How many days it holds. Default: ${default}."`
}

func (cmd *userTokenCommand) Run(ctx context.Context, c *console) error {
	if cmd.Days < 1 || cmd.Days > 3650 {
		return errors.New("--days: between 1 and 3650")
	}
	return cmd.do(ctx, c, func(o *opened) error {
		secret, err := o.AddToken(ctx, machine(), cmd.Name, cmd.Label, time.Duration(cmd.Days)*24*time.Hour)
		if err != nil {
			return err
		}
		// The token alone on standard output, so that a script can keep it.
		fmt.Fprintf(c.Err, "token of %s for %d days, shown once; send it as Authorization: Bearer TOKEN\n", cmd.Name, cmd.Days)
		c.printf("%s\n", secret)
		return nil
	})
}

type userListCommand struct {
	registryConfig `embed:""`
}

func (cmd *userListCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		accounts, _, err := o.People(ctx, machine(), postgres.PeopleFilter{Limit: 1 << 20})
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			c.printf("no accounts; make the first: %s\n", o.command("user add NAME --role operator"))
			return nil
		}
		table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tSHOWN AS\tROLES\tSINCE\tOFFICE\t")
		for _, a := range accounts {
			state := ""
			if a.DisabledAt != nil {
				state = "disabled"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Name, a.DisplayName, grantsOf(a, o.Zone()),
				a.CreatedAt.In(o.Zone()).Format(time.DateOnly), a.OfficeName, state)
		}
		return table.Flush()
	})
}

// machine is who acts when a command does: whoever may run it on this machine
// and read the data folder, under the name the machine knows them by.
func machine() registry.Actor {
	name := "uid " + strconv.Itoa(os.Getuid())
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return registry.Actor{Name: "command line (" + name + ")", Roles: []registry.Role{registry.Operator, registry.Clerk}}
}

func roles(words []string) []registry.Role {
	out := make([]registry.Role, len(words))
	for i, w := range words {
		out[i] = registry.Role(strings.ToLower(strings.TrimSpace(w)))
	}
	return out
}

func roleNames() string { return words(registry.Roles()) }
