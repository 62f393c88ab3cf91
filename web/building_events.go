package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
)

// eventView is an event as one building's history tells it.
type eventView struct {
	ID        string                        `json:"id"`
	Type      registry.EventType            `json:"type"`
	Class     registry.EventClass           `json:"class"`
	Actor     string                        `json:"actor"`
	At        time.Time                     `json:"at"`
	ValidFrom registry.Date                 `json:"validFrom"`
	Reason    string                        `json:"reason"`
	Document  string                        `json:"document"`
	Version   int                           `json:"version,omitempty"`
	Changes   map[string][2]json.RawMessage `json:"changes,omitempty"`
}

func viewEvent(e registry.Event) eventView {
	return eventView{ID: e.ID.String(), Type: e.Type, Class: e.Class, Actor: e.ActorName, At: e.RecordedAt,
		ValidFrom: e.ValidFrom, Reason: e.Reason, Document: e.Document}
}

// addEvent answers POST /api/v1/buildings/{code}/events.
func (out *writing) addEvent(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	do := out.readEvent(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := do(r, write, code)
	if err != nil {
		return err
	}
	v := viewOutcome(receipt, out.store.Today()).about(code)
	w.Header().Set("Location", "/api/v1/buildings/"+code.String()+"/history")
	return writeVersion(w, r, http.StatusCreated, v.Building.Version, v)
}

// happening is a change of a building that has been read and can be done.
type happening func(*http.Request, postgres.Write, registry.Code) (registry.Receipt, error)

// readEvent reads an event by its type. What is wrong stays in o.
func (out *writing) readEvent(o *object) happening {
	o.need("type")
	switch kind := plain(o, "type"); registry.EventType(kind) {
	case registry.EventTransition:
		o.need("state")
		t := registry.Transition{Why: readWhy(o), ValidFrom: date(o, "validFrom"), State: registry.State(plain(o, "state"))}
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Transition(r.Context(), w, c, t)
		}
	case registry.EventRetire:
		t := readRetirement(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Retire(r.Context(), w, c, t)
		}
	case registry.EventVoid:
		why := readWhy(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Void(r.Context(), w, c, why)
		}
	case registry.EventCorrect:
		t := readCorrection(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Correct(r.Context(), w, c, t)
		}
	case registry.EventRevive:
		t := registry.Revival{Why: readWhy(o), Override: readOverride(o)}
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Revive(r.Context(), w, c, t)
		}
	case registry.EventSplit:
		t := readSplit(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.Split(r.Context(), w, c, t)
		}
	case registry.EventCarveOut:
		t := readCarveOut(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.CarveOut(r.Context(), w, c, t)
		}
	default:
		if kind != "" {
			o.fault("type", "must be one of correct, transition, retire, void, revive, split, carve_out")
		}
		return nil
	}
}

type historyView struct {
	Code     registry.Code `json:"code"`
	Events   []eventView   `json:"events"`
	Versions []versionView `json:"versions"`
	Lineage  []edgeView    `json:"lineage"`
}

type versionView struct {
	Version int `json:"version"`
	factsView
	RecordedFrom time.Time  `json:"recordedFrom"`
	RecordedTo   *time.Time `json:"recordedTo"`
}

// getHistory answers GET /api/v1/buildings/{code}/history.
func (in *reading) getHistory(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	h, err := in.store.HistoryAt(r.Context(), code, at)
	if err != nil {
		return err
	}
	v := historyView{Code: h.Code, Events: make([]eventView, 0, len(h.Events)),
		Versions: make([]versionView, 0, len(h.Versions)), Lineage: viewEdges(h.Lineage)}
	signedIn := stateOf(r).actor.Account != 0
	w.Header().Add("Vary", "Cookie, Authorization")
	for _, e := range h.Events {
		event := viewEvent(e.Event)
		if !signedIn {
			// Who did it and what they wrote down is for those who work here.
			event.Actor, event.Reason, event.Document = "", "", ""
		}
		event.Version = e.Version
		if event.Changes, err = viewChanges(e.Changes); err != nil {
			return err
		}
		v.Events = append(v.Events, event)
	}
	for _, k := range h.Versions {
		v.Versions = append(v.Versions, versionView{
			Version: k.Version, factsView: viewFacts(k.Span, in.live.division(k.Span.Community)),
			RecordedFrom: k.RecordedFrom, RecordedTo: k.RecordedTo,
		})
	}
	return writeJSON(w, r, v)
}

// viewChanges tells fields as the API names and writes them: the community's
// id is a string, and what was nothing is null.
func viewChanges(changes []registry.FieldChange) (map[string][2]json.RawMessage, error) {
	out := make(map[string][2]json.RawMessage, len(changes))
	for _, c := range changes {
		pair := [2]json.RawMessage{c.Old, c.New}
		for i, raw := range pair {
			var err error
			if pair[i], err = viewValue(c.Field, raw); err != nil {
				return nil, err
			}
		}
		out[c.Field] = pair
	}
	return out, nil
}

func viewValue(field string, raw json.RawMessage) (json.RawMessage, error) {
	switch {
	case string(raw) == `""` || field == "cell" && string(raw) == `"0"`:
		return json.RawMessage("null"), nil
	case field == "community":
		id, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read change of community: %w", err)
		}
		if id == 0 {
			return json.RawMessage("null"), nil
		}
		return json.Marshal(strconv.FormatInt(id, 10))
	}
	return raw, nil
}
