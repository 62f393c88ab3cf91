package registry

import (
	"encoding/json"
	"time"
)

// AsOf says of which moment a reader asks: the day in the world and the
// instant of the registry's knowledge. Nil is now.
type AsOf struct {
	ValidOn *Date
	KnownAt *time.Time
}

// Record is a building as it is read: one day's facts out of all that was
// known at an instant.
type Record struct {
	Code    Code
	Version int
	Standing
	// StatusOn is the code's status on the day asked for.
	StatusOn Status
	Span
	RecordedFrom  time.Time
	ExternalIDs   []ExternalID
	CommunityName string
	CommunityCode string
	// Successors are the codes to which a retired one leads.
	Successors []Lineage
}

// Known is a row of a building's bitemporal history: a span and the time
// during which the registry held it true.
type Known struct {
	Version      int
	Span         Span
	RecordedFrom time.Time
	RecordedTo   *time.Time // nil while it is still held true
}

// History is everything the registry ever held about a code, newest event
// first, spans in order of recording.
type History struct {
	Code     Code
	Events   []HistoryEvent
	Versions []Known
	Lineage  []Lineage
}

// HistoryEvent is an event with its own part in one code's history.
type HistoryEvent struct {
	Event
	Version int
	Changes []FieldChange
}

// FieldChange is one field that an event made different on the last span of
// the building's timeline that differs.
type FieldChange struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old"`
	New   json.RawMessage `json:"new"`
}

// Changes compares two after-images of one building, field by field, as a
// person would tell it: the facts that now hold last, and the ledger's status.
// before is nil for the first.
func Changes(before, after *Building) []FieldChange {
	var out []FieldChange
	add := func(field string, old, new any) {
		o, errOld := json.Marshal(old)
		n, errNew := json.Marshal(new)
		if errOld == nil && errNew == nil && string(o) != string(n) {
			out = append(out, FieldChange{field, o, n})
		}
	}
	if before == nil {
		before = &Building{}
	}
	old, new := before.lastFacts(), after.lastFacts()
	add("status", before.Status, after.Status)
	add("state", old.State, new.State)
	add("geometry", old.Shape, new.Shape)
	add("cell", old.Cell, new.Cell)
	add("community", old.Community, new.Community)
	add("evidence", old.Evidence, new.Evidence)
	add("inQuestion", old.InQuestion, new.InQuestion)
	add("legality", old.Legality, new.Legality)
	add("floors", old.Floors, new.Floors)
	add("height", old.Height, new.Height)
	add("name", old.Name, new.Name)
	add("address", old.Address, new.Address)
	add("externalIds", before.ExternalIDs, after.ExternalIDs)
	add("since", before.since(), after.since())
	return out
}

func (b *Building) lastFacts() Facts {
	if len(b.Timeline) == 0 {
		return Facts{}
	}
	return b.Timeline[len(b.Timeline)-1].Facts
}

func (b *Building) since() *Date {
	if len(b.Timeline) == 0 {
		return nil
	}
	d := b.Timeline.Since()
	return &d
}

// On reads the building as of a day. A building to come is described by its
// first span, a former one by its last; a void one has no facts at all.
func (b *Building) On(day Date) Record {
	span, _ := b.Timeline.Nearest(day)
	return Record{
		Code: b.Code, Version: b.Version, Standing: b.Standing, StatusOn: b.Standing.On(day),
		Span: span, RecordedFrom: b.RecordedFrom, ExternalIDs: b.ExternalIDs,
	}
}
