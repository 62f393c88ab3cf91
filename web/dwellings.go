package web

import (
	"cmp"
	"mime"
	"net/http"
	"slices"

	"fangma/registry"
	"fangma/registry/postgres"
)

type dwellingList struct {
	Dwellings []dwellingView `json:"dwellings"`
}

// listDwellings answers GET /api/v1/buildings/{code}/dwellings: those in force
// in the building on the day.
func (in *reading) listDwellings(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	if _, err := in.store.Building(r.Context(), code, at); err != nil {
		return err
	}
	all, err := in.store.DwellingsAt(r.Context(), code, at.KnownAt)
	if err != nil {
		return err
	}
	day := in.day(at)
	v := dwellingList{Dwellings: []dwellingView{}}
	for _, d := range all {
		if d.In(code, day) {
			v.Dwellings = append(v.Dwellings, viewDwelling(d, day))
		}
	}
	slices.SortFunc(v.Dwellings, byFloor)
	return writeJSON(w, r, v)
}

// byFloor orders dwellings as one meets them: by floor, those without last,
// then by label, shorter numbers first.
func byFloor(a, b dwellingView) int {
	floor := func(v dwellingView) int {
		if v.Floor == nil {
			return 1 << 30
		}
		return *v.Floor
	}
	return cmp.Or(cmp.Compare(floor(a), floor(b)), cmp.Compare(len(a.Label), len(b.Label)), cmp.Compare(a.Label, b.Label),
		cmp.Compare(a.Code, b.Code))
}

// getDwelling answers GET /api/v1/dwellings/{code}.
func (in *reading) getDwelling(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	d, err := in.store.DwellingAt(r.Context(), code, at.KnownAt)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusOK, d.Version, viewDwelling(d, in.day(at)))
}

// registerDwellings answers POST /api/v1/buildings/{code}/dwellings.
func (out *writing) registerDwellings(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	rs, write, err := out.newDwellings(w, r)
	if err != nil {
		return err
	}
	receipt, err := out.store.RegisterDwellings(r.Context(), write, code, rs)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/buildings/"+code.String()+"/dwellings")
	return writeVersion(w, r, http.StatusCreated, 0, viewOutcome(receipt, out.store.Today()))
}

// newDwellings reads a list, a pattern or a table.
func (out *writing) newDwellings(w http.ResponseWriter, r *http.Request) ([]registry.DwellingRegistration, postgres.Write, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "text/csv" {
		return out.tableOfDwellings(w, r)
	}
	if len(r.URL.RawQuery) > 0 {
		return nil, postgres.Write{}, malformed(registry.FieldError{Field: "query", Reason: "has parameters that go with text/csv alone"})
	}
	o, write, err := out.change(w, r)
	if err != nil {
		return nil, write, err
	}
	rs, err := readDwellings(o)
	return rs, write, err
}

func (out *writing) tableOfDwellings(w http.ResponseWriter, r *http.Request) ([]registry.DwellingRegistration, postgres.Write, error) {
	st := stateOf(r)
	key, err := idempotencyKey(r)
	if err != nil {
		return nil, postgres.Write{}, err
	}
	q := queryOf(r)
	why := registry.Why{Reason: q.text("reason"), Document: q.text("document")}
	day := q.date("validFrom")
	if err := q.err(); err != nil {
		return nil, postgres.Write{}, err
	}
	body, err := readBytes(w, r, st.limit, "text/csv")
	if err != nil {
		return nil, postgres.Write{}, err
	}
	rs, err := registry.DwellingsFromCSV(body)
	if err != nil {
		return nil, postgres.Write{}, err
	}
	hash := requestHash(r, append([]byte(r.URL.RawQuery+"\n"), body...))
	return explained(rs, why, day), postgres.Write{Actor: st.actor, IdempotencyKey: key, RequestHash: hash}, nil
}

