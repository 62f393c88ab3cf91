package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"fangma/registry"
	"fangma/registry/postgres"
)

// maxZones is how many zones one answer or report goes over.
const maxZones = 2000

// zoneView is a zone on a day.
type zoneView struct {
	ID           registry.ZoneID   `json:"id"`
	Name         string            `json:"name"`
	Kind         registry.ZoneKind `json:"kind"`
	Note         string            `json:"note"`
	Source       string            `json:"source"`
	Version      int               `json:"version"`
	Geometry     *geojson.Geometry `json:"geometry,omitempty"`
	Bounds       [4]float64        `json:"bounds"`
	Area         float64           `json:"area"` // m²
	ValidFrom    registry.Date     `json:"validFrom"`
	ValidTo      registry.Date     `json:"validTo"` // null while it holds
	RecordedFrom string            `json:"recordedFrom"`
}

func viewZone(z registry.ZoneOn, geometry bool) zoneView {
	b := z.Boundary.Bound()
	v := zoneView{
		ID: z.ID, Name: z.Name, Kind: z.Kind, Note: z.Note, Source: z.Source, Version: z.Version,
		Bounds: [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}, Area: z.Area(),
		ValidFrom: z.From, ValidTo: z.To, RecordedFrom: instantText(z.RecordedFrom),
	}
	if geometry {
		v.Geometry = geojson.NewGeometry(z.Boundary)
	}
	return v
}

type zonePage struct {
	ValidOn registry.Date `json:"validOn"`
	Zones   []zoneView    `json:"zones"`
	Next    *string       `json:"next"`
}

// listZones answers GET /api/v1/zones: those that hold on the day.
func (in *reading) listZones(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.ZoneFilter{AsOf: q.asOf(in.store.Zone()), Kinds: q.zoneKinds("kinds"), Query: q.search("q"), Bound: q.box("bbox")}
	geometry := q.oneOf("geometry", "true", "false") == "true"
	limit, after := q.limit(), q.cursor()
	if err := q.err(); err != nil {
		return err
	}
	day := in.day(f.AsOf)
	f.ValidOn = &day
	list, err := in.store.Zones(r.Context(), f)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list, func(z registry.ZoneOn) bool { return z.ID.String() == after }); i >= 0 {
		list = list[i+1:]
	}
	next := ""
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID.String()
	}
	v := zonePage{ValidOn: day, Zones: make([]zoneView, 0, len(list))}
	for _, z := range list {
		v.Zones = append(v.Zones, viewZone(z, geometry))
	}
	v.Next = nextPage(w, r, next)
	return writeJSON(w, r, v)
}

// getZone answers GET /api/v1/zones/{id}.
func (in *reading) getZone(w http.ResponseWriter, r *http.Request) error {
	z, err := in.zoneOf(r)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusOK, z.Version, viewZone(z, true))
}

// zoneOf is the zone in the path at the moment in the query.
func (in *reading) zoneOf(r *http.Request) (registry.ZoneOn, error) {
	id, err := zoneID(r)
	if err != nil {
		return registry.ZoneOn{}, err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return registry.ZoneOn{}, err
	}
	return in.store.ZoneAt(r.Context(), id, at)
}

// zoneID reads the zone in the path. What is no id names no zone.
func zoneID(r *http.Request) (registry.ZoneID, error) {
	var id registry.ZoneID
	if err := id.UnmarshalText([]byte(mux.Vars(r)["id"])); err != nil {
		return 0, notFound("zone_unknown", "there is no such zone")
	}
	return id, nil
}

