package web

import (
	"context"
	"errors"
	"net/http"

	"fangma/geo"
	"fangma/registry"
	"fangma/registry/postgres"
)

type assignedView struct {
	Event   *string `json:"event"` // null if nothing was different
	Cells   int     `json:"cells"`
	Changed int     `json:"changed"`
}

func viewAssigned(r registry.Receipt) (int, assignedView) {
	var v assignedView
	if r.Assigned != nil {
		v.Cells, v.Changed = r.Assigned.Cells, r.Assigned.Changed
	}
	if v.Changed == 0 {
		return http.StatusOK, v
	}
	id := r.Event.ID.String()
	v.Event = &id
	return http.StatusCreated, v
}

type planView struct {
	Changes []changeView     `json:"changes"`
	Loads   []loadChangeView `json:"loads"`
	Gaps    int              `json:"gaps"`
	Doubles int              `json:"doubles"`
}

type changeView struct {
	Cell   geo.Cell      `json:"cell"`
	Role   registry.Role `json:"role"`
	From   *personView   `json:"from"`
	To     *personView   `json:"to"`
	Houses int           `json:"houses"`
}

type loadChangeView struct {
	Person *personView   `json:"person"`
	Role   registry.Role `json:"role"`
	Before loadView      `json:"before"`
	After  loadView      `json:"after"`
}

func viewPlan(p registry.AssignmentPlan) planView {
	v := planView{Changes: make([]changeView, 0, len(p.Changes)), Loads: make([]loadChangeView, 0, len(p.Loads)), Gaps: p.Gaps, Doubles: p.Doubles}
	for _, c := range p.Changes {
		v.Changes = append(v.Changes, changeView{c.Cell, c.Role, viewPerson(c.From), viewPerson(c.To), c.Houses})
	}
	for _, l := range p.Loads {
		v.Loads = append(v.Loads, loadChangeView{viewPerson(&l.Person), l.Role, viewLoad(l.Before), viewLoad(l.After)})
	}
	return v
}

// assign answers POST /api/v1/assignments: one person's cells, or a plan of
// several people's, as one event.
func (out *writing) assign(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	wishes, why := out.readWishes(o), readWhy(o)
	dry := dryRun(o, r)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if dry {
		plan, err := out.store.PlanAssign(r.Context(), write.Actor, wishes)
		return showPlan(w, r, plan, err)
	}
	receipt, err := out.store.Assign(r.Context(), write, wishes, why)
	return showAssigned(w, r, receipt, err)
}

func showPlan(w http.ResponseWriter, r *http.Request, p registry.AssignmentPlan, err error) error {
	if err != nil {
		return err
	}
	private(w)
	return writeJSON(w, r, viewPlan(p))
}

func showAssigned(w http.ResponseWriter, r *http.Request, receipt registry.Receipt, err error) error {
	if err != nil {
		return err
	}
	private(w)
	status, v := viewAssigned(receipt)
	return writeVersion(w, r, status, 0, v)
}

// dryRun reads whether a change is only to be shown, from the query or the
// body.
func dryRun(o *object, r *http.Request) bool {
	q := queryOf(r)
	dry := q.oneOf("dryRun", "false", "true") == "true"
	*o.wrong = append(*o.wrong, q.wrong...)
	if v := value[bool](o, "dryRun", "true or false"); v != nil {
		dry = dry || *v
	}
	return dry
}

// maxPlan is how many people one plan may give cells to.
const maxPlan = 2000

func (out *writing) readWishes(o *object) []registry.Handing {
	o.need("role")
	role, term := registry.Role(plain(o, "role")), out.term(o)
	var wishes []registry.Handing
	for _, c := range o.children("plan", maxPlan) {
		wishes = append(wishes, out.readWish(c, role, term))
		c.unknown()
	}
	if o.has("plan") {
		if len(wishes) == 0 && len(*o.wrong) == 0 {
			o.fault("plan", "must name at least one person")
		}
		return wishes
	}
	return []registry.Handing{out.readWish(o, role, term)}
}

