package web

import (
	"context"
	"net/http"
	"time"
)

type health struct {
	Status   string        `json:"status"`
	ReadOnly *readOnlyView `json:"readOnly,omitempty"` // nil for a server that writes
}

// getHealth says that the process answers, whatever the database does.
func (in *reading) getHealth(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, r, health{"ok", in.readOnly()})
}

// getReadiness says whether requests should be sent here: the map is built and
// follows, and the database answers.
func (in *reading) getReadiness(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if reason := in.live.NotReady(); reason != "" {
		return notReady(reason)
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := in.store.Ping(ctx); err != nil {
		in.cfg.Log.WarnContext(ctx, "database does not answer", "err", err)
		return notReady("the database does not answer")
	}
	return writeJSON(w, r, health{"ready", in.readOnly()})
}

func notReady(reason string) error {
	return &httpError{status: http.StatusServiceUnavailable, slug: "not_ready", detail: reason, retryAfter: time.Second}
}

// ready returns an error while the live map cannot answer.
func (in *reading) ready() error {
	if reason := in.live.NotReady(); reason != "" {
		return notReady(reason)
	}
	return nil
}