// readDwellings reads the members of a body.
func readDwellings(o *object) ([]registry.DwellingRegistration, error) {
	why, day := readWhy(o), date(o, "validFrom")
	if o.has("dwellings") == o.has("pattern") {
		o.fault("dwellings", "give either dwellings or pattern")
	}
	var rs []registry.DwellingRegistration
	for _, c := range o.children("dwellings", maxDispositions) {
		rs = append(rs, registry.DwellingRegistration{DwellingInput: readDwelling(c), ValidFrom: date(c, "validFrom")})
		c.unknown()
	}
	var pattern *registry.DwellingPattern
	if c := o.child("pattern"); c != nil {
		c.need("floors", "rooms")
		pattern = &registry.DwellingPattern{Floors: plain(c, "floors"), Rooms: plain(c, "rooms"), Label: plain(c, "label"),
			Use: value[registry.Use](c, "use", "a string"), Area: optional[float64](c, "area", "a number")}
		c.unknown()
	}
	o.unknown()
	if err := o.err(); err != nil {
		return nil, err
	}
	if pattern != nil {
		var err error
		if rs, err = pattern.Expand(); err != nil {
			return nil, within("pattern.", err)
		}
	}
	return explained(rs, why, day), nil
}

// explained gives every dwelling the event's why, and the day where it has
// none of its own.
func explained(rs []registry.DwellingRegistration, why registry.Why, day *registry.Date) []registry.DwellingRegistration {
	for i := range rs {
		rs[i].Why = why
		if rs[i].ValidFrom == nil {
			rs[i].ValidFrom = day
		}
	}
	return rs
}

func readDwelling(o *object) registry.DwellingInput {
	in := registry.DwellingInput{
		Label: text(o, "label"), Floor: optional[int](o, "floor", "a whole number"),
		Use: value[registry.Use](o, "use", "a string"), Area: optional[float64](o, "area", "a number"),
	}
	if o.has("buildings") {
		codes := readCodes(o, "buildings", maxParts)
		in.Buildings = &codes
	}
	return in
}

func readDwellingCorrection(o *object) registry.DwellingCorrection {
	return registry.DwellingCorrection{DwellingInput: readDwelling(o), Why: readWhy(o), ValidFrom: date(o, "validFrom")}
}

// correctDwelling answers PATCH /api/v1/dwellings/{code}.
func (out *writing) correctDwelling(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	c := readDwellingCorrection(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.CorrectDwelling(r.Context(), write, code, c)
	if err != nil {
		return err
	}
	d := viewDwelling(&receipt.Dwellings[0], out.store.Today())
	return writeVersion(w, r, http.StatusOK, d.Version, d)
}

// addDwellingEvent answers POST /api/v1/dwellings/{code}/events.
func (out *writing) addDwellingEvent(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	o, write, err := out.changeOf(w, r)
	if err != nil {
		return err
	}
	do := out.readDwellingEvent(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := do(r, write, code)
	if err != nil {
		return err
	}
	v := viewOutcome(receipt, out.store.Today())
	v.Dwelling = &v.Dwellings[0]
	v.Event.Version = v.Dwelling.Version
	w.Header().Set("Location", "/api/v1/dwellings/"+code.String())
	return writeVersion(w, r, http.StatusCreated, v.Dwelling.Version, v)
}

func (out *writing) readDwellingEvent(o *object) happening {
	o.need("type")
	switch kind := plain(o, "type"); kind {
	case "end":
		t := registry.DwellingEnd{Why: readWhy(o), ValidFrom: date(o, "validFrom")}
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.EndDwelling(r.Context(), w, c, t)
		}
	case "void":
		why := readWhy(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.VoidDwelling(r.Context(), w, c, why)
		}
	case "correct":
		t := readDwellingCorrection(o)
		return func(r *http.Request, w postgres.Write, c registry.Code) (registry.Receipt, error) {
			return out.store.CorrectDwelling(r.Context(), w, c, t)
		}
	default:
		if kind != "" {
			o.fault("type", "must be one of end, void, correct")
		}
		return nil
	}
}
