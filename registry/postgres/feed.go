package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// feedChannel wakes followers; it carries nothing, and losing a wake-up costs
// only the time until the next look.
const feedChannel = "fangma_feed"

// Cursor is a place in the feed of one class: after the part of Code in the
// event at Position; Code 0 is after the whole event. The zero Cursor is the
// beginning. Callers outside treat its text as opaque.
type Cursor struct {
	Class    registry.EventClass
	Position int64
	Code     registry.Code
}

// String writes the cursor for a caller to hand back.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%d", c.Class, c.Position, c.Code))
}

// ParseCursor reads what String wrote, for the same class. Empty is the
// beginning.
func ParseCursor(class registry.EventClass, text string) (Cursor, error) {
	if text == "" {
		return Cursor{Class: class}, nil
	}
	bad := registry.Errorf(registry.Malformed, "cursor", "the cursor is not one that this feed gave out")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Cursor{}, bad
	}
	parts := strings.Split(string(b), ".")
	if len(parts) != 3 || registry.EventClass(parts[0]) != class {
		return Cursor{}, bad
	}
	position, err1 := strconv.ParseInt(parts[1], 10, 64)
	code, err2 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil || position < 0 || code < 0 {
		return Cursor{}, bad
	}
	return Cursor{Class: class, Position: position, Code: registry.Code(code)}, nil
}

// FeedPart is one row of the feed: an event's header with one of its parts,
// or without for an event that touches no code. A follower publishes an event
// when its Last part is in.
type FeedPart struct {
	Position int64
	Event    registry.Event
	Part     *registry.Part
	Last     bool
}

// Feed gives up to limit rows after the cursor, in order, and the cursor to go
// on from. Nothing is ever inserted before a given position.
func (r *Reader) Feed(ctx context.Context, after Cursor, limit int) ([]FeedPart, Cursor, error) {
	// The last part is found by its code and not by there being none after it: that the planner would answer from a table of
	// all parts, which it makes anew for every reading.
	rows, err := r.pool.Query(ctx, `
		select f.position, e.event_id, e.class, e.type, coalesce(e.actor_id, 0), e.actor_name, e.reason, e.document,
			e.valid_from, e.recorded_at, e.parts, e.detail,
			coalesce(p.building_code, 0), coalesce(p.code, 0), coalesce(p.version, 0), p.after,
			p.code is null or p.code = (select max(q.code) from event_code q where q.event_id = e.event_id)
		from feed f
			join event e using (event_id)
			left join lateral (
				select * from event_code q
				where q.event_id = e.event_id and q.code > case when f.position = $2 then $3::bigint else 0 end
				order by q.code
				limit $4) p on true
		where f.class = $1 and (f.position > $2 or ($3::bigint > 0 and f.position = $2))
		order by f.position, p.code
		limit $4`, after.Class, after.Position, after.Code, limit)
	if err != nil {
		return nil, after, fmt.Errorf("read feed: %w", err)
	}
	parts, err := pgx.CollectRows(rows, scanFeedPart)
	if err != nil {
		return nil, after, fmt.Errorf("read feed: %w", err)
	}
	if len(parts) > 0 {
		last := parts[len(parts)-1]
		after.Position, after.Code = last.Position, 0
		if !last.Last {
			after.Code = last.Part.Code
		}
	}
	return parts, after, nil
}

func scanFeedPart(row pgx.CollectableRow) (FeedPart, error) {
	var f FeedPart
	var p registry.Part
	var from time.Time
	var detail, after []byte
	e := &f.Event
	err := row.Scan(&f.Position, &e.ID, &e.Class, &e.Type, &e.Actor, &e.ActorName, &e.Reason, &e.Document,
		&from, &e.RecordedAt, &e.Parts, &detail, &p.Building, &p.Code, &p.Version, &after, &f.Last)
	if err != nil {
		return f, err
	}
	e.ValidFrom = registry.DateOf(from)
	e.RecordedAt = e.RecordedAt.UTC()
	e.Detail = json.RawMessage(detail)
	if after != nil {
		p.After = json.RawMessage(after)
		f.Part = &p
	}
	return f, nil
}

