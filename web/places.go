package web

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/geojson"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
	"fangma/tiles"
)

// nearby is how far from a point a building still counts as near, in metres.
const nearby = 250.0

// around is the town near a point at a moment, and the community that holds
// the point.
func (in *reading) around(ctx context.Context, p orb.Point, at registry.AsOf) (*tiles.Snapshot, *divisionRef, error) {
	if in.past.present(at) {
		t := in.live.town.Load()
		return t.snapshot, in.live.division(t.places.Load().at(p)), nil
	}
	m, at := in.past.moment(at)
	town, err := in.past.buildings(ctx, m, at, orbgeo.NewBoundAroundPoint(p, nearby))
	if err != nil {
		return nil, nil, err
	}
	then, err := in.past.divisions(ctx, m, at)
	if err != nil {
		return nil, nil, err
	}
	if d, ok := then.places.byID[then.places.at(p)]; ok {
		return town, &divisionRef{strconv.FormatInt(d.ID, 10), d.Code, d.Name}, nil
	}
	return town, nil, nil
}

type cellView struct {
	Cell       geo.Cell          `json:"cell"`
	Boundary   *geojson.Geometry `json:"boundary"`
	Resolution int               `json:"resolution"`
	Buildings  int               `json:"buildings"`
	answerView
}

// getCell answers GET /api/v1/cells/{cell}.
func (in *reading) getCell(w http.ResponseWriter, r *http.Request) error {
	cell, reason := readCell(mux.Vars(r)["cell"], in.store.GridResolution())
	if reason != "" {
		return &registry.Error{Kind: registry.Invalid, Slug: "bad_cell", Detail: "this is not a cell of the grid",
			Fields: []registry.FieldError{{Field: "cell", Reason: reason}}}
	}
	q := queryOf(r)
	at, when := q.asOf(in.store.Zone()), q.at(in.store.Zone(), in.store.Now())
	if err := q.err(); err != nil {
		return err
	}
	if err := in.ready(); err != nil {
		return err
	}
	v := cellView{Cell: cell, Boundary: geojson.NewGeometry(cell.Boundary()), Resolution: cell.Resolution()}
	var err error
	if v.answerView, err = in.answer(w, r, cell, when); err != nil {
		return err
	}
	if in.past.present(at) {
		v.Buildings = in.live.town.Load().snapshot.CountInCell(cell)
		return writeJSON(w, r, v)
	}
	if v.Buildings, err = in.store.CountInCell(r.Context(), at, cell); err != nil {
		return err
	}
	return writeJSON(w, r, v)
}

type divisionView struct {
	ID        string         `json:"id"`
	Source    string         `json:"source"`
	Code      string         `json:"code"`
	Name      string         `json:"name"`
	Level     int            `json:"level"`
	Parent    *string        `json:"parent"`
	Buildings *int           `json:"buildings"`
	Bounds    *[4]float64    `json:"bounds"`
	ValidFrom *registry.Date `json:"validFrom"`
	ValidTo   *registry.Date `json:"validTo"`
}

type divisionPage struct {
	Divisions []divisionView `json:"divisions"`
	Next      *string        `json:"next"`
}

// listDivisions answers GET /api/v1/divisions.
func (in *reading) listDivisions(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.DivisionFilter{
		AsOf:       q.asOf(in.store.Zone()),
		Level:      registry.Level(q.integer("level", 0, 1, 5)),
		Parent:     q.id("parent"),
		Query:      q.search("q"),
		Boundaries: true,
	}
	limit, after := q.limit(), q.cursor()
	if err := q.err(); err != nil {
		return err
	}
	list, err := in.store.Divisions(r.Context(), f)
	if err != nil {
		return err
	}
	list = pageAfter(list, after)
	next := ""
	if len(list) > limit {
		list = list[:limit]
		next = strconv.FormatInt(list[limit-1].ID, 10)
	}
	town, err := in.zonesAt(r.Context(), f.AsOf)
	if err != nil {
		return err
	}
	out := divisionPage{Divisions: make([]divisionView, 0, len(list))}
	for _, d := range list {
		out.Divisions = append(out.Divisions, viewDivision(d, town))
	}
	out.Next = nextPage(w, r, next)
	return writeJSON(w, r, out)
}