// readWish reads whom to give what: person, null for nobody, and one of cells,
// polygon and community.
func (out *writing) readWish(o *object, role registry.Role, term registry.Term) registry.Handing {
	h := registry.Handing{Role: role, Term: term}
	o.need("person")
	if o.has("person") && string(o.members["person"]) != "null" {
		if h.Person = plain(o, "person"); h.Person == "" {
			o.fault("person", "must be the name of an account, or null to take the cells away")
		}
	}
	given := 0
	if cells := readCells(o, "cells"); cells != nil {
		h.Cells = cells
	}
	if s := shape(o, "polygon"); s != nil {
		h.Area = s.Geometry
	}
	h.Community = plain(o, "community")
	for _, name := range []string{"cells", "polygon", "community"} {
		if o.has(name) {
			given++
		}
	}
	if given != 1 {
		o.fault("cells", "give one of cells, polygon and community")
	}
	return h
}

func readCells(o *object, name string) []geo.Cell {
	list := value[[]geo.Cell](o, name, "an array of H3 cells in hexadecimal")
	if list == nil {
		return nil
	}
	if len(*list) == 0 {
		o.fault(name, "must not be empty")
	}
	return *list
}

// handOver answers POST /api/v1/assignments/handover.
func (out *writing) handOver(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("role", "fromPerson", "toPerson")
	h := registry.Handover{Role: registry.Role(plain(o, "role")), From: plain(o, "fromPerson")}
	if o.has("toPerson") && string(o.members["toPerson"]) != "null" {
		h.To = plain(o, "toPerson")
	}
	if d := text(o, "at"); d != nil && *d != out.store.Today().String() {
		h.At = instant(o, "at", 0, out.store.Zone())
	}
	if o.has("cells") && string(o.members["cells"]) != "null" {
		h.Cells = readCells(o, "cells")
	}
	why, dry := readWhy(o), dryRun(o, r)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if dry {
		plan, err := out.store.PlanHandover(r.Context(), write.Actor, h)
		return showPlan(w, r, plan, err)
	}
	receipt, err := out.store.Handover(r.Context(), write, h, why)
	return showAssigned(w, r, receipt, err)
}

// importView is what came, or would come, of a table.
type importView struct {
	Rows    int                   `json:"rows"`
	Event   *string               `json:"event"`
	Cells   int                   `json:"cells"`
	Changed int                   `json:"changed"`
	Gaps    int                   `json:"gaps"`
	Errors  []registry.FieldError `json:"errors"`
}

// importAssignments answers POST /api/v1/assignments/import: all of a table or
// nothing. A dry run tells what is wrong with it as its answer.
func (out *writing) importAssignments(w http.ResponseWriter, r *http.Request) error {
	st := stateOf(r)
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	dry := q.oneOf("dryRun", "false", "true") == "true"
	why := registry.Why{Reason: q.text("reason"), Document: q.text("document")}
	if err := q.err(); err != nil {
		return err
	}
	body, err := readBytes(w, r, st.limit, "text/csv")
	if err != nil {
		return err
	}
	private(w)
	wishes, err := registry.HandingsFromCSV(body, out.store.Today(), out.store.Zone())
	v := importView{Rows: len(wishes), Errors: []registry.FieldError{}}
	if dry {
		if err == nil {
			err = v.plan(r.Context(), out.store, st.actor, wishes)
		}
		if refused := (*registry.Error)(nil); errors.As(err, &refused) && refused.Kind == registry.Invalid {
			v.Errors = dotted(refused.Fields)
			return writeJSON(w, r, v)
		}
		if err != nil {
			return err
		}
		return writeJSON(w, r, v)
	}
	if err != nil {
		return err
	}
	hash := requestHash(r, append([]byte(r.URL.RawQuery+"\n"), body...))
	receipt, err := out.store.Assign(r.Context(), postgres.Write{Actor: st.actor, IdempotencyKey: key, RequestHash: hash}, wishes, why)
	if err != nil {
		return err
	}
	status, assigned := viewAssigned(receipt)
	v.Event, v.Cells, v.Changed = assigned.Event, assigned.Cells, assigned.Changed
	return writeVersion(w, r, status, 0, v)
}

func (v *importView) plan(ctx context.Context, store *postgres.Store, a registry.Actor, wishes []registry.Handing) error {
	plan, err := store.PlanAssign(ctx, a, wishes)
	for _, h := range wishes {
		v.Cells += len(h.Cells)
	}
	v.Changed, v.Gaps = len(plan.Changes), plan.Gaps
	return err
}
