package web

import (
	"errors"
	"net/http"

	"fangma/registry"
	"fangma/registry/postgres"
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
	v.Status, v.StatusFrom, v.RetiredAs = statusOn(rec)
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
	rec, err := in.anyCode(r, code)
	if err != nil {
		return err
	}
	return writeJSON(w, r, viewCode(rec))
}

// anyCode reads a code of any kind; one that is not a building's has its
// standing in the ledger and no facts here.
func (in *reading) anyCode(r *http.Request, code registry.Code) (registry.Record, error) {
	if code.Kind() == registry.KindBuilding {
		return in.store.Building(r.Context(), code, registry.AsOf{})
	}
	s, err := in.store.CodeStatus(r.Context(), code)
	return registry.Record{Code: code, Standing: s, StatusOn: s.On(in.store.Today())}, err
}

const maxResolved = 1000

// resolution is the answer for one code: what it is, or why it is not one.
type resolution struct {
	Asked   string    `json:"asked"`
	Found   *codeView `json:"found,omitempty"`
	Problem *problem  `json:"problem,omitempty"`
}

// resolveCodes answers POST /api/v1/codes/resolve. It is a POST because of its
// length; it changes nothing.
func (in *reading) resolveCodes(w http.ResponseWriter, r *http.Request) error {
	o, _, err := decodeObject(w, r, stateOf(r).limit)
	if err != nil {
		return err
	}
	o.need("codes")
	asked := value[[]string](o, "codes", "an array of strings")
	if asked != nil && (len(*asked) == 0 || len(*asked) > maxResolved) {
		o.fault("codes", "must have 1 to %d items", maxResolved)
	}
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	out := make([]resolution, len(*asked))
	codes := make([]registry.Code, len(*asked)) // 0 where the text is none
	for i, text := range *asked {
		out[i].Asked = text
		var bad error
		if codes[i], bad = in.parseCode(r, text); bad != nil {
			if out[i].Problem, err = answered(bad); err != nil {
				return err
			}
		}
	}
	found, err := in.records(r, codes)
	if err != nil {
		return err
	}
	for i, code := range codes {
		if rec, ok := found[code]; ok {
			v := viewCode(rec)
			out[i].Found = &v
		} else if code != 0 {
			p := problemOf(notFound("code_unknown", code.String()+" was never issued"))
			out[i].Problem = &p
		}
	}
	for _, res := range out {
		if res.Problem != nil {
			res.Problem.Title = titles[res.Problem.Status]
		}
	}
	return writeJSON(w, r, map[string]any{"codes": out})
}

// answered turns an error about one of many into a part of the answer; a fault
// of ours is one of the whole request.
func answered(err error) (*problem, error) {
	var bad *httpError
	if !errors.As(err, &bad) {
		return nil, err
	}
	p := problemOf(bad)
	return &p, nil
}

// records reads many codes: all that stand at once, and those that are retired
// or void, which are few, one by one.
func (in *reading) records(r *http.Request, codes []registry.Code) (map[registry.Code]registry.Record, error) {
	ctx := r.Context()
	issued, err := in.store.Issued(ctx, codes, len(codes))
	if err != nil || len(issued) == 0 {
		return nil, err
	}
	standing, _, err := in.store.Buildings(ctx, postgres.Filter{Codes: issued, Limit: maxResolved})
	if err != nil {
		return nil, err
	}
	out := make(map[registry.Code]registry.Record, len(issued))
	for _, rec := range standing {
		out[rec.Code] = rec
	}
	for _, code := range issued {
		if _, ok := out[code]; ok {
			continue
		}
		if out[code], err = in.anyCode(r, code); err != nil {
			return nil, err
		}
	}
	return out, nil
}