// pageAfter is what comes after the division with an id.
func pageAfter(list []registry.Division, after string) []registry.Division {
	for i, d := range list {
		if strconv.FormatInt(d.ID, 10) == after {
			return list[i+1:]
		}
	}
	return list
}

// zonesAt is a town that knows how many buildings each division held at a
// moment; nil while the live map is not built.
func (in *reading) zonesAt(ctx context.Context, at registry.AsOf) (*tiles.Snapshot, error) {
	if in.past.present(at) {
		if t := in.live.town.Load(); t != nil {
			return t.snapshot, nil
		}
		return nil, nil
	}
	m, at := in.past.moment(at)
	then, err := in.past.divisions(ctx, m, at)
	if err != nil {
		return nil, err
	}
	return then.Snapshot, nil
}

func viewDivision(d registry.Division, town *tiles.Snapshot) divisionView {
	v := divisionView{ID: strconv.FormatInt(d.ID, 10), Source: d.Source, Code: d.Code, Name: d.Name, Level: int(d.Level), ValidFrom: &d.Valid.From}
	if d.Valid.To != registry.Forever {
		v.ValidTo = &d.Valid.To
	}
	if d.Parent != 0 {
		parent := strconv.FormatInt(d.Parent, 10)
		v.Parent = &parent
	}
	if town != nil {
		n := town.CountIn(d.ID)
		v.Buildings = &n
	}
	if len(d.Boundary) > 0 {
		b := d.Boundary.Bound()
		v.Bounds = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	return v
}

type mapView struct {
	Name           string        `json:"name"`
	Bounds         *[4]float64   `json:"bounds"`
	Center         [2]float64    `json:"center"`
	Zoom           float64       `json:"zoom"`
	Buildings      int           `json:"buildings"`
	GridResolution int           `json:"gridResolution"`
	Timezone       string        `json:"timezone"`
	Today          registry.Date `json:"today"`
	Since          registry.Date `json:"since"`
	Attribution    []string      `json:"attribution"`
}

// getMap answers GET /api/v1/map.
func (in *reading) getMap(w http.ResponseWriter, r *http.Request) error {
	t := in.live.houses.Load()
	if t == nil {
		return in.ready()
	}
	v := mapView{
		Name: in.cfg.Name, Buildings: t.snapshot.Count(), GridResolution: in.store.GridResolution(),
		Timezone: in.store.Zone().String(), Today: in.store.Today(),
		Since: registry.Date(t.since.Load()), Attribution: in.attribution(), Zoom: 1,
	}
	if b, ok := openingView(t.snapshot); ok {
		v.Bounds = &[4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		v.Center = b.Center()
		v.Zoom = zoomFor(b)
	}
	return writeJSON(w, r, v)
}

// openingView encloses the houses, as far as they lie within the divisions if
// there are any: one house in a wrong place must not take the map to sea.
func openingView(s *tiles.Snapshot) (orb.Bound, bool) {
	all, ok := s.Bounds()
	if within, any := s.LayerBounds(tiles.Zones); ok && any && all.Intersects(within) {
		all.Min = orb.Point{max(all.Min[0], within.Min[0]), max(all.Min[1], within.Min[1])}
		all.Max = orb.Point{min(all.Max[0], within.Max[0]), min(all.Max[1], within.Max[1])}
	}
	return all, ok
}

func (in *reading) attribution() []string {
	if in.cfg.Attribution == nil {
		return []string{}
	}
	return in.cfg.Attribution
}

// zoomFor is the zoom at which a box fits a window of about 1024 by 768
// pixels, on tiles of 512.
func zoomFor(b orb.Bound) float64 {
	mercator := func(lat float64) float64 {
		lat = max(-85, min(85, lat)) * math.Pi / 180
		return math.Log(math.Tan(lat)+1/math.Cos(lat)) / (2 * math.Pi)
	}
	wide := max((b.Max[0]-b.Min[0])/360, 1e-9)
	high := max(mercator(b.Max[1])-mercator(b.Min[1]), 1e-9)
	z := math.Log2(min(1024/512.0/wide, 768/512.0/high))
	return math.Floor(max(0, min(z, tiles.MaxZoom))*10) / 10
}
