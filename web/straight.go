package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/prometheus/client_golang/prometheus"

	"fangma/registry"
	"fangma/tiles"
)

// The straight way. What is asked for most comes from memory in less time than
// the way through the router takes: tiles that everybody sees, and brief
// look-ups. Such a request is answered before the router, if it is as plain as
// can be and all goes well; whatever is out of the ordinary, a fault above all,
// goes the ordinary way, where the same lines of the table answer it. So there
// is one behaviour, and the straight way is only a quicker one to a part of it.

const (
	tilePath  = "/tiles/{layer}/{z}/{x}/{y}.mvt"
	briefPath = "/api/v1/lookup/brief"
)

// straight says whether it has answered. If not, it has written nothing.
func (s *Server) straight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.ContentLength != 0 || r.URL.RawPath != "" {
		return false
	}
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/tiles/"):
		return s.straightTile(w, r, path[len("/tiles/"):])
	case path == briefPath:
		return s.straightLookup(w, r)
	}
	return false
}

// straightLines holds the straight way against the table: it must lead to lines
// that are open to everybody and take no body.
func straightLines(table []route) error {
	for _, path := range []string{tilePath, briefPath} {
		open := slices.ContainsFunc(table, func(line route) bool {
			return line.path == path && line.method == http.MethodGet && line.who.anyone && line.body == noBody
		})
		if !open {
			return fmt.Errorf("web: the straight way leads to %s, which the table does not open to everybody", path)
		}
	}
	return nil
}

// straightTile answers for a tile of the live map that all readers share.
func (s *Server) straightTile(w http.ResponseWriter, r *http.Request, rest string) bool {
	if r.URL.RawQuery != "" {
		return false
	}
	start := s.cfg.Clock()
	coding := encodingFor(r)
	var a tiles.Answer
	found := s.guarded(tilePath, func() (ok bool) {
		a, ok = s.sharedTile(rest, coding)
		return ok
	})
	if !found {
		return false
	}
	h := w.Header()
	secureHeaders(h)
	id := newRequestID()
	own := [...]string{id, a.ETag, ""} // one piece of memory for the values of this answer
	h["X-Request-Id"], h["Etag"] = own[0:1:1], own[1:2:2]
	h["Cache-Control"], h["Vary"] = noCache, varyCoding
	status := http.StatusOK
	switch {
	case anyMatch(r.Header["If-None-Match"], a.ETag):
		status = http.StatusNotModified
	case a.Empty:
		status = http.StatusNoContent
	default:
		own[2] = strconv.Itoa(len(a.Bytes))
		h["Content-Length"], h["Content-Type"] = own[2:3:3], tileType
		if coding != tiles.Identity {
			h["Content-Encoding"] = codingValues[coding]
		}
	}
	sent := 0
	if w.WriteHeader(status); status == http.StatusOK && r.Method == http.MethodGet {
		sent = writeWhole(w, r, a.Bytes)
	}
	took := s.cfg.Clock().Sub(start)
	s.metrics.tile(r.Method, status).Observe(took.Seconds())
	if s.cfg.Log.Enabled(r.Context(), slog.LevelDebug) {
		s.logLine(r, slog.LevelDebug, &state{id: id, route: tilePath}, status, int64(sent), took)
	}
	return true
}

// guarded looks for an answer. A panic is told here, and the ordinary way
// answers for it.
func (s *Server) guarded(route string, find func() bool) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			s.metrics.panics.Inc()
			s.cfg.Log.Error("panic", "route", route, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			ok = false
		}
	}()
	return find()
}

// sharedTile takes a tile from the cache, or encodes it.
func (s *Server) sharedTile(path string, coding tiles.Encoding) (a tiles.Answer, ok bool) {
	name, path, _ := strings.Cut(path, "/")
	layer := tiles.Layer(name)
	if layer != tiles.Buildings && layer != tiles.Zones && layer != tiles.Basemap {
		return a, false
	}
	z, path, _ := strings.Cut(path, "/")
	x, y, _ := strings.Cut(path, "/")
	y, is := strings.CutSuffix(y, ".mvt")
	id, err := tiles.ParseTile(z, x, y)
	t := s.cfg.Live.houses.Load()
	if !is || err != nil || t == nil {
		return a, false
	}
	a, err = t.cache.Get(layer, id, coding)
	return a, err == nil
}

// straightLookup answers a brief look-up of somebody who has not signed in, for
// a point or for a building on today's map. Like tiles, it asks nothing of the
// database and is not counted.
func (s *Server) straightLookup(w http.ResponseWriter, r *http.Request) bool {
	if r.Header["Authorization"] != nil || r.Header["Cookie"] != nil || s.cfg.Live.NotReady() != "" {
		return false
	}
	start := s.cfg.Clock()
	var v briefLookupView
	found := s.guarded(briefPath, func() (ok bool) {
		v, ok = s.briefFor(r.URL.RawQuery)
		v.answerView = s.cfg.Live.town.Load().answers.Load().of(v.Cell)
		return ok
	})
	if !found {
		return false
	}
	st := &state{id: newRequestID(), route: briefPath}
	out := &recorder{ResponseWriter: w}
	h := w.Header()
	secureHeaders(h)
	h["X-Request-Id"] = []string{st.id}
	if err := writeJSON(out, r, v); err != nil {
		return false
	}
	s.account(r, st, out, s.cfg.Clock().Sub(start))
	return true
}

// briefFor reads a query of the plainest form, code=… or lon=…&lat=… in digits,
// and finds what it asks for.
func (s *Server) briefFor(query string) (v briefLookupView, ok bool) {
	for i := range len(query) {
		if c := query[i]; c == '%' || c == '+' || c == ';' || c < ' ' || c > '~' { // what would have to be decoded or refused
			return v, false
		}
	}
	if text, is := strings.CutPrefix(query, "code="); is {
		code, err := registry.ParseCode(text)
		if err != nil {
			return v, false
		}
		return s.reading.briefOfCode(code)
	}
	lon, lat, _ := strings.Cut(query, "&")
	if strings.HasPrefix(lon, "lat=") {
		lon, lat = lat, lon
	}
	lon, isLon := strings.CutPrefix(lon, "lon=")
	lat, isLat := strings.CutPrefix(lat, "lat=")
	x, errX := strconv.ParseFloat(lon, 64)
	y, errY := strconv.ParseFloat(lat, 64)
	if !isLon || !isLat || errX != nil || errY != nil || !(x >= -180 && x <= 180 && y >= -90 && y <= 90) {
		return v, false
	}
	return s.reading.briefAt(orb.Point{x, y})
}

// tileObservers count the straight way's answers with tiles without looking for
// their labels each time.
type tileObservers [2][3]prometheus.Observer

func newTileObservers(took *prometheus.HistogramVec) (o tileObservers) {
	for m, method := range []string{http.MethodGet, http.MethodHead} {
		for i, status := range []int{http.StatusOK, http.StatusNoContent, http.StatusNotModified} {
			o[m][i] = took.WithLabelValues(tilePath, method, strconv.Itoa(status))
		}
	}
	return o
}

func (m *metrics) tile(method string, status int) prometheus.Observer {
	of := &m.tiles[0]
	if method == http.MethodHead {
		of = &m.tiles[1]
	}
	switch status {
	case http.StatusOK:
		return of[0]
	case http.StatusNoContent:
		return of[1]
	}
	return of[2]
}
