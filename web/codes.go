package web

import (
	"net/http"

	"fangma/registry"
)

// codeView is what a code stands for.
type codeView struct {
	Code       registry.Code       `json:"code"`
	Kind       registry.Kind       `json:"kind"`
	Status     registry.Status     `json:"status"`
	StatusFrom *registry.Date      `json:"statusFrom"`
	RetiredAs  *registry.RetiredAs `json:"retiredAs"`
	State      *registry.State     `json:"state"`
	Successors []successorView     `json:"successors"`
}

func viewCode(rec registry.Record) codeView {
	v := codeView{Code: rec.Code, Kind: rec.Code.Kind(), Successors: viewSuccessors(rec)}
	v.Status, v.StatusFrom, v.RetiredAs = standingOn(rec.Standing, rec.StatusOn)
	if rec.State != "" {
		v.State = &rec.State
	}
	return v
}

// getCode answers GET /api/v1/codes/{code}.
func (in *reading) getCode(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	at := q.asOf(in.store.Zone())
	if err := q.err(); err != nil {
		return err
	}
	rec, err := in.anyCode(r, code, at)
	if err != nil {
		return err
	}
	return writeJSON(w, r, viewCode(rec))
}

// anyCode reads a code of any kind; one that is not a building's has its
// standing in the ledger and no facts here.
func (in *reading) anyCode(r *http.Request, code registry.Code, at registry.AsOf) (registry.Record, error) {
	if code.Kind() == registry.KindBuilding {
		return in.store.Building(r.Context(), code, at)
	}
	s, err := in.store.StandingAt(r.Context(), code, at.KnownAt)
	return registry.Record{Code: code, Standing: s, StatusOn: s.On(in.day(at))}, err
}

// day is the day in the world that is asked for.
func (in *reading) day(at registry.AsOf) registry.Date {
	if at.ValidOn != nil {
		return *at.ValidOn
	}
	return in.store.Today()
}
