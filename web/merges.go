package web

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"

	"github.com/paulmach/orb"

	"fangma/geo"
	"fangma/registry"
)

// merge answers POST /api/v1/merges.
func (out *writing) merge(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("parents")
	m := registry.Merge{Why: readWhy(o), Parents: readCodes(o, "parents", maxParts), ValidFrom: date(o, "validFrom"),
		Dwellings: readDispositions(o), Override: readOverride(o)}
	if c := o.child("child"); c != nil {
		m.Child = readInput(c)
		c.unknown()
	}
	write.Versions = readVersions(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if err := sawAll(write.Versions, m.Parents); err != nil {
		return err
	}
	receipt, err := out.store.Merge(r.Context(), write, m)
	if err != nil {
		return err
	}
	v := viewOutcome(receipt, out.store.Today())
	w.Header().Set("Location", "/api/v1/buildings/"+receipt.Building.Code.String())
	return writeVersion(w, r, http.StatusCreated, 0, v)
}

// absorb answers POST /api/v1/absorptions.
func (out *writing) absorb(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("into", "from")
	a := registry.Absorption{Why: readWhy(o), Into: readCode(o, "into"), From: readCodes(o, "from", maxParts-1),
		Shape: shape(o, "geometry"), ValidFrom: date(o, "validFrom"), Dwellings: readDispositions(o)}
	write.Versions = readVersions(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if err := sawAll(write.Versions, append([]registry.Code{a.Into}, a.From...)); err != nil {
		return err
	}
	receipt, err := out.store.Absorb(r.Context(), write, a)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/buildings/"+a.Into.String())
	return writeVersion(w, r, http.StatusCreated, 0, viewOutcome(receipt, out.store.Today()))
}

// outlineView is a shape that is only tried.
type outlineView struct {
	Geometry registry.Shape `json:"geometry"`
	Area     float64        `json:"area"` // m², to the decimetre
}

func viewOutline(g orb.Geometry) outlineView {
	return outlineView{registry.Shape{Geometry: g}, math.Round(geo.Area(g)*10) / 10}
}

// previewMerge answers POST /api/v1/merges/preview. It changes nothing.
func (in *reading) previewMerge(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("parents")
	parents := readCodes(o, "parents", maxParts)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	shapes := make([]orb.Geometry, len(parents))
	for i, code := range parents {
		if shapes[i], err = in.outline(r, code); err != nil {
			return err
		}
	}
	joined, err := geo.Join(shapes, geo.JoinGap)
	if err != nil {
		return defect("parents", err)
	}
	return writeJSON(w, r, viewOutline(joined))
}

type cutView struct {
	Parts []outlineView `json:"parts"`
}

// cutBuilding answers POST /api/v1/buildings/{code}/cut. It changes nothing.
func (in *reading) cutBuilding(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("line")
	line := lineString(o, "line")
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	whole, err := in.outline(r, code)
	if err != nil {
		return err
	}
	parts, err := geo.Cut(whole, line)
	if err != nil {
		return defect("line", err)
	}
	v := cutView{Parts: make([]outlineView, 0, len(parts))}
	for _, p := range parts {
		v.Parts = append(v.Parts, viewOutline(p))
	}
	return writeJSON(w, r, v)
}

// outline is the present outline of a building that stands.
func (in *reading) outline(r *http.Request, code registry.Code) (orb.Geometry, error) {
	rec, err := in.store.Building(r.Context(), code, registry.AsOf{})
	if err != nil {
		return nil, err
	}
	switch rec.StatusOn {
	case registry.Retired:
		return nil, &registry.Error{Kind: registry.Conflict, Slug: "retired", Codes: []registry.Code{code},
			Detail: "the code was retired as " + string(rec.As) + " from " + rec.Standing.From.String()}
	case registry.Voided:
		return nil, &registry.Error{Kind: registry.Conflict, Slug: "void", Codes: []registry.Code{code},
			Detail: "the code is void: it was registered in error"}
	}
	return rec.Shape.Geometry, nil
}

// defect turns what is wrong with shapes into an answer about a member; any
// other error is a fault of ours.
func defect(field string, err error) error {
	var d *geo.Defect
	if !errors.As(err, &d) {
		return err
	}
	return &registry.Error{Kind: registry.Invalid, Slug: "invalid_fields", Detail: "some fields are not acceptable",
		Fields: []registry.FieldError{{Field: field, Reason: d.Reason + ": " + d.Detail}}}
}

const maxLine = 1000 // corners of a line that cuts

// lineString reads a member that is a GeoJSON LineString.
func lineString(o *object, name string) orb.LineString {
	g := o.child(name)
	if g == nil {
		return nil
	}
	g.need("type", "coordinates")
	if kind := text(g, "type"); kind != nil && *kind != "LineString" {
		g.fault("type", "must be LineString")
	}
	raw, given := g.members["coordinates"], g.has("coordinates")
	g.unknown()
	var list [][]*float64 // pointers, because encoding/json takes a null for 0
	if !given {
		return nil
	}
	if json.Unmarshal(raw, &list) != nil || len(list) < 2 || len(list) > maxLine {
		g.fault("coordinates", "must be 2 to %d positions", maxLine)
		return nil
	}
	line := make(orb.LineString, len(list))
	for i, pos := range list {
		if len(pos) < 2 || len(pos) > 3 || pos[0] == nil || pos[1] == nil || math.Abs(*pos[0]) > 180 || math.Abs(*pos[1]) > 90 {
			g.fault("coordinates", "must be positions of longitude and latitude in degrees")
			return nil
		}
		line[i] = orb.Point{*pos[0], *pos[1]}
	}
	return line
}
