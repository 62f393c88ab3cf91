package postgres_test

import (
	"testing"

	"github.com/google/uuid"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

func TestFeedHead(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := dbtest.Store(t, postgres.Options{})
	head := func() postgres.FeedHead {
		t.Helper()
		h, err := s.FeedHead(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	empty := head()
	if empty.Registry == uuid.Nil || empty.Position != 0 || empty.Event != uuid.Nil || empty.Waiting {
		t.Errorf("an empty feed's head is %+v", empty)
	}
	for i := range 2 {
		register(t, s, registry.Registration{Input: registry.Input{Shape: square(float64(i), 0)}})
	}
	if h := head(); !h.Waiting || h.Position != 0 {
		t.Errorf("before events are placed the head is %+v", h)
	}
	if _, err := s.Position(ctx); err != nil {
		t.Fatal(err)
	}
	h := head()
	parts := readFeed(t, s, 10)
	if last := parts[len(parts)-1]; h.Position != last.Position || h.Event != last.Event.ID || h.Waiting || h.Registry != empty.Registry {
		t.Errorf("the head is %+v, the last event %s at %d", h, last.Event.ID, last.Position)
	}
	for _, c := range []struct {
		position int64
		event    uuid.UUID
		want     bool
	}{{parts[0].Position, parts[0].Event.ID, true}, {h.Position, h.Event, true}, {h.Position, parts[0].Event.ID, false}, {h.Position + 1, h.Event, false}} {
		if got, err := s.InFeed(ctx, c.position, c.event); err != nil || got != c.want {
			t.Errorf("event %s at %d is in the feed: %v, %v", c.event, c.position, got, err)
		}
	}
}
