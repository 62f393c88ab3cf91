package web

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
)

type lookupView struct {
	Building  *buildingView `json:"building"`
	Distance  *float64      `json:"distance"`
	Cell      geo.Cell      `json:"cell"`
	Community *divisionRef  `json:"community"`
	answerView
	// Others are further buildings that the words asked for fit.
	Others []otherView `json:"others"`
}

type otherView struct {
	Code    registry.Code `json:"code"`
	Name    string        `json:"name"`
	Address string        `json:"address"`
}

// maxOthers is how many other buildings an address may mean.
const maxOthers = 10

// lookup answers GET /api/v1/lookup: what is at a point, or what a code or an
// address means, and who answers there.
func (in *reading) lookup(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	at, when := q.asOf(in.store.Zone()), q.at(in.store.Zone(), in.store.Now())
	words := q.search("q")
	var p orb.Point
	ways := 0
	for _, way := range []bool{q.values.Has("code"), q.values.Has("q"), q.values.Has("lon") || q.values.Has("lat")} {
		if way {
			ways++
		}
	}
	if byPoint := !q.values.Has("code") && !q.values.Has("q"); byPoint {
		p = orb.Point{q.number("lon", -180, 180), q.number("lat", -90, 90)}
	} else if ways > 1 {
		q.fault("code", "give one of code, q, and lon with lat")
	}
	if err := q.err(); err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	var v lookupView
	var err error
	switch {
	case q.values.Has("code"):
		v, err = in.lookupCode(r, q.text("code"), at)
	case q.values.Has("q"):
		v, err = in.lookupWords(r.Context(), words, at)
	default:
		v, err = in.lookupPoint(r.Context(), p, at)
	}
	if err != nil {
		return err
	}
	if v.answerView, err = in.answer(w, r, v.Cell, when); err != nil {
		return err
	}
	return writeJSON(w, r, v)
}

// answer is who answers for a cell of the grid, as far as the caller may know.
func (in *reading) answer(w http.ResponseWriter, r *http.Request, cell geo.Cell, at time.Time) (answerView, error) {
	if stateOf(r).actor.Account != 0 {
		private(w)
	}
	if cell.Resolution() != in.store.GridResolution() {
		return answerView{}, nil
	}
	all, err := in.store.Answers(r.Context(), stateOf(r).actor, []geo.Cell{cell}, at)
	return viewAnswer(all[cell]), err
}

// lookupPoint finds the building at a point or near it: the map finds it, the
// registry tells of it. The cell is the building's that holds the point, or
// the point's own.
func (in *reading) lookupPoint(ctx context.Context, p orb.Point, at registry.AsOf) (v lookupView, err error) {
	if v.Cell, err = geo.CellAt(p, in.store.GridResolution()); err != nil {
		return v, err
	}
	town, community, err := in.around(ctx, p, at)
	if err != nil {
		return v, err
	}
	v.Community, v.Others = community, []otherView{}
	hit, ok := town.At(p)
	if !ok {
		hit, ok = town.Nearest(p, nearby)
	}
	if !ok {
		return v, nil
	}
	rec, err := in.store.Building(ctx, registry.Code(hit.Code), at)
	if err != nil {
		return v, err
	}
	b, d := viewBuilding(rec), math.Round(hit.Distance*10)/10
	v.Building, v.Distance = &b, &d
	if hit.Distance == 0 && b.Cell != nil {
		v.Cell = *b.Cell
	}
	return v, nil
}

// lookupCode finds a building, or the one that a dwelling is in, by its code.
func (in *reading) lookupCode(r *http.Request, text string, at registry.AsOf) (lookupView, error) {
	code, err := in.parseCode(r, text)
	if err != nil {
		return lookupView{}, err
	}
	if code.Kind() == registry.KindDwelling {
		d, err := in.store.DwellingAt(r.Context(), code, at.KnownAt)
		if err != nil {
			return lookupView{}, err
		}
		code = d.Home
		if s, ok := d.Timeline.Nearest(in.day(at)); ok && len(s.Buildings) > 0 {
			code = s.Buildings[0]
		}
	}
	rec, err := in.store.Building(r.Context(), code, at)
	if err != nil {
		return lookupView{}, err
	}
	return lookupOf(rec, nil)
}

func lookupOf(rec registry.Record, others []registry.Record) (lookupView, error) {
	b := viewBuilding(rec)
	if b.Cell == nil {
		return lookupView{}, notFound("not_found", "the code is void: it stands for no place")
	}
	v := lookupView{Building: &b, Distance: new(float64), Cell: *b.Cell, Community: b.Community, Others: []otherView{}}
	for _, o := range others {
		v.Others = append(v.Others, otherView{o.Code, o.Name, o.Address})
	}
	return v, nil
}

// lookupWords finds the building of an address or a name, and tells of others
// that it could be: nobody should be sent to the wrong door unawares.
func (in *reading) lookupWords(ctx context.Context, words string, at registry.AsOf) (lookupView, error) {
	if words == "" {
		return lookupView{}, malformed(registry.FieldError{Field: "q", Reason: "is required"})
	}
	found, _, err := in.store.Buildings(ctx, postgres.Filter{AsOf: at, Query: words, Limit: maxOthers + 1})
	if err != nil {
		return lookupView{}, err
	}
	if len(found) == 0 {
		return lookupView{}, notFound("not_found", "no building has this in its name or address")
	}
	best := 0
	for i, rec := range found { // what was meant word for word comes first
		if strings.EqualFold(rec.Address, words) || strings.EqualFold(rec.Name, words) {
			best = i
			break
		}
	}
	found[0], found[best] = found[best], found[0]
	return lookupOf(found[0], found[1:])
}
