package web

import (
	"github.com/prometheus/client_golang/prometheus"

	"fangma/tiles"
)

type liveNumbers struct {
	applied prometheus.Counter
	lag     prometheus.Histogram
}

func newLiveNumbers() liveNumbers {
	applied := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "fangma_live_buildings_applied_total", Help: "After-images of buildings applied to the map."})
	lag := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "fangma_live_lag_seconds", Help: "From the recording of an event to the map showing it.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60}})
	return liveNumbers{applied, lag}
}

// collectors are the numbers of the live map.
func (l *Live) collectors() []prometheus.Collector {
	stat := func(name, help string, get func(tiles.Stats) float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 {
			if t := l.town.Load(); t != nil {
				return get(t.cache.Stats())
			}
			return 0
		})
	}
	gauge := func(name, help string, get func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, get)
	}
	return []prometheus.Collector{
		l.numbers.applied, l.numbers.lag,
		stat("fangma_tile_cache_hits_total", "Tiles answered from the cache.", func(s tiles.Stats) float64 { return float64(s.Hits) }),
		stat("fangma_tile_cache_misses_total", "Tiles that were encoded.", func(s tiles.Stats) float64 { return float64(s.Misses) }),
		gauge("fangma_tile_cache_bytes", "Bytes of encoded tiles kept.", func() float64 {
			if t := l.town.Load(); t != nil {
				return float64(t.cache.Stats().Bytes)
			}
			return 0
		}),
		gauge("fangma_live_buildings", "Buildings on the map.", func() float64 {
			if t := l.town.Load(); t != nil {
				return float64(t.snapshot.Count())
			}
			return 0
		}),
		gauge("fangma_live_streams", "Open event streams.", func() float64 { return float64(l.hubs.count()) }),
		gauge("fangma_live_silent_seconds", "Since the map last reached the end of the feed.", func() float64 {
			if l.caughtUp.Load() == 0 {
				return 0
			}
			return l.silent().Seconds()
		}),
	}
}
