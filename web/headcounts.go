package web

import (
	"fmt"
	"net/http"
	"strconv"

	"fangma/registry"
	"fangma/registry/postgres"
)

// headcountsView is what is stated about a house and its dwellings.
type headcountsView struct {
	Code       registry.Code   `json:"code"`
	Total      totalView       `json:"total"`
	Statements []statementView `json:"statements"`
}

type totalView struct {
	Heads       int            `json:"heads"`
	Permits     int            `json:"permits"`
	Dwellings   int            `json:"dwellings"`
	ConfirmedTo *registry.Date `json:"confirmedTo"`
}

type statementView struct {
	Code     registry.Code     `json:"code"`
	Label    string            `json:"label"`
	Heads    int               `json:"heads"`
	Permits  *int              `json:"permits"`
	Evidence registry.Evidence `json:"evidence"`
	Declarer registry.Declarer `json:"declarer"`
	From     registry.Date     `json:"from"`
	To       registry.Date     `json:"to"` // null while no later one is stated
	StatedAt registry.Date     `json:"statedAt"`
}

func viewStatements(all []postgres.StatedHeadcount) []statementView {
	out := make([]statementView, len(all))
	for i, s := range all {
		out[i] = statementView{s.Code, s.Label, s.Heads, s.Permits, s.Evidence, s.Declarer, s.From, s.To, s.StatedOn}
	}
	return out
}

// getHeadcounts answers GET /api/v1/buildings/{code}/headcounts. That somebody
// looked is written down.
func (out *writing) getHeadcounts(w http.ResponseWriter, r *http.Request) error {
	code, at, err := out.codeAsOf(r)
	if err != nil {
		return err
	}
	h, err := out.store.Watched(stateOf(r).actor).Headcounts(postgres.WithRequest(r.Context(), requestID(r)), code, at)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, headcountsView{
		Code: code, Statements: viewStatements(h.Statements),
		Total: totalView{h.Total.Heads, h.Total.Permits, h.Total.Dwellings, h.Total.ConfirmedTo},
	})
}

// getDwellingHeadcounts answers GET /api/v1/dwellings/{code}/headcounts.
func (out *writing) getDwellingHeadcounts(w http.ResponseWriter, r *http.Request) error {
	code, at, err := out.codeAsOf(r)
	if err != nil {
		return err
	}
	all, err := out.store.Watched(stateOf(r).actor).DwellingHeadcounts(postgres.WithRequest(r.Context(), requestID(r)), code, at)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return writeJSON(w, r, struct {
		Code       registry.Code   `json:"code"`
		Statements []statementView `json:"statements"`
	}{code, viewStatements(all)})
}

func (out *writing) codeAsOf(r *http.Request) (registry.Code, registry.AsOf, error) {
	code, err := out.code(r)
	if err != nil {
		return 0, registry.AsOf{}, err
	}
	q := queryOf(r)
	at := q.asOf(out.store.Zone())
	return code, at, q.err()
}

// countedView is what came of headcounts that were stated.
type countedView struct {
	Event *eventView `json:"event"`
	registry.Counted
}

func viewCounted(e registry.Event, n registry.Counted) countedView {
	v := countedView{Counted: n}
	if e.Type != "" {
		event := viewEvent(e)
		v.Event = &event
	}
	return v
}

// stateListed takes headcounts from a list in JSON.
func (out *writing) stateListed(w http.ResponseWriter, r *http.Request) error {
	if len(r.URL.RawQuery) > 0 {
		return malformed(registry.FieldError{Field: "query", Reason: "has parameters that go with text/csv alone"})
	}
	stateOf(r).limit = largeBody
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("statements")
	var in []registry.HeadcountInput
	for _, c := range o.children("statements", registry.MaxStatements) {
		in = append(in, readStatement(c))
	}
	why := readWhy(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.StateHeadcounts(r.Context(), write, in, why)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusCreated, 0, viewCounted(receipt.Event, *receipt.Counted))
}

func readStatement(o *object) registry.HeadcountInput {
	in := registry.HeadcountInput{
		Code: oneCode(o, "code"), Heads: value[int](o, "heads", "a whole number"), Permits: optional[int](o, "permits", "a whole number").Value,
		Evidence: value[registry.Evidence](o, "evidence", "a string"), Declarer: value[registry.Declarer](o, "declarer", "a string"),
		From: date(o, "from"),
	}
	o.need("code", "heads")
	o.unknown()
	return in
}

// oneCode reads a code in any spelling.
func oneCode(o *object, name string) registry.Code {
	text := text(o, name)
	if text == nil {
		return 0
	}
	code, err := registry.ParseCode(*text)
	if err != nil {
		o.fault(name, "is not a house code: %v", err)
	}
	return code
}

// withdrawHeadcount answers POST /api/v1/headcounts/withdrawals.
func (out *writing) withdrawHeadcount(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("code", "from")
	code, from, why := oneCode(o, "code"), date(o, "from"), readWhy(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	receipt, err := out.store.WithdrawHeadcount(r.Context(), write, code, *from, why)
	if err != nil {
		return err
	}
	return writeVersion(w, r, http.StatusCreated, 0, viewCounted(receipt.Event, *receipt.Counted))
}

// estimateView is how totals were spread, or would be.
type estimateView struct {
	countedView
	Divisions []estimatedDivision `json:"divisions"`
}

type estimatedDivision struct {
	Division string `json:"division"`
	Heads    int    `json:"heads"`
	Known    int    `json:"known"`
	Places   int    `json:"places"`
}

// estimateHeadcounts answers POST /api/v1/headcounts/estimate.
func (out *writing) estimateHeadcounts(w http.ResponseWriter, r *http.Request) error {
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("totals")
	e := registry.Estimate{Why: readWhy(o), On: out.store.Today(), Apply: true}
	if on := date(o, "on"); on != nil {
		e.On = *on
	}
	if dry := value[bool](o, "dryRun", "true or false"); dry != nil {
		e.Apply = !*dry
	}
	for i, c := range o.children("totals", registry.MaxDivisions) {
		e.Totals = append(e.Totals, readDivisionTotal(o, c, i))
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	result, err := out.store.EstimateHeadcounts(r.Context(), write, e, nil)
	if err != nil {
		return err
	}
	v := estimateView{countedView: viewCounted(result.Event, result.Counted), Divisions: []estimatedDivision{}}
	for _, d := range result.Divisions {
		v.Divisions = append(v.Divisions, estimatedDivision{strconv.FormatInt(d.Division, 10), d.Heads, d.Known, d.Places})
	}
	status := http.StatusOK
	if result.Applied {
		status = http.StatusCreated
	}
	return writeVersion(w, r, status, 0, v)
}

func readDivisionTotal(all, o *object, i int) registry.DivisionTotal {
	o.need("division", "heads")
	var t registry.DivisionTotal
	if id := text(o, "division"); id != nil {
		n, err := strconv.ParseInt(*id, 10, 64)
		if err != nil || n < 1 {
			all.fault(fmt.Sprintf("totals.%d.division", i), "is not a division's id")
		}
		t.Division = n
	}
	if heads := value[int](o, "heads", "a whole number"); heads != nil {
		t.Heads = *heads
	}
	o.unknown()
	return t
}
