package registry

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"fangma/geo"
)

const (
	EventAssign   EventType = "assign"   // cells given to or taken from people
	EventHandover EventType = "handover" // one person's cells go to another
)

// Held is one assignment of one cell in one role: who holds it, and for what
// term.
type Held struct {
	Term
	Account int64
	// Event is what assigned it; zero for one that a change adds.
	Event uuid.UUID
}

// Tenure is who holds one cell in one role over time, in order, without
// overlaps.
type Tenure []Held

// At is the account that holds at an instant; 0 for nobody.
func (t Tenure) At(at time.Time) int64 {
	for _, h := range t {
		if h.Holds(at) {
			return h.Account
		}
	}
	return 0
}

// Give is the tenure after the account was given the term, whoever held parts
// of it before; account 0 takes it away from everybody. What the account held
// of the term already stays as it is, so that giving twice changes nothing.
func (t Tenure) Give(account int64, term Term) Tenure {
	fresh := []Term{term}
	var out Tenure
	for _, h := range t {
		switch {
		case !h.Overlaps(term):
			out = append(out, h)
		case h.Account == account:
			out = append(out, h)
			fresh = without(fresh, h.Term)
		default:
			out = append(out, h.cut(term)...)
		}
	}
	if account != 0 {
		for _, f := range fresh {
			out = append(out, Held{Term: f, Account: account})
		}
	}
	return out.sorted()
}

// Hand is the tenure after all that one account holds from an instant on went
// to another, each assignment with the end it had; account 0 leaves it to
// nobody.
func (t Tenure) Hand(from, to int64, at time.Time) Tenure {
	var out Tenure
	for _, h := range t {
		if h.Account != from || !h.endsAfter(at) {
			out = append(out, h)
			continue
		}
		rest := Term{h.From, h.To}
		if rest.From.Before(at) {
			rest.From = at
		}
		out = append(out, h.cut(Term{From: at})...)
		if to != 0 {
			out = append(out, Held{Term: rest, Account: to})
		}
	}
	return out.sorted()
}

// cut is what remains of an assignment beside a term. What begins before it is
// the same assignment, shortened; what comes after is a new one.
func (h Held) cut(term Term) []Held {
	var out []Held
	for _, rest := range h.without(term) {
		piece := Held{Term: rest, Account: h.Account}
		if rest.From.Equal(h.From) {
			piece.Event = h.Event
		}
		out = append(out, piece)
	}
	return out
}

func without(terms []Term, o Term) (out []Term) {
	for _, t := range terms {
		out = append(out, t.without(o)...)
	}
	return out
}

func (t Tenure) sorted() Tenure {
	slices.SortFunc(t, func(a, b Held) int { return a.From.Compare(b.From) })
	return t
}

// TenureChange is what a change of tenure does to the rows that hold it.
type TenureChange struct {
	Ended     []Held // with the end they now have
	Withdrawn []Held // that never began, or not any more
	Begun     []Held
}

// Empty says that nothing is different.
func (c TenureChange) Empty() bool { return len(c.Ended)+len(c.Withdrawn)+len(c.Begun) == 0 }

// ChangeTo compares with the tenure that is to be.
func (t Tenure) ChangeTo(next Tenure) TenureChange {
	var c TenureChange
	for _, was := range t {
		i := slices.IndexFunc(next, func(h Held) bool { return h.Event == was.Event && h.From.Equal(was.From) && h.Event != uuid.Nil })
		switch {
		case i < 0:
			c.Withdrawn = append(c.Withdrawn, was)
		case !next[i].Equal(was.Term):
			c.Ended = append(c.Ended, next[i])
		}
	}
	for _, h := range next {
		if h.Event == uuid.Nil {
			c.Begun = append(c.Begun, h)
		}
	}
	return c
}

