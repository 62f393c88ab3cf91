package web

import (
	"net/http"

	"github.com/gorilla/mux"

	"fangma/registry"
	"fangma/registry/postgres"
)

type buildingPage struct {
	Buildings []buildingView `json:"buildings"`
	Next      *string        `json:"next"`
}

// listBuildings answers GET /api/v1/buildings.
func (in *reading) listBuildings(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.Filter{
		AsOf:      q.asOf(in.store.Zone()),
		Bound:     q.box("bbox"),
		Cell:      q.cell("cell", in.store.GridResolution()),
		Community: q.id("community"),
		State:     q.state("state"),
		Query:     q.search("q"),
		Limit:     q.limit(),
		Cursor:    q.cursor(),
	}
	if err := q.err(); err != nil {
		return err
	}
	records, next, err := in.store.Buildings(r.Context(), f)
	if err != nil {
		return err
	}
	page := buildingPage{Buildings: make([]buildingView, 0, len(records))}
	for _, rec := range records {
		page.Buildings = append(page.Buildings, viewBuilding(rec))
	}
	page.Next = nextPage(w, r, next)
	return writeJSON(w, r, page)
}

// getBuilding answers GET /api/v1/buildings/{code}.
func (in *reading) getBuilding(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	rec, err := in.store.Building(r.Context(), code, at)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusOK, rec.Version, viewBuilding(rec))
}

// registerBuilding answers POST /api/v1/buildings.
func (out *writing) registerBuilding(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	reg := readRegistration(o)
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.Register(r.Context(), write, reg)
	if err != nil {
		return err
	}
	b := receipt.Building
	w.Header().Set("Location", "/api/v1/buildings/"+b.Code.String())
	return writeVersion(w, r, http.StatusCreated, b.Version, viewBuilding(b))
}

// correctBuilding answers PATCH /api/v1/buildings/{code}.
func (out *writing) correctBuilding(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	c := readCorrection(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.Correct(r.Context(), write, code, c)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusOK, receipt.Building.Version, viewBuilding(receipt.Building))
}

// change reads what every change of the registry comes with: who, under which
// key, and the body.
func (out *writing) change(w http.ResponseWriter, r *http.Request) (*object, postgres.Write, error) {
	st := stateOf(r)
	key, err := idempotencyKey(r)
	if err != nil {
		return nil, postgres.Write{}, err
	}
	o, body, err := decodeObject(w, r, st.limit)
	return o, postgres.Write{Actor: st.actor, IdempotencyKey: key, RequestHash: requestHash(r, body)}, err
}

// changeOf is change of a building whose version the writer must name.
func (out *writing) changeOf(w http.ResponseWriter, r *http.Request) (*object, postgres.Write, error) {
	version, err := ifMatch(r)
	if err != nil {
		return nil, postgres.Write{}, err
	}
	o, write, err := out.change(w, r)
	write.IfMatch = &version
	return o, write, err
}

func readRegistration(o *object) registry.Registration {
	reg := registry.Registration{Input: readInput(o), Why: readWhy(o), ValidFrom: date(o, "validFrom"), Override: readOverride(o)}
	if o.has("replaces") {
		reg.Replaces = readCodes(o, "replaces", maxParts)
	}
	o.unknown()
	return reg
}

func readInput(o *object) registry.Input {
	in := registry.Input{
		Shape:      shape(o, "geometry"),
		State:      value[registry.State](o, "state", "a string"),
		Evidence:   value[registry.Evidence](o, "evidence", "a string"),
		InQuestion: value[bool](o, "inQuestion", "true or false"),
		Legality:   value[registry.Legality](o, "legality", "a string"),
		Floors:     optional[int](o, "floors", "a whole number"),
		Height:     optional[float64](o, "height", "a number"),
		Name:       text(o, "name"),
		Address:    text(o, "address"),
	}
	if o.has("externalIds") {
		ids := []registry.ExternalID{}
		for _, c := range o.children("externalIds", 1000) {
			c.need("source", "id")
			ids = append(ids, registry.ExternalID{Source: plain(c, "source"), ID: plain(c, "id")})
			c.unknown()
		}
		in.ExternalIDs = &ids
	}
	return in
}

func readWhy(o *object) registry.Why {
	return registry.Why{Reason: plain(o, "reason"), Document: plain(o, "document")}
}

func readOverride(o *object) *registry.Override {
	c := o.child("override")
	if c == nil {
		return nil
	}
	c.need("reason")
	v := &registry.Override{Reason: plain(c, "reason")}
	c.unknown()
	return v
}

func readCorrection(o *object) registry.Correction {
	return registry.Correction{Input: readInput(o), Why: readWhy(o),
		ValidFrom: date(o, "validFrom"), Since: date(o, "since"), Override: readOverride(o)}
}

// code reads the code in the path. A code with a slip of the pen is answered
// with up to three real codes that may have been meant.
func (in *reading) code(r *http.Request) (registry.Code, error) {
	return in.parseCode(r, mux.Vars(r)["code"])
}

const maxSuggestions = 3

func (in *reading) parseCode(r *http.Request, text string) (registry.Code, error) {
	code, err := registry.ParseCode(text)
	if err == nil {
		return code, nil
	}
	bad := &httpError{status: http.StatusUnprocessableEntity, slug: "bad_code", detail: err.Error(),
		fields: []registry.FieldError{{Field: "code", Reason: err.Error()}}}
	if slips := registry.Slips(text); len(slips) > 0 {
		if bad.suggestions, err = in.store.Issued(r.Context(), slips, maxSuggestions); err != nil {
			return 0, err
		}
	}
	return 0, bad
}
