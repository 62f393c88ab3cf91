package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"fangma/registry/postgres"
)

// replica is how the database stood to its primary, and when that was asked.
type replica struct {
	postgres.Replica
	asked time.Time
}

// lookAtReplica asks, once a look, how far the database is behind its primary.
// It comes before the feed is read, so that the answer is never too good.
func (l *Live) lookAtReplica(ctx context.Context) error {
	if l.cfg.Store != nil {
		return nil
	}
	if last := l.replica.Load(); last != nil && time.Since(last.asked) < look {
		return nil
	}
	asked := time.Now()
	now, err := l.read.Replica(ctx)
	if err != nil {
		return err
	}
	l.replica.Store(&replica{now, asked})
	return nil
}

// behind is how old what the map shows may be: as old as what the database
// shows, and as the map's last look at it. False until it has looked.
func (l *Live) behind() (time.Duration, bool) {
	if l.caughtUp.Load() == 0 {
		return 0, false
	}
	var of time.Duration
	if r := l.replica.Load(); r != nil {
		of = r.Behind
	}
	return of + l.silent(), true
}

// position gives what was committed its place in the feed. Who only reads
// leaves that to the servers that write.
func (l *Live) position(ctx context.Context) error {
	if l.cfg.Store == nil {
		return nil
	}
	_, err := l.cfg.Store.Position(ctx)
	return err
}

// followToday moves what moves with the date, likewise.
func (l *Live) followToday(ctx context.Context) error {
	if l.cfg.Store == nil {
		return nil
	}
	return l.cfg.Store.FollowToday(ctx)
}

// readOnlyView is how a server that only reads says so in its health.
type readOnlyView struct {
	Primary   string   `json:"primary,omitempty"`
	Standby   bool     `json:"standby"`   // false if the database is no replica, or was not asked yet
	Connected bool     `json:"connected"` // the replica receives what the primary writes
	Behind    *float64 `json:"behindSeconds"`
}

// readOnly is nil for a server that writes.
func (in *reading) readOnly() *readOnlyView {
	if in.cfg.Store != nil {
		return nil
	}
	v := &readOnlyView{Primary: in.cfg.PrimaryURL}
	if r := in.live.replica.Load(); r != nil {
		v.Standby, v.Connected = r.Standby, r.Connected
	}
	if d, ok := in.live.behind(); ok {
		seconds := d.Seconds()
		v.Behind = &seconds
	}
	return v
}

// refuseWrite is the answer of a server that only reads to what would write
// here, and says where that is done.
func (s *Server) refuseWrite(r *http.Request) error {
	e := &httpError{status: http.StatusServiceUnavailable, slug: "read_only", primary: s.cfg.PrimaryURL,
		detail: "this server only reads, and this is written down; ask at " + cmp.Or(s.cfg.PrimaryURL, "the registry's primary server")}
	if s.cfg.PrimaryURL != "" {
		there := url.URL{Path: r.URL.Path, RawQuery: r.URL.Query().Encode()}
		e.elsewhere = s.cfg.PrimaryURL + there.String()
	}
	return e
}
