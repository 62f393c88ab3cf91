package web

import (
	"cmp"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"fangma/registry/postgres"
	"fangma/tiles"
)

type liveNumbers struct {
	applied  prometheus.Counter
	lag      prometheus.Histogram
	encode   *prometheus.HistogramVec
	compress *prometheus.HistogramVec
	size     *prometheus.HistogramVec

	newest   atomic.Int64 // Unix microseconds at which the newest event on the map was recorded; 0 for none
	position atomic.Int64 // how far in the feed the map is
}

func newLiveNumbers() *liveNumbers {
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	short := []float64{.000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .5}
	return &liveNumbers{
		applied: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "fangma_live_buildings_applied_total", Help: "After-images of buildings applied to the map."}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "fangma_live_lag_seconds", Help: "From the recording of an event to the map showing it.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60}}),
		encode:   histogram("fangma_tile_encode_seconds", "Time to make a tile of the present from the map, by layer, before compressing.", short, "layer"),
		compress: histogram("fangma_tile_compress_seconds", "Time to hash and compress such a tile, by coding.", short, "coding"),
		size:     histogram("fangma_tile_raw_bytes", "Size of such a tile before compressing, by layer; 0 if nothing is in it.", []float64{0, 1e3, 4e3, 16e3, 64e3, 256e3, 1e6, 4e6}, "layer"),
	}
}

// made counts a tile that was made.
func (n *liveNumbers) made(w tiles.Work) {
	n.encode.WithLabelValues(string(w.Layer)).Observe(w.Encode.Seconds())
	n.size.WithLabelValues(string(w.Layer)).Observe(float64(w.Raw))
	if w.Raw > 0 {
		n.compress.WithLabelValues(cmp.Or(w.Encoding.String(), "identity")).Observe(w.Compress.Seconds())
	}
}

// shown counts an event of the feed that the map has come to show.
func (n *liveNumbers) shown(p postgres.FeedPart) {
	n.lag.Observe(time.Since(p.Event.RecordedAt).Seconds())
	n.newest.Store(max(n.newest.Load(), p.Event.RecordedAt.UnixMicro()))
}

// collectors are the numbers of the live map.
func (l *Live) collectors() []prometheus.Collector {
	counter := func(name, help string, get func(tiles.Stats) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(get(l.stats())) })
	}
	gauge := func(name, help string, get func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, get)
	}
	n := l.numbers
	all := []prometheus.Collector{
		n.applied, n.lag, n.encode, n.compress, n.size,
		counter("fangma_tile_cache_hits_total", "Tiles answered from the cache.", func(s tiles.Stats) uint64 { return s.Hits }),
		counter("fangma_tile_cache_misses_total", "Tiles that were not in the cache. One is made however many ask for it at once.", func(s tiles.Stats) uint64 { return s.Misses }),
		counter("fangma_tile_cache_evictions_total", "Tiles that left the cache for want of room, and not because they changed.", func(s tiles.Stats) uint64 { return s.Evictions }),
		gauge("fangma_tile_cache_bytes", "Bytes of encoded tiles kept.", func() float64 { return float64(l.stats().Bytes) }),
		gauge("fangma_tile_cache_tiles", "Encoded tiles kept.", func() float64 { return float64(l.stats().Tiles) }),
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
		gauge("fangma_live_behind_seconds", "How old what the map shows may be at most: since it last reached the end of the feed, and what a replica is behind.", func() float64 {
			d, _ := l.behind()
			return d.Seconds()
		}),
		gauge("fangma_live_position", "How far in the feed of the registry the map is, to compare servers by.", func() float64 { return float64(n.position.Load()) }),
		gauge("fangma_live_newest_event_timestamp_seconds", "When the newest event that reached the map by the feed was recorded; 0 for none since the start.", func() float64 {
			return float64(n.newest.Load()) / 1e6
		}),
	}
	if l.cfg.Store == nil {
		all = append(all, l.replicaCollectors(gauge)...)
	}
	return all
}

// replicaCollectors are the numbers of a server that only reads.
func (l *Live) replicaCollectors(gauge func(name, help string, get func() float64) prometheus.Collector) []prometheus.Collector {
	of := func(get func(*replica) float64) func() float64 {
		return func() float64 {
			if r := l.replica.Load(); r != nil {
				return get(r)
			}
			return 0
		}
	}
	return []prometheus.Collector{
		gauge("fangma_replica_behind_seconds", "How far the database is behind its primary; since the last change that it saw if it has lost it.",
			of(func(r *replica) float64 { return r.Behind.Seconds() })),
		gauge("fangma_replica_connected", "1 if the database receives what its primary writes, or takes writes itself.", of(func(r *replica) float64 {
			if r.Connected || !r.Standby {
				return 1
			}
			return 0
		})),
	}
}

// stats are those of the cache; zero before the map is built.
func (l *Live) stats() tiles.Stats {
	if t := l.town.Load(); t != nil {
		return t.cache.Stats()
	}
	return tiles.Stats{}
}
