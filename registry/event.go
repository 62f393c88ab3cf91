package registry

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// EventType names what happened.
type EventType string

const (
	EventRegister        EventType = "register"
	EventCorrect         EventType = "correct"
	EventTransition      EventType = "transition"
	EventRetire          EventType = "retire"
	EventVoid            EventType = "void"
	EventSplit           EventType = "split"
	EventMerge           EventType = "merge"
	EventCarveOut        EventType = "carve_out"
	EventAbsorb          EventType = "absorb"
	EventRevive          EventType = "revive"
	EventRevert          EventType = "revert"
	EventImport          EventType = "import"
	EventDwelling        EventType = "dwelling"
	EventDwellingCorrect EventType = "dwelling_correct"
	EventDwellingEnd     EventType = "dwelling_end"
	EventDwellingVoid    EventType = "dwelling_void"
	EventRedraw          EventType = "redraw" // division boundaries, and the communities that follow
)

// EventClass tells who may read an event. Headcounts never travel in a
// registry event.
type EventClass string

const (
	ClassRegistry EventClass = "registry"
	ClassPeople   EventClass = "people"
	ClassGrid     EventClass = "grid"
	ClassAccount  EventClass = "account"
)

// Event is the header of one recorded change over one or more codes. What
// became of each code is in its Parts.
type Event struct {
	ID    uuid.UUID  `json:"id"`
	Class EventClass `json:"class"`
	Type  EventType  `json:"type"`
	// Actor is the account that did it, 0 for the command line.
	Actor     int64  `json:"-"`
	ActorName string `json:"actor"`
	Why
	ValidFrom  Date      `json:"validFrom"`
	RecordedAt time.Time `json:"recordedAt"`
	// Parts is how many codes the event touches.
	Parts  int             `json:"parts"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

// Part is one code's share of an event: the whole after-image and the
// building's version number, so that a follower applies it without asking back.
type Part struct {
	Building Code            `json:"building"`
	Code     Code            `json:"code"`
	Version  int             `json:"version"`
	After    json.RawMessage `json:"after"`
}

// Relation says how a code came out of another.
type Relation string

const (
	RelationSplit    Relation = "split"
	RelationMerge    Relation = "merge"
	RelationCarveOut Relation = "carve_out"
	RelationAbsorb   Relation = "absorb"
	RelationRebuild  Relation = "rebuild"  // a new house where one was demolished
	RelationRecreate Relation = "recreate" // a dwelling under a new code
)

// Lineage is an edge between a code and one that came out of it. Edges form a
// directed graph without cycles.
type Lineage struct {
	Parent   Code      `json:"parent"`
	Child    Code      `json:"child"`
	Event    uuid.UUID `json:"event"`
	Relation Relation  `json:"relation"`
	// ValidFrom is the day from which the one leads to the other.
	ValidFrom Date `json:"validFrom"`
	// Share is the part of the parent's floor area that the child took, 0 to 1;
	// nil where it is not known.
	Share *float64 `json:"share"`
}

// Receipt is what a writer gets back: the event, and the building as it is on
// the day of writing.
type Receipt struct {
	Event Event `json:"event"`
	// Building is the one the event is about: the first, if there are several;
	// zero for an event over dwellings alone.
	Building Record `json:"building,omitzero"`
	// Buildings, Dwellings and Lineage are all that an event over several codes
	// touched.
	Buildings []Record   `json:"buildings,omitempty"`
	Dwellings []Dwelling `json:"dwellings,omitempty"`
	Lineage   []Lineage  `json:"lineage,omitempty"`
	// Visit and Proposal are what an officer's or clerk's request was about.
	Visit    *Visit    `json:"visit,omitempty"`
	Proposal *Proposal `json:"proposal,omitempty"`
	// Zones are those that a planner's request touched.
	Zones []Zone `json:"zones,omitempty"`
	// Assigned counts what an event of assignments did.
	Assigned *Assigned `json:"assigned,omitempty"`
	// Counted is what came of headcounts that were stated.
	Counted *Counted `json:"counted,omitempty"`
	// Replayed says that the same request had been done before, under the same
	// idempotency key, and was not done again.
	Replayed bool `json:"-"`
}
