package registry

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"fangma/geo"
)

// ProposalKind is what an officer asks the clerks to record.
type ProposalKind string

const (
	ProposeNewBuilding ProposalKind = "new_building"
	ProposeDemolition  ProposalKind = "demolition"
	ProposeCorrection  ProposalKind = "correction"
)

// ProposalKinds lists every kind.
func ProposalKinds() []ProposalKind {
	return []ProposalKind{ProposeNewBuilding, ProposeDemolition, ProposeCorrection}
}

// ProposalState is how far a proposal has come. Everything but open is final.
type ProposalState string

const (
	ProposalOpen      ProposalState = "open"
	ProposalAccepted  ProposalState = "accepted"
	ProposalRefused   ProposalState = "refused"
	ProposalWithdrawn ProposalState = "withdrawn"
)

// ProposalStates lists every state.
func ProposalStates() []ProposalState {
	return []ProposalState{ProposalOpen, ProposalAccepted, ProposalRefused, ProposalWithdrawn}
}

const (
	EventPropose          EventType = "proposal"
	EventProposalDecide   EventType = "proposal_decision"
	EventProposalWithdraw EventType = "proposal_withdraw"
)

// Proposal is something that an officer saw and that a clerk is to record, or
// not. It changes nothing by itself.
type Proposal struct {
	ID    uuid.UUID     `json:"id"`
	Kind  ProposalKind  `json:"kind"`
	State ProposalState `json:"state"`
	// Building is the house it is about; 0 for a new one.
	Building Code     `json:"building,omitempty"`
	Cell     geo.Cell `json:"cell"`
	// Shape is a point or a sketch; none where the house says it all.
	Shape  Shape     `json:"geometry"`
	Note   string    `json:"note"`
	By     int64     `json:"by"` // the account
	ByName string    `json:"byName"`
	MadeAt time.Time `json:"madeAt"`
	// DecidedAt, Reason and Result are nil, empty and 0 while it is open.
	DecidedAt *time.Time `json:"decidedAt,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	// Result is the house that an accepted proposal made or changed.
	Result Code `json:"result,omitempty"`
}

// ProposalInput is what an officer proposes.
type ProposalInput struct {
	Kind     ProposalKind
	Building Code // 0 for a new building
	Shape    *Shape
	Note     string
}

// Propose decides what a proposal is: about the building, or about a new one
// if that is nil. The id and the officer are the caller's to add. It fails
// with Invalid, naming every field, and with Conflict for a house that is no
// more.
func Propose(in ProposalInput, about *Building, at Place) (Proposal, error) {
	p := Proposal{Kind: in.Kind, State: ProposalOpen, Note: strings.TrimSpace(in.Note)}
	var f fieldErrors
	checkOneOf(&f, "kind", &in.Kind, ProposalKinds())
	checkNote(&f, "note", p.Note, maxNote)
	if in.Shape != nil {
		p.Shape = *cleanShape(&f, *in.Shape)
	}
	fresh := in.Kind == ProposeNewBuilding
	switch {
	case fresh && in.Building != 0:
		f.add("code", "a new building has no code yet")
	case !fresh && in.Building == 0:
		f.add("code", "is required")
	}
	if fresh && in.Shape == nil {
		f.add("geometry", "is required: a point or a sketch of the new building")
	}
	if in.Kind == ProposeCorrection && p.Note == "" && in.Shape == nil {
		f.add("note", "is required, or a sketch: what is wrong with the house?")
	}
	if err := f.err(); err != nil {
		return p, err
	}
	if about == nil {
		return p, p.settle(p.Shape.Geometry, at.Resolution)
	}
	if err := about.live(); err != nil {
		return p, err
	}
	here, _ := about.Timeline.Nearest(at.Today)
	p.Building, p.Cell = about.Code, here.Cell
	return p, nil
}

func (p *Proposal) settle(shape orb.Geometry, resolution int) error {
	cell, err := geo.CellAt(geo.RepresentativePoint(shape), resolution)
	p.Cell = cell
	return err
}

// Decision is a clerk's answer to a proposal.
type Decision struct {
	Accepted bool
	// Reason is told to the officer; required to refuse.
	Reason string
}

// Check returns Invalid with every wrong field.
func (d Decision) Check() error {
	var f fieldErrors
	checkText(&f, "reason", d.Reason, maxReason)
	if !d.Accepted && strings.TrimSpace(d.Reason) == "" {
		f.add("reason", "is required to refuse: the officer reads it")
	}
	return f.err()
}

// Decide ends an open proposal. It fails with Conflict if it has been decided
// or withdrawn, and as Check does.
func (p Proposal) Decide(d Decision, at time.Time) (Proposal, error) {
	if err := d.Check(); err != nil {
		return p, err
	}
	state := ProposalRefused
	if d.Accepted {
		state = ProposalAccepted
	}
	p.Reason = strings.TrimSpace(d.Reason)
	return p.end(state, at)
}

// Withdraw ends an open proposal by the wish of who made it. It fails with
// Conflict if it has been decided or withdrawn.
func (p Proposal) Withdraw(at time.Time) (Proposal, error) { return p.end(ProposalWithdrawn, at) }

func (p Proposal) end(state ProposalState, at time.Time) (Proposal, error) {
	if p.State != ProposalOpen {
		return p, &Error{Kind: Conflict, Slug: "decided", Detail: "the proposal is " + string(p.State) + " already"}
	}
	if at.Before(p.MadeAt) { // clocks disagree
		at = p.MadeAt
	}
	p.State, p.DecidedAt = state, &at
	return p, nil
}
