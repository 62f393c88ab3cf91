package web

import (
	"errors"
	"net/http"

	"fangma/registry"
)

// platePage is what stands behind the QR code of a door plate.
type platePage struct {
	Words       words
	OtherLang   string // to switch to
	Registry    string
	Spoken      string
	Digits      string
	State       string
	Status      string
	StatusFrom  string
	RetiredAs   string
	Community   string
	Successors  []plateLink
	Suggestions []plateLink
	Problem     string // "not_issued" or "not_a_code"
	Printable   bool
	MapLink     string
}

type plateLink struct{ Spoken, Digits string }

func linkTo(c registry.Code) plateLink { return plateLink{c.Spoken(), c.String()} }

// getPlatePage answers GET /h/{code}: what everybody may know about a house.
func (in *reading) getPlatePage(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	asked := ""
	if q.values.Has("lang") {
		asked = q.oneOf("lang", "zh", "en")
	}
	if err := q.err(); err != nil {
		return err
	}
	lang := language(r, asked)
	w.Header().Add("Vary", "Accept-Language")
	p := platePage{Words: wordsIn(lang), Registry: in.cfg.Name, OtherLang: map[string]string{"zh": "en", "en": "zh"}[lang]}
	code, err := in.code(r)
	var bad *httpError
	if errors.As(err, &bad) {
		p.Problem = "not_a_code"
		for _, c := range bad.suggestions {
			p.Suggestions = append(p.Suggestions, linkTo(c))
		}
		return writePage(w, r, bad.status, "plate.html", p)
	}
	if err != nil {
		return err
	}
	p.Spoken, p.Digits = code.Spoken(), code.String()
	rec, err := in.store.Building(r.Context(), code, registry.AsOf{})
	var known *registry.Error
	if errors.As(err, &known) && known.Kind == registry.NotFound {
		p.Problem = "not_issued"
		return writePage(w, r, http.StatusNotFound, "plate.html", p)
	}
	if err != nil {
		return err
	}
	in.fillPlate(&p, lang, rec)
	return writePage(w, r, http.StatusOK, "plate.html", p)
}

func (in *reading) fillPlate(p *platePage, lang string, rec registry.Record) {
	status, from, as := standingOn(rec.Standing, rec.StatusOn)
	if from != nil {
		p.StatusFrom = from.String()
	}
	switch status {
	case registry.Active:
		p.Status, p.Printable = p.Words.InForce, true
	case registry.Reserved:
		p.Status, p.Printable = p.Words.Reserved, true
	case registry.Retired:
		p.Status = p.Words.Retired
	case registry.Voided:
		p.Status, p.StatusFrom = p.Words.Void, ""
	}
	if as != nil {
		p.RetiredAs = stateWord(lang, string(*as))
	}
	if p.Printable { // a house whose code has ended has no state today
		p.State = stateWord(lang, string(rec.State))
	}
	p.Community = rec.CommunityName
	if rec.Shape.Geometry != nil {
		p.MapLink = "/#" + rec.Code.String()
	}
	for _, s := range rec.Successors {
		p.Successors = append(p.Successors, linkTo(s.Child))
	}
}

// getPlate answers GET /h/{code}/plate.svg. A plate is printed for a code that
// is in force or will be: a retired one has no door.
func (in *reading) getPlate(w http.ResponseWriter, r *http.Request) error {
	code, err := in.code(r)
	if err != nil {
		return err
	}
	rec, err := in.store.Building(r.Context(), code, registry.AsOf{})
	if err != nil {
		return err
	}
	if rec.StatusOn == registry.Retired || rec.StatusOn == registry.Voided {
		return &registry.Error{Kind: registry.Conflict, Slug: "no_plate", Codes: []registry.Code{code},
			Detail: "the code is " + string(rec.StatusOn) + "; there is no door to put a plate on"}
	}
	svg, err := drawPlate(in.cfg.Name, code, in.base(r)+"/h/"+code.String())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `inline; filename="`+code.String()+`.svg"`)
	send(w, r, answer{media: "image/svg+xml", body: svg})
	return nil
}
