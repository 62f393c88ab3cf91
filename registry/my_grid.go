package registry

import (
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"fangma/geo"
)

// Need is what a house wants of its officer.
type Need string

const (
	NeedConfirm      Need = "confirm"       // nobody has confirmed it, or too long ago
	NeedHeadcount    Need = "headcount"     // nothing is stated about how many live there
	NeedProposalOpen Need = "proposal_open" // a proposal about it waits for a clerk
)

// MyGrid is an officer's day: the cells, the houses in them, what was
// proposed. It holds nothing about any other place.
type MyGrid struct {
	On     Date
	Cells  []geo.Cell // ascending
	Houses []GridHouse
	// Confirmed is how many houses the officer confirmed on that day.
	Confirmed int
	// Proposals are those in the cells, and the officer's own, that are open or
	// were decided within DecidedFor; newest first.
	Proposals []Proposal
}

// DecidedFor is how long a decided proposal stays in an officer's list.
const DecidedFor = 30 * dayLength

// GridHouse is a house as its officer sees it.
type GridHouse struct {
	Code    Code
	Point   orb.Point
	Cell    geo.Cell
	Name    string
	Address string
	State   State
	Floors  *int
	// Dwellings, Heads and Permits are the house's totals of the day.
	Dwellings, Heads, Permits int
	// Stated says whether anything is stated about heads on the day.
	Stated      bool
	ConfirmedTo *Date
	LastVisit   *GridVisit
	Proposed    bool // there is an open proposal about it
	Needs       []Need
	Order       int // the place in the walk through all houses, from 0
}

// GridVisit is the last look at a house.
type GridVisit struct {
	ID     uuid.UUID
	At     time.Time
	Result VisitResult
	Note   string
	Mine   bool
}

// Arrange fills in what each house needs and the order in which to walk them.
func (g *MyGrid) Arrange() {
	points := make([]orb.Point, len(g.Houses))
	for i := range g.Houses {
		g.Houses[i].Needs = g.Houses[i].needs(g.On)
		points[i] = g.Houses[i].Point
	}
	for i, place := range WalkingOrder(points) {
		g.Houses[i].Order = place
	}
}

// needs: a house that is only planned needs nobody to look, and nobody lives
// in it.
func (h *GridHouse) needs(on Date) []Need {
	needs := []Need{}
	if h.State != Planned {
		if h.ConfirmedTo == nil || *h.ConfirmedTo <= on {
			needs = append(needs, NeedConfirm)
		}
		if h.State == InUse && !h.Stated {
			needs = append(needs, NeedHeadcount)
		}
	}
	if h.Proposed {
		needs = append(needs, NeedProposalOpen)
	}
	return needs
}

// Open is how many houses need the officer: to be confirmed or counted.
func (g *MyGrid) Open() int {
	n := 0
	for _, h := range g.Houses {
		if len(h.Needs) > 1 || len(h.Needs) == 1 && h.Needs[0] != NeedProposalOpen {
			n++
		}
	}
	return n
}
