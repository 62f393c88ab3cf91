package registry

import (
	"time"

	"github.com/google/uuid"
)

// Absence says that an officer is away, and who stands in. It leaves the
// assignments alone.
type Absence struct {
	ID         uuid.UUID
	Person     Person
	Substitute *Person // nil: the administrator answers
	Term
}

// AbsenceWish is what a writer states about an absence: names of accounts.
type AbsenceWish struct {
	Person     string
	Substitute string // "" for nobody
	Term
}

// maxAbsence is the longest that somebody is away and still in office.
const maxAbsence = 2 * 366 * dayLength

// Check returns the wish with its term in form, or Invalid.
func (a AbsenceWish) Check(now time.Time) (AbsenceWish, error) {
	var f fieldErrors
	term, err := a.Begin(now)
	if wrong, ok := err.(*Error); ok {
		f = append(f, wrong.Fields...)
	}
	a.Term = term
	switch {
	case a.To == nil:
		f.add("to", "is required: an officer who does not come back hands over")
	case a.To.Sub(a.From) > maxAbsence:
		f.add("to", "must be within two years of from")
	}
	if a.Person == "" {
		f.add("person", "is required")
	}
	if a.Substitute != "" && a.Substitute == a.Person {
		f.add("substitute", "must be somebody else")
	}
	return a, f.err()
}
