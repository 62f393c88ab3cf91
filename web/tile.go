package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"fangma/tiles"
)

const tileMedia = "application/vnd.mapbox-vector-tile"

// getTile answers GET /tiles/{layer}/{z}/{x}/{y}.mvt, from memory alone unless
// another moment than now is asked for. Maps keep a tile and ask each time
// whether it still holds, so that a change shows at once.
func (in *reading) getTile(w http.ResponseWriter, r *http.Request) error {
	vars := mux.Vars(r)
	layer, err := tiles.ParseLayer(vars["layer"])
	if err != nil {
		return err
	}
	id, err := tiles.ParseTile(vars["z"], vars["x"], vars["y"])
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	t := in.live.houses.Load()
	if t == nil {
		return in.ready()
	}
	if layer != tiles.Basemap && !in.past.present(at) {
		return in.getDatedTile(w, r, layer, id, at)
	}
	a, err := t.cache.Get(layer, id, encodingFor(r))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	sendTile(w, r, a)
	return nil
}

// sendTile writes a tile of the live map. The caller has said who may keep it.
func sendTile(w http.ResponseWriter, r *http.Request, a tiles.Answer) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", a.ETag)
	switch {
	case anyMatch(r.Header.Values("If-None-Match"), a.ETag):
		w.WriteHeader(http.StatusNotModified)
		return
	case a.Empty:
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if name := encodingFor(r).String(); name != "" {
		h.Set("Content-Encoding", name)
	}
	h.Set("Content-Type", tileMedia)
	h.Set("Content-Length", strconv.Itoa(len(a.Bytes)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.Bytes) // a caller that has gone is no fault
	}
}

// encodingFor is the coding that the caller takes and that costs least.
func encodingFor(r *http.Request) tiles.Encoding {
	if h := r.Header["Accept-Encoding"]; len(h) == 1 && h[0] == "gzip" {
		return tiles.Gzip
	}
	switch {
	case accepts(r, "gzip"):
		return tiles.Gzip
	case accepts(r, "zstd"):
		return tiles.Zstd
	}
	return tiles.Identity
}

// getTileJSON answers GET /tiles/{layer}.json.
func (in *reading) getTileJSON(w http.ResponseWriter, r *http.Request) error {
	layer, err := tiles.ParseLayer(mux.Vars(r)["layer"])
	if err != nil {
		return err
	}
	q := queryOf(r)
	q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	t := in.live.houses.Load()
	if t == nil {
		return in.ready()
	}
	body, err := t.snapshot.TileJSON(layer, in.base(r), strings.Join(in.attribution(), ", "))
	if err != nil {
		return err
	}
	if body, err = datedTileJSON(body, r); err != nil {
		return err
	}
	send(w, r, answer{media: "application/json", body: body})
	return nil
}

// getStyle answers GET /style/{view}.json.
func (in *reading) getStyle(w http.ResponseWriter, r *http.Request) error {
	view, ok := tiles.ParseView(mux.Vars(r)["view"])
	if !ok {
		return notFound("no_such_style", "there are styles for houses, dispatch, grid and planning, and no other")
	}
	q := queryOf(r)
	look := tiles.Look{
		View: view,
		Base: in.base(r), Dark: q.oneOf("theme", "light", "dark") == "dark", Language: q.oneOf("lang", "zh", "en"),
		Attribution: strings.Join(in.attribution(), ", "),
	}
	if err := q.err(); err != nil {
		return err
	}
	t := in.live.houses.Load()
	if t == nil {
		return in.ready()
	}
	body, err := t.snapshot.Style(look)
	if err != nil {
		return err
	}
	send(w, r, answer{media: "application/json", body: body})
	return nil
}
