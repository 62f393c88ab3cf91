package web

import (
	"math"
	"net/http"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/tiles"
)

// briefLookupView is what a look-up finds without the card: what the map in
// memory knows, and who answers.
type briefLookupView struct {
	Building  *briefView   `json:"building"`
	Distance  *float64     `json:"distance"`
	Cell      geo.Cell     `json:"cell"`
	Community *divisionRef `json:"community"`
	answerView
}

// briefView is a building in brief.
type briefView struct {
	Code      registry.Code   `json:"code"`
	Kind      registry.Kind   `json:"kind"`
	Version   int             `json:"version"`
	Status    registry.Status `json:"status"`
	State     registry.State  `json:"state"`
	Floors    *int            `json:"floors"`
	Height    *float32        `json:"height"`
	Point     orb.Point       `json:"point"`
	Bounds    [4]float64      `json:"bounds"`
	Cell      geo.Cell        `json:"cell"`
	Community *divisionRef    `json:"community"`
}

// lookupBriefly answers GET /api/v1/lookup/brief: what is at a point, or what a
// code means, today, and who answers there. What is on the map comes from
// memory, the same for everybody but for the names of who answers.
func (in *reading) lookupBriefly(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	byCode := q.values.Has("code")
	var p orb.Point
	if !byCode {
		p = orb.Point{q.number("lon", -180, 180), q.number("lat", -90, 90)}
	} else if q.values.Has("lon") || q.values.Has("lat") {
		q.fault("code", "give one of code, and lon with lat")
	}
	if err := q.err(); err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	v, err := in.briefly(r, byCode, q.text("code"), p)
	if err != nil {
		return err
	}
	if stateOf(r).actor.Account == 0 {
		v.answerView = in.live.town.Load().answers.Load().of(v.Cell)
	} else if v.answerView, err = in.answer(w, r, v.Cell, in.store.Now()); err != nil {
		return err
	}
	return writeJSON(w, r, v)
}

// briefly finds on the map, or else in the registry: a code may stand for what
// is on no map today.
func (in *reading) briefly(r *http.Request, byCode bool, text string, p orb.Point) (briefLookupView, error) {
	if !byCode {
		if v, ok := in.briefAt(p); ok {
			return v, nil
		}
		full, err := in.lookupPoint(r.Context(), p, registry.AsOf{})
		return briefOf(full), err
	}
	if code, err := registry.ParseCode(text); err == nil {
		if v, ok := in.briefOfCode(code); ok {
			return v, nil
		}
	}
	full, err := in.lookupCode(r, text, registry.AsOf{})
	return briefOf(full), err
}

// briefAt finds what is at a point or near it on today's map, as lookupPoint
// does. False if what it found has gone meanwhile.
func (in *reading) briefAt(p orb.Point) (v briefLookupView, ok bool) {
	town := in.live.town.Load()
	cell, err := geo.CellAt(p, in.store.GridResolution())
	if err != nil {
		return v, false
	}
	v.Cell, v.Community = cell, in.live.division(town.places.Load().at(p))
	hit, found := town.snapshot.At(p)
	if !found {
		hit, found = town.snapshot.Nearest(p, nearby)
	}
	if !found {
		return v, true
	}
	facts, ok := town.snapshot.ByCode(hit.Code)
	if !ok {
		return v, false
	}
	b, d := in.viewFactsBriefly(facts), math.Round(hit.Distance*10)/10
	v.Building, v.Distance = &b, &d
	if hit.Distance == 0 {
		v.Cell = b.Cell
	}
	return v, true
}

// briefOfCode finds a building on today's map.
func (in *reading) briefOfCode(code registry.Code) (v briefLookupView, ok bool) {
	facts, ok := in.live.town.Load().snapshot.ByCode(uint64(code))
	if !ok {
		return v, false
	}
	b := in.viewFactsBriefly(facts)
	return briefLookupView{Building: &b, Distance: new(float64), Cell: b.Cell, Community: b.Community}, true
}

// viewFactsBriefly shows what the map knows of a building. That it stands there
// says that its code is active.
func (in *reading) viewFactsBriefly(f tiles.Facts) briefView {
	v := briefView{
		Code: registry.Code(f.Code), Kind: registry.Kind(f.Kind), Version: int(f.Version),
		Status: registry.Active, State: registry.State(f.State.String()),
		Point: rounded(f.Point), Bounds: boundsOf(f.Bound), Cell: f.Cell, Community: in.live.division(f.Division),
	}
	if f.Floors != 0 {
		n := int(f.Floors)
		v.Floors = &n
	}
	if f.Height != 0 {
		v.Height = &f.Height
	}
	return v
}

// briefOf leaves the card out.
func briefOf(full lookupView) briefLookupView {
	v := briefLookupView{Distance: full.Distance, Cell: full.Cell, Community: full.Community}
	b := full.Building
	if b == nil || b.Geometry == nil {
		return v
	}
	v.Building = &briefView{
		Code: b.Code, Kind: b.Kind, Version: b.Version, Status: b.Status, State: *b.State,
		Floors: b.Floors, Point: rounded(*b.Point), Bounds: boundsOf(b.Geometry.Geometry.Bound()), Cell: *b.Cell, Community: b.Community,
	}
	if b.Height != nil {
		h := float32(*b.Height)
		v.Building.Height = &h
	}
	return v
}

// rounded is a point to the centimetre, which is as well as the map knows it.
func rounded(p orb.Point) orb.Point { return orb.Point{centimetre(p[0]), centimetre(p[1])} }

func boundsOf(b orb.Bound) [4]float64 {
	return [4]float64{centimetre(b.Min[0]), centimetre(b.Min[1]), centimetre(b.Max[0]), centimetre(b.Max[1])}
}

func centimetre(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }
