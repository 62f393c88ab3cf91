package web

import (
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"fangma/registry"
	"fangma/registry/postgres"
)

type officeView struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Phone    string       `json:"phone"`
	Address  string       `json:"address"`
	Division *divisionRef `json:"division"`
	Closed   bool         `json:"closed"`
}

// listOffices answers GET /api/v1/offices.
func (in *reading) listOffices(w http.ResponseWriter, r *http.Request) error {
	offices, err := in.store.Offices(r.Context())
	if err != nil {
		return err
	}
	out := make([]officeView, 0, len(offices))
	for _, o := range offices {
		v, err := in.viewOffice(r, o)
		if err != nil {
			return err
		}
		out = append(out, v)
	}
	return writeJSON(w, r, map[string]any{"offices": out})
}

func (in *reading) viewOffice(r *http.Request, o registry.Office) (officeView, error) {
	v := officeView{ID: strconv.FormatInt(o.ID, 10), Name: o.Name, Phone: o.Phone, Address: o.Address, Closed: o.ClosedAt != nil}
	if o.Division == 0 {
		return v, nil
	}
	v.Division = &divisionRef{ID: strconv.FormatInt(o.Division, 10)}
	list, err := in.store.Divisions(r.Context(), postgres.DivisionFilter{ID: o.Division})
	if len(list) > 0 {
		v.Division.Code, v.Division.Name = list[0].Code, list[0].Name
	}
	return v, err
}

func readOffice(o *object) registry.OfficeInput {
	in := registry.OfficeInput{Name: text(o, "name"), Phone: text(o, "phone"), Address: text(o, "address"),
		Closed: value[bool](o, "closed", "true or false"), Division: readIDOrNull(o, "division")}
	o.unknown()
	return in
}

// readIDOrNull reads an id as this API writes it, or null.
func readIDOrNull(o *object, name string) registry.Optional[int64] {
	v := optional[string](o, name, "an id, or null")
	if !v.Set || v.Value == nil {
		return registry.Optional[int64]{Set: v.Set}
	}
	id, err := strconv.ParseInt(*v.Value, 10, 64)
	if err != nil || id < 1 {
		o.fault(name, "must be an id as this API gives it, or null")
		return registry.Optional[int64]{}
	}
	return registry.Some(id)
}

// openOffice answers POST /api/v1/offices.
func (out *writing) openOffice(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("name", "phone")
	in := readOffice(o)
	if err := o.err(); err != nil {
		return err
	}
	office, err := out.store.OpenOffice(r.Context(), stateOf(r).actor, in)
	if err != nil {
		return err
	}
	v, err := out.viewOffice(r, office)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/offices/"+v.ID)
	return writeVersion(w, r, http.StatusCreated, 0, v)
}

// changeOffice answers PATCH /api/v1/offices/{id}.
func (out *writing) changeOffice(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(mux.Vars(r)["id"], 10, 64)
	if err != nil {
		return notFound("office_unknown", "there is no such office")
	}
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	in := readOffice(o)
	if len(o.members) == 0 {
		o.fault("body", "must state at least one change")
	}
	if err := o.err(); err != nil {
		return err
	}
	office, err := out.store.ChangeOffice(r.Context(), stateOf(r).actor, id, in)
	if err != nil {
		return err
	}
	v, err := out.viewOffice(r, office)
	if err != nil {
		return err
	}
	return writeJSON(w, r, v)
}
