package registry

import "time"

// Term is a period of time [From, To) in instants: of a role, an assignment,
// an absence. A nil To means that no end is known.
type Term struct {
	From time.Time
	To   *time.Time
}

// Holds says whether the instant lies in the term.
func (t Term) Holds(at time.Time) bool { return !at.Before(t.From) && t.endsAfter(at) }

func (t Term) endsAfter(at time.Time) bool { return t.To == nil || at.Before(*t.To) }

// Overlaps says whether the two have an instant in common.
func (t Term) Overlaps(o Term) bool { return t.endsAfter(o.From) && o.endsAfter(t.From) }

// Equal compares instants, not clocks.
func (t Term) Equal(o Term) bool {
	return t.From.Equal(o.From) && (t.To == nil) == (o.To == nil) && (t.To == nil || t.To.Equal(*o.To))
}

// without gives what remains of t beside o, one term, two or none.
func (t Term) without(o Term) []Term {
	if !t.Overlaps(o) {
		return []Term{t}
	}
	var rest []Term
	if t.From.Before(o.From) {
		end := o.From
		rest = append(rest, Term{t.From, &end})
	}
	if o.To != nil && t.endsAfter(*o.To) {
		rest = append(rest, Term{*o.To, t.To})
	}
	return rest
}

// pastGrace is how far in the past a term may begin and still mean now: the
// time that a person looks at a dialogue before sending it.
const pastGrace = time.Minute

// Begin checks the term of something that is to be: it begins now, or later,
// and ends after it begins. A zero From is now. It returns Invalid with the
// fields "from" and "to".
func (t Term) Begin(now time.Time) (Term, error) {
	var f fieldErrors
	switch {
	case t.From.IsZero() || t.From.Before(now) && now.Sub(t.From) <= pastGrace:
		t.From = now
	case t.From.Before(now):
		f.add("from", "lies in the past; what was is not changed any more")
	case t.From.After(now.AddDate(maxAhead, 0, 0)):
		f.add("from", "must be within %d years", maxAhead)
	}
	t.From = t.From.UTC().Truncate(time.Microsecond)
	if t.To != nil {
		to := t.To.UTC().Truncate(time.Microsecond)
		t.To = &to
		if !t.From.Before(to) {
			f.add("to", "must be after from")
		}
	}
	return t, f.err()
}

// maxAhead is how many years ahead something may be planned.
const maxAhead = 10
