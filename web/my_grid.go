package web

import (
	"math"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"fangma/geo"
	"fangma/registry"
)

type myGridView struct {
	At        registry.Date     `json:"at"`
	Cells     []geo.Cell        `json:"cells"`
	Outline   *geojson.Geometry `json:"outline"`
	BBox      *[4]float64       `json:"bbox"`
	Houses    []gridHouseView   `json:"houses"`
	Today     dayView           `json:"today"`
	Proposals []proposalView    `json:"proposals"`
}

// dayView is how far the day's work has come, in houses.
type dayView struct {
	Confirmed int `json:"confirmed"`
	Open      int `json:"open"`
}

type gridHouseView struct {
	Code        registry.Code   `json:"code"`
	Point       orb.Point       `json:"point"`
	Name        string          `json:"name"`
	Address     string          `json:"address"`
	State       registry.State  `json:"state"`
	Floors      *int            `json:"floors"`
	Dwellings   int             `json:"dwellings"`
	Heads       *int            `json:"heads"` // null where nothing is stated
	Permits     *int            `json:"permits"`
	ConfirmedTo *registry.Date  `json:"confirmedTo"`
	LastVisit   *lastVisitView  `json:"lastVisit"`
	Needs       []registry.Need `json:"needs"`
	Order       int             `json:"order"`
}

type lastVisitView struct {
	ID     uuid.UUID            `json:"id"`
	At     time.Time            `json:"at"`
	Result registry.VisitResult `json:"result"`
	Note   string               `json:"note"`
	Mine   bool                 `json:"mine"`
}

// getMyGrid answers GET /api/v1/officers/me/grid. A phone keeps it and asks
// again with its ETag; nobody else may keep it.
func (out *writing) getMyGrid(w http.ResponseWriter, r *http.Request) error {
	g, err := out.store.Watched(stateOf(r).actor).MyGrid(r.Context())
	if err != nil {
		return err
	}
	v, err := viewMyGrid(g, stateOf(r).actor)
	if err != nil {
		return err
	}
	keepPrivate(w)
	return writeJSON(w, r, v)
}

// keepPrivate marks an answer that is for one account alone.
func keepPrivate(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Cookie, Authorization")
}

func viewMyGrid(g registry.MyGrid, me registry.Actor) (myGridView, error) {
	outline, err := geo.Outline(g.Cells)
	if err != nil {
		return myGridView{}, err
	}
	for _, p := range outline {
		for _, ring := range p {
			for i := range ring {
				ring[i] = orb.Point{math.Round(ring[i][0]*1e6) / 1e6, math.Round(ring[i][1]*1e6) / 1e6} // a decimetre
			}
		}
	}
	v := myGridView{At: g.On, Cells: g.Cells, Outline: geojson.NewGeometry(outline),
		Houses: make([]gridHouseView, 0, len(g.Houses)), Proposals: make([]proposalView, 0, len(g.Proposals)),
		Today: dayView{g.Confirmed, g.Open()}}
	if v.Cells == nil {
		v.Cells = []geo.Cell{}
	}
	if len(outline) > 0 {
		b := outline.Bound()
		v.BBox = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	for _, h := range g.Houses {
		v.Houses = append(v.Houses, viewGridHouse(h))
	}
	for _, p := range g.Proposals {
		v.Proposals = append(v.Proposals, viewProposal(p, me))
	}
	return v, nil
}

func viewGridHouse(h registry.GridHouse) gridHouseView {
	v := gridHouseView{Code: h.Code, Point: h.Point, Name: h.Name, Address: h.Address, State: h.State, Floors: h.Floors,
		Dwellings: h.Dwellings, ConfirmedTo: h.ConfirmedTo, Needs: h.Needs, Order: h.Order}
	if h.Stated {
		v.Heads, v.Permits = &h.Heads, &h.Permits
	}
	if l := h.LastVisit; l != nil {
		v.LastVisit = &lastVisitView{l.ID, l.At, l.Result, l.Note, l.Mine}
	}
	return v
}
