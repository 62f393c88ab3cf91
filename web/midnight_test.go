package web_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

// TestMidnight: a house that stands from tomorrow on is not on today's map,
// and comes when the registry's own day turns, without anybody doing anything.
func TestMidnight(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation(dbtest.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Pointer[time.Time]
	set := func(at time.Time) { now.Store(&at) }
	set(time.Date(2026, 11, 23, 23, 59, 0, 0, zone)) // 22:59 in UTC
	s := openClockedSite(t, dbtest.New(t), postgres.Options{Clock: func() time.Time { return *now.Load() }})
	clerk := s.program(t, registry.Clerk)
	b := clerk.send(http.MethodPost, "/api/v1/buildings", map[string]any{"geometry": square(0), "validFrom": "2026-11-24"}).want(http.StatusCreated).json()
	if b["status"] != "reserved" || b["statusFrom"] != nil {
		t.Errorf("before its day: %v since %v", b["status"], b["statusFrom"])
	}
	l := s.visitor(t).listen("")
	l.next("ready", "2026-11-23")
	s.visitor(t).get(tileOf(b)).want(http.StatusNoContent)
	set(time.Date(2026, 11, 24, 0, 0, 1, 0, zone))
	l.next("change", b["code"].(string))
	s.visitor(t).get(tileOf(b)).want(http.StatusOK)
	if now := s.visitor(t).get("/api/v1/codes/" + b["code"].(string)).json(); now["status"] != "active" || now["statusFrom"] != "2026-11-24" {
		t.Errorf("on its day: %v", now)
	}
}
