package web

import (
	"net/http"

	"fangma/registry"
	"fangma/registry/postgres"
)

// resolvedView is where one code leads.
type resolvedView struct {
	Code       registry.Code       `json:"code"`
	Kind       registry.Kind       `json:"kind"`
	Status     registry.Status     `json:"status"`
	StatusFrom *registry.Date      `json:"statusFrom"`
	RetiredAs  *registry.RetiredAs `json:"retiredAs"`
	Successors []resolvedSuccessor `json:"successors"`
}

type resolvedSuccessor struct {
	Code     registry.Code      `json:"code"`
	Relation *registry.Relation `json:"relation"` // nil for the code itself
	Share    *float64           `json:"share"`
	Status   registry.Status    `json:"status"`
}

func viewResolved(list []registry.Successor) []resolvedSuccessor {
	out := make([]resolvedSuccessor, len(list))
	for i, s := range list {
		out[i] = resolvedSuccessor{Code: s.Code, Share: s.Share, Status: s.Status}
		if s.Relation != "" {
			out[i].Relation = &s.Relation
		}
	}
	return out
}

// resolveCode answers GET /api/v1/codes/{code}/resolve.
func (in *reading) resolveCode(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	day := in.day(registry.AsOf{ValidOn: q.date("at")})
	if err := q.err(); err != nil {
		return err
	}
	all, err := in.store.Resolve(r.Context(), []registry.Code{code}, day)
	if err != nil {
		return err
	}
	res := all[0]
	if !res.Known {
		return unknownCode(code)
	}
	v := resolvedView{Code: code, Kind: code.Kind(), Successors: viewResolved(res.Successors)}
	v.Status, v.StatusFrom, v.RetiredAs = standingOn(res.Standing, res.StatusOn)
	return writeJSON(w, r, v)
}

func unknownCode(code registry.Code) error {
	return notFound("code_unknown", code.String()+" was never issued")
}

type resolutionList struct {
	At      registry.Date `json:"at"`
	Results []resolution  `json:"results"`
}

// resolution is the answer for one code of many: where it leads, or why it is
// none.
type resolution struct {
	Asked      string              `json:"asked"`
	Code       *registry.Code      `json:"code,omitempty"`
	Status     registry.Status     `json:"status,omitempty"`
	Successors []resolvedSuccessor `json:"successors,omitzero"`
	Problem    *problem            `json:"problem,omitempty"`
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
	if asked != nil && (len(*asked) == 0 || len(*asked) > postgres.MaxResolve) {
		o.fault("codes", "must have 1 to %d items", postgres.MaxResolve)
	}
	at := in.day(registry.AsOf{ValidOn: date(o, "at")})
	o.unknown()
	if err := o.err(); err != nil {
		return err
	}
	results, err := in.resolveAll(r, *asked, at)
	if err != nil {
		return err
	}
	return writeJSON(w, r, resolutionList{At: at, Results: results})
}

func (in *reading) resolveAll(r *http.Request, asked []string, day registry.Date) ([]resolution, error) {
	out := make([]resolution, len(asked))
	codes := make([]registry.Code, len(asked)) // 0 where the text is none
	var wrong []int
	for i, text := range asked {
		out[i].Asked = text
		var bad error
		if codes[i], bad = registry.ParseCode(text); bad != nil {
			codes[i] = 0
			wrong = append(wrong, i)
			out[i].Problem = titled(&httpError{status: http.StatusUnprocessableEntity, slug: "bad_code", detail: bad.Error()})
		}
	}
	if err := in.suggest(r, out, wrong); err != nil {
		return nil, err
	}
	found, err := in.store.Resolve(r.Context(), codes, day)
	if err != nil {
		return nil, err
	}
	for i, res := range found {
		switch {
		case res.Known:
			out[i].Code, out[i].Status, out[i].Successors = &codes[i], res.StatusOn, viewResolved(res.Successors)
		case codes[i] != 0:
			out[i].Problem = titled(unknownCode(codes[i]))
		}
	}
	return out, nil
}

// maxSlips is for how many bad codes of one request suggestions are looked up.
const maxSlips = 100

// suggest names real codes one slip of the pen away from the first bad ones,
// all with one question to the ledger.
func (in *reading) suggest(r *http.Request, out []resolution, wrong []int) error {
	var slips []registry.Code
	of := map[registry.Code]int{} // who may have meant it; the first, if several
	for _, i := range wrong[:min(len(wrong), maxSlips)] {
		for _, s := range registry.Slips(out[i].Asked) {
			if _, taken := of[s]; !taken {
				of[s] = i
				slips = append(slips, s)
			}
		}
	}
	if len(slips) == 0 {
		return nil
	}
	issued, err := in.store.Issued(r.Context(), slips, len(slips))
	if err != nil {
		return err
	}
	for _, s := range issued {
		if p := out[of[s]].Problem; len(p.Suggestions) < maxSuggestions {
			p.Suggestions = append(p.Suggestions, s)
		}
	}
	return nil
}

// titled is a problem inside an answer.
func titled(err error) *problem {
	p := problemOf(err)
	p.Title = titles[p.Status]
	return &p
}
