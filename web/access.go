package web

import (
	"net/http"
	"time"

	"fangma/registry"
	"fangma/registry/postgres"
)

type accessView struct {
	At      time.Time       `json:"at"`
	Account string          `json:"account"`
	Act     string          `json:"act"`
	Codes   []registry.Code `json:"codes"`
	Cells   int             `json:"cells"` // how many cells of the caller's it concerned
}

type accessPage struct {
	Accesses []accessView `json:"accesses"`
	Next     *string      `json:"next"`
}

// listAccess answers GET /api/v1/access: who looked at what, and who did what.
func (in *reading) listAccess(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	f := postgres.AccessFilter{Account: q.search("account"), Cursor: q.cursor(), Limit: q.limit()}
	if d := q.instant("from", in.store.Zone()); d != nil {
		f.From = *d
		if day, err := registry.ParseDate(q.text("from")); err == nil { // a day from its beginning
			f.From = day.Start(in.store.Zone())
		}
	}
	if to := q.instant("to", in.store.Zone()); to != nil {
		f.To = *to
	}
	if err := q.err(); err != nil {
		return err
	}
	if q.values.Has("code") {
		var err error
		if f.Code, err = in.parseCode(r, q.text("code")); err != nil {
			return err
		}
	}
	rows, next, err := in.store.AccessLog(r.Context(), stateOf(r).actor, f)
	if err != nil {
		return err
	}
	out := accessPage{Accesses: make([]accessView, 0, len(rows)), Next: nextPage(w, r, next)}
	for _, a := range rows {
		out.Accesses = append(out.Accesses, accessView{a.At, a.Account, a.Act, a.Codes, len(a.Cells)})
	}
	private(w)
	return writeJSON(w, r, out)
}

type holderView struct {
	Person *personView `json:"person"`
	From   time.Time   `json:"from"`
	To     *time.Time  `json:"to"`
}

// listHolders answers GET /api/v1/buildings/{code}/holders.
func (in *reading) listHolders(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	if _, err := in.store.Building(r.Context(), code, registry.AsOf{}); err != nil {
		return err
	}
	private(w)
	return in.showHolders(w, r, http.StatusOK, code)
}

func (in *reading) showHolders(w http.ResponseWriter, r *http.Request, status int, code registry.Code) error {
	list, err := in.store.Landlords(r.Context(), code)
	if err != nil {
		return err
	}
	out := make([]holderView, 0, len(list))
	for _, h := range list {
		out = append(out, holderView{viewPerson(&h.Person), h.From, h.To})
	}
	return writeVersion(w, r, status, 0, map[string]any{"code": code, "holders": out})
}

// addHolder answers POST /api/v1/buildings/{code}/holders.
func (out *writing) addHolder(w http.ResponseWriter, r *http.Request) error {
	code, err := out.code(r)
	if err != nil {
		return err
	}
	o, write, err := out.change(w, r)
	if err != nil {
		return err
	}
	o.need("person")
	person, term, why := plain(o, "person"), out.term(o), readWhy(o)
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	if _, err := out.store.AddHolding(r.Context(), write, code, person, term, why); err != nil {
		return err
	}
	private(w)
	return out.showHolders(w, r, http.StatusCreated, code)
}