// FeedEnd gives the cursor after everything that has a position now.
func (r *Reader) FeedEnd(ctx context.Context, class registry.EventClass) (Cursor, error) {
	c := Cursor{Class: class}
	err := r.pool.QueryRow(ctx, `select coalesce(max(position), 0) from feed where class = $1`, class).Scan(&c.Position)
	return c, wrap("read end of feed", err)
}

// FeedHead is how far the feed of a registry has come, over all classes.
type FeedHead struct {
	Registry uuid.UUID
	Position int64     // of the last event that has one; 0 if there is none
	Event    uuid.UUID // the one there
	// Waiting says that something is committed that has no position yet.
	Waiting bool
}

// FeedHead tells how far the feed has come. Two that are alike and not waiting are of the same registry in the same
// state, also if it was restored from a backup between them.
func (r *Reader) FeedHead(ctx context.Context) (FeedHead, error) {
	var h FeedHead
	var event *uuid.UUID
	err := r.pool.QueryRow(ctx, `
		select r.registry_id, h.position, (select event_id from feed f where f.position = h.position), `+eventsWait+`
		from registry r, feed_head h`).Scan(&h.Registry, &h.Position, &event, &h.Waiting)
	if event != nil {
		h.Event = *event
	}
	return h, wrap("read head of feed", err)
}

// InFeed tells whether an event has this position in the feed.
func (r *Reader) InFeed(ctx context.Context, position int64, event uuid.UUID) (bool, error) {
	var there bool
	err := r.pool.QueryRow(ctx, `select exists (select from feed where position = $1 and event_id = $2)`, position, event).Scan(&there)
	return there, wrap("look for event in feed", err)
}

// eventsWait is whether an event committed after the horizon of feed_head h has no position.
const eventsWait = `exists (
			select from event e
			where e.xid >= h.horizon and not exists (select from feed f where f.event_id = e.event_id))`

// Position gives committed events their place in the feed and returns how many
// it placed. Any process may call it at any time; the row of feed_head lets one
// work at a time.
//
// Order: by time of recording, so that events of one code keep the order of
// its versions. The horizon is read before the events are: every transaction
// below it had ended by then, so what it wrote is among them or was before.
func (s *Store) Position(ctx context.Context) (int64, error) {
	var waiting bool
	err := s.pool.QueryRow(ctx, `select `+eventsWait+` from feed_head h`).Scan(&waiting)
	if err != nil || !waiting {
		return 0, wrap("look for events to place", err)
	}
	var placed int64
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		placed, err = placeEvents(ctx, tx)
		return err
	})
	return placed, wrap("place events in the feed", err)
}

func placeEvents(ctx context.Context, tx pgx.Tx) (int64, error) {
	var head int64
	var horizon, next string
	err := tx.QueryRow(ctx, `select position, horizon::text from feed_head for update`).Scan(&head, &horizon)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `select pg_snapshot_xmin(pg_current_snapshot())::text`).Scan(&next)
	if err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, `
		insert into feed (position, event_id, class)
		select $1 + row_number() over (order by e.recorded_at, e.event_id), e.event_id, e.class
		from event e
		where e.xid >= $2::text::xid8 and not exists (select from feed f where f.event_id = e.event_id)`, head, horizon)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `update feed_head set position = $1, horizon = $2::text::xid8`, head+tag.RowsAffected(), next)
	return tag.RowsAffected(), err
}

// Wake calls f each time somebody commits an event, until the context ends or
// the connection is lost; then it returns why.
func (r *Reader) Wake(ctx context.Context, f func()) error {
	conn, err := pgx.ConnectConfig(ctx, r.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("listen to the feed: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `listen `+feedChannel); err != nil {
		return fmt.Errorf("listen to the feed: %w", err)
	}
	for {
		f() // once at the start: something may have come before listening began
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("listen to the feed: %w", err)
		}
	}
}
