package registry

import "slices"

// Role is what a person may do. An account has one or more, each for a period.
type Role string

const (
	Clerk         Role = "clerk"
	Dispatcher    Role = "dispatcher"
	Officer       Role = "officer"
	Administrator Role = "administrator"
	Planner       Role = "planner"
	Landlord      Role = "landlord"
	Integrator    Role = "integrator"
	Operator      Role = "operator"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{Clerk, Dispatcher, Officer, Administrator, Planner, Landlord, Integrator, Operator}
}

// Valid says whether the role is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Actor is who does something: an account with the roles it holds now. The
// zero Actor is the public. The command line acts as the machine's operator
// under its own name.
type Actor struct {
	Account int64
	Name    string
	Roles   []Role
}

// Has says whether the actor holds at least one of the roles.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}
