package web

import (
	"net/http"
	"time"

	"fangma/registry"
)

type zoneHistoryView struct {
	ID       registry.ZoneID   `json:"id"`
	Events   []zoneEventView   `json:"events"`
	Versions []zoneVersionView `json:"versions"`
}

type zoneEventView struct {
	ID        string             `json:"id"`
	Type      registry.EventType `json:"type"`
	Actor     string             `json:"actor"`
	At        string             `json:"at"`
	ValidFrom registry.Date      `json:"validFrom"`
	Reason    string             `json:"reason"`
	Document  string             `json:"document"`
}

type zoneVersionView struct {
	zoneView
	RecordedTo *string `json:"recordedTo"`
}

// getZoneHistory answers GET /api/v1/zones/{id}/history.
func (in *reading) getZoneHistory(w http.ResponseWriter, r *http.Request) error {
	id, err := zoneID(r)
	if err != nil {
		return err
	}
	h, err := in.store.ZoneHistory(r.Context(), id)
	if err != nil {
		return err
	}
	v := zoneHistoryView{ID: id, Events: []zoneEventView{}, Versions: []zoneVersionView{}}
	for _, e := range h.Events {
		v.Events = append(v.Events, zoneEventView{ID: e.ID.String(), Type: e.Type, Actor: e.ActorName, At: instantText(e.RecordedAt),
			ValidFrom: e.ValidFrom, Reason: e.Reason, Document: e.Document})
	}
	for _, k := range h.Versions {
		version := zoneVersionView{zoneView: viewZone(k.ZoneOn, false)}
		if k.RecordedTo != nil {
			to := instantText(*k.RecordedTo)
			version.RecordedTo = &to
		}
		v.Versions = append(v.Versions, version)
	}
	return writeJSON(w, r, v)
}

// instantText writes an instant as this API does, to the microsecond.
func instantText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z") }
