package registry

import (
	"fmt"
	"slices"
	"time"
)

// Grant is a role for a term.
type Grant struct {
	Role Role
	Term
}

// GrantChange is what a new list of grants does to the old one.
type GrantChange struct {
	Ended []Grant // with the end they now have
	Begun []Grant
}

// Regrant compares the grants that hold or will hold with those that are to. A
// grant is the same if it is of the same role and begins at the same time; one
// that is wanted and not there begins now or later; one that is there and not
// wanted ends now. It returns Invalid, naming each by its place, as in
// "roles.1.from".
func Regrant(have, want []Grant, now time.Time) (GrantChange, error) {
	var c GrantChange
	var f fieldErrors
	kept := make([]bool, len(have))
	var resulting []Grant
	for i, w := range want {
		place := func(field string) string { return fmt.Sprintf("roles.%d.%s", i, field) }
		if !w.Role.Valid() {
			f.add(place("role"), "is no role")
			continue
		}
		at := slices.IndexFunc(have, func(h Grant) bool {
			return h.Role == w.Role && (h.From.Equal(w.From) || w.From.IsZero() && h.Holds(now))
		})
		if at < 0 {
			term, err := w.Begin(now)
			if wrong, ok := err.(*Error); ok {
				for _, e := range wrong.Fields {
					f.add(place(e.Field), "%s", e.Reason)
				}
				continue
			}
			c.Begun = append(c.Begun, Grant{w.Role, term})
			resulting = append(resulting, Grant{w.Role, term})
			continue
		}
		kept[at] = true
		same := have[at]
		if w.To != nil && w.To.Before(now) {
			f.add(place("to"), "lies in the past")
			continue
		}
		if same.To = w.To; !same.Equal(have[at].Term) {
			c.Ended = append(c.Ended, same)
		}
		resulting = append(resulting, same)
	}
	for i, h := range have {
		if kept[i] {
			continue
		}
		end := now
		if !h.From.Before(now) { // it never began: the shortest of terms
			end = h.From.Add(time.Microsecond)
		}
		h.To = &end
		c.Ended = append(c.Ended, h)
	}
	for i, g := range resulting {
		for _, o := range resulting[i+1:] {
			if g.Role == o.Role && g.Overlaps(o.Term) {
				f.add("roles", "names %s twice for the same time", g.Role)
			}
		}
	}
	return c, f.err()
}
