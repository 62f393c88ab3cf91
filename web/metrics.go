package web

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are the numbers of one server, in a registry of their own so that
// several servers in a process do not meet.
type metrics struct {
	registry *prometheus.Registry
	took     *prometheus.HistogramVec
	tiles    tileObservers
	panics   prometheus.Counter
}

func newMetrics(live *Live) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "fangma_http_request_seconds", Help: "Time to answer, by route, method and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "fangma_http_panics_total", Help: "Requests that ended in a panic."}),
	}
	m.tiles = newTileObservers(m.took)
	m.registry.MustRegister(m.took, m.panics, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(live.collectors()...)
	return m
}

// observe counts a request under its route's template. Event streams last as
// long as somebody looks; their time is not a measure.
func (m *metrics) observe(method string, st *state, status int, took time.Duration) {
	if st.live {
		return
	}
	m.took.WithLabelValues(st.route, shownMethod(method), strconv.Itoa(status)).Observe(took.Seconds())
}
