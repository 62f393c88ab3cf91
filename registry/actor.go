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

// Right is what a role may do with protected rows wherever they are. Who has
// none still sees what lies in their own cells or houses.
type Right string

const (
	ReadAssignments Right = "assignments" // who answers for which cell
	Assign          Right = "assign"      // give and take cells
	ReadHeadcounts  Right = "headcounts"  // how many live in a house
	Count           Right = "count"       // state and move headcounts
	Visits          Right = "visits"      // see all visits, move them with their house
	Proposals       Right = "proposals"   // see and decide what officers propose
	ReadAccess      Right = "access"      // who looked at which house
)

// rights are what each role is given without regard to
// place.
var rights = map[Role][]Right{
	Clerk:      {ReadAssignments, ReadHeadcounts, Count, Visits, Proposals},
	Dispatcher: {ReadAssignments},
	Operator:   {ReadAssignments, Assign, ReadAccess},
}

// Rights are all rights of the actor's roles, in order and once each.
func (a Actor) Rights() []Right {
	var all []Right
	for _, r := range a.Roles {
		all = append(all, rights[r]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// May says whether the actor has the right wherever a house stands.
func (a Actor) May(r Right) bool { return slices.Contains(a.Rights(), r) }
