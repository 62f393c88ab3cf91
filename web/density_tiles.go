package web

import (
	"net/http"

	"github.com/gorilla/mux"

	"fangma/tiles"
)

// getDensityTile answers GET /tiles/density/{z}/{x}/{y}.mvt.
func (in *reading) getDensityTile(w http.ResponseWriter, r *http.Request) error {
	return in.ownTile(w, r, tiles.Density)
}

// getCellsTile answers GET /tiles/cells/{z}/{x}/{y}.mvt.
func (in *reading) getCellsTile(w http.ResponseWriter, r *http.Request) error {
	return in.ownTile(w, r, tiles.Cells)
}

// ownTile answers with a tile in which readers of different roles see different
// things. What a reader may not see is in no byte of it, so that neither its
// size nor its tag tells of it.
func (in *reading) ownTile(w http.ResponseWriter, r *http.Request, layer tiles.Layer) error {
	vars := mux.Vars(r)
	id, err := tiles.ParseTile(vars["z"], vars["x"], vars["y"])
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	t := in.live.town.Load()
	if t == nil {
		return in.ready()
	}
	sees, err := in.sees(r)
	if err != nil {
		return err
	}
	if in.past.present(at) {
		a, err := t.cache.GetFor(layer, id, encodingFor(r), sees)
		if err != nil {
			return err
		}
		privately(w)
		sendTile(w, r, a)
		return nil
	}
	m, at := in.past.moment(at)
	town, err := in.past.heat(r.Context(), m, at)
	if err != nil {
		return err
	}
	raw, err := town.TileFor(layer, id, sees)
	if err != nil {
		return err
	}
	privately(w)
	sendDatedTile(w, r, answer{media: tileMedia, body: raw})
	return nil
}
