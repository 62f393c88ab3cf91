package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"fangma/registry"
)

// TestProfilesAreForTheAdminListenerAlone: what tells of the program's inside is
// not to be had on the public one, and waits are recorded only if asked for.
func TestProfilesAreForTheAdminListenerAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := s.web.Admin()
	for path, says := range map[string]string{
		"/debug/pprof/":                  "goroutine",
		"/debug/pprof/heap?debug=1":      "heap profile",
		"/debug/pprof/goroutine?debug=1": "goroutine profile",
		"/debug/pprof/mutex?debug=1":     "sampling period=0",
		"/debug/pprof/block?debug=1":     "contention",
		"/debug/pprof/symbol":            "num_symbols",
		"/debug/pprof/trace?seconds=0.1": "go 1.",
	} {
		if got := serve(admin, path); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), says) {
			t.Errorf("%s: %d, says nothing of %q\n%.200s", path, got.Code, says, got.Body)
		}
		if got := serve(s.web, path); got.Code != http.StatusNotFound {
			t.Errorf("%s on the public listener: %d", path, got.Code)
		}
	}
	if got := serve(admin, "/debug/pprof/cmdline"); got.Code != http.StatusNotFound {
		t.Errorf("the command line is told: %d %s", got.Code, got.Body)
	}
}

// TestMetricsAfterTiles: after some tiles and a change the metrics say what was
// asked for, what was made, and how far the map is.
func TestMetricsAfterTiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clerk := s.program(t, registry.Clerk)
	began := float64(time.Now().Unix())
	b := register(clerk, 0)
	for deadline := time.Now().Add(10 * time.Second); clerk.get(tileOf(b)).status != http.StatusOK; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the house does not show")
		}
	}
	clerk.get("/healthz").want(http.StatusOK) // by then the last one is counted
	before := metricsOf(s)
	for range 3 {
		clerk.get(tileOf(b)).want(http.StatusOK)
		clerk.get(tileOf(b), "Accept-Encoding", "zstd").want(http.StatusOK)
	}
	clerk.get("/tiles/density/8/134/89.mvt")
	now := metricsOf(s)
	tileRoute := `fangma_http_request_seconds_count{method="GET",route="/tiles/{layer}/{z}/{x}/{y}.mvt",status="200"}`
	for name, want := range map[string]float64{
		tileRoute:                        6,
		"fangma_tile_cache_hits_total":   5, // one coding was there, the other is made once
		"fangma_tile_cache_misses_total": 2,
		`fangma_tile_encode_seconds_count{layer="buildings"}`: 1,
		`fangma_tile_encode_seconds_count{layer="density"}`:   1,
		`fangma_tile_raw_bytes_count{layer="buildings"}`:      1,
		`fangma_tile_compress_seconds_count{coding="zstd"}`:   1,
	} {
		if got := now[name] - before[name]; got != want {
			t.Errorf("%s rose by %v, want %v", name, got, want)
		}
	}
	for name, within := range map[string][2]float64{
		`fangma_tile_encode_seconds_sum{layer="buildings"}`: {1e-9, 10},
		`fangma_tile_compress_seconds_sum{coding="gzip"}`:   {1e-9, 10},
		`fangma_tile_raw_bytes_sum{layer="buildings"}`:      {50, 1e5},
		"fangma_tile_cache_bytes":                           {100, 8 << 20},
		"fangma_tile_cache_tiles":                           {2, 10},
		"fangma_tile_cache_evictions_total":                 {0, 0},
		"fangma_live_buildings":                             {1, 1},
		"fangma_live_lag_seconds_count":                     {1, 1},
		"fangma_live_behind_seconds":                        {1e-9, 60},
		"fangma_live_position":                              {1, 1e3},
		"fangma_live_newest_event_timestamp_seconds":        {began, began + 600},
	} {
		if got, there := now[name]; !there || got < within[0] || got > within[1] {
			t.Errorf("%s is %v, want within %v", name, got, within)
		}
	}
	if _, there := now["fangma_replica_behind_seconds"]; there {
		t.Error("a server that writes tells of a replica")
	}
	reader := metricsOf(readOnlySite(t, s.db))
	if reader["fangma_replica_connected"] != 1 || reader["fangma_live_buildings"] != 1 {
		t.Errorf("a server that only reads: %v %v", reader["fangma_replica_connected"], reader["fangma_live_buildings"])
	}
	if behind, there := reader["fangma_replica_behind_seconds"]; !there || behind != 0 {
		t.Errorf("behind itself: %v %v", behind, there)
	}
}

// metricsOf reads what the admin listener tells: values by name with labels.
func metricsOf(s *site) map[string]float64 {
	out := map[string]float64{}
	for line := range strings.Lines(serve(s.web.Admin(), "/metrics").Body.String()) {
		if i := strings.LastIndex(line, " "); i > 0 && !strings.HasPrefix(line, "#") {
			out[line[:i]], _ = strconv.ParseFloat(strings.TrimSpace(line[i:]), 64) // it is what Prometheus reads
		}
	}
	return out
}
