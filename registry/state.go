package registry

import "slices"

// State is a building's physical state in the world (valid time).
type State string

const (
	Planned           State = "planned"
	UnderConstruction State = "under_construction"
	InUse             State = "in_use"
	Unusable          State = "unusable"
	Demolished        State = "demolished"
	NotRealised       State = "not_realised"
)

// States lists every physical state in the order of a building's life.
func States() []State {
	return []State{Planned, UnderConstruction, InUse, Unusable, Demolished, NotRealised}
}

// Valid says whether the state is one of States.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Standing says whether there is, or will be, something at the place: a
// demolished or never realised building is in no list, tile, count or export.
func (s State) Standing() bool { return s != Demolished && s != NotRealised }

// Status is the life of a code in the ledger.
type Status string

const (
	Reserved Status = "reserved" // issued, not yet in force: made for a future event
	Active   Status = "active"
	Retired  Status = "retired" // the house is gone; the code answers for ever
	Voided   Status = "void"    // registered in error: there never was such a house
)

// RetiredAs tells why a code was retired.
type RetiredAs string

const (
	AsDemolished  RetiredAs = "demolished"
	AsNotRealised RetiredAs = "not_realised"
	AsSplit       RetiredAs = "split"
	AsMerged      RetiredAs = "merged"
	AsEnded       RetiredAs = "ended" // dwellings only: no longer a unit of its own
)

// Standing is what the ledger keeps of a code's status: the latest change, the
// day from which it holds, and what held before. On is the one rule that every
// reader follows.
type Standing struct {
	Status Status    `json:"status"`
	From   Date      `json:"statusFrom"`
	Before Status    `json:"statusBefore"`
	As     RetiredAs `json:"retiredAs,omitempty"`
}

// On gives the status that holds on a day.
func (s Standing) On(day Date) Status {
	if day >= s.From {
		return s.Status
	}
	return s.Before
}

// Evidence says how well a building's facts are known.
type Evidence string

const (
	Declared        Evidence = "declared"
	Observed        Evidence = "observed"
	Documented      Evidence = "documented"
	CensusConfirmed Evidence = "census_confirmed"
	Estimated       Evidence = "estimated"
)

// Evidences lists every kind of evidence.
func Evidences() []Evidence {
	return []Evidence{Declared, Observed, Documented, CensusConfirmed, Estimated}
}

// Legality says whether a structure was permitted. Both legal and illegal
// structures are coded; a code grants no right.
type Legality string

const (
	Permitted       Legality = "permitted"
	Unpermitted     Legality = "unpermitted"
	UnknownLegality Legality = "unknown"
)

// Legalities lists every legality.
func Legalities() []Legality { return []Legality{Permitted, Unpermitted, UnknownLegality} }