// drawZone answers POST /api/v1/zones.
func (out *writing) drawZone(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	reg := registry.ZoneRegistration{ZoneInput: readZoneInput(o), Why: readWhy(o), ValidFrom: date(o, "validFrom")}
	if to := optional[registry.Date](o, "validTo", "a date of the form 2006-01-02"); to.Value != nil {
		reg.ValidTo = to.Value
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.DrawZone(r.Context(), write, reg)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/zones/"+receipt.Zones[0].ID.String())
	return out.writeZone(w, r, http.StatusCreated, receipt.Zones[0])
}

// writeZone answers with a zone as it is on the day of writing.
func (out *writing) writeZone(w http.ResponseWriter, r *http.Request, status int, z registry.Zone) error {
	return writeVersion(w, r, status, z.Version, viewZone(z.On(out.store.Today()), true))
}

// correctZone answers PATCH /api/v1/zones/{id}.
func (out *writing) correctZone(w http.ResponseWriter, r *http.Request) error {
	id, err := zoneID(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	c := registry.ZoneCorrection{ZoneInput: readZoneInput(o), Why: readWhy(o), ValidFrom: date(o, "validFrom"), Since: date(o, "since"),
		ValidTo: optional[registry.Date](o, "validTo", "a date of the form 2006-01-02")}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.CorrectZone(r.Context(), write, id, c)
	if err != nil {
		return err
	}
	return out.writeZone(w, r, http.StatusOK, receipt.Zones[0])
}

// endZone answers POST /api/v1/zones/{id}/end. A zone that ends on its first
// day never was, and there is nothing left to show.
func (out *writing) endZone(w http.ResponseWriter, r *http.Request) error {
	id, err := zoneID(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	e := registry.ZoneEnd{Why: readWhy(o), On: date(o, "on")}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.EndZone(r.Context(), write, id, e)
	if err != nil {
		return err
	}
	if len(receipt.Zones[0].Timeline) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return out.writeZone(w, r, http.StatusOK, receipt.Zones[0])
}

// zoneList is what a request that draws several zones answers.
type zoneList struct {
	Event string     `json:"event"`
	Zones []zoneView `json:"zones"`
}

// drawZonesOfDivisions answers POST /api/v1/zones/from-divisions.
func (out *writing) drawZonesOfDivisions(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	z := postgres.ZonesOfDivisions{Why: readWhy(o), ValidFrom: date(o, "validFrom"), Divisions: readDivisionIDs(o, "divisions")}
	if kind := readZoneKind(o); kind != nil {
		z.Kind = *kind
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.DrawZonesOfDivisions(r.Context(), write, z)
	if err != nil {
		return err
	}
	v := zoneList{Event: receipt.Event.ID.String(), Zones: []zoneView{}}
	for _, z := range receipt.Zones {
		v.Zones = append(v.Zones, viewZone(z.On(out.store.Today()), true))
	}
	return writeVersion(w, r, http.StatusCreated, 0, v)
}

// readDivisionIDs reads a list of ids as this API gives them.
func readDivisionIDs(o *object, name string) []int64 {
	o.need(name)
	texts := value[[]string](o, name, "an array of ids")
	if texts == nil {
		return nil
	}
	if len(*texts) > maxZones {
		o.fault(name, "must not have more than %d items", maxZones)
		return nil
	}
	var out []int64
	for _, text := range *texts {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id < 1 {
			o.fault(name, "must be ids as this API gives them")
			return nil
		}
		out = append(out, id)
	}
	return out
}

func readZoneInput(o *object) registry.ZoneInput {
	in := registry.ZoneInput{Name: text(o, "name"), Kind: readZoneKind(o), Note: text(o, "note")}
	if g := shape(o, "geometry"); g != nil {
		if _, point := g.Geometry.(orb.Point); point {
			o.fault("geometry.type", "must be Polygon or MultiPolygon")
		}
		in.Boundary = g.Geometry
	}
	return in
}

func readZoneKind(o *object) *registry.ZoneKind {
	return value[registry.ZoneKind](o, "kind", "a string")
}

// zoneKinds are words of registry.ZoneKinds with commas between, nil for all.
func (q *query) zoneKinds(name string) []registry.ZoneKind {
	if !q.values.Has(name) {
		return nil
	}
	var out []registry.ZoneKind
	for word := range strings.SplitSeq(q.text(name), ",") {
		k := registry.ZoneKind(strings.TrimSpace(word))
		if !k.Valid() {
			q.fault(name, "must be of optimised, priority, restricted, prohibited, custom, with commas between")
			return nil
		}
		out = append(out, k)
	}
	return out
}

// zoneIDs are ids with commas between, nil for all.
func (q *query) zoneIDs(name string) []registry.ZoneID {
	if !q.values.Has(name) {
		return nil
	}
	out := []registry.ZoneID{}
	for word := range strings.SplitSeq(q.text(name), ",") {
		var id registry.ZoneID
		if err := id.UnmarshalText([]byte(strings.TrimSpace(word))); err != nil {
			q.fault(name, "must be ids as this API gives them, with commas between")
			return nil
		}
		out = append(out, id)
	}
	if len(out) > maxZones {
		q.fault(name, "must not be more than %d", maxZones)
	}
	return out
}
