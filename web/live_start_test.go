package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/maptile"

	"fangma/web"
)

// TestHousesBeforeTotals: a server that starts shows its houses while it is still counting who lives in them, says that it
// is not ready, and gives no density that lacks anybody.
func TestHousesBeforeTotals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, "clerk")
	q := newQuarter(t, clerk)
	q.live(clerk, "2020-01-01", heads)
	q.caughtUp(clerk, q.many, 21)
	at := maptile.At(q.many.Center(), 15)
	tile := fmt.Sprintf("/15/%d/%d.mvt", at.X, at.Y)
	houses, density := "/tiles/buildings"+tile, "/tiles/density"+tile

	conn, err := pgx.Connect(t.Context(), s.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), `begin`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `lock table building_total in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	live := web.NewLive(web.LiveConfig{Store: s.store, Log: slog.New(slog.DiscardHandler)})
	second, err := web.New(web.Config{Store: s.store, Live: live, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = live.Run(t.Context()) }() // ends with the test
	var got *httptest.ResponseRecorder
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got = serve(second, houses); got.Code != http.StatusServiceUnavailable {
			break
		}
	}
	if want := serve(s.web, houses); got.Code != http.StatusOK || got.Header().Get("ETag") != want.Header().Get("ETag") {
		t.Fatalf("houses while totals are held back: %d %v, want %v", got.Code, got.Header(), want.Header())
	}
	for path, want := range map[string]int{
		"/style/houses.json": 200, "/api/v1/map": 200, "/tiles/buildings.json": 200,
		"/readyz": 503, density: 503, "/api/v1/density?res=10": 503, "/api/v1/lookup/brief?lon=9.52&lat=47.14": 503,
	} {
		if got := serve(second, path); got.Code != want {
			t.Errorf("%s while totals are held back: %d, want %d", path, got.Code, want)
		}
	}
	if _, err := conn.Exec(t.Context(), `rollback`); err != nil {
		t.Fatal(err)
	}
	select {
	case <-live.Ready():
	case <-time.After(20 * time.Second):
		t.Fatal("not ready: " + live.NotReady())
	}
	for _, path := range []string{houses, density, "/readyz"} {
		a, b := serve(second, path), serve(s.web, path)
		if a.Code != http.StatusOK || a.Header().Get("ETag") != b.Header().Get("ETag") {
			t.Errorf("%s at the end: %d %v, want %d %v", path, a.Code, a.Header(), b.Code, b.Header())
		}
	}
}