// First is the first instant at which somebody else holds, or nobody does.
func (c TenureChange) First() time.Time {
	var first time.Time
	earlier := func(t time.Time) {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	for _, h := range c.Ended {
		if h.To != nil {
			earlier(*h.To)
		}
	}
	for _, h := range slices.Concat(c.Withdrawn, c.Begun) {
		earlier(h.From)
	}
	return first
}

// Doubles counts the overlaps in a tenure. There are none unless something is
// wrong.
func (t Tenure) Doubles() int {
	n := 0
	for i := range t {
		for _, o := range t[i+1:] {
			if t[i].Overlaps(o.Term) {
				n++
			}
		}
	}
	return n
}

// Handing is a wish to give cells to a person in one role, or to take them
// away from whoever holds them.
type Handing struct {
	Role   Role
	Person string // the account's name; "" takes the cells away
	Cells  []geo.Cell
	// Community and Area name the cells in another way: a division's id, code
	// or name; a polygon. The store turns them into cells.
	Community string
	Area      orb.Geometry
	Term
	// Stands says that a file tells of what began in the past, as an export
	// does: it must be so, and is not done again.
	Stands bool
	// Line is the line of a file that says so, 0 without one.
	Line int
}

// Handover is a wish to pass all that a person holds from an instant on, or
// some of it, to another; to nobody when a person leaves.
type Handover struct {
	Role     Role
	From, To string     // names of accounts; To "" for nobody
	At       time.Time  // zero is now
	Cells    []geo.Cell // nil for all
}

// MaxHandedCells is how many cells one event may assign.
const MaxHandedCells = 100_000

// CheckHandings puts the wishes of one event into form: terms begin now or
// later, cells are of the grid's resolution, in order and once each, and no
// two wishes give the same cell in one role at one time. It changes the
// elements. It returns Invalid with every fault; those of a file name its
// lines.
func CheckHandings(all []Handing, resolution int, now time.Time) error {
	var f fieldErrors
	cells := 0
	for i := range all {
		h := &all[i]
		var own fieldErrors
		h.check(&own, resolution, now)
		cells += len(h.Cells)
		for _, e := range own {
			f.add(h.Place(e.Field), "%s", e.Reason)
		}
	}
	if cells > MaxHandedCells {
		return Errorf(TooLarge, "too_many_cells", "more than %d cells in one event", MaxHandedCells)
	}
	checkDoubles(&f, all)
	return f.err()
}

func (h *Handing) check(f *fieldErrors, resolution int, now time.Time) {
	if h.Role != Officer && h.Role != Administrator {
		f.add("role", "must be officer or administrator")
	}
	if len(h.Cells) == 0 {
		f.add("cells", "must name at least one cell; a polygon names those whose middle lies in it")
	}
	for _, c := range h.Cells {
		if !c.Valid() || c.Resolution() != resolution {
			f.add("cells", "must be H3 cells of the grid's resolution, %d", resolution)
			break
		}
	}
	h.Cells = slices.Compact(slices.Sorted(slices.Values(h.Cells)))
	if h.Line > 0 && !h.From.IsZero() && now.Sub(h.From) > pastGrace {
		h.Stands, h.From = true, now
	}
	term, err := h.Begin(now)
	if wrong, ok := err.(*Error); ok {
		*f = append(*f, wrong.Fields...)
	}
	h.Term = term
}

// Place names a field of the wish, with its line in a file.
func (h *Handing) Place(field string) string {
	if h.Line == 0 {
		return field
	}
	return fmt.Sprintf("line %d.%s", h.Line, field)
}

// checkDoubles finds wishes that would give one cell to two at a time.
func checkDoubles(f *fieldErrors, all []Handing) {
	type post struct {
		cell geo.Cell
		role Role
	}
	given := map[post][]*Handing{}
	for i := range all {
		h := &all[i]
		told := false
		for _, c := range h.Cells {
			at := post{c, h.Role}
			for _, o := range given[at] {
				if !told && o.Overlaps(h.Term) {
					f.add(h.Place("cells"), "names %s, which line %d gives for the same time", c, o.Line)
					told = true
				}
			}
			given[at] = append(given[at], h)
		}
	}
}

// AssignmentPlan is what a wish would change, shown before it is done.
type AssignmentPlan struct {
	At      time.Time // the instant of which it tells
	Changes []CellChange
	Loads   []LoadChange // of everybody concerned, by name
	// Gaps is how many of the cells with houses nobody would hold in the role.
	Gaps int
	// Doubles is how often two people would hold one cell at a time.
	Doubles int
}

// CellChange is a cell that changes hands; nil for nobody.
type CellChange struct {
	Cell     geo.Cell
	Role     Role
	From, To *Person
	Houses   int
}

// LoadChange is what a person would carry.
type LoadChange struct {
	Person        Person
	Role          Role
	Before, After Load
}

// Add puts two loads together.
func (l Load) Add(o Load) Load {
	sum := Load{Cells: l.Cells + o.Cells, Houses: l.Houses + o.Houses, Dwellings: l.Dwellings + o.Dwellings}
	if l.Heads != nil && o.Heads != nil {
		heads := *l.Heads + *o.Heads
		sum.Heads = &heads
	}
	return sum
}

// Load is how much work some cells are. Heads is nil for who may not know.
type Load struct {
	Cells, Houses, Dwellings int
	Heads                    *int
}

// Assigned counts what an event of assignments did: how many cells it named
// and how many of them changed hands at some time.
type Assigned struct {
	Cells   int `json:"cells"`
	Changed int `json:"changed"`
}
