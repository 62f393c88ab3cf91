package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	streamPath = "/api/v1/events/stream"

	heartbeat = 15 * time.Second
	// writeTime is how long one message may take to a client; whoever is slower
	// is cut off and reconnects.
	writeTime = 10 * time.Second
	// staffTime is after how long a stream that tells more than public facts
	// ends: the browser opens it again, and is asked anew who it is.
	staffTime = 10 * time.Minute
)

// streamEvents tells one open map what changes, until it goes away. Who is
// signed in hears of changes that are not public, too.
func (in *reading) streamEvents(w http.ResponseWriter, r *http.Request) error {
	if err := in.ready(); err != nil {
		return err
	}
	who := audienceOf(stateOf(r).actor)
	h := in.live.hubs[who]
	s, missed, whole := h.join(stateOf(r).source, r.Header.Get("Last-Event-ID"))
	if s == nil {
		return limited("too_many_streams", "too many event streams are open", 10*time.Second)
	}
	defer h.leave(s)
	stateOf(r).live = true
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // a proxy must not hold messages back
	out := &stream{w: w, conn: http.NewResponseController(w), hub: h}
	_ = out.conn.SetReadDeadline(time.Time{}) // the request is in; the answer lasts
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	if err := in.begin(out, missed, whole); err != nil {
		return nil // the client has gone; it says so by not reading
	}
	if who > anybody {
		ctx, cancel := context.WithTimeout(r.Context(), staffTime)
		defer cancel()
		r = r.WithContext(ctx)
	}
	in.follow(r, out, s)
	return nil
}

// begin continues where the client was, or tells it to start over.
func (in *reading) begin(out *stream, missed []message, whole bool) error {
	if err := out.write("retry: 1000\n\n"); err != nil {
		return err
	}
	if !whole {
		return in.sayReady(out)
	}
	for _, m := range missed {
		if err := out.send(m); err != nil {
			return err
		}
	}
	return nil
}

// sayReady says that whatever the client drew before may be out of date.
func (in *reading) sayReady(out *stream) error {
	data, err := json.Marshal(map[string]any{"today": in.store.Today()})
	if err != nil {
		return err
	}
	return out.send(message{out.hub.last(), "ready", data})
}

func (in *reading) follow(r *http.Request, out *stream, s *subscriber) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case m, ok := <-s.queue:
			if !ok {
				return // the server is shutting down
			}
			err = out.send(m)
		case <-s.missed:
			drain(s)
			err = in.sayReady(out)
		case <-beat.C:
			err = out.write(": still here\n\n")
		case <-r.Context().Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// drain throws away what a client that starts over need not hear.
func drain(s *subscriber) {
	for {
		select {
		case _, ok := <-s.queue:
			if !ok {
				return
			}
		default:
			return
		}
	}
}

// stream writes server-sent events to one client.
type stream struct {
	w    http.ResponseWriter
	conn *http.ResponseController
	hub  *hub
}

func (s *stream) send(m message) error {
	return s.write(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", m.event, s.hub.id(m.number), m.data))
}

func (s *stream) write(text string) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.conn.Flush()
}
