package registry

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"fangma/geo"
)

// VisitResult is what an officer found at a house.
type VisitResult string

const (
	VisitNoChange VisitResult = "no_change" // as recorded
	VisitChanged  VisitResult = "changed"   // seen, and what differs is stated elsewhere
	VisitNoAccess VisitResult = "no_access" // nobody there, or not let in
	VisitGone     VisitResult = "gone"      // there is no such house any more
)

// VisitResults lists every result.
func VisitResults() []VisitResult {
	return []VisitResult{VisitNoChange, VisitChanged, VisitNoAccess, VisitGone}
}

// Confirms says whether the result confirms the house: see Confirmation.
func (r VisitResult) Confirms() bool { return r == VisitNoChange || r == VisitChanged }

const (
	EventVisit         EventType = "visit"
	EventVisitWithdraw EventType = "visit_withdraw"
)

// Visit is an officer's look at a house. It belongs to the cell in which the
// house stands now.
type Visit struct {
	ID       uuid.UUID   `json:"id"`
	Building Code        `json:"building"`
	Cell     geo.Cell    `json:"cell"`
	Officer  int64       `json:"officer"` // the account
	At       time.Time   `json:"at"`
	On       Date        `json:"on"` // the date of At in the registry's zone
	Result   VisitResult `json:"result"`
	Note     string      `json:"note"`
	// Withdrawn says that the officer took it back.
	Withdrawn bool `json:"withdrawn"`
}

// VisitReport is what an officer says of a visit.
type VisitReport struct {
	Result VisitResult
	Note   string
	// At is when it was; now if nil. A phone without network reports later.
	At *time.Time
}

const (
	maxNote = 500
	// lateReport is how long after a visit it may still be reported.
	lateReport = 31 * dayLength
	// clockGrace is how far a phone's clock may be ahead of ours.
	clockGrace = time.Minute
)

// Visit decides what a report makes. The id and the officer are the caller's
// to add. Notes are about houses: one that holds what looks like somebody's
// number is refused. It fails with Invalid, naming every field, and with
// Conflict for a house that is no more.
func (b *Building) Visit(r VisitReport, now time.Time, zone *time.Location) (Visit, error) {
	if err := b.live(); err != nil {
		return Visit{}, err
	}
	var f fieldErrors
	checkOneOf(&f, "result", &r.Result, VisitResults())
	note := strings.TrimSpace(r.Note)
	checkNote(&f, "note", note, maxNote)
	at := now
	if r.At != nil {
		at = r.At.UTC().Truncate(time.Microsecond)
	}
	switch {
	case at.After(now.Add(clockGrace)):
		f.add("at", "must not be in the future")
	case at.Before(now.Add(-lateReport)):
		f.add("at", "must not be more than %d days ago", lateReport/dayLength)
	case at.After(now):
		at = now
	}
	if err := f.err(); err != nil {
		return Visit{}, err
	}
	here, _ := b.Timeline.Nearest(DateOf(now.In(zone)))
	return Visit{Building: b.Code, Cell: here.Cell, At: at, On: DateOf(at.In(zone)), Result: r.Result, Note: note}, nil
}

// Withdraw decides that a visit is taken back, which an officer can do on the
// day on which it was recorded. It fails with Conflict afterwards.
func (v Visit) Withdraw(recorded, now time.Time, zone *time.Location) (Visit, error) {
	if DateOf(recorded.In(zone)) != DateOf(now.In(zone)) {
		return v, Errorf(Conflict, "too_late", "a visit can be taken back on the day on which it was recorded, %s", DateOf(recorded.In(zone)))
	}
	v.Withdrawn = true
	return v, nil
}

// NotYours is the answer about a place outside somebody's cells, and about the
// house there if code is not 0. It is the same whatever is known of the house.
func NotYours(code Code) error {
	e := &Error{Kind: Forbidden, Slug: "not_your_cell", Detail: "the place is not in a cell of yours"}
	if code != 0 {
		e.Codes, e.Detail = []Code{code}, fmt.Sprintf("%s does not stand in a cell of yours", code)
	}
	return e
}
