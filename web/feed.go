package web

import (
	"encoding/json"
	"net/http"

	"fangma/registry"
	"fangma/registry/postgres"
)

// feedEvent is an event, or one part of it, in the change feed.
type feedEvent struct {
	eventView
	Last      bool           `json:"last"`
	Buildings []feedBuilding `json:"buildings"`
	Dwellings []feedDwelling `json:"dwellings"`
	// Detail is what belongs to the event as a whole: the lineage that it drew
	// or ended, the events that it took back.
	Detail json.RawMessage `json:"detail"`
}

type feedDwelling struct {
	Code    registry.Code   `json:"code"`
	Home    registry.Code   `json:"home"`
	Version int             `json:"version"`
	After   json.RawMessage `json:"after"`
}

type feedBuilding struct {
	Code    registry.Code   `json:"code"`
	Version int             `json:"version"`
	After   json.RawMessage `json:"after"`
}

type feedPage struct {
	Events []feedEvent `json:"events"`
	Next   string      `json:"next"`
}

// listEvents answers GET /api/v1/events. Who reads it is an integrator or a
// clerk, and what they may read is the registry's own class.
func (in *reading) listEvents(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	limit := q.limit()
	if err := q.err(); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	if q.text("after") == "now" {
		end, err := in.store.FeedEnd(r.Context(), registry.ClassRegistry)
		if err != nil {
			return err
		}
		return writeJSON(w, r, feedPage{Events: []feedEvent{}, Next: end.String()})
	}
	after, err := postgres.ParseCursor(registry.ClassRegistry, q.text("after"))
	if err != nil {
		return malformed(registry.FieldError{Field: "after", Reason: "is not a cursor that this feed gave out"})
	}
	parts, next, err := in.store.Feed(r.Context(), after, limit)
	if err != nil {
		return err
	}
	out := feedPage{Events: []feedEvent{}, Next: next.String()}
	for i, p := range parts {
		if i == 0 || parts[i-1].Event.ID != p.Event.ID {
			out.Events = append(out.Events, feedEvent{eventView: viewEvent(p.Event), Detail: p.Event.Detail,
				Buildings: []feedBuilding{}, Dwellings: []feedDwelling{}})
		}
		e := &out.Events[len(out.Events)-1]
		switch {
		case p.Part == nil:
		case p.Part.Code == p.Part.Building:
			e.Buildings = append(e.Buildings, feedBuilding{p.Part.Code, p.Part.Version, p.Part.After})
		default:
			e.Dwellings = append(e.Dwellings, feedDwelling{p.Part.Code, p.Part.Building, p.Part.Version, p.Part.After})
		}
		e.Last = p.Last
	}
	if len(parts) > 0 {
		linkNext(w, r, "after", out.Next)
	}
	return writeJSON(w, r, out)
}
